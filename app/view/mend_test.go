package view

import (
	"errors"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

func TestWhatCanBeDoneAboutAFailureIsOfferedWhereItIsTold(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	var s app.State
	known := app.Diagnosis{Code: "E01", Cause: "daemon-not-running", Remedy: "start_engine", Told: true}
	for _, e := range []app.Event{
		{Kind: app.Wants, Want: app.Want{Up: true, Streaming: true}},
		{Kind: app.Planned, Want: app.Want{Up: true, Streaming: true}},
		{Step: "engine", Kind: app.Planned},
		{Step: "engine", Kind: app.Started},
		{Step: "engine", Kind: app.Failed, Err: errors.New("down"), Diagnosis: known},
	} {
		e.At = time.Unix(1, 0)
		s = s.Apply(e)
	}
	want := Item{Label: "Start Docker Desktop…", Act: ActMend, Arg: "start_engine"}
	if got := BoardOf(s, Live{}, w, time.Unix(2, 0)).Steps[0].Fix; got.Label != want.Label || got.Act != want.Act || got.Arg != want.Arg {
		t.Errorf("in the row: got %+v, want %+v", got, want)
	}
	items := MenuOf(s, Facts{Project: "p"}, w, s.Since).Items
	if got := items[2]; got.Label != want.Label || got.Act != want.Act || got.Arg != want.Arg {
		t.Errorf("in the menu: got %+v, want %+v", got, want)
	}
	s.Rows[0].Diagnosis.Remedy = ""
	if got := BoardOf(s, Live{}, w, time.Unix(2, 0)).Steps[0].Fix; got.Act == ActMend {
		t.Errorf("without a remedy: got %+v", got)
	}
}
