package session

import (
	"slices"
	"testing"
	"time"

	"streamtray/app/config"
	"streamtray/app/project"
)

// Fifteen seconds after streaming was switched off, the topics still told their last rate.
func TestARateThatIsNotMeasuredAnyMoreIsStale(t *testing.T) {
	var tr traffic
	began := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	declared := []config.Topic{{Name: "results"}}
	tr.take([]project.Flow{{Topic: "results", Partitions: 3, Records: 70, Rate: 4.7}}, began)
	if now := tr.topics(declared, began.Add(time.Second)); len(now) != 1 || now[0].Stale || now[0].Rate != 4.7 {
		t.Errorf("a second later: %+v, want 4.7 as it was measured", now)
	}
	if later := tr.topics(declared, began.Add(15*time.Second)); len(later) != 1 || !later[0].Stale {
		t.Errorf("15 s later: %+v, want it marked as stale", later)
	}
}

func TestAHistoryHasTheMeansOfFiveMinutesAndNothingWhereNothingWasMeasured(t *testing.T) {
	var r rates
	began := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	for s := range 10 {
		r.add(at(s), float64(s)) // 0 to 4, 5 to 9
	}
	r.add(at(20), 7)
	if want := []float64{2, 7, 0, 0}; !slices.Equal(r.full, want) {
		t.Errorf("got %v, want %v", r.full, want)
	}
	for s := 20; s < 1000; s++ {
		r.add(at(s), 1)
	}
	if len(r.full) != historyLength {
		t.Errorf("%d values are kept, want %d", len(r.full), historyLength)
	}
	r.add(at(5000), 1)
	if len(r.full) != 0 {
		t.Errorf("after an hour without: %v, want nothing of before", r.full)
	}
}
