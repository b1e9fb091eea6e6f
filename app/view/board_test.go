package view

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/internal/golden"
)

func liveDetection() Live {
	return Live{
		Facts: detectionFacts, On: "true", Off: "false",
		Processes: map[string]Process{"": {CPU: 12.5, Memory: 180_000_000}},
		Topics: []Topic{
			{Name: "detection-results", About: "live results", Partitions: 3, Records: 1234567, Rate: 12.4, History: []float64{0, 9, 12}},
			{Name: "llm-analysis-tasks", Partitions: 3, Records: 12, Rate: 0.3},
		},
		Containers: []Container{
			{Service: "kafka", Image: "confluentinc/cp-kafka:7.5.0", Ports: []string{"0.0.0.0:9092->9092/tcp", "[::]:9092->9092/tcp", "127.0.0.1:19101->9101/tcp", "9093/tcp"}, State: "running", Health: "healthy", CPU: 4.12, Memory: 412_000_000, Started: time.Date(2026, 1, 2, 2, 0, 0, 0, time.UTC)},
			{Service: "zookeeper", Image: "confluentinc/cp-zookeeper:7.5.0", State: "exited", Restarts: 2},
		},
		Usual: map[string]time.Duration{"broker": 9 * time.Second},
	}
}

func TestTheBoardOfEachTale(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, tale := range tales() {
			printBoard(&b, tale.name, BoardOf(appTold(stateOf(tale.events)), liveDetection(), w, time.Date(2026, 1, 2, 3, 4, 20, 0, time.UTC)))
		}
		golden.Compare(t, "board."+lang+".txt", b.String())
	}
}

// appTold has the rows of the flag and the app say what they say in a project.
func appTold(s app.State) app.State {
	for i, r := range s.Rows {
		switch {
		case r.Step == "app" && r.Holding():
			s.Rows[i].Note = app.Note{ID: "view.flag.on", Args: map[string]any{"PID": 4711, "Command": "python app.py"}}
		case r.Step == "flag" && r.Holding() && s.Want.Streaming:
			s.Rows[i].Note = app.Note{ID: "view.flag.on"}
		case r.Step == "flag" && r.Holding():
			s.Rows[i].Note = app.Note{ID: "view.flag.off"}
		}
	}
	return s
}

func printBoard(b *strings.Builder, name string, v Board) {
	fmt.Fprintf(b, "== %s: [%s] %s · %s\n", name, v.Icon, v.Project, v.Headline)
	for _, s := range v.Steps {
		line := fmt.Sprintf("%s | %s | %s | %s", s.Word, s.Name, s.Text, s.Time)
		if s.Fix.Label != "" {
			line += fmt.Sprintf(" | [%s -> %s %s]", s.Fix.Label, s.Fix.Act, s.Fix.Arg)
		}
		fmt.Fprintln(b, strings.TrimRight(line, " |"))
		if s.Hint != "" {
			fmt.Fprintln(b, "    "+strings.ReplaceAll(s.Hint, "\n", "\n    "))
		}
	}
	fmt.Fprintf(b, "startup: %s, open %v\n", v.Startup, v.Open)
	for _, r := range v.Resources {
		fmt.Fprintf(b, "%s | %s | %s | %s | %s | %s | %s | %s |", r.Mark, r.Name, r.State, r.Where, r.CPU, r.Memory, r.Uptime, r.Restarts)
		for _, i := range r.Menu {
			fmt.Fprintf(b, " [%s -> %s %s]", i.Label, i.Act, i.Arg)
		}
		fmt.Fprintln(b)
	}
	for _, a := range v.Acts {
		fmt.Fprintf(b, "[%s -> %s] ", a.Label, a.Act)
	}
	fmt.Fprintln(b)
	for _, t := range v.Topics {
		fmt.Fprintln(b, t)
	}
	fmt.Fprintln(b)
}

func TestCountsSetTheirThousandsApart(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

// The lower half of the overview was empty, and nothing told how much all topics get.
func TestTheTrafficOfAllTopicsIsTheSumOfThoseThatAreMeasured(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	long, short, stale := Topic{Rate: 12, History: []float64{5, 9, 12}}, Topic{Rate: 2.4, History: []float64{2}}, Topic{Rate: 99, History: []float64{99}, Stale: true}
	for name, c := range map[string]struct {
		topics []Topic
		want   Traffic
	}{
		"those that began later end at the same time": {[]Topic{long, short, stale}, Traffic{Rate: "14/s", History: []float64{5, 9, 14}, Top: 20}},
		"in whichever order":                          {[]Topic{short, long}, Traffic{Rate: "14/s", History: []float64{5, 9, 14}, Top: 20}},
		"none is measured":                            {[]Topic{stale}, Traffic{Rate: Unknown, Top: 1}},
	} {
		if got := traffic(c.topics, w); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Of a project that was opened and not started, Kafka was said not to be required, beside a switch that was on, and the start
// to be "0/1".
func TestWhileNothingIsKeptNothingIsSaidNotToBeRequired(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	rows := []app.Row{{Step: "embedded", Kind: app.Skipped}, {Step: "broker", Kind: app.Skipped}, {Step: "app", Kind: app.Planned}}
	b := BoardOf(app.State{Rows: rows}, Live{}, w, time.Unix(2, 0))
	if b.Startup != "" {
		t.Errorf("the start is %q", b.Startup)
	}
	for _, s := range b.Steps {
		if s.Mark != Pending || s.Text != "" {
			t.Errorf("%s: %v %q", s.Step, s.Mark, s.Text)
		}
	}
	for _, r := range b.Resources {
		if r.Name == "Kafka" && r.State != Unknown {
			t.Errorf("Kafka: %q", r.State)
		}
	}
}
