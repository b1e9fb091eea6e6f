package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/app/settings"
	"streamtray/app/story"
)

// desktopAway is a project on a Docker Desktop that does not run.
func desktopAway(t *testing.T, home string, mayStart bool) *Project {
	t.Helper()
	host := "unix://" + filepath.Join(t.TempDir(), ".docker/desktop/docker.sock")
	if runtime.GOOS == "windows" {
		host = "npipe:////./pipe/streamtray-test-away"
	}
	dir := projectDir(t, "compose: {files: [compose.yaml], services: [kafka]}\n")
	write(t, filepath.Join(dir, "compose.yaml"), "services:\n  kafka: {image: \"apache/kafka:3.9.0\", ports: [\"9092:9092\"]}\n")
	o := opening(t, dir, home)
	env := o.Getenv
	o.Getenv = func(key string) string {
		if key == "DOCKER_HOST" {
			return host
		}
		return env(key)
	}
	o.Settings.StartEngine = mayStart
	return agreed(t, o)
}

// played plays the engine's step and tells it: "after 10s waiting project.engine_absent 10".
func played(ctx context.Context, p *Project) (tale []string, err error) {
	begin := time.Now()
	steps := p.Parts(true).Steps(true)[:1]
	err = app.Up(ctx, steps, func(e app.Event) {
		id := idOf(e.Err)
		var f interface {
			Message() (string, map[string]any)
		}
		if errors.As(e.Err, &f) {
			if _, args := f.Message(); args["Waited"] != nil {
				id += fmt.Sprint(" ", args["Waited"])
			}
		}
		if e.Note.ID != "" {
			id = e.Note.ID
		}
		tale = append(tale, strings.TrimSpace(fmt.Sprintf("%v %s %s", time.Since(begin).Truncate(10*time.Second), e.Kind, id)))
	})
	return tale, err
}

func TestAnEngineThatWasStartedIsAwaitedAndExplainedAndNotForEver(t *testing.T) {
	calls := dockerCommand(t)
	p := desktopAway(t, t.TempDir(), true)
	synctest.Test(t, func(t *testing.T) {
		tale, err := played(t.Context(), p)
		if id(err) != "project.engine_late" || !app.Final(err) {
			t.Errorf("got %v, want it given up", err)
		}
		want := []string{
			"0s started", "0s doing docker.not_running", "0s output project.engine_start",
			"0s waiting project.engine_absent 0", "10s waiting project.engine_absent 10",
		}
		for i, w := range want {
			if i >= len(tale) || tale[i] != w {
				t.Fatalf("got\n%s\nwant %q at %d", strings.Join(tale, "\n"), w, i)
			}
		}
		if got, want := tale[len(tale)-1], "4m0s failed project.engine_late 240"; got != want || len(tale) > 40 {
			t.Errorf("at the end of %d: got %s, want %s", len(tale), got, want)
		}
	})
	if got, _ := os.ReadFile(calls); string(got) != "desktop start --detach" {
		t.Errorf("docker was asked %q", got)
	}
}

func TestAnEngineIsNotStartedUnasked(t *testing.T) {
	calls := dockerCommand(t)
	home := t.TempDir()
	p := desktopAway(t, home, false)
	_, err := played(t.Context(), p)
	if idOf(err) != "docker.not_running" || !app.Final(err) || !p.CanStartEngine(err) {
		t.Errorf("got %v, want it left to the user", err)
	}
	if got, err := os.ReadFile(calls); err == nil {
		t.Errorf("docker was asked %q", got)
	}
	other := desktopAway(t, home, false) // another process of the same person
	if err := other.StartEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(calls); string(got) != "desktop start --detach" {
		t.Errorf("docker was asked %q", got)
	}
	if err := p.engine.Answers(t.Context()); idOf(err) != "project.engine_absent" || app.Final(err) {
		t.Errorf("once another process had it started: got %v, want it awaited", err)
	}
}

// A look deleted the file, and so another process that looked took the wait away from who waited.
func TestWhatAnEngineWasStartedForIsForgottenByWhoKeepsTheProjectAlone(t *testing.T) {
	p := shop(t, engineWith(t), free(t), free(t))
	p.engine.order = filepath.Join(t.TempDir(), "engine.ordered")
	write(t, p.engine.order, time.Now().Format(time.RFC3339Nano))
	if err := p.engine.Answers(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p.engine.order); err != nil {
		t.Errorf("a look took it away: %v", err)
	}
	hub := &app.Hub{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan struct{})
	go func() {
		p.engine.arrives(ctx, hub)
		close(done)
	}()
	hub.Emit(app.Event{Kind: app.Wants, Want: app.Want{Up: true}})
	hub.Emit(app.Event{Step: story.StepEngine, Kind: app.Holds})
	for ctx.Err() == nil {
		if _, err := os.Stat(p.engine.order); os.IsNotExist(err) {
			cancel()
		}
		runtime.Gosched()
	}
	<-done
}

func TestTheSettingCountsAsSoonAsItIsMade(t *testing.T) {
	dockerCommand(t)
	p := desktopAway(t, t.TempDir(), false)
	if p.engine.mayStart() {
		t.Error("before: it may")
	}
	if err := settings.Change(p.options.Folders, func(s *settings.Settings) { s.StartEngine = true }); err != nil {
		t.Fatal(err)
	}
	if !p.engine.mayStart() {
		t.Error("after: it may not")
	}
}

func TestEveryFaultInAnErrorIsSeen(t *testing.T) {
	p := shop(t, engineWith(t), listening(t), free(t))
	err := p.stack.portsFree(t.Context())
	for name, e := range map[string]error{
		"itself": err, "wrapped": fmt.Errorf("x: %w", err), "joined": errors.Join(errors.New("x"), err),
		"of a step": &app.StepError{Step: "infra", Err: errors.Join(err, errors.New("y"))},
	} {
		if !PortsInTheWay(e) {
			t.Errorf("%s: %v is no port in the way", name, e)
		}
	}
	if PortsInTheWay(errors.New("x")) || PortsInTheWay(nil) {
		t.Error("a port in the way where there is none")
	}
}

func TestAnAgentIsToldToLookAgainOnceAndNobodyWaitsForIt(t *testing.T) {
	p := must(t, opening(t, projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()))
	a := p.Agent(t.Context(), &app.Hub{}, true)
	for range 3 {
		p.LookAgain()
	}
	if got := len(a.Nudge); got != 1 {
		t.Errorf("got %d looks due, want 1", got)
	}
}
