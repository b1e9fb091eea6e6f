// Package uitest is a scripted project for tests and pictures: states and facts as a user meets them, without an
// engine, a broker or an app.
package uitest

import (
	"errors"
	"math"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/internal/usererr"
)

// Now is the time at which every scene is looked at.
var Now = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)

// Scenes are the names of the states that State gives.
var Scenes = []string{"stopped", "starting", "said", "streaming", "elsewhere", "failed", "lost", "off"}

var steps = []string{"engine", "infra", "broker", "topics", "flag", "app", "producer", "connection", "web", "flow"}

// State is the state in a scene.
func State(scene string) app.State {
	var s app.State
	for _, e := range events(scene) {
		s = s.Apply(e)
	}
	return s
}

func events(scene string) []app.Event {
	began := Now.Add(-time.Minute)
	at := func(seconds float64) time.Time { return began.Add(time.Duration(seconds * float64(time.Second))) }
	switch scene {
	case "starting":
		all := append(plan(at(38), true), hold(at, 38, 2)...)
		return append(all,
			app.Event{At: at(41), Step: "broker", Kind: app.Started},
			app.Event{At: at(42), Step: "broker", Kind: app.Waiting, Err: usererr.New("kafka.no_controller", map[string]any{"Addr": "localhost:9092"}, errors.New("no controller"))})
	case "said": // the app says that it is ready, and no connection of it was seen
		all := append(plan(at(0), true), hold(at, 0, 6)...)
		return append(all,
			app.Event{At: at(12), Step: "producer", Kind: app.Started},
			app.Event{At: at(14), Step: "producer", Kind: app.Holds, Note: app.Note{ID: "project.producer_said", Said: true, Args: map[string]any{"Line": "Kafka producer initialized"}}},
			app.Event{At: at(14), Step: "connection", Kind: app.Waiting, Err: usererr.New("evidence.not_seen", nil, nil)},
			app.Event{At: at(14), Step: "web", Kind: app.Holds, Note: notes["web"]},
			app.Event{At: at(14), Step: "flow", Kind: app.Waiting, Err: usererr.New("project.no_flow", map[string]any{"Records": 0}, nil)})
	case "connected":
		all := append(plan(at(0), true), hold(at, 0, 9)...)
		return append(all, app.Event{At: at(20), Step: "flow", Kind: app.Waiting, Err: usererr.New("project.no_flow", map[string]any{"Records": 0}, nil)})
	case "elsewhere": // what is seen speaks against what the app says
		all := append(plan(at(0), true), hold(at, 0, 7)...)
		return append(all, app.Event{At: at(20), Step: "connection", Kind: app.Lost, Err: usererr.New("evidence.elsewhere", map[string]any{
			"Addr": "localhost:19092", "Kafka": "localhost:9092", "By": "KAFKA_BROKER (app.py:3)",
		}, nil)})
	case "streaming":
		return append(append(plan(at(0), true), hold(at, 0, 9)...), flowing(at(20)))
	case "failed":
		all := append(plan(at(0), true), hold(at, 0, 2)...)
		return append(all, app.Event{At: at(5), Step: "broker", Kind: app.Started},
			app.Event{At: at(25), Step: "broker", Kind: app.Failed, Err: usererr.New("kafka.advertised_name",
				map[string]any{"Addr": "kafka:29092", "Host": "kafka", "Broker": 1, "Bootstrap": "localhost:9092"}, errors.New("no such host"))})
	case "lost":
		all := append(append(plan(at(0), true), hold(at, 0, 9)...), flowing(at(20)))
		return append(all, app.Event{At: at(50), Step: "broker", Kind: app.Lost, Err: usererr.New("kafka.refused", map[string]any{"Addr": "localhost:9092"}, errors.New("connection refused"))})
	case "off":
		all := plan(at(0), false)
		for _, s := range []string{"engine", "infra", "broker", "topics", "producer", "connection", "flow"} {
			all = append(all, app.Event{At: at(0), Step: s, Kind: app.Skipped})
		}
		return append(all,
			app.Event{At: at(0.2), Step: "flag", Kind: app.Done, Note: app.Note{ID: "view.flag.off"}},
			app.Event{At: at(2.4), Step: "app", Kind: app.Done, Note: notes["app"]},
			app.Event{At: at(3.1), Step: "web", Kind: app.Done, Note: notes["web"]})
	}
	return nil
}

func plan(at time.Time, streaming bool) []app.Event {
	want := app.Want{Up: true, Streaming: streaming}
	all := []app.Event{{At: at, Kind: app.Wants, Want: want}, {At: at, Kind: app.Planned, Want: want}}
	for _, s := range steps {
		all = append(all, app.Event{At: at, Step: s, Kind: app.Planned, Soft: s == "connection" || s == "web" || s == "flow", Turn: s == "flag", Proves: proves[s]})
	}
	return all
}

var proves = map[string]app.Phase{"connection": app.Connected, "flow": app.Streaming}

// notes are what the steps say while they hold.
var notes = map[string]app.Note{
	"broker": {ID: "project.broker", Args: map[string]any{"Count": 1, "Addr": "localhost:9092"}, More: []app.Note{
		{ID: "kafka.proof.port", Args: map[string]any{"Addr": "localhost:9092"}},
		{ID: "kafka.proof.protocol", Args: map[string]any{"Addr": "localhost:9092", "Requests": 61}},
		{ID: "kafka.proof.metadata", Args: map[string]any{"Brokers": 1, "Controller": 1}},
		{ID: "kafka.proof.advertised", Args: map[string]any{"Addrs": "localhost:9092"}},
	}},
	"flag":       {ID: "view.flag.on"},
	"web":        {ID: "project.page", Args: map[string]any{"URL": "http://127.0.0.1:5000/"}},
	"producer":   {ID: "project.producer", Args: map[string]any{"Line": "Kafka producer initialized"}},
	"connection": {ID: "project.connection", Args: map[string]any{"PID": 4711, "Addr": "127.0.0.1:9092"}},
	"app":        {ID: "project.app", Args: map[string]any{"PID": 4711, "Command": "python app.py"}},
}

// took are how many seconds the steps took.
var took = map[string]float64{"engine": 0.2, "infra": 2.6, "broker": 9.4, "topics": 0.6, "flag": 0, "app": 1.1, "producer": 2.5, "connection": 0.4, "web": 0.7}

func hold(at func(float64) time.Time, from float64, n int) (all []app.Event) {
	for _, s := range steps[:n] {
		all = append(all,
			app.Event{At: at(from), Step: s, Kind: app.Started},
			app.Event{At: at(from + took[s]), Step: s, Kind: app.Done, Note: notes[s]})
		from += took[s]
	}
	return all
}

func flowing(at time.Time) app.Event {
	return app.Event{At: at, Step: "flow", Kind: app.Holds, Note: app.Note{ID: "project.flow", Args: map[string]any{"Rate": "12", "Records": 48213}}}
}

// Facts are the menu's.
func Facts() view.Facts {
	return view.Facts{
		Project: "detection", Dir: "/work/detection", Env: "ALGO_ENABLE_KAFKA_STREAMING",
		Page: "http://127.0.0.1:5000/", Bootstrap: "localhost:9092", Contained: true, OwnKafka: true,
		Recent: []view.Place{{Title: "detection", Dir: "/work/detection"}, {Title: "line-2", Dir: "/work/line-2"}},
	}
}

// Live are the facts of a scene.
func Live(scene string) view.Live {
	l := view.Live{Facts: Facts(), On: "true", Off: "false", Version: "0.2.0", Usual: map[string]time.Duration{"broker": 9 * time.Second, "infra": 3 * time.Second}}
	if scene == "stopped" {
		return l
	}
	l.Containers = []view.Container{
		{Service: "kafka", State: "running", CPU: 6.3, Memory: 486_000_000},
		{Service: "zookeeper", State: "running", CPU: 0.4, Memory: 121_000_000},
	}
	if scene == "starting" || scene == "failed" {
		return l
	}
	if scene == "off" {
		l.Containers = nil
		return l
	}
	l.Topics = []view.Topic{
		{Name: "detection-results", About: "实时检测结果", Partitions: 3, Records: 40112, Rate: 10.1, History: wave(10, 3)},
		{Name: "llm-analysis-tasks", About: "LLM 分析任务", Partitions: 3, Records: 4051, Rate: 1.2, History: wave(1, 7)},
		{Name: "llm-analysis-results", About: "LLM 分析结果", Partitions: 3, Records: 4050, Rate: 0.9, History: wave(1, 5)},
	}
	return l
}

func wave(mean, period float64) []float64 {
	v := make([]float64, 48)
	for i := range v {
		v[i] = mean * min(float64(i)/8, 1) * (1 + 0.25*math.Sin(float64(i)/period) + 0.12*math.Cos(float64(i)*1.7))
	}
	return v
}

// English are the texts in English.
func English(t *testing.T) *i18n.Words {
	t.Helper()
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	return w
}
