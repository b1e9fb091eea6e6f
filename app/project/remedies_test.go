package project

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/story"
	"streamtray/docker"
	"streamtray/internal/usererr"
)

const expired = wellBroker + "[2026-01-02 03:09:09,123] WARN Unable to reconnect to ZooKeeper service, session 0x16d9eaefce70000 has expired (org.apache.zookeeper.ClientCnxn)\n"

func TestWhatCanBeDoneOnceTheUserAgreedGoesWithTheFinding(t *testing.T) {
	sleepy := map[string]keptContainer{"kafka": {status: "running", log: expired}, "zookeeper": wellOnes["zookeeper"]}
	for name, c := range map[string]struct {
		step  string
		err   error
		sites map[string]keptContainer
		want  string
	}{
		"the engine is off":   {story.StepEngine, &docker.Error{ID: "docker.not_running"}, nil, StartEngine},
		"a port is taken":     {story.StepInfra, usererr.New("ports.taken", map[string]any{"Port": 9092, "Name": "x", "PID": 1}, nil), nil, FreePort},
		"a computer slept":    {story.StepBroker, late(refused), sleepy, RestartKafka},
		"another cluster":     {story.StepInfra, exited, crashedKafka(otherCluster), ResetKafka},
		"a session left over": {story.StepInfra, exited, crashedKafka(leftover), ""}, // done without asking
	} {
		t.Run(name, func(t *testing.T) {
			p := shop(t, engineOf(t, c.sites), free(t), free(t))
			d := p.explainer.Explain(within(t), c.step, c.err)
			if !d.Known() || d.Remedy != c.want {
				t.Errorf("got %q of %+v, want %q", d.Remedy, d, c.want)
			}
		})
	}
}

func TestEveryRemedyHasAButtonAndItsCost(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []string{StartEngine, FreePort, RestartKafka, ResetKafka, UseEmbedded, ImportAgain} {
			for _, id := range []string{"view.fix." + r, "view.fix." + r + ".cost"} {
				if _, ok := w.Find(id, nil); !ok {
					t.Errorf("%s: no %s", lang, id)
				}
			}
		}
	}
}

func TestRestartingKafkaStopsTheBrokersAlone(t *testing.T) {
	calls := dockerCommand(t)
	p := shop(t, engineOf(t, wellOnes), free(t), free(t))
	if err := p.Mend(within(t), RestartKafka); id(err) != "project.untrusted" {
		t.Errorf("before the person agreed: %v", err)
	}
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	if err := p.Mend(within(t), RestartKafka); err != nil {
		t.Fatal(err)
	}
	asked, err := os.ReadFile(calls)
	if err != nil || !strings.HasPrefix(string(asked), "compose ") || !strings.HasSuffix(string(asked), " -p shop stop kafka") {
		t.Errorf("docker was asked %q, %v; want to stop kafka and nothing else", asked, err)
	}
}

func TestWhatCannotBeMendedIsRefused(t *testing.T) {
	remote := agreed(t, opening(t, projectDir(t, "kafka: {mode: remote, bootstrap: [\"127.0.0.1:1\"]}\n"), t.TempDir()))
	for _, r := range []string{RestartKafka, ResetKafka, ImportAgain, FreePort, "delete_everything"} {
		err := remote.Mend(within(t), r)
		var told *usererr.Error
		if !errors.As(err, &told) || told.ID != "project.no_remedy" || !app.Final(err) {
			t.Errorf("%s: %v", r, err)
		}
	}
}

// Where Kafka is built in or another computer's, advice spoke of docker compose.
func TestAdviceKnowsWhereThereIsNoComposeToCall(t *testing.T) {
	for yaml, want := range map[string]string{
		"kafka: {mode: embedded}\n":                                 "",
		"kafka: {mode: remote, bootstrap: ['127.0.0.1:1']}\n":       "",
		"compose: {files: [compose.yaml]}\nkafka: {mode: docker}\n": "docker compose -f compose.yaml",
	} {
		dir := projectDir(t, yaml)
		composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
		if got, known := Advice(t.Context(), dir, nil)["compose"]; got != want || !known {
			t.Errorf("%q: compose is called %q, known: %v; want %q", yaml, got, known, want)
		}
	}
}

// What advice says of Kafka's own ports has to be what the project's file says, and never one port for two listeners.
func TestAdviceNamesThePortsThatTheProjectsKafkaListensAt(t *testing.T) {
	for _, c := range []struct{ published, advertised, listen, between string }{
		{"19092:9094", "PLAINTEXT://kafka:9092,HOST://localhost:19092", "9094", "9092"},
		{"9092:9092", "PLAINTEXT://kafka:29092,HOST://localhost:9092", "9092", "29092"},
		{"29092:29092", "PLAINTEXT://kafka:19093,HOST://localhost:29092", "29092", "19093"},
		{"9092:9092", "PLAINTEXT://kafka:9092", "9092", ""},        // not what containers were told: it is the one for this computer
		{"29092:29092", "HOST://localhost:29092", "29092", "9092"}, // not the usual one, which is taken
	} {
		_, port, _ := strings.Cut(c.published, ":")
		dir := projectDir(t, "compose: {files: [compose.yaml]}\nkafka: {mode: docker, bootstrap: ['localhost:"+strings.Split(c.published, ":")[0]+"']}\n")
		write(t, filepath.Join(dir, "compose.yaml"), "services:\n  kafka:\n    image: confluentinc/cp-kafka:7.5.0\n    ports: ['"+c.published+"']\n    environment:\n"+
			"      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181\n      KAFKA_LISTENERS: PLAINTEXT://0.0.0.0:"+c.between+",HOST://0.0.0.0:"+port+"\n"+
			"      KAFKA_ADVERTISED_LISTENERS: "+c.advertised+"\n      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: PLAINTEXT:PLAINTEXT,HOST:PLAINTEXT\n")
		if v := Advice(t.Context(), dir, nil); v["listen"] != c.listen || v["between"] != c.between {
			t.Errorf("%s published, %s advertised: listens at %q, between containers at %q; want %q and %q", c.published, c.advertised, v["listen"], v["between"], c.listen, c.between)
		}
	}
}

// Advice named .venv/bin/python also where there was no environment, or one at another place.
func TestAdviceInstallsIntoTheEnvironmentThatTheAppRunsWith(t *testing.T) {
	dir := projectDir(t, "app: {command: [python, app.py]}\nkafka: {mode: embedded}\n")
	tools := t.TempDir()
	computer := filepath.Join(tools, "python3")
	if runtime.GOOS == "windows" {
		computer = filepath.Join(tools, "python.exe")
	}
	writeProgram(t, computer)
	environ := []string{"PATH=" + tools, "Path=" + tools, "PATHEXT=.EXE"}
	v := Advice(t.Context(), dir, environ)
	if got, want := v["venv"], computer+" -m venv .venv"; got != want || v["python"] != "" {
		t.Errorf("without an environment: it is made by %q, the interpreter is %q; want %q, and the usual one", got, v["python"], want)
	}
	if v["appcommand"] != "" {
		t.Errorf("the command is to be %s, and uses the environment as it is", v["appcommand"])
	}
	pinned := Advice(t.Context(), projectDir(t, "app: {command: ['"+computer+"', app.py, '--n=1']}\nkafka: {mode: embedded}\n"), environ)
	if got, want := pinned["appcommand"], `app: {command: [python, app.py, "--n=1"]}  # streamtray.yaml`; got != want || pinned["venv"] != v["venv"] {
		t.Errorf("a command that names the computer's Python: made by %q, and then %q; want %q", pinned["venv"], got, want)
	}
	python := filepath.Join("venv", "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join("venv", "Scripts", "python.exe")
	}
	writeProgram(t, filepath.Join(dir, python))
	if err := os.WriteFile(filepath.Join(dir, "venv", "pyvenv.cfg"), []byte("home = "+tools+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	v = Advice(t.Context(), dir, environ)
	if v["venv"] != "" || v["python"] != python {
		t.Errorf("with an environment: it is made by %q, the interpreter is %q; want none, and %q", v["venv"], v["python"], python)
	}
}

// writeProgram puts a file that can be executed in its place.
func writeProgram(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}
