package project

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/story"
	"streamtray/docker"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// must is the project, closed when the test ends.
func must(t *testing.T, o Options) *Project {
	t.Helper()
	p, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return p
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// id is the name of the fault that err is, empty if it is none.
func id(err error) string {
	var told *usererr.Error
	if !errors.As(err, &told) {
		return ""
	}
	return told.ID
}

func TestTheAppIsToldWhereKafkaIsAndItsTopics(t *testing.T) {
	p := must(t, opening(t, projectDir(t, `kafka:
  mode: embedded
  env: BROKERS
  topics:
    - {name: results, env: RESULT_TOPIC}
    - {name: tasks}
`), t.TempDir()))
	want := map[string]string{"BROKERS": "", "RESULT_TOPIC": "results", "ALGO_ENABLE_KAFKA_STREAMING": "true"}
	if got := told(p); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	p = must(t, opening(t, projectDir(t, "kafka: {mode: embedded, env: '', topics: []}\n"), t.TempDir()))
	if got := told(p); len(got) != 1 {
		t.Errorf("an app that wants to be told nothing but the flag: got %v", got)
	}
}

// told are the variables that the app is given, by name.
func told(p *Project) map[string]string {
	all := map[string]string{}
	for _, v := range p.Plan().Processes[0].Env {
		all[v.Name] = v.Value
	}
	return all
}

// agreed is a project that the person trusts.
func agreed(t *testing.T, o Options) *Project {
	t.Helper()
	p := must(t, o)
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	return p
}

// A project that was opened through a link was another one: it was kept twice, and its app started twice.
func TestOneProjectHasOneChannelByWhateverPathAndFromWhateverHome(t *testing.T) {
	dir, home := projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()
	below := filepath.Join(dir, "src", "deep")
	write(t, filepath.Join(below, "x"), "")
	channel := func(dir, home string) string { return must(t, opening(t, dir, home)).Channel().Name }
	first := channel(dir, home)
	if got := channel(below, home); got != first {
		t.Errorf("from a folder below it: got %s, want %s", got, first)
	}
	if got := channel(dir, t.TempDir()); got != first {
		t.Errorf("from another home: got %s, want %s", got, first)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err == nil { // Windows may not let us
		for _, path := range []string{link, filepath.Join(link, "src")} {
			p := must(t, opening(t, path, home))
			if p.Channel().Name != first || p.Dir != must(t, opening(t, dir, home)).Dir {
				t.Errorf("by %s: channel %s in %s, want %s", path, p.Channel().Name, p.Dir, first)
			}
		}
	}
	if got := channel(projectDir(t, "kafka: {mode: embedded}\n"), home); got == first {
		t.Error("another project has the same channel")
	}
	if strings.ContainsAny(first, `/\.: `) || len(first) > 32 {
		t.Errorf("%q is no name of a socket", first)
	}
}

func TestAnEmbeddedKafkaKeepsItsTopicsAndRecordsNothingAtTheDemo(t *testing.T) {
	dir, home := projectDir(t, "kafka: {mode: embedded, topics: [{name: results, partitions: 2}]}\n"), t.TempDir()
	up := func(p *Project, want kafka.Deed) {
		t.Helper()
		parts := p.Parts(true)
		if !parts.Embedded || parts.Engine != nil {
			t.Errorf("parts %+v, want an embedded broker and no engine", parts)
		}
		if err := parts.Stack.Running(t.Context()); id(err) != "project.embedded_stopped" {
			t.Errorf("before Up: %v", err)
		}
		if err := parts.Stack.Up(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(parts.Stack.Up(t.Context(), nil), parts.Stack.Running(t.Context()), parts.Cluster.Ready(t.Context())); err != nil {
			t.Errorf("up twice: %v", err)
		}
		if addr, _ := parts.Cluster.Proof().Args["Addr"].(string); !strings.HasPrefix(addr, "127.0.0.1:") {
			t.Errorf("proof %+v names no address of this computer", parts.Cluster.Proof())
		}
		topics, err := p.ApplyTopics(t.Context(), false)
		if err != nil || len(topics) != 1 || topics[0].State != string(want) || topics[0].Partitions != 2 {
			t.Errorf("topics %+v, %v, want %s", topics, err, want)
		}
		if err := parts.Cluster.HasTopics(t.Context()); err != nil {
			t.Error(err)
		}
		if err := parts.Cluster.Flowing(t.Context()); id(err) != "project.no_flow" {
			t.Errorf("nothing was written: %v", err)
		}
		if err := errors.Join(parts.Stack.Stop(t.Context()), parts.Stack.Stop(t.Context())); err != nil {
			t.Errorf("stopped twice: %v", err)
		}
		if err := parts.Cluster.Ready(t.Context()); id(err) != "project.embedded_stopped" {
			t.Errorf("after Stop: %v", err)
		}
	}
	up(agreed(t, opening(t, dir, home)), kafka.Created)
	up(agreed(t, opening(t, dir, home)), kafka.Kept)
	o := opening(t, dir, home)
	o.Forget = true
	up(must(t, o), kafka.Created)
}

// The address of an embedded broker is known to the process that it runs in: others take it from what that one tells.
func TestAnotherProcessLearnsWhereTheEmbeddedKafkaIs(t *testing.T) {
	dir, home := projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()
	keeper := agreed(t, opening(t, dir, home)).Parts(true)
	if err := keeper.Stack.Up(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	defer keeper.Stack.Stop(t.Context())
	if err := keeper.Cluster.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	var s app.State
	s = s.Apply(app.Event{Step: story.StepBroker, Kind: app.Started})
	looker := agreed(t, opening(t, dir, home))
	looker.Learn(s)
	if _, err := looker.PlanTopics(t.Context()); id(err) != "project.embedded_stopped" {
		t.Errorf("before the broker answered: %v", err)
	}
	looker.Learn(s.Apply(app.Event{Step: story.StepBroker, Kind: app.Done, Note: keeper.Cluster.Proof()}))
	topics, err := looker.PlanTopics(t.Context())
	if err != nil || len(topics) != 3 {
		t.Errorf("got %+v, %v, want the three declared topics", topics, err)
	}
}

func TestWhoWeAreElsewhereComesFromTheEnvironment(t *testing.T) {
	dir := projectDir(t, `kafka:
  mode: remote
  bootstrap: [kafka.example.com:9093]
  remote: {security: SASL_PLAINTEXT, mechanism: SCRAM-SHA-512, user_env: K_USER, password_env: K_PASS}
`)
	k, err := agreed(t, opening(t, dir, t.TempDir(), "K_USER=me", "K_PASS=geheim")).cluster.at()
	if err != nil {
		t.Fatal(err)
	}
	password, err := k.Security.Password()
	if k.Bootstrap[0] != "kafka.example.com:9093" || k.Security.Protocol != "SASL_PLAINTEXT" || k.Security.Mechanism != "SCRAM-SHA-512" ||
		k.Security.User != "me" || password != "geheim" || err != nil {
		t.Errorf("got %+v with %q, %v", k, password, err)
	}
	// Without them the project opens all the same: what runs can be looked at and stopped.
	for _, environ := range [][]string{nil, {"K_USER=me"}, {"K_PASS=geheim"}} {
		p := agreed(t, opening(t, dir, t.TempDir(), environ...))
		_, err := p.cluster.at()
		if id(err) != "project.no_credentials" || !app.Final(err) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("with %v: %v, want project.no_credentials for good", environ, err)
		}
		if parts := p.Parts(false); parts.Engine != nil || parts.Stack != nil {
			t.Errorf("a cluster elsewhere has no containers: %+v", parts)
		}
	}
}

func TestTheFlagIsSetForTheNextLaunchAndInTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), ".env")
	write(t, file, "# mine\nOTHER=1\n")
	f := &flag{env: "STREAM", on: "true", off: "false", file: file, same: func() error { return nil }}
	if err := f.Is(false); err == nil {
		t.Error("a flag that was never set is off already")
	}
	for _, step := range []struct {
		do    func() error
		value string
		file  string
	}{
		{func() error { return f.Set(true) }, "true", "# mine\nOTHER=1\nSTREAM=true\n"},
		{func() error { return f.Set(false) }, "false", "# mine\nOTHER=1\nSTREAM=false\n"},
		{func() error { return f.Set(true) }, "true", "# mine\nOTHER=1\nSTREAM=true\n"},
		{f.Clear, "", "# mine\nOTHER=1\nSTREAM=false\n"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if f.now() != step.value || string(text) != step.file || err != nil {
			t.Errorf("got %q and\n%s, %v\nwant %q and\n%s", f.now(), text, err, step.value, step.file)
		}
	}
	f.file = filepath.Join(file, "not-a-folder")
	if err := f.Set(true); err == nil || f.now() != "" {
		t.Errorf("a file that cannot be written: %v, and the flag is %q", err, f.now())
	}
}

func TestLayersAddUpAndOtherProgressIsToldAsItComes(t *testing.T) {
	s := newStack(&docker.Stack{}, nil)
	s.layers = map[string]docker.Progress{}
	var told []app.Note
	s.tell = func(n app.Note) { told = append(told, n) }
	for _, p := range []docker.Progress{
		{Kind: "layer", Parent: "kafka:1", Name: "a"},
		{Kind: "layer", Parent: "kafka:1", Name: "a", Current: 1_000_000, Total: 10_000_000},
		{Kind: "layer", Parent: "kafka:1", Name: "b", Current: 2_000_000, Total: 30_000_000},
		{Kind: "layer", Parent: "kafka:1", Name: "a", Current: 10_000_000, Total: 10_000_000},
		{Kind: "container", Name: "kafka-1", Action: "Started"},
		{Kind: "container", Name: "kafka-1"},
	} {
		s.progress(p)
	}
	if len(told) != 4 || told[2].Args["Have"] != int64(12) || told[2].Args["All"] != int64(40) || told[3].Args["Action"] != "Started" {
		t.Errorf("told %+v", told)
	}
}

func TestTheDemoLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	p, err := Demo(t.Context(), opening(t, t.TempDir(), t.TempDir()), "sample-app")
	if err != nil {
		t.Fatal(err)
	}
	log, err := p.OpenAgentLog()
	if err != nil {
		t.Fatal(err)
	}
	log.Close()
	if err := errors.Join(p.Close(), p.Close()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(tmp); len(left) != 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTheLogOfTheBackgroundIsBegunAnewAndTheOneBeforeKept(t *testing.T) {
	p := must(t, opening(t, projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()))
	for _, text := range []string{"first", "second", "third"} {
		f, err := p.OpenAgentLog()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	now, _ := os.ReadFile(p.AgentLog())
	before, _ := os.ReadFile(p.folder("agent.1.log"))
	if string(now) != "third" || string(before) != "second" {
		t.Errorf("got %q and before it %q", now, before)
	}
}

func TestAskingForTheLogOfNothingSaysSo(t *testing.T) {
	p := must(t, opening(t, projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()))
	for _, err := range p.Logs(t.Context(), LogOptions{Source: "kafka"}) {
		if id(err) != "project.no_container" {
			t.Errorf("got %v", err)
		}
	}
}

// On a read-only home the person read of a rename that the system refused.
func TestALogOfTheBackgroundThatCannotBeWrittenIsNamed(t *testing.T) {
	p := must(t, opening(t, projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()))
	if err := os.MkdirAll(filepath.Join(p.AgentLog(), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(p.folder("agent.1.log"), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := p.OpenAgentLog()
	var told *usererr.Error
	if !errors.As(err, &told) || told.ID != "project.unwritable" || told.Args["File"] != p.AgentLog() {
		t.Errorf("got %v, want it told that %s cannot be written", err, p.AgentLog())
	}
}
