package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"streamtray/app/spies"
)

// run carries out a command line in the project, with nobody at the terminal.
func run(s *spies.Spies, args ...string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	code := make(chan int, 1)
	go func() {
		code <- Run(ctx, Env{
			In: strings.NewReader("Connection refused\n"), Out: &bytes.Buffer{}, Err: io.Discard, Dir: s.Dir, Environ: os.Environ(),
			Getenv: s.Getenv, Version: "1",
		}, args)
	}()
	select {
	case <-code:
	case <-time.After(2 * time.Minute):
		s.Fatalf("%v does not end", args)
	}
}

// Each command, as often as it has ways to be called. What runs this program alone, and nothing of a project, has none.
var walked = map[string][][]string{
	"up":         {{}, {"--detach"}, {"--no-app"}, {"--own-ports"}, {"--free-port", "--start-engine"}},
	"down":       {{}, {"--all"}},
	"restart":    {{}, {"app"}},
	"status":     {{}, {"--json"}},
	"logs":       {{}, {"app"}, {"kafka"}, {"-n", "5", "kafka"}},
	"topics":     {{}, {"plan"}, {"list"}, {"apply"}, {"apply", "--grow"}},
	"records":    {{"tail", "results", "-n", "1"}, {"tail", "results", "--from", "beginning", "--until-end"}, {"send", "results"}, {"send", "--lines", "results", "app.py"}},
	"snapshot":   {{"save", "s.jsonl.gz"}, {"restore", "app.py"}},
	"reset":      {{"--topics", "--delete-for-good"}, {"--offsets", "--delete-for-good"}, {"--all", "--delete-for-good"}, {"--all", "--json"}},
	"canary":     {{}},
	"inspect":    {{"compose.yaml"}, {"--live", "compose.yaml"}, {"--fix", "compose.yaml"}, {}, {"."}},
	"diagnose":   {{}},
	"doctor":     {{}, {"--fix", "--yes"}, {"--json"}},
	"env":        {{}, {"--format", "vscode"}},
	"facts":      {{}},
	"init":       {{}},
	"plan":       {{}, {"--json"}},
	"trust":      {{}, {"list"}, {"show"}, {"forget"}},
	"settings":   {{}, {"get", "theme"}, {"set", "theme", "dark"}},
	"quit":       {{}},
	"bundle":     {{"--force", "-o", "b.zip"}},
	"schema":     {{}},
	"completion": {{"bash"}},
	"version":    {{}},
	keepApart:    {{}},

	"demo": nil, "selftest": nil, SampleApp: nil, onPath: nil, appID: nil, selftestPart: nil,
}

// A project that nobody trusts had its programs run, its addresses talked to and the person's environment sent there by
// commands that only look.
func TestNoCommandTouchesAnythingForAProjectThatNobodyTrusts(t *testing.T) {
	for _, cmd := range commands() {
		if _, known := walked[cmd.name]; !known {
			t.Errorf("%s is not walked: say how it is called, or that it has nothing to do with projects", cmd.name)
		}
	}
	for name, write := range spies.Projects {
		t.Run(name, func(t *testing.T) {
			s := spies.Place(t)
			write(s)
			for command, calls := range walked {
				if command == "init" { // it writes what the others read
					continue
				}
				for _, args := range calls {
					walk(s, append([]string{command}, args...))
				}
			}
			walk(s, []string{"init"})
		})
	}
}

// walk carries out one command line and fails on any contact. Of what runs, only the project's own containers may be
// stopped, and only because that was asked for.
func walk(s *spies.Spies, args []string) {
	s.Helper()
	run(s, args...)
	seen := s.Taken()
	if slices.Equal(args, []string{"down", "--all"}) {
		seen = slices.DeleteFunc(seen, func(what string) bool { return what == "stopped ours" })
	}
	if len(seen) > 0 {
		s.Errorf("%v: %s", args, strings.Join(seen, "; "))
	}
}

// The spies hear what they are there for: without that the walk would prove nothing.
func TestTheSpiesHear(t *testing.T) {
	s := spies.Place(t)
	s.Put("streamtray.yaml", fmt.Sprintf(`version: 1
kafka:
  mode: remote
  bootstrap: [%q, "kafka.example:9092"]
  remote: {security: SASL_PLAINTEXT, mechanism: PLAIN, user_env: %s, password_env: %s}
app: {command: [python, app.py], ready: {http: %q}}
`, s.Broker, spies.Secret, spies.Secret, s.Page))
	run(s, "doctor", "--trust")
	all := strings.Join(s.Taken(), "\n")
	for _, want := range []string{"broker connected to", "a name was looked up", "the variable " + spies.Secret, "a program was run", "page asked"} {
		if !strings.Contains(all, want) {
			t.Errorf("nobody heard %q; heard:\n%s", want, all)
		}
	}
	s.Put("streamtray.yaml", "version: 1\ncompose: {files: [compose.yaml]}\n")
	s.Put("compose.yaml", "name: hostile\nservices: {kafka: {image: 'registry.example/kafka', ports: ['9092:9092'], environment: {KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://localhost:9092'}}}\n")
	run(s, "doctor", "--trust")
	run(s, "down", "--all")
	all = strings.Join(s.Taken(), "\n")
	for _, want := range []string{"/distribution/", "stopped ours"} {
		if !strings.Contains(all, want) {
			t.Errorf("nobody heard %q; heard:\n%s", want, all)
		}
	}
}
