package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamtray/app/facts"
	"streamtray/app/settings"
	"streamtray/internal/usererr"
)

// opening is how the project in dir is opened by a person whose things lie in home.
func opening(t *testing.T, dir, home string, environ ...string) Options {
	t.Helper()
	env := environment(append(environ, "STREAMTRAY_HOME="+home, "DOCKER_HOST=tcp://127.0.0.1:1"))
	getenv := func(key string) string { return env[key] }
	f, err := settings.Find(getenv)
	if err != nil {
		t.Fatal(err)
	}
	s, err := settings.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Dir: dir, Getenv: getenv, Environ: environ, Home: home, Folders: f, Settings: s}
}

// opened is the project, and the addresses of its Kafka.
func opened(t *testing.T, o Options) string {
	t.Helper()
	p, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	k, err := p.cluster.at()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(k.Bootstrap, ",") + " " + k.Security.Protocol
}

// project is a folder with a streamtray.yaml that says nothing but what is given.
// referenceSettings are those of a project of the reference's kind: its names are what StreamTray goes by then.
const referenceSettings = `import os
STREAMING = os.getenv("ALGO_ENABLE_KAFKA_STREAMING", "false")
SERVERS = os.getenv("ALGO_KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")
RESULTS = os.getenv("ALGO_KAFKA_DETECTION_TOPIC", "detection-results")
TOPICS = [RESULTS, os.getenv("TASK_TOPIC", "llm-analysis-tasks"), os.getenv("RESULT_TOPIC", "llm-analysis-results")]
`

func projectDir(t *testing.T, yaml string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.py"), []byte(referenceSettings), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "streamtray.yaml"), []byte("version: 1\n"+yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheOnlyComposeFileWithABrokerIsTaken(t *testing.T) {
	dir := projectDir(t, "")
	composeFile(t, dir, "stack/streams/kafka.yml", "19092", "PLAINTEXT")
	if err := os.WriteFile(filepath.Join(dir, "compose.yaml"), []byte("services: {db: {image: postgres}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := opened(t, opening(t, dir, t.TempDir())), "localhost:19092 PLAINTEXT"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOfManyComposeFilesASentenceNamesAFew(t *testing.T) {
	dir := projectDir(t, "")
	for i := range 2 * mostCandidates {
		composeFile(t, dir, fmt.Sprintf("stack%02d/kafka.yml", i), strconv.Itoa(19092+i), "PLAINTEXT")
	}
	_, err := Open(t.Context(), opening(t, dir, t.TempDir()))
	var several *Undecided
	var told usererr.Teller
	if !errors.As(err, &several) || len(several.Found) != 2*mostCandidates || !errors.As(several.fault, &told) {
		t.Fatalf("got %v, want all files to choose from", err)
	}
	_, args := told.Message()
	if files := args["Files"].(string); strings.Count(files, ".yml") != mostCandidates || !strings.HasSuffix(files, ", …") {
		t.Errorf("told: %s", files)
	}
}

func TestOneOfSeveralComposeFilesIsChosenOnceAndRemembered(t *testing.T) {
	dir, home := projectDir(t, ""), t.TempDir()
	composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
	composeFile(t, dir, "local/kafka-compose.yml", "29092", "PLAINTEXT")
	o := opening(t, dir, home)
	_, err := Open(t.Context(), o)
	var several *Undecided
	if !errors.As(err, &several) || len(several.Found) != 2 {
		t.Fatalf("got %v, want two files to choose from", err)
	}
	var told interface {
		Message() (string, map[string]any)
	}
	if !errors.As(err, &told) {
		t.Fatalf("got %v, want a fault", err)
	}
	if id, args := told.Message(); id != "project.several" || args["Files"] != "compose.yaml, local/kafka-compose.yml" {
		t.Errorf("got %s %v", id, args)
	}
	if err := several.Choose(o.Folders, several.Found[1]); err != nil {
		t.Fatal(err)
	}
	if got, want := opened(t, opening(t, dir, home)), "localhost:29092 PLAINTEXT"; got != want {
		t.Errorf("chosen: got %q, want %q", got, want)
	}
	if err := os.Remove(several.Found[1].Path); err != nil {
		t.Fatal(err)
	}
	if got, want := opened(t, opening(t, dir, home)), "localhost:19092 PLAINTEXT"; got != want {
		t.Errorf("the chosen file is gone: got %q, want %q", got, want)
	}
}

func TestTheComposeFileThatTheReadmeStartsIsTaken(t *testing.T) {
	readme := func(dir, text string) {
		if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	several, odd := projectDir(t, ""), projectDir(t, "")
	composeFile(t, several, "compose.yaml", "19092", "PLAINTEXT")
	composeFile(t, several, "local/kafka-compose.yml", "29092", "PLAINTEXT")
	readme(several, "```\ncd local\ndocker compose -f kafka-compose.yml up -d\n```\n")
	composeFile(t, odd, "broker.yml", "39092", "PLAINTEXT") // no name of a compose file's
	readme(odd, "Run `docker-compose -f broker.yml build` and `docker-compose --file broker.yml up kafka` first.\n")
	for dir, want := range map[string]string{several: "localhost:29092 PLAINTEXT", odd: "localhost:39092 PLAINTEXT"} {
		if got := opened(t, opening(t, dir, t.TempDir())); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	readme(several, "`docker compose -f local/kafka-compose.yml up` or `docker compose up`\n")
	var undecided *Undecided
	if _, err := Open(t.Context(), opening(t, several, t.TempDir())); !errors.As(err, &undecided) {
		t.Errorf("two are started: %v", err)
	}
}

func TestFilesThatTheReadmeStartsTogetherAreTakenTogether(t *testing.T) {
	dir := projectDir(t, "")
	composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
	for file, text := range map[string]string{
		"compose.dev.yaml": "services: {page: {image: nginx}}\n",
		"README.md":        "```\ndocker compose -f compose.yaml -f compose.dev.yaml up -d\n```\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Open(t.Context(), opening(t, dir, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	files, err := p.composeFiles(t.Context())
	if want := []string{filepath.Join(dir, "compose.yaml"), filepath.Join(dir, "compose.dev.yaml")}; err != nil || !slices.Equal(files, want) {
		t.Errorf("got %q, %v", files, err)
	}
	known, err := Facts(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range known.Facts {
		if f.What == facts.ComposeFile && !f.Sure {
			t.Errorf("%v is asked for", f.Value)
		}
	}
}

func TestFilesThatAnotherIncludesAreNoChoice(t *testing.T) {
	dir := projectDir(t, "")
	composeFile(t, dir, "parts/kafka.yml", "19092", "PLAINTEXT")
	if err := os.WriteFile(filepath.Join(dir, "compose.yaml"), []byte("include: [parts/kafka.yml]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := opened(t, opening(t, dir, t.TempDir())), "localhost:19092 PLAINTEXT"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatTheListenerSpeaksIsPassedOn(t *testing.T) {
	const access = "kafka: {remote: {user_env: K_USER, password_env: K_PASS}}\n"
	dir := projectDir(t, access)
	composeFile(t, dir, "compose.yaml", "19092", "SASL_PLAINTEXT")
	if got, want := opened(t, opening(t, dir, t.TempDir(), "K_USER=u", "K_PASS=p")), "localhost:19092 SASL_PLAINTEXT"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, c := range []struct{ yaml, want string }{{access, "project.no_credentials"}, {"", "project.no_access"}} {
		dir := projectDir(t, c.yaml)
		composeFile(t, dir, "compose.yaml", "19092", "SASL_PLAINTEXT")
		p, err := Open(t.Context(), opening(t, dir, t.TempDir()))
		if err != nil {
			t.Fatal(err) // the broker step tells it; the containers start all the same
		}
		if err := p.Trust(); err != nil {
			t.Fatal(err)
		}
		if _, err := p.cluster.at(); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.yaml, err, c.want)
		}
		p.Close()
	}
}

func TestComposeFilesWithoutABrokerAreNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".git", "HEAD"), "")
	write(t, filepath.Join(dir, "ops", "db", "compose.yml"), "services:\n  db: {image: postgres}\n")
	_, err := Open(t.Context(), opening(t, dir, t.TempDir()))
	var told *usererr.Error
	if !errors.As(err, &told) || told.ID != "project.no_compose" || told.Args["Looked"] != "ops/db/compose.yml" {
		t.Errorf("got %v", err)
	}
}
