package desktop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app/config"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/i18n"
	"streamtray/app/ui/uitest"
)

func TestOnlyWhatMattersIsNotified(t *testing.T) {
	w := uitest.English(t)
	var n notice
	var told []string
	for _, scene := range []string{"stopped", "starting", "said", "connected", "streaming", "streaming", "connected", "lost", "starting", "streaming", "elsewhere", "off", "failed", "stopped"} {
		if text, ok := n.of(uitest.State(scene), w); ok {
			told = append(told, scene+": "+text)
		}
	}
	want := []string{
		"connected: The app is connected to Kafka. Waiting for the first record.",
		"streaming: Streaming. Records are arriving.",
		"lost: Interrupted, recovering · No program listens on localhost:9092.",
		"streaming: Streaming. Records are arriving.",
		"elsewhere: Problem · The app connects to Kafka at localhost:19092, but Kafka is at localhost:9092.",
		"off: The app is running. Streaming is off.",
		"failed: Action required · Broker 1 advertises kafka:29092, but this computer cannot resolve the name kafka. localhost:9092 is reachable, but clients switch to the advertised address.",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("told:\n%s\nwant:\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func TestAProjectFileIsCheckedAndReplacedWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "streamtray.yaml")
	f := projectFile{path: file, first: func() string { return "version: 1\n" }}
	if text, err := f.Text(); text != "version: 1\n" || err != nil {
		t.Errorf("a project without a file: %q, %v; want the first text", text, err)
	}
	if err := f.Check("version: 1\nname: x\n"); err != nil {
		t.Errorf("a good file: %v", err)
	}
	if err := f.Check("version: 1\nkafkaa: {}\n"); err == nil {
		t.Error("an unknown key passes")
	}
	const kept = "# mine\nversion: 1\n"
	if err := f.Save(kept); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	left, _ := filepath.Glob(file + ".new-*")
	if string(b) != kept || err != nil || len(left) != 0 {
		t.Errorf("saved %q, %v, left over: %v", b, err, left)
	}
}

func TestOneLanguageOfStatesForTopics(t *testing.T) {
	for state, want := range map[string]string{
		"same": "same", "create": "create", "partitions differ": "differ", "config differ": "differ", "name invalid": "failed", "created": "created",
	} {
		if got := deed(state); got != want {
			t.Errorf("%s is %s, want %s", state, got, want)
		}
	}
}

func TestATopicIsDeclaredInTheProjectsFileOnceThatWasSeen(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, config.FileName)
	const is = "version: 1\nname: x # mine\nkafka: {mode: embedded, topics: [{name: results}]}\n"
	shoptest.Put(t, file, is)
	p := shoptest.Open(t, dir, t.TempDir(), "tcp://127.0.0.1:1")
	change, err := planner{p, w, projectFile{path: file}}.Declaring("debug", 2)
	if err != nil || !strings.Contains(change.Diff, "+kafka: {mode: embedded, topics: [{name: results}, {name: debug, partitions: 2}]}") {
		t.Fatalf("%v, shown:\n%s", err, change.Diff)
	}
	if now, _ := os.ReadFile(file); string(now) != is {
		t.Errorf("it is written before anybody agreed: %q", now)
	}
	if err := change.Write(); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file)
	if err != nil || len(c.Kafka.Topics) != 2 || c.Kafka.Topics[1].Name != "debug" || c.Kafka.Topics[1].Partitions != 2 {
		t.Errorf("declared now: %+v, %v", c.Kafka.Topics, err)
	}
	if now, _ := os.ReadFile(file); !strings.Contains(string(now), "# mine") {
		t.Errorf("a person's words are gone: %q", now)
	}
}
