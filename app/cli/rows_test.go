package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/internal/golden"
	"streamtray/internal/usererr"
)

func speak(t *testing.T, lang string) *i18n.Words {
	t.Helper()
	w, err := i18n.New(lang)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// begin is when every tale here begins.
var begin = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func after(seconds float64) time.Time {
	return begin.Add(time.Duration(seconds * float64(time.Second)))
}

// tale is what happened, as events.
type tale []app.Event

func (t tale) add(seconds float64, step string, k app.Kind, n app.Note, err error) tale {
	return append(t[:len(t):len(t)], app.Event{At: after(seconds), Step: step, Kind: k, Note: n, Err: err})
}

// done lets a step begin and hold.
func (t tale) done(from, to float64, step string, n app.Note) tale {
	return t.add(from, step, app.Started, app.Note{}, nil).add(to, step, app.Done, n, nil)
}

func (t tale) state() app.State {
	var s app.State
	for _, e := range t {
		s = s.Apply(e)
	}
	return s
}

func planned() tale {
	on := app.Want{Up: true, Streaming: true}
	t := tale{{At: begin, Kind: app.Wants, Want: on}, {At: begin, Kind: app.Planned, Want: on}}
	for _, s := range []string{"engine", "infra", "broker", "topics", "flag", "app", "producer", "connection", "flow"} {
		t = append(t, app.Event{
			At: begin, Step: s, Kind: app.Planned, Soft: s == "connection" || s == "flow", Turn: s == "flag",
			Proves: map[string]app.Phase{"connection": app.Connected, "flow": app.Streaming}[s],
		})
	}
	return t
}

func pulling() tale {
	return planned().done(0, 0.02, "engine", app.Note{}).
		add(0.02, "infra", app.Started, app.Note{}, nil).
		add(0.1, "infra", app.Doing, app.Note{}, nil).
		add(8, "infra", app.Output, app.Note{ID: "project.pulling", Args: map[string]any{"Image": "confluentinc/cp-kafka:7.5.0", "Have": 120, "All": 840}}, nil)
}

func streams() tale {
	return planned().done(0, 0.02, "engine", app.Note{}).
		done(0.02, 9.5, "infra", app.Note{}).
		done(9.5, 14.1, "broker", app.Note{ID: "project.broker", Args: map[string]any{"Count": 1, "Addr": "127.0.0.1:9092"}}).
		done(14.1, 14.3, "topics", app.Note{}).
		done(14.3, 14.3, "flag", app.Note{ID: "view.flag.on"}).
		done(14.3, 14.9, "app", app.Note{ID: "project.app", Args: map[string]any{"PID": 4711, "Command": "python app.py"}}).
		done(14.9, 16, "producer", app.Note{ID: "project.producer_said", Said: true, Args: map[string]any{"Line": "ready"}}).
		add(16, "connection", app.Holds, app.Note{ID: "project.connection", Args: map[string]any{"PID": 4711, "Addr": "127.0.0.1:9092"}}, nil).
		add(16.1, "flow", app.Holds, app.Note{ID: "project.flow", Args: map[string]any{"Rate": "9.8", "Records": 128}}, nil)
}

// portTaken is a failure with a long text and a longer hint.
func portTaken() tale {
	err := usererr.New("project.port_container", map[string]any{"Port": 9092, "Name": "other-kafka-1", "Project": "检测系统-旧"}, nil).Terminal()
	return planned().done(0, 0.02, "engine", app.Note{}).
		add(0.02, "infra", app.Started, app.Note{}, nil).
		add(0.1, "infra", app.Failed, app.Note{}, err)
}

// crashed is a failure whose cause stands in a log, found once while it was waited for.
func crashed() tale {
	d := app.Diagnosis{
		Code: "ST-KAFKA-009", Cause: "cluster-id-mismatch", Severity: "error", Where: "broker", Line: 41, Action: "ask",
		Evidence: "kafka.common.InconsistentClusterIdException: The Cluster ID new doesn't match stored clusterId Some(old) in meta.properties.",
	}
	err := usererr.New("docker.service_exited", map[string]any{"Service": "kafka", "Code": 1}, nil).Terminal()
	t := planned().done(0, 0.02, "engine", app.Note{}).add(0.02, "infra", app.Started, app.Note{}, nil)
	return append(t,
		app.Event{At: after(11), Step: "infra", Kind: app.Doing, Err: err, Diagnosis: d},
		app.Event{At: after(30), Step: "infra", Kind: app.Failed, Err: err, Diagnosis: d})
}

// off is a failure that the step's own words say in full, and that can be mended from here.
func off() tale {
	d := app.Diagnosis{
		Code: "ST-ENGINE-001", Cause: "daemon-not-running", Severity: "error", Where: "engine", Action: "ask", Args: map[string]string{"system": "windows"},
		Evidence: "docker.not_running", Remedy: "start_engine", Told: true,
	}
	return append(planned().add(0, "engine", app.Started, app.Note{}, nil),
		app.Event{At: after(1), Step: "engine", Kind: app.Failed, Err: usererr.New("docker.not_running", nil, nil), Diagnosis: d})
}

// strange is a failure whose text comes from elsewhere and tries to rule the terminal.
func strange() tale {
	return planned().add(0, "engine", app.Started, app.Note{}, nil).
		add(1, "engine", app.Failed, app.Note{}, errors.New("first\nsecond\x1b[2J\x1b]0;title\a\ttabs\r\u202egnirts"))
}

var tales = []struct {
	name string
	tale tale
	at   float64
}{
	{"nothing yet", nil, 0},
	{"about to start", planned(), 0},
	{"pulling", pulling(), 8.5},
	{"streams", streams(), 20},
	{"port taken", portTaken(), 1},
	{"crashed", crashed(), 31},
	{"crashed, under way", crashed()[:len(crashed())-1], 12},
	{"engine off", off(), 2},
	{"lost", streams().add(30, "broker", app.Lost, app.Note{}, usererr.New("project.embedded_stopped", nil, nil)), 31},
	{"strange text", strange(), 2},
	{"stopped", append(streams(), app.Event{At: after(40), Kind: app.Wants}).add(40, "app", app.Undone, app.Note{}, nil).add(40, "flag", app.Undone, app.Note{}, nil).add(40, "", app.Planned, app.Note{}, nil), 41},
}

var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// frameOf is the picture of a tale without its colours.
func frameOf(w *i18n.Words, s app.State, at time.Time, columns int) []string {
	r := &rows{words: w, title: "检测 detection", size: func() size { return size{columns: columns} }}
	lines, _ := r.frame(view.Of(s, w, at))
	for i, l := range lines {
		lines[i] = colour.ReplaceAllString(l, "")
	}
	return lines
}

func TestRowsAreDrawnInBothLanguagesOnNarrowAndWideTerminals(t *testing.T) {
	for _, lang := range i18n.Languages {
		w := speak(t, lang)
		for _, columns := range []int{40, 80} {
			var b strings.Builder
			for _, tt := range tales {
				fmt.Fprintf(&b, "== %s\n", tt.name)
				for _, l := range frameOf(w, tt.tale.state(), after(tt.at), columns) {
					fmt.Fprintln(&b, strings.TrimRight(l, " "))
				}
			}
			golden.Compare(t, fmt.Sprintf("rows.%s.%d.txt", lang, columns), b.String())
		}
	}
}

// A line as wide as the terminal, or wider, would break and leave a trace at every frame.
func TestNoLineIsAsWideAsTheTerminal(t *testing.T) {
	for _, lang := range i18n.Languages {
		w := speak(t, lang)
		for _, tt := range tales {
			for columns := 2; columns < 130; columns++ {
				for _, l := range frameOf(w, tt.tale.state(), after(tt.at), columns) {
					if got := textWidth(l); got >= columns {
						t.Errorf("%s in %s: %q takes %d of %d columns", tt.name, lang, l, got, columns)
					}
					if strings.ContainsFunc(l, func(c rune) bool { return c < ' ' }) {
						t.Errorf("%s in %s: %q moves the cursor", tt.name, lang, l)
					}
				}
			}
		}
	}
}

func TestAMistakeAndItsHintAreToldToTheLastLetter(t *testing.T) {
	took := regexp.MustCompile(` +\d+(\.\d+)? (s|秒)$`)
	for _, lang := range i18n.Languages {
		w := speak(t, lang)
		s := portTaken().state()
		row, _ := s.Row("infra")
		text, hint := w.Error(row.Err)
		want := strings.ReplaceAll(text+hint, " ", "")
		for _, columns := range []int{40, 60, 80, 200} {
			got := ""
			for _, l := range frameOf(w, s, after(100), columns)[3:] {
				got += strings.ReplaceAll(took.ReplaceAllString(l, ""), " ", "")
			}
			if !strings.Contains(got, want) {
				t.Errorf("%s, %d columns: %q is not in %q", lang, columns, want, got)
			}
		}
	}
}

// drawn plays a tale on a screen of the given size and returns what is seen in the end.
func drawn(t *testing.T, play tale, lines int, lang string) *screen {
	t.Helper()
	s := &screen{t: t, columns: 80, lines: lines}
	synctest.Test(t, func(t *testing.T) {
		r := &rows{out: s, words: speak(t, lang), title: "detection", size: func() size { return size{80, lines} }}
		ctx, cancel := context.WithCancel(t.Context())
		h := &app.Hub{}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			r.printer(ctx, h)()
		}()
		for _, e := range play {
			e.At = time.Now()
			h.Emit(e)
			time.Sleep(130 * time.Millisecond) // virtual
		}
		cancel()
		<-ended
	})
	return s
}

func TestWhatIsDrawnOverLeavesNoTrace(t *testing.T) {
	for _, tt := range tales[1:] {
		s := drawn(t, tt.tale, 0, "en")
		if n := strings.Count(s.String(), "detection ·"); n != 1 {
			t.Errorf("%s: the headline stands %d times:\n%s", tt.name, n, s)
		}
		for _, name := range []string{"Docker", "Kafka containers", "Topics", "Streaming flag", "Detection app", "Kafka producer"} {
			row := regexp.MustCompile(`(?m)^  . ` + name + `( |$)`)
			if n := len(row.FindAllString(s.String(), -1)); n != 1 {
				t.Errorf("%s: the row %q stands %d times:\n%s", tt.name, name, n, s)
			}
		}
	}
}

// On a terminal of few lines the frame scrolled, the cursor could not go back to its beginning, and every frame left
// half of itself behind.
func TestAFrameHigherThanTheTerminalLeavesNoTrace(t *testing.T) {
	s := drawn(t, portTaken(), 8, "en")
	if n := strings.Count(s.String(), "detection ·"); n != 1 {
		t.Errorf("the headline stands %d times:\n%s", n, s)
	}
	if s.top != 0 {
		t.Errorf("%d lines scrolled away", s.top)
	}
}

func TestNothingIsDrawnWhileNothingMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{t: t, columns: 80}
		r := &rows{out: s, words: speak(t, "en"), title: "detection", size: func() size { return size{columns: 80} }}
		ctx, cancel := context.WithCancel(t.Context())
		h := &app.Hub{}
		for _, e := range streams() {
			h.Emit(e)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			r.printer(ctx, h)()
		}()
		time.Sleep(time.Hour) // virtual
		if s.frames > 2 {
			t.Errorf("%d frames in an hour in which nothing happened", s.frames)
		}
		cancel()
		<-ended
	})
}

func TestAChangeOfComposeFilesThatIsWorkedOutHasNoOtherAdviceInJSON(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	d := app.Diagnosis{Code: "ST-CLIENT-003", Cause: "advertised-unreachable", Severity: "error", Where: "client", Evidence: "compose.internal_name_only host=kafka"}
	if f := finding(d, w); f.Advice == "" || f.Fix == "" {
		t.Errorf("a rule's advice is missing: %+v", f)
	}
	d.Told = true
	if f := finding(d, w); f.Title == "" || f.Advice != "" || f.Fix != "" {
		t.Errorf("beside the step's own words stands %q, %q", f.Advice, f.Fix)
	}
}
