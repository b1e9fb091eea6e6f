package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/internal/golden"
	"streamtray/internal/pause"
)

// infra is the detection project's stack on an engine that nobody needs to answer for.
func infra(t *testing.T) *Stack {
	t.Helper()
	return &Stack{
		Engine: connect(t, Endpoint{Host: "tcp://127.0.0.1:1"}), Dir: t.TempDir(), Name: "deployment",
		Files: []string{"deployment/docker-compose.infra.yml"}, Services: []string{"zookeeper", "kafka"},
	}
}

func TestComposeIsCalledWithTheseArguments(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct {
		name   string
		script fakeScript
		change func(*Stack)
		verb   func(*Stack, context.Context) error
	}{
		{"up, plugin 2.40", fakeScript{Plugin: "2.40.3"}, nil, (*Stack).Up},
		{"stop, plugin 2.40", fakeScript{Plugin: "2.40.3"}, nil, (*Stack).Stop},
		{"up, plugin 5", fakeScript{Plugin: "v5.5.0"}, nil, (*Stack).Up},
		{"up, Desktop's plugin just before JSON", fakeScript{Plugin: "v2.28.1-desktop.1"}, nil, (*Stack).Up},
		{"up, docker without the plugin", fakeScript{Legacy: "1.29.2"}, nil, (*Stack).Up},
		{"up, the new client by its old name", fakeScript{Legacy: "2.40.3"}, nil, (*Stack).Up},
		{"up, all at once", fakeScript{Plugin: "2.40.3"}, func(s *Stack) {
			s.Files = []string{"a.yml", "b with space.yml"}
			s.Profiles = []string{"dev", "kafka"}
			s.Services = nil
		}, (*Stack).Up},
		{"up, compose finds its files", fakeScript{Plugin: "2.40.3"}, func(s *Stack) { s.Files = nil }, (*Stack).Up},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := useFake(t, c.script)
			s := infra(t)
			if c.change != nil {
				c.change(s)
			}
			must(t, c.verb(s, t.Context()))
			fmt.Fprintf(&b, "# %s\n", c.name)
			for _, call := range calls(t, dir) {
				fmt.Fprintf(&b, "%q\n", call.Args)
			}
		})
	}
	golden.Compare(t, "arguments.golden", b.String())
	for _, word := range []string{"down", "rm", "--volumes", "-v", "--remove-orphans", "--force-recreate", "-V"} {
		if strings.Contains(b.String(), fmt.Sprintf("%q", word)) {
			t.Errorf("%s is among the arguments: data of the user could be lost", word)
		}
	}
}

func TestComposeIsToldOfTheSameEngine(t *testing.T) {
	for key, value := range map[string]string{
		"DOCKER_HOST": "tcp://wrong:1", "DOCKER_CONTEXT": "wrong", "DOCKER_TLS_VERIFY": "1", "DOCKER_API_VERSION": "1.1",
		"COMPOSE_ANSI": "always", "COMPOSE_REMOVE_ORPHANS": "1", "MY_OWN": "kept",
	} {
		t.Setenv(key, value)
	}
	for _, c := range []struct {
		name string
		end  Endpoint
		want map[string]string
	}{
		{"plain", Endpoint{Host: "tcp://127.0.0.1:1"}, map[string]string{"DOCKER_HOST": "tcp://127.0.0.1:1"}},
		{
			"unverified TLS",
			Endpoint{Host: "tcp://127.0.0.1:1", TLS: &TLS{Dir: "certs", SkipVerify: true}},
			map[string]string{"DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_TLS": "1", "DOCKER_CERT_PATH": "certs"},
		},
		{
			"verified TLS",
			Endpoint{Host: "tcp://127.0.0.1:1", TLS: &TLS{Dir: "certs"}},
			map[string]string{"DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "certs"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := useFake(t, fakeScript{Plugin: "2.40.3"})
			s := infra(t)
			s.Engine, s.Env = connect(t, c.end), []string{"MY_TAG=7.5.0"}
			must(t, s.Up(t.Context()))
			all := calls(t, dir)
			last := all[len(all)-1]
			c.want["MY_OWN"], c.want["MY_TAG"], c.want["COMPOSE_REMOVE_ORPHANS"] = "kept", "7.5.0", "false" // else .env may say so
			if fmt.Sprint(last.Env) != fmt.Sprint(c.want) {
				t.Errorf("got environment %v, want %v", last.Env, c.want)
			}
			if got, want := realPath(t, last.Dir), realPath(t, s.Dir); got != want {
				t.Errorf("ran in %s, want the project's folder %s", got, want)
			}
		})
	}
}

func realPath(t *testing.T, path string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(path)
	must(t, err)
	return real
}

func TestAFailureIsToldWithItsLastWords(t *testing.T) {
	useFake(t, fakeScript{Plugin: "2.40.3", Exit: 17, Output: strings.Repeat("noise\n", 200) + `{"error":true,"message":"something new went wrong"}` + "\n"})
	err := infra(t).Up(t.Context())
	check(t, err, "docker.compose_failed", false)
	var ended *ComposeError
	if !errors.As(err, &ended) {
		t.Fatalf("got %v, want a ComposeError in it", err)
	}
	if ended.Code != 17 || ended.Verb != "up" || len(ended.Tail) != maxTail || ended.Tail[maxTail-1] != "something new went wrong" {
		t.Errorf("got %d %s %d lines, last %q", ended.Code, ended.Verb, len(ended.Tail), ended.Tail[len(ended.Tail)-1])
	}
	if want := "compose up: exit code 17: something new went wrong"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %q, want it to end with %q", err, want)
	}
}

func TestOutputWithoutEndIsBounded(t *testing.T) {
	useFake(t, fakeScript{Plugin: "2.40.3", Exit: 1, Output: strings.Repeat("x", 3<<20) + "\n" + strings.Repeat("y", 1<<20)})
	err := infra(t).Up(t.Context())
	if err == nil || len(err.Error()) > 2*maxQuote {
		t.Errorf("got an error of %d bytes, want at most %d", len(err.Error()), 2*maxQuote)
	}
}

func TestWithoutAComposeClientThatIsSaid(t *testing.T) {
	useFake(t, fakeScript{})
	err := infra(t).Up(t.Context())
	check(t, err, "docker.compose_missing", true)
	if !strings.Contains(err.Error(), "is not a docker command") {
		t.Errorf("got %q, want docker's own words in it", err)
	}
}

func TestAProjectFolderThatIsGoneIsSaid(t *testing.T) {
	useFake(t, fakeScript{Plugin: "2.40.3"})
	s := infra(t)
	s.Dir = filepath.Join(s.Dir, "gone")
	check(t, s.Up(t.Context()), "docker.compose_not_started", false)
}

func TestAProjectWithoutANameIsRefused(t *testing.T) {
	dir := useFake(t, fakeScript{Plugin: "2.40.3"})
	s := infra(t)
	s.Name = ""
	if err := s.Up(t.Context()); err == nil || len(calls(t, dir)) > 0 {
		t.Errorf("got %v and %d calls, want an error and none", err, len(calls(t, dir)))
	}
}

func TestAServiceThatLooksLikeAnOptionIsRefused(t *testing.T) {
	dir := useFake(t, fakeScript{Plugin: "2.40.3"})
	s := infra(t)
	s.Services = []string{"kafka", "-V"}
	check(t, s.Up(t.Context()), "docker.service_unknown", true)
	if n := len(calls(t, dir)); n > 0 {
		t.Errorf("got %d calls, want none", n)
	}
}

// envNoConsole tells a test that this process has no console, on Windows. There even Wine can ask a client to end, over a
// console of the client's own, although no program hears it.
const envNoConsole = "STREAMTRAY_TEST_NO_CONSOLE"

func TestACancelledComposeLeavesNothingRunning(t *testing.T) {
	for _, c := range []struct {
		name   string
		script fakeScript
	}{
		{"it ends when interrupted", fakeScript{Plugin: "2.40.3", Hang: true}},
		{"it does not", fakeScript{Plugin: "2.40.3", Hang: true, Stubborn: true}},
		{"its child does not", fakeScript{Plugin: "2.40.3", Hang: true, Child: true}},
		{"it hangs when asked for its version", fakeScript{Plugin: "2.40.3", SlowAsk: true, Stubborn: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := useFake(t, c.script)
			s := infra(t)
			s.grace = 1500 * time.Millisecond // in which a busy machine lets it write a file
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error)
			go func() { ended <- s.Up(ctx) }()
			who := []string{"leader"}
			if c.script.Child {
				who = append(who, "child")
			}
			var pids []string
			for _, w := range who {
				pids = append(pids, awaitFile(t, filepath.Join(dir, w+".pid")))
			}
			begun := time.Now()
			cancel()
			if err := <-ended; !errors.Is(err, context.Canceled) || idOf(err) != "" {
				t.Errorf("got %v, want context.Canceled and no fault", err)
			}
			if took := time.Since(begun); c.script.Hang && c.script.Stubborn && took < s.grace && (canInterrupt() || os.Getenv(envNoConsole) != "") {
				t.Errorf("it was killed after %v, want it asked first and given %v", took, s.grace)
			}
			if _, err := os.Stat(filepath.Join(dir, "leader.interrupted")); err != nil && canInterrupt() {
				t.Errorf("it was not interrupted before it was killed: %v", err)
			}
			for _, pid := range pids {
				awaitGone(t, pid)
			}
		})
	}
}

// awaitFile waits until a file has content and returns that.
func awaitFile(t *testing.T, path string) string {
	t.Helper()
	var text string
	await(t, path, func() bool {
		data, err := os.ReadFile(path)
		text = string(data)
		return err == nil && text != ""
	})
	return text
}

// awaitGone waits until a process has ended; a killed one may be about to.
func awaitGone(t *testing.T, pid string) {
	t.Helper()
	await(t, "end of process "+pid, func() bool { return !alive(pid) })
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	if !pause.Within(10*time.Second, 5*time.Millisecond, holds) {
		t.Fatalf("%s: not within 10 s", what)
	}
}
