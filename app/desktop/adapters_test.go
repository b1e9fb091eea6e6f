package desktop

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/i18n"
	"streamtray/app/testenv"
	"streamtray/app/ui/uitest"
)

func english(t *testing.T) *i18n.Words {
	t.Helper()
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAShellReadsBackWhatIsCopied(t *testing.T) {
	const value = `it's "quoted" $HOME \ and 中文`
	if got, want := powershell("A", value), `$env:A = 'it''s "quoted" $HOME \ and 中文'`; got != want {
		t.Errorf("powershell: %s, want %s", got, want)
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		testenv.Of(t, "no bash to ask")
	}
	out, err := exec.CommandContext(t.Context(), shell, "-c", bash("A", value)+"; printf %s \"$A\"").Output()
	if err != nil || string(out) != value {
		t.Errorf("bash reads %q (%v), want %q", out, err, value)
	}
}

func TestOnlyWhatMattersIsNotified(t *testing.T) {
	w := english(t)
	var n notice
	var told []string
	for _, scene := range []string{"stopped", "starting", "said", "connected", "streaming", "streaming", "connected", "lost", "starting", "streaming", "elsewhere", "off", "failed", "stopped"} {
		if text, ok := n.of(uitest.State(scene), w); ok {
			told = append(told, scene+": "+text)
		}
	}
	want := []string{
		"connected: The app is connected to Kafka. Waiting for the first record.",
		"streaming: Streaming. Records arrive.",
		"lost: Interrupted, bringing it back · Nothing listens on localhost:9092.",
		"streaming: Streaming. Records arrive.",
		"elsewhere: Problem · The app looks for Kafka at localhost:19092; Kafka is at localhost:9092.",
		"off: The app runs. Streaming is off.",
		"failed: Needs you · Broker 1 tells its clients to use kafka:29092, but the name kafka is not known on this computer. localhost:9092 answers, but clients will not stay there.",
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

func TestAnEventIsALineInTheReadersWords(t *testing.T) {
	w := english(t)
	lines := 0
	for _, e := range []app.Event{
		{Kind: app.Wants},
		{Kind: app.Planned, Step: "broker"},
		{Kind: app.Holds, Step: "flow", Note: app.Note{ID: "view.flag.on"}},
	} {
		if _, ok := eventLine(e, w); ok {
			lines++
		}
	}
	if lines != 0 {
		t.Errorf("%d lines of what only orders the rows", lines)
	}
	line, ok := eventLine(app.Event{Kind: app.Failed, Step: "broker", Err: errors.New("connection refused")}, w)
	if !ok || line.Level != "error" || line.Text != "Kafka · failed · connection refused" {
		t.Errorf("line %v %q %q", ok, line.Level, line.Text)
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
	put(t, file, is)
	p := opened(t, dir, t.TempDir(), "tcp://127.0.0.1:1")
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
