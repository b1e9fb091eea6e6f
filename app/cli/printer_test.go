package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/i18n"
	"streamtray/internal/golden"
	"streamtray/internal/usererr"
)

// fullTale goes from nothing to streaming, loses the broker, gets it back, and is stopped.
func fullTale() tale {
	away := usererr.New("kafka.refused", map[string]any{"Addr": "127.0.0.1:9092"}, errors.New("connection refused"))
	t := streams().
		add(30, "broker", app.Lost, app.Note{}, away).
		add(31, "broker", app.Started, app.Note{}, nil).
		add(31.1, "broker", app.Waiting, app.Note{}, away).
		add(33, "broker", app.Done, app.Note{ID: "project.broker", Args: map[string]any{"Count": 1, "Addr": "127.0.0.1:9092"}}, nil)
	t = append(t, app.Event{At: after(40), Kind: app.Wants})
	for i, s := range []string{"app", "flag"} {
		at := 40 + float64(i)
		t = t.add(at, s, app.Undoing, app.Note{}, nil).add(at+0.5, s, app.Undone, app.Note{}, nil)
	}
	return append(t, app.Event{At: after(42), Kind: app.Planned})
}

// printed is what a printer makes of a tale.
func printed(t *testing.T, p func(*strings.Builder) printer, play tale) string {
	t.Helper()
	var b strings.Builder
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h := &app.Hub{}
		var wg sync.WaitGroup
		wg.Go(p(&b)(ctx, h))
		for _, e := range play {
			h.Emit(e)
		}
		cancel()
		wg.Wait()
	})
	return b.String()
}

func TestPlainLinesTellWhatMattersInBothLanguages(t *testing.T) {
	for _, lang := range i18n.Languages {
		w := speak(t, lang)
		lines := func(b *strings.Builder) printer { return plainLines(b, w, everything) }
		got := printed(t, lines, fullTale()) + "==\n" + printed(t, lines, portTaken()) + "==\n" + printed(t, lines, strange()) + "==\n" + printed(t, lines, crashed()) + "==\n" + printed(t, lines, off()) + "==\n" + printed(t, lines, pulling())
		golden.Compare(t, "plain."+lang+".txt", got)
	}
}

// Whoever waits for a line of the app's log was told the same again with each other line that came instead.
func TestPlainLinesTellOnceWhatIsWaitedFor(t *testing.T) {
	w := speak(t, "en")
	unsaid := func(said string) error {
		return usererr.New("detector.waiting_ready", map[string]any{"Line": "ready", "Said": said, "File": "streamtray.yaml"}, nil)
	}
	away := usererr.New("kafka.refused", map[string]any{"Addr": "127.0.0.1:9092"}, nil)
	play := append(planned(), tale{}.add(1, "producer", app.Started, app.Note{}, nil).add(1, "producer", app.Waiting, app.Note{}, unsaid("one")).
		add(2, "producer", app.Waiting, app.Note{}, unsaid("two")).add(3, "producer", app.Waiting, app.Note{}, away)...)
	got := printed(t, func(b *strings.Builder) printer { return plainLines(b, w, everything) }, play)
	if n := strings.Count(got, "waiting"); n != 2 {
		t.Errorf("%d lines, want one of each:\n%s", n, got)
	}
}

func TestJSONLinesTellEveryEventInBothLanguages(t *testing.T) {
	for _, lang := range i18n.Languages {
		w := speak(t, lang)
		got := printed(t, func(b *strings.Builder) printer { return jsonLines(b, w, everything) }, slices.Concat(fullTale(), portTaken()[len(planned()):], crashed()[len(planned()):], off()[len(planned()):]))
		golden.Compare(t, "events."+lang+".jsonl", got)
	}
}

// Scripts rebuild the state from the lines alone.
func TestJSONLinesMakeUpTheState(t *testing.T) {
	w := speak(t, "en")
	var s app.State
	for _, l := range strings.Split(strings.TrimSpace(printed(t, func(b *strings.Builder) printer { return jsonLines(b, w, everything) }, fullTale())), "\n") {
		var got struct {
			agentrpc.Event
			Phase string `json:"phase"`
		}
		if err := agentrpc.Unmarshal([]byte(l), &got); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		e, err := got.Event.Event()
		if err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		if s = s.Apply(e); s.Phase().String() != got.Phase {
			t.Errorf("after %s: phase %v", l, s.Phase())
		}
	}
	want := fullTale().state()
	if fmt.Sprint(s.Want, s.Plan, len(s.Rows)) != fmt.Sprint(want.Want, want.Plan, len(want.Rows)) {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

// brokenPipe is a reader that left.
type brokenPipe struct{ writes int }

func (p *brokenPipe) Write([]byte) (int, error) {
	p.writes++
	return 0, errors.New("broken pipe")
}

func TestAReaderThatLeftIsNotWrittenTo(t *testing.T) {
	p := &brokenPipe{}
	h := &app.Hub{}
	for _, e := range fullTale() {
		h.Emit(e)
	}
	jsonLines(p, speak(t, "en"), everything)(t.Context(), h)() // comes back although the context goes on
	if p.writes != 1 {
		t.Errorf("%d writes, want 1", p.writes)
	}
}

func TestAnAnswerIsIndentedJSON(t *testing.T) {
	var b strings.Builder
	c := &call{json: true}
	c.Out = &b
	if err := c.answer(map[string]string{"file": "a&b.yaml"}, nil); err != nil {
		t.Fatal(err)
	}
	var v map[string]string
	if err := json.Unmarshal([]byte(b.String()), &v); err != nil || v["file"] != "a&b.yaml" {
		t.Errorf("got %q: %v, %v", b.String(), v, err)
	}
}
