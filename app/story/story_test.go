package story

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/internal/golden"
	"streamtray/internal/usererr"
)

// fakes are recording parts of a story, in a little world that tests break.
type fakes struct {
	mu    sync.Mutex
	calls []string
	// what is so
	engineUp, running, appUp, flagOn, flagSet, records bool
	topics, portTaken, lazy                            bool
	readySince                                         time.Time // when the broker began, or will begin, to answer
	boots                                              time.Duration
	topicErr, producerErr                              error
}

var (
	_ Engine   = fakeEngine{}
	_ Stack    = fakeStack{}
	_ Cluster  = fakeCluster{}
	_ Flag     = fakeFlag{}
	_ Detector = fakeDetector{}
)

func (f *fakes) did(call string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call)
}

func (f *fakes) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// unless is nil when what ok reads of the world is so.
func (f *fakes) unless(ok func() bool, why string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ok() {
		return nil
	}
	return errors.New(why)
}

func (f *fakes) parts() Parts {
	return Parts{
		Engine: fakeEngine{f}, Stack: fakeStack{f}, Cluster: fakeCluster{f}, Flag: fakeFlag{f}, Detector: fakeDetector{f}, Page: true,
		Limits: map[string]time.Duration{StepBroker: time.Minute, StepTopics: 10 * time.Second, StepEngine: time.Minute},
	}
}

type fakeEngine struct{ *fakes }

func (f fakeEngine) Answers(context.Context) error {
	return f.unless(func() bool { return f.engineUp }, "docker is not running")
}

func (f fakeEngine) Start(context.Context, app.Tell) error {
	f.did("start engine")
	return usererr.New("docker.not_running", nil, nil).Terminal() // without consent nothing is started
}

type fakeStack struct{ *fakes }

func (f fakeStack) Running(context.Context) error {
	return f.unless(func() bool { return f.running }, "no containers")
}

func (f fakeStack) Up(_ context.Context, tell app.Tell) error {
	f.did("compose up")
	tell(app.Note{ID: "pulling"})
	f.set(func() { f.running, f.readySince = true, time.Now().Add(f.boots) })
	return nil
}

func (f fakeStack) Stop(context.Context) error {
	f.did("compose stop")
	f.set(func() { f.running = false })
	return nil
}

func (f fakeStack) Blocked(context.Context) error { return nil }

type fakeCluster struct{ *fakes }

func (f fakeCluster) Ready(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.running || time.Now().Before(f.readySince) {
		return errors.New("connection refused")
	}
	return nil
}
func (f fakeCluster) Topics() app.Note { return app.Note{} }
func (f fakeCluster) Proof() app.Note  { return app.Note{ID: "answers"} }
func (f fakeCluster) HasTopics(context.Context) error {
	return f.unless(func() bool { return f.topics }, "topic detection-results is missing")
}

func (f fakeCluster) CreateTopics(context.Context, app.Tell) error {
	f.did("create topics")
	if f.topicErr == nil {
		f.set(func() { f.topics = true })
	}
	return f.topicErr
}

func (f fakeCluster) Flowing(context.Context) error {
	return f.unless(func() bool { return f.records }, "no records")
}
func (f fakeCluster) Rate() app.Note { return app.Note{ID: "rate"} }

type fakeFlag struct{ *fakes }

func (f fakeFlag) Is(on bool) error {
	return f.unless(func() bool { return f.flagSet && f.flagOn == on }, "flag is not set")
}

func (f fakeFlag) Blocked() error { return nil }

func (f fakeFlag) Set(on bool) error {
	f.did(fmt.Sprintf("flag=%v", on))
	f.set(func() { f.flagSet, f.flagOn = true, on })
	return nil
}

func (f fakeFlag) Clear() error {
	f.did("clear flag")
	f.set(func() { f.flagSet = false })
	return nil
}

type fakeDetector struct{ *fakes }

func (f fakeDetector) Alive(context.Context) error {
	return f.unless(func() bool { return f.appUp }, "app does not run")
}

func (f fakeDetector) Blocked(context.Context) error {
	if f.unless(func() bool { return !f.portTaken }, "") != nil {
		return usererr.New("project.app_port", nil, nil).Terminal()
	}
	return nil
}

func (f fakeDetector) Start(context.Context) error {
	f.did(fmt.Sprintf("launch app, flag=%v", f.flagOn))
	f.set(func() { f.appUp = true })
	return nil
}

func (f fakeDetector) Stop(context.Context) error {
	f.did("stop app")
	f.set(func() { f.appUp = false })
	return nil
}
func (f fakeDetector) Facts() app.Note { return app.Note{ID: "process"} }
func (f fakeDetector) Serving(context.Context) error {
	return f.unless(func() bool { return f.appUp }, "nothing answers")
}
func (f fakeDetector) Page() app.Note                  { return app.Note{ID: "page"} }
func (f fakeDetector) Producing(context.Context) error { return f.producerErr }
func (f fakeDetector) Producer() app.Note              { return app.Note{ID: "made"} }
func (f fakeDetector) Connected(context.Context) error {
	return f.unless(func() bool { return f.appUp && !f.lazy }, "no connection seen")
}
func (f fakeDetector) Connection() app.Note { return app.Note{ID: "connected"} }

// tale runs an agent over the parts; act does things to the world and to the agent. The transcript has every event
// with its virtual time, and the calls that were made.
func tale(t *testing.T, f *fakes, act func(a *app.Agent)) string {
	t.Helper()
	var b strings.Builder
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		a := &app.Agent{Hub: &app.Hub{}, Story: f.parts().Steps}
		a.Hub.Journal(func(e app.Event) {
			fmt.Fprintf(&b, "%6.2fs  %-9s %s%s\n", e.At.Sub(begin).Seconds(), e.Step, e.Kind, why(e))
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- a.Run(ctx) }()
		synctest.Wait() // it knows that nothing is wanted yet
		b.Reset()
		act(a)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		fmt.Fprintf(&b, "calls: %s\n", strings.Join(f.calls, "; "))
	})
	return b.String()
}

func why(e app.Event) string {
	switch {
	case e.Step == "":
		return fmt.Sprintf(" up=%v streaming=%v", e.Want.Up, e.Want.Streaming)
	case e.Err != nil:
		return ": " + e.Err.Error()
	case e.Note.ID != "":
		return ": " + e.Note.ID
	}
	return ""
}

// until waits for a phase, in virtual time.
func until(a *app.Agent, p app.Phase) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour) // virtual, inside the tale's bubble
	defer cancel()
	for s := range a.Hub.Watch(ctx) {
		if s.Phase() == p {
			synctest.Wait() // what happens at the same moment belongs to the tale
			return
		}
	}
}

// betweenLooks is about a minute of virtual time, and ends halfway between two looks of the watch. A tale that changed
// the world at the very moment of a look would tell by chance whether that look or the next one sees it.
const betweenLooks = time.Minute - app.DefaultWatch/2

func TestTheTales(t *testing.T) {
	hidden := usererr.New("detector.init_failed", nil, errors.New("connection refused")).Terminal()
	for _, c := range []struct {
		name  string
		world *fakes
		act   func(f *fakes, a *app.Agent)
	}{
		{"fresh", &fakes{engineUp: true, boots: 9 * time.Second}, func(_ *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.Connected)
		}},
		{"already up", &fakes{engineUp: true, running: true, topics: true, records: true}, func(_ *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.Streaming)
		}},
		{"app port taken", &fakes{engineUp: true, running: true, topics: true, portTaken: true}, func(f *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.PhaseFailed)
			time.Sleep(betweenLooks)
			f.set(func() { f.portTaken = false })
			until(a, app.Connected)
		}},
		{"only said", &fakes{engineUp: true, running: true, topics: true, lazy: true}, func(f *fakes, a *app.Agent) {
			a.Start(true)
			time.Sleep(betweenLooks)
			f.set(func() { f.lazy = false })
			until(a, app.Connected)
		}},
		{"engine off", &fakes{}, func(_ *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.PhaseFailed)
		}},
		{"topic refused", &fakes{engineUp: true, running: true, topicErr: usererr.New("kafka.topic_policy", nil, nil).Terminal()}, func(_ *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.PhaseFailed)
		}},
		{"producer fails", &fakes{engineUp: true, running: true, topics: true, producerErr: hidden}, func(_ *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.PhaseFailed)
		}},
		{"app dies", &fakes{engineUp: true, running: true, topics: true}, func(f *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.Connected)
			f.set(func() { f.appUp = false })
			until(a, app.Degraded)
			until(a, app.Connected)
		}},
		{"toggle off and on", &fakes{engineUp: true, running: true, topics: true}, func(_ *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.Connected)
			a.Toggle(false)
			until(a, app.Ready)
			a.Toggle(true)
			until(a, app.Connected)
		}},
		{"stop everything", &fakes{engineUp: true, running: true, topics: true}, func(_ *fakes, a *app.Agent) {
			a.Start(true)
			until(a, app.Connected)
			a.StopEverything()
			synctest.Wait()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := tale(t, c.world, func(a *app.Agent) { c.act(c.world, a) })
			golden.Compare(t, strings.ReplaceAll(c.name, " ", "-")+".txt", got)
		})
	}
}

func TestWithoutAnAppTheStoryIsInfrastructureAlone(t *testing.T) {
	p := (&fakes{}).parts()
	p.Detector = nil
	var ids []string
	for _, s := range p.Steps(false) {
		ids = append(ids, s.ID)
	}
	if got, want := strings.Join(ids, " "), "engine infra broker topics"; got != want {
		t.Errorf("steps: %s, want %s", got, want)
	}
}

func TestEmbeddedAndRemoteLeaveOutWhatTheyDoNotNeed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Parts)
		want   string
	}{
		"embedded": {func(p *Parts) { p.Engine, p.Embedded = nil, true }, "embedded broker topics flag app producer connection web flow"},
		"remote":   {func(p *Parts) { p.Engine, p.Stack = nil, nil }, "broker topics flag app producer connection web flow"},
	} {
		p := (&fakes{}).parts()
		c.change(&p)
		var ids []string
		for _, s := range p.Steps(true) {
			ids = append(ids, s.ID)
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
