package project

import (
	"compress/gzip"
	"io"
	"os"
	"slices"
	"testing"

	"streamtray/app/spies"
)

// A Kafka that does not start any more tells nobody what it holds: its volumes are saved as they are, and only then go.
func TestVolumesOfAKafkaThatDoesNotStartAreSavedBeforeTheyGo(t *testing.T) {
	engine := spies.Crashed(t)
	p := shop(t, engine.Host(), free(t), free(t))
	engine.Dir = p.stack.Dir
	_, err := p.PlanReset(within(t), ResetScope{All: true})
	wantID(t, err, "project.untrusted")
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}

	r, err := p.PlanReset(within(t), ResetScope{All: true})
	if err != nil || r.Silent == nil || r.Empty() || len(r.Volumes) != 2 {
		t.Fatalf("planned %+v, %v", r, err)
	}
	engine.Break(true)
	wantID(t, p.Reset(within(t), r, t.TempDir()), "project.not_saved")
	if gone := engine.Changed(); len(gone) > 0 {
		t.Fatalf("a volume could not be saved, and yet: %v", gone)
	}

	engine.Break(false)
	r, err = p.PlanReset(within(t), ResetScope{All: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Reset(within(t), r, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	want := []string{"DELETE containers/id-kafka", "DELETE containers/id-zookeeper", "DELETE volumes/shop_kafka", "DELETE volumes/shop_zookeeper"}
	if gone := engine.Changed(); !slices.Equal(gone, want) {
		t.Errorf("gone %q, want %q", gone, want)
	}
	var told []string
	for _, file := range r.Saved {
		told = append(told, unpack(t, file))
	}
	if want := []string{"all of /data/kafka", "all of /data/zookeeper"}; !slices.Equal(told, want) {
		t.Errorf("saved %q, want %q", told, want)
	}
}

func unpack(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// Where Kafka answers no more and there are no containers, there is nothing to take away, and it is told why.
func TestAResetOfRecordsNeedsKafka(t *testing.T) {
	engine := spies.Crashed(t)
	p := shop(t, engine.Host(), free(t), free(t))
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	_, err := p.PlanReset(within(t), ResetScope{Topics: true})
	wantID(t, err, "project.unreachable")
}
