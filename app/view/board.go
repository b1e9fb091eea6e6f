package view

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

// Live is what the overview shows besides the story: facts of the project, and what was seen when last asked.
type Live struct {
	Facts
	On, Off    string                   // the streaming variable's values
	Topics     []Topic                  // the declared ones
	Containers []Container              // of the compose project
	Usual      map[string]time.Duration // how long each step took in this project's start-ups so far
	Version    string                   // this program's
	Processes  map[string]Process       // what the programs take, by their names; the first has none
	Files      Banner                   // what became of the project's own files; zero: they are as they were
	Crash      Crash                    // where a program that ended did; zero: not known
}

// Topic is a topic with its traffic.
type Topic struct {
	Name       string
	About      string // what it is for, by the project's own words
	Partitions int
	Records    int64
	Rate       float64   // records a second
	History    []float64 // rates, oldest first
	Stale      bool      // it is not measured any more
}

// Container is a container as its engine sees it.
type Container struct {
	Service  string
	Image    string
	Ports    []string // "127.0.0.1:9092->9092/tcp", or "9092/tcp" of one that is not published
	State    string   // running, exited, ...
	Health   string   // healthy, unhealthy, starting; empty without a health check
	CPU      float64  // percent of one core
	Memory   int64    // bytes; 0: not known
	Restarts int
	Started  time.Time // zero: not known
}

// Board is the overview as a value.
type Board struct {
	View
	Icon      string
	Project   string
	Steps     []Step
	Startup   string // the steps in one line; empty: there are none
	Open      bool   // the steps are worth seeing one by one
	Resources []Resource
	Acts      []Item // the next sensible acts, the most sensible first
	Topics    []TopicLine
	Traffic   Traffic
}

// Traffic is what all topics together get.
type Traffic struct {
	Rate    string
	History []float64 // rates, oldest first
	Top     float64   // a round rate that none of them exceeds
}

// Step is a row with what a window adds to it.
type Step struct {
	Row
	Time string // "14 s", "14 s · usually 9 s"; may be empty
	Word string // the mark in a word, for those who do not see it
	Fix  Item   // what helps; no label: nothing
}

// TopicLine is a topic in words.
type TopicLine struct {
	Name, About, Partitions, Records, Rate string
	History                                []float64
	Stale                                  bool // the numbers are those of before
}

// BoardOf is the overview for a state at a time.
func BoardOf(s app.State, l Live, w *i18n.Words, now time.Time) Board {
	b := Board{View: Of(s, w, now), Project: l.Project}
	b.Icon = Icon(b.Phase)
	b.Headline = boardHeadline(b.View, s, w)
	crash, crashed := Crashed(s)
	for i, r := range b.Rows {
		st := step(r, s, l, w)
		switch {
		case crashed && i == crash:
			st.Mark, st.Word = Bad, w.Text("ui.mark.crashed", nil)
		case crashed && i > crash && messageOf(s.Rows[i].Err) == messageOf(s.Rows[crash].Err): // said above
			st.Mark, st.Word, st.Text, st.Time, st.Hint, st.Fix, st.Finding = Pending, w.Text("ui.mark.pending", nil), "", "", "", Item{}, nil
		}
		b.Steps = append(b.Steps, st)
	}
	b.Startup, b.Open = strip(s, b.Steps, w, now)
	if crashed {
		b.Rows[crash].Mark = Bad
	}
	b.Resources = resources(s, b.View, l, w, now)
	b.Acts = acts(s, l, w)
	for _, t := range l.Topics {
		b.Topics = append(b.Topics, topicLine(t, w))
	}
	b.Traffic = traffic(l.Topics, w)
	return b
}

// Unknown stands for a value that is not measured now.
const Unknown = "–"

// topicLine tells a topic's numbers; of one that is not measured any more, none is told as if it were of now.
func topicLine(t Topic, w *i18n.Words) TopicLine {
	line := TopicLine{
		Name: t.Name, About: t.About, Partitions: strconv.Itoa(t.Partitions), Records: Count(t.Records),
		Rate: w.Text("ui.rate", map[string]any{"Rate": Rate(t.Rate)}), History: t.History, Stale: t.Stale,
	}
	if t.Stale {
		line.Rate, line.History = Unknown, nil
	}
	return line
}

// traffic sums up the topics; what is not measured any more counts for nothing.
func traffic(topics []Topic, w *i18n.Words) Traffic {
	sum, now := Traffic{Rate: Unknown, Top: 1}, 0.0
	for _, t := range topics {
		if t.Stale {
			continue
		}
		now += t.Rate
		sum.Rate = w.Text("ui.rate", map[string]any{"Rate": Rate(now)})
		for len(sum.History) < len(t.History) {
			sum.History = slices.Insert(sum.History, 0, 0)
		}
		later := sum.History[len(sum.History)-len(t.History):] // all end now
		for i, rate := range t.History {
			later[i] += rate
		}
	}
	for i := 0; len(sum.History) > 0 && sum.Top < slices.Max(sum.History); i++ {
		sum.Top *= [...]float64{2, 2.5, 2}[i%3] // 1, 2, 5, 10 and so on
	}
	return sum
}

// boardHeadline names the step where the headline gives its reason: the row below says the reason whole.
func boardHeadline(v View, s app.State, w *i18n.Words) string {
	if _, crashed := Crashed(s); crashed {
		return v.Headline
	}
	for i, r := range v.Rows {
		if broken(v, r, s.Rows[i], s) {
			return phaseWord(s, v, w) + " · " + r.Name
		}
	}
	return v.Headline
}

// broken reports whether a row is what the phase is in trouble for.
func broken(v View, r Row, row app.Row, s app.State) bool {
	bad := v.Phase == app.PhaseFailed && r.Mark == Bad || v.Phase == app.Degraded && r.Mark == Warn
	return bad && (!row.Soft || s.Held())
}

func step(r Row, s app.State, l Live, w *i18n.Words) Step {
	st := Step{Row: r, Word: text(w, "ui.mark."+r.Mark.String()), Fix: fix(r, s, w)}
	if f := r.Finding; f != nil && !f.Told && (r.Mark == Bad || r.Mark == Warn) {
		st.Text, st.Hint = r.cause(), strings.Join(f.Lines(r.Hint, w), "\n")
	}
	if r.Took < 100*time.Millisecond {
		return st
	}
	st.Time = Seconds(r.Took, w)
	usual, known := l.Usual[r.Step]
	if known && r.Took > time.Second && (r.Took > usual*5/4 || r.Mark == Busy) {
		st.Time = w.Text("ui.usually", map[string]any{"Took": st.Time, "Usual": Seconds(usual, w)})
	}
	return st
}

// fix is the one button of a row that does not hold.
func fix(r Row, s app.State, w *i18n.Words) Item {
	if r.Mark != Bad && r.Mark != Warn {
		return Item{}
	}
	if way, ok := mend(r); ok {
		return way
	}
	base, of := program(r.Step)
	switch base {
	case "app", "producer", "connection", "web":
		return Item{Label: text(w, "ui.fix.app_log"), Act: ActLogs, Arg: cmp.Or(of, "app")}
	case "infra", "broker":
		return Item{Label: text(w, "ui.fix.kafka_log"), Act: ActLogs, Arg: "kafka"}
	case "topics":
		return Item{Label: text(w, "ui.fix.topics"), Act: ActTopics}
	}
	return Item{Label: text(w, "tray.retry"), Act: retry(s)}
}

// fixes are the buttons for a row that does not hold: its own, and where there is no Docker the other ways on.
func fixes(r Row, s app.State, w *i18n.Words) []Item {
	all := []Item{fix(r, s, w)}
	if all[0].Arg == UseEmbedded {
		all = append(all, GetDocker(w), Item{Label: text(w, "ui.check_again"), Act: retry(s)})
	}
	return all
}

// UseEmbedded is the remedy where there is no Docker.
const UseEmbedded = "use_embedded"

// GetDocker leads to where Docker is had.
func GetDocker(w *i18n.Words) Item {
	return Item{Label: text(w, "ui.docker.get"), Act: ActBrowse, Arg: "https://docs.docker.com/get-started/get-docker/"}
}

// WithoutDocker is the other way: the built-in Kafka.
func WithoutDocker(w *i18n.Words) Item {
	return Item{Label: text(w, "view.fix."+UseEmbedded) + "…", Act: ActMend, Arg: UseEmbedded}
}

// mend is what this program can do about a row, once the user agreed to what it costs. False: nothing.
func mend(r Row) (Item, bool) {
	if r.Finding == nil || r.Finding.Fix == nil {
		return Item{}, false
	}
	return Item{Label: r.Finding.Fix.Text + "…", Act: ActMend, Arg: r.Finding.Fix.ID}, true
}

// acts are what one would do next in this phase, and nothing else.
func acts(s app.State, l Live, w *i18n.Words) []Item {
	var all []Item
	if next := primary(s, l.Facts, w); next.Label != "" {
		all = append(all, next)
	}
	if s.Want.Up && s.Phase() != app.Stopping && s.Phase() != app.Stopped {
		all = append(all, Item{Label: text(w, "ui.stop"), Act: ActStop})
	}
	return all
}

var markNames = [...]string{"pending", "busy", "good", "bad", "warn", "idle", "said", "off"}

// String is the mark's stable name.
func (m Mark) String() string { return markNames[m] }
