package view

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/internal/golden"
	"streamtray/internal/usererr"
)

// evening is when the tales are looked at.
var evening = time.Date(2026, 1, 2, 3, 4, 20, 0, time.UTC)

// tales are states as a reader meets them, each made by events alone.
func tales() []struct {
	name   string
	events []app.Event
} {
	t0 := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	at := func(s float64) time.Time { return t0.Add(time.Duration(s * float64(time.Second))) }
	ev := func(s float64, step string, k app.Kind, n app.Note, err error) app.Event {
		return app.Event{At: at(s), Step: step, Kind: k, Note: n, Err: err}
	}
	none := app.Note{}
	on, off := app.Want{Up: true, Streaming: true}, app.Want{Up: true}
	plan := func(w app.Want) []app.Event {
		all := []app.Event{{At: t0, Kind: app.Wants, Want: w}, {At: t0, Kind: app.Planned, Want: w}}
		for _, s := range []string{"engine", "infra", "broker", "topics", "flag", "app", "producer", "connection", "web", "flow"} {
			all = append(all, app.Event{
				At: t0, Step: s, Kind: app.Planned, Soft: s == "connection" || s == "web" || s == "flow", Turn: s == "flag",
				Proves: map[string]app.Phase{"connection": app.Connected, "flow": app.Streaming}[s],
			})
		}
		return all
	}
	hold := func(steps ...string) (all []app.Event) {
		for i, s := range steps {
			all = append(all, ev(float64(i), s, app.Started, none, nil), ev(float64(i)+0.5, s, app.Done, none, nil))
		}
		return all
	}
	upTo := func(n int) []app.Event {
		return append(plan(on), hold([]string{"engine", "infra", "broker", "topics", "flag", "app", "producer"}[:n]...)...)
	}
	connected := append(upTo(7), ev(7.5, "connection", app.Holds, app.Note{ID: "project.connection", Args: map[string]any{"PID": 7, "Addr": "127.0.0.1:9092"}}, nil))
	flow := func(id string, last time.Time) app.Note {
		return app.Note{ID: id, Args: map[string]any{"Rate": "12", "Records": 100, "Last": last.Format(time.RFC3339)}}
	}
	streaming := append(connected, ev(8, "flow", app.Holds, app.Note{ID: "view.minutes", Args: map[string]any{"M": 1, "S": 2}}, nil))
	gone := usererr.New("view.off.undone", nil, errors.New("gone"))
	plain := errors.New("connection refused")
	return []struct {
		name   string
		events []app.Event
	}{
		{"nothing yet", nil},
		{"about to start", plan(on)},
		{"asking", append(plan(on), ev(1, "engine", app.Started, none, nil))},
		{"starting containers", append(upTo(1), ev(3, "infra", app.Started, none, nil), ev(3, "infra", app.Doing, none, nil))},
		{"waiting for the broker", append(upTo(2), ev(3, "broker", app.Started, none, nil), ev(3, "broker", app.Waiting, none, plain))},
		{"streaming", streaming},
		{"only said", append(upTo(7), ev(8, "producer", app.Holds, app.Note{ID: "project.producer_said", Said: true, Args: map[string]any{"Line": "ready"}}, nil),
			ev(8, "connection", app.Waiting, none, usererr.New("evidence.not_seen", nil, nil)))},
		{"connected", append(slices.Clip(connected), ev(8, "flow", app.Waiting, none, plain))},
		{"connected, and records go elsewhere", append(slices.Clip(connected), ev(8, "flow", app.Waiting, none, usererr.New("project.undeclared", map[string]any{"Topics": "raw"}, nil)))},
		{"records came just now", append(slices.Clip(connected), ev(8, "flow", app.Holds, flow("project.flow", evening.Add(-3*time.Second)), nil))},
		{"the last record is old, and nobody looked since", append(slices.Clip(connected), ev(8, "flow", app.Holds, flow("project.flow", evening.Add(-6*time.Second)), nil))},
		{"quiet", append(slices.Clip(connected), ev(8, "flow", app.Holds, flow("project.flow_quiet", evening.Add(-200*time.Second)), nil))},
		{"quiet for hours", append(slices.Clip(connected), ev(8, "flow", app.Holds, flow("project.flow_quiet", evening.Add(-3*time.Hour)), nil))},
		{"the app asks elsewhere", append(upTo(7), ev(8, "connection", app.Lost, none, usererr.New("evidence.elsewhere",
			map[string]any{"Addr": "localhost:9092", "Kafka": "localhost:19092", "By": "KAFKA_BROKER (app.py:3)"}, nil)))},
		{"the page is another's", append(slices.Clip(streaming), ev(9, "web", app.Lost, none, usererr.New("evidence.page_other",
			map[string]any{"URL": "http://127.0.0.1:5000/", "Name": "python3", "PID": 12}, nil)))},
		{"lost", append(append([]app.Event{}, streaming...), ev(9, "broker", app.Lost, none, gone))},
		{"crashed", append(append([]app.Event{}, streaming...),
			ev(9, "app", app.Lost, none, usererr.New("detector.exited", map[string]any{"Code": 1, "Line": "KeyError: 'x'"}, plain)),
			ev(12, "producer", app.Failed, none, usererr.New("detector.exited", map[string]any{"Code": 1, "Line": "KeyError: 'x'"}, plain)))},
		{"failed, and why is known", append(upTo(5), ev(6, "app", app.Started, none, nil), app.Event{
			At: at(7), Step: "app", Kind: app.Failed, Err: gone,
			Diagnosis: app.Diagnosis{
				Code: "ST-APP-009", Cause: "app-port", Severity: "error", Where: "app", Line: 3, Action: "ask",
				Evidence: "OSError: [WinError 10048]", Args: map[string]string{"port": "5000", "system": "windows"},
			},
		})},
		{"failed, and nobody knows why", append(upTo(5), ev(6, "app", app.Started, none, nil), app.Event{
			At: at(7), Step: "app", Kind: app.Failed, Err: gone,
			Diagnosis: app.Diagnosis{
				Code: "ST-APP-099", Cause: "unknown", Severity: "warning", Where: "app", Line: 3, Action: "show",
				Evidence: "ERROR the flux capacitor is empty", Others: []string{"ERROR so it goes"}, Args: map[string]string{"count": "2"},
			},
		})},
		{"failed", append(upTo(5), ev(6, "app", app.Started, none, nil), ev(7, "app", app.Failed, none, gone))},
		{"off", append(append(plan(off), hold("flag", "app")...), ev(9, "infra", app.Skipped, none, nil), ev(9, "engine", app.Skipped, none, nil),
			ev(9, "broker", app.Skipped, none, nil), ev(9, "topics", app.Skipped, none, nil), ev(9, "producer", app.Skipped, none, nil))},
		{"stopping", append(append([]app.Event{}, streaming...), app.Event{At: at(9), Kind: app.Wants}, ev(9, "app", app.Undoing, none, nil))},
	}
}

func TestTheViewOfEachTale(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, tale := range tales() {
			var s app.State
			for _, e := range tale.events {
				s = s.Apply(e)
			}
			print(&b, tale.name, Of(s, w, evening), w)
		}
		golden.Compare(t, lang+".txt", b.String())
	}
}

var marks = map[Mark]string{Pending: "·", Busy: "…", Good: "✓", Bad: "✗", Warn: "!", Idle: "–", Said: "?", Off: "○"}

func print(b *strings.Builder, name string, v View, w *i18n.Words) {
	fmt.Fprintf(b, "== %s: %v: %s\n", name, v.Phase, v.Headline)
	for _, r := range v.Rows {
		line := fmt.Sprintf("%s %s | %s | %s", marks[r.Mark], r.Name, r.Text, r.Hint)
		if r.Took > 0 {
			line += " | " + Seconds(r.Took, w)
		}
		fmt.Fprintln(b, strings.TrimRight(line, " |"))
	}
	fmt.Fprintln(b)
}

// A story whose every step held was called streaming, in green, while not one record had come.
func TestNothingIsCalledStreamingWithoutARecord(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		streaming, without := w.Text("view.phase.streaming", nil), 0
		for _, tale := range tales() {
			s := appTold(stateOf(tale.events))
			if row, told := s.Row("flow"); told && row.Holding() {
				continue
			}
			without++
			l := liveDetection()
			v, f, b, m := Of(s, w, evening), FrameOf(s, l, w, evening), BoardOf(s, l, w, evening), MenuOf(s, l.Facts, w, evening)
			for where, text := range map[string]string{"headline": v.Headline, "header": f.State, "overview": b.Headline, "tooltip": strings.TrimPrefix(m.Tooltip, l.Project+" · ")} {
				if strings.HasPrefix(text, streaming) {
					t.Errorf("%s: the %s is %q", tale.name, where, text)
				}
			}
			for where, icon := range map[string]string{"header": f.Icon, "overview": b.Icon, "tray": m.Icon} {
				if icon == "streaming" {
					t.Errorf("%s: the icon of the %s is that of streaming", tale.name, where)
				}
			}
			for _, r := range v.Rows {
				if r.Step == "flow" && r.Mark == Good {
					t.Errorf("%s: the row of the records is marked as good", tale.name)
				}
			}
		}
		if without < 10 {
			t.Errorf("%d tales without a record, want those before the first", without)
		}
	}
}

func TestTheHeadlineOfStreamingIsTheRate(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	want := app.Want{Up: true, Streaming: true}
	var s app.State
	for _, e := range []app.Event{
		{Kind: app.Wants, Want: want},
		{Kind: app.Planned, Want: want},
		{Step: "flag", Kind: app.Planned, Turn: true},
		{Step: "web", Kind: app.Planned, Soft: true},
		{Step: "connection", Kind: app.Planned, Soft: true, Proves: app.Connected},
		{Step: "flow", Kind: app.Planned, Soft: true, Proves: app.Streaming},
		{Step: "flag", Kind: app.Holds},
		{Step: "connection", Kind: app.Holds},
		{Step: "web", Kind: app.Holds, Note: app.Note{ID: "project.page", Args: map[string]any{"URL": "http://127.0.0.1:5000/"}}},
		{Step: "flow", Kind: app.Holds, Note: app.Note{ID: "project.flow", Args: map[string]any{"Rate": "12", "Records": 100}}},
	} {
		s = s.Apply(e)
	}
	if got, want := Of(s, w, time.Now()).Headline, "Streaming · 12 records/s (100 in total)"; got != want {
		t.Errorf("headline %q, want %q", got, want)
	}
}

func TestSecondsAreToldAsCoarselyAsTheyMatter(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[time.Duration]string{
		0: "0 s", 340 * time.Millisecond: "0.3 s", 9950 * time.Millisecond: "10 s", 12700 * time.Millisecond: "12 s",
		time.Minute: "1 min 0 s", 125 * time.Second: "2 min 5 s",
	} {
		if got := Seconds(d, w); got != want {
			t.Errorf("Seconds(%v) = %q, want %q", d, got, want)
		}
	}
}

// The name of an error is for programs; what was measured or read stays to be seen.
func TestWhatShowsAFindingIsNeverTheNameOfAnError(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		d    app.Diagnosis
		want int
	}{
		{app.Diagnosis{Evidence: "docker.access_denied host=unix:///run/docker.sock: permission denied"}, 0},
		{app.Diagnosis{Evidence: "docker.not_running: no socket"}, 0},
		{app.Diagnosis{Evidence: "docker.not_running host=unix:///run/docker.sock: dial unix: connect: no such file", Line: 1}, 0},
		{app.Diagnosis{Evidence: "kafka: exited, exit code 137"}, 1},
		{app.Diagnosis{Evidence: "docker.access_denied", Line: 7}, 1},
	} {
		c.d.Code = "ST-ENGINE-002"
		if got := Found(c.d, w).Seen(w); len(got) != c.want {
			t.Errorf("%+v: shown %q", c.d, got)
		}
	}
}
