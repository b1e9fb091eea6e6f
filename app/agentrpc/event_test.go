package agentrpc

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/internal/usererr"
)

// travel sends an event as a line of JSON and reads it back.
func travel(t *testing.T, e app.Event) app.Event {
	t.Helper()
	b, err := json.Marshal(FromEvent(e))
	if err != nil {
		t.Fatalf("%v: %v", e, err)
	}
	var w Event
	if err := Unmarshal(b, &w); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	got, err := w.Event()
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return got
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 123456789, time.UTC)

func TestEveryKindOfEventTravels(t *testing.T) {
	for k := app.Wants; k <= app.Current; k++ {
		e := app.Event{At: noon, Step: "broker", Kind: k}
		if got := travel(t, e); !reflect.DeepEqual(got, e) {
			t.Errorf("%v: got %+v, want %+v", k, got, e)
		}
	}
}

func TestNothingOfAnEventIsLost(t *testing.T) {
	for name, e := range map[string]app.Event{
		"a wish":          {At: noon, Kind: app.Wants, Want: app.Want{Up: true, Streaming: true}},
		"a wish for none": {At: noon, Kind: app.Wants},
		"a plan":          {At: noon, Kind: app.Planned, Want: app.Want{Up: true}},
		"a soft step":     {At: noon, Step: "flow", Kind: app.Planned, Soft: true},
		"a proof's step":  {At: noon, Step: "flow", Kind: app.Planned, Soft: true, Proves: app.Streaming},
		"what is said":    {At: noon, Step: "producer", Kind: app.Holds, Note: app.Note{ID: "project.producer_said", Said: true}},
		"the switch":      {At: noon, Step: "flag", Kind: app.Planned, Turn: true},
		"a note":          {At: noon, Step: "app", Kind: app.Holds, Note: app.Note{ID: "project.app", Args: map[string]any{"PID": int64(1_000_000), "Command": "python app.py"}}},
		"what stands behind it": {At: noon, Step: "infra", Kind: app.Doing, Diagnosis: app.Diagnosis{
			Code: "ST-KAFKA-009", Cause: "cluster-id-mismatch", Severity: "error", Where: "broker", Evidence: "line", Line: 41, Action: "ask",
			Args: map[string]string{"have": "a"}, Others: []string{"another"}, Remedy: "again", Told: true,
		}},
		"a proof": {At: noon, Step: "broker", Kind: app.Done, Note: app.Note{
			ID: "project.broker", Args: map[string]any{"Addr": "127.0.0.1:9092", "Count": int64(1)},
			More: []app.Note{{ID: "kafka.rung", Args: map[string]any{"Took": "1.2 ms", "IDs": []any{int64(1), "two", nil, true}}}},
		}},
	} {
		if got := travel(t, e); !reflect.DeepEqual(got, e) {
			t.Errorf("%s: got  %+v\nwant %+v", name, got, e)
		}
	}
}

// What a reader is told must not depend on which process the event came from.
func TestWhatTravelledIsToldAsTheOriginalInBothLanguages(t *testing.T) {
	missing := usererr.New("kafka.topic_missing", map[string]any{"Topic": "detection-results"}, errors.New("error 3"))
	refused := usererr.New("kafka.refused", map[string]any{"Addr": "127.0.0.1:9092"}, nil).Terminal()
	for name, err := range map[string]error{
		"an error of ours":       missing,
		"wrapped":                fmt.Errorf("%w (3m0s): %w", app.ErrTooLong, missing),
		"of a step":              &app.StepError{Step: "topics", Err: missing},
		"joined":                 errors.Join(missing, refused),
		"joined, ours is second": errors.Join(errors.New("plain"), refused),
		"a fault within a fault": usererr.New("project.unreadable", map[string]any{"File": "a.yml"}, refused),
		"somebody else's":        errors.New("disk on fire"),
	} {
		got := travel(t, app.Event{At: noon, Step: "topics", Kind: app.Failed, Err: err}).Err
		if got.Error() != err.Error() || app.Final(got) != app.Final(err) {
			t.Errorf("%s: got %q (final %v), want %q (%v)", name, got, app.Final(got), err, app.Final(err))
		}
		for _, lang := range i18n.Languages {
			w := speak(t, lang)
			text, hint := w.Error(got)
			wantText, wantHint := w.Error(err)
			if text != wantText || hint != wantHint {
				t.Errorf("%s in %s: got %q, %q\nwant %q, %q", name, lang, text, hint, wantText, wantHint)
			}
		}
	}
}

// The number of brokers came as a json.Number, which chooses no plural form: an attached terminal showed "project.broker".
func TestANoteThatCountsIsToldAfterTheJourney(t *testing.T) {
	for count, want := range map[int]string{
		1: "Reachable at 127.0.0.1:9092",
		3: "3 brokers reachable, the first at 127.0.0.1:9092",
	} {
		n := app.Note{ID: "project.broker", Args: map[string]any{"Count": count, "Addr": "127.0.0.1:9092"}}
		n = travel(t, app.Event{At: noon, Step: "broker", Kind: app.Done, Note: n}).Note
		if got := speak(t, "en").Text(n.ID, n.Args); got != want {
			t.Errorf("%d brokers: got %q, want %q", count, got, want)
		}
	}
}

// A value that JSON cannot carry ended the channel to the other process, and a time arrived as nanoseconds.
func TestAnyValueOfATextTravelsAsItIsPrinted(t *testing.T) {
	for _, v := range []any{
		math.NaN(), math.Inf(1), 0.5, 90 * time.Second, errors.New("connection refused"), app.Streaming,
		int64(math.MaxInt64), uint64(math.MaxUint64), 1e21,
		[]string{"a", "b"},
		[]int{1, 2},
		func() {}, nil, true, "实时",
	} {
		n := app.Note{ID: "x", Args: map[string]any{"V": v}}
		got := travel(t, app.Event{At: noon, Step: "app", Kind: app.Output, Note: n}).Note.Args["V"]
		if reflect.ValueOf(v).Kind() == reflect.Func { // it has no text worth keeping
			continue
		}
		if fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("%T: got %v, want %v", v, got, v)
		}
	}
}

func TestAKindFromANewerProgramIsAnError(t *testing.T) {
	if e, err := (Event{Kind: "teleported"}).Event(); err == nil {
		t.Errorf("got %+v, want an error", e)
	}
}

func TestNoErrorStaysNone(t *testing.T) {
	if e := FromError(nil); e != nil {
		t.Errorf("FromError(nil) = %v", e)
	}
	if got := travel(t, app.Event{At: noon, Step: "app", Kind: app.Waiting}).Err; got != nil {
		t.Errorf("an event without an error came with %v", got)
	}
}

func TestAStateMadeOfWhatTravelledIsTheSame(t *testing.T) {
	var here, there app.State
	for _, e := range []app.Event{
		{Kind: app.Wants, Want: app.Want{Up: true, Streaming: true}},
		{Kind: app.Planned, Want: app.Want{Up: true, Streaming: true}},
		{Step: "broker", Kind: app.Planned},
		{Step: "flag", Kind: app.Planned, Turn: true},
		{Step: "connection", Kind: app.Planned, Soft: true, Proves: app.Connected},
		{Step: "flow", Kind: app.Planned, Soft: true, Proves: app.Streaming},
		{Step: "broker", Kind: app.Started},
		{Step: "broker", Kind: app.Done},
		{Step: "flag", Kind: app.Done},
		{Step: "connection", Kind: app.Holds, Note: app.Note{ID: "project.producer_said", Said: true}},
		{Step: "flow", Kind: app.Waiting},
	} {
		e.At = noon
		here, there = here.Apply(e), there.Apply(travel(t, e))
		if !reflect.DeepEqual(here, there) || here.Phase() != there.Phase() {
			t.Fatalf("after %v %s: got %+v, want %+v", e.Kind, e.Step, there, here)
		}
	}
	if there.Phase() != app.Connected {
		t.Errorf("phase %v, want connected", there.Phase())
	}
}

func speak(t *testing.T, lang string) *i18n.Words {
	t.Helper()
	w, err := i18n.New(lang)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
