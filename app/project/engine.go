package project

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/settings"
	"streamtray/app/story"
	"streamtray/docker"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
)

// engine is the container engine of the story.
type engine struct {
	*docker.Engine
	mayStart func() bool // the user agreed to have it started
	// order is a file that tells when one of this person's processes last had the engine started: whoever keeps a
	// project then waits for it, whichever process asked.
	order  string
	within time.Duration // the longest that it may take to come up
}

func (p *Project) newEngine(e *docker.Engine) *engine {
	return &engine{
		Engine: e, within: p.Config.Limits[story.StepEngine], order: filepath.Join(p.options.Folders.Data, "engine.ordered"),
		mayStart: func() bool {
			if p.options.Settings.StartEngine {
				return true
			}
			s, err := settings.Load(p.options.Folders) // the person may have agreed meanwhile
			return err == nil && s.StartEngine
		},
	}
}

// Answers looks once, and changes nothing. Of an engine that was started and is not there yet it tells what is missing, and for how long it
// has been waited for; after the longest time it gives up.
func (e *engine) Answers(ctx context.Context) error {
	err := e.Engine.Answers(ctx)
	if err == nil {
		return nil
	}
	stage, coming := stages[idOf(err)]
	since := e.ordered()
	if !coming || since.IsZero() {
		return err
	}
	waited := time.Since(since)
	args := map[string]any{
		"Waited": int(waited.Truncate(waitedStep).Seconds()), "Most": int(e.within.Round(time.Second).Seconds()),
	}
	if waited > e.within {
		return usererr.New("project.engine_late", args, err).Terminal()
	}
	return usererr.New(stage, args, err)
}

// arrives forgets that the engine was had started once it is there, until ctx ends: one that goes later is not on its way.
// A process that dies before leaves an order that is too old soon.
func (e *engine) arrives(ctx context.Context, hub *app.Hub) {
	there := false
	for s := range hub.Watch(ctx) {
		r, _ := s.Row(story.StepEngine)
		if r.Holding() && !there {
			_ = os.Remove(e.order)
		}
		there = r.Holding()
	}
}

// waitedStep is how finely the waiting is told: every sentence that is new is an event.
const waitedStep = 10 * time.Second

// stages are what is awaited of an engine that was started, by what is wrong with it still.
var stages = map[string]string{
	docker.NotRunning:    "project.engine_absent",
	docker.DesktopComing: "project.engine_absent",
	docker.Starting:      "project.engine_proxy",
	docker.WSLStopped:    "project.engine_machine",
	docker.Hung:          "project.engine_silent",
}

// ordered is when the engine was last had started, zero if that was not lately.
func (e *engine) ordered() time.Time {
	b, err := os.ReadFile(e.order)
	if err != nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, string(b))
	if ago := time.Since(at); err != nil || ago < 0 || ago > 2*e.within {
		return time.Time{}
	}
	return at
}

// Start starts the engine, once the user agreed to that. Else it waits for one that is on its way, and leaves one that is
// not to the user.
func (e *engine) Start(ctx context.Context, tell app.Tell) error {
	err := e.Answers(ctx)
	id := idOf(err)
	switch {
	case err == nil:
		return nil
	case slices.Contains(passing, id):
		return nil // the looks that follow tell how it goes
	case id == startable && e.mayStart():
		tell(app.Note{ID: "project.engine_start"})
		return e.start(ctx)
	}
	var told *docker.Error
	if !errors.As(err, &told) || !of("docker", err) { // ours says how long to wait
		return err
	}
	final := *told
	return final.Terminal()
}

// start has the engine started, and that remembered.
func (e *engine) start(ctx context.Context) error {
	if err := e.StartDesktop(ctx); err != nil {
		return err
	}
	return atomicfile.Keep(e.order, []byte(time.Now().Format(time.RFC3339Nano)))
}

// startable is the engine's trouble that starting it ends.
const startable = docker.NotRunning

// passing are the engine's troubles that time may mend.
var passing = []string{
	docker.Starting, docker.Hung, docker.WSLStopped, docker.DesktopComing, docker.DesktopUpdating,
	"project.engine_absent", "project.engine_proxy", "project.engine_machine", "project.engine_silent",
}

// CanStartEngine reports whether err says that the engine does not run, which StartEngine may end.
func (p *Project) CanStartEngine(err error) bool {
	return p.engine != nil && slices.Contains(idsOf(err), startable)
}

// StartEngine sets going what brings the engine up, because the user said so just now. Who keeps a project then waits
// for the engine and tells how that goes. Where it must be done by hand the error says how.
func (p *Project) StartEngine(ctx context.Context) error {
	if p.engine == nil {
		return usererr.New("project.no_engine", nil, nil).Terminal()
	}
	return p.engine.start(ctx)
}

// idOf is the text that an error names, the outermost; empty: none.
func idOf(err error) string {
	for t := range usererr.Outer(err) {
		id, _ := t.Message()
		return id
	}
	return ""
}

// of reports whether an error is told by a package.
func of(pkg string, err error) bool {
	return slices.ContainsFunc(idsOf(err), func(id string) bool { return strings.HasPrefix(id, pkg+".") })
}

// idsOf are the texts that an error names, those of the errors that were joined in it too.
func idsOf(err error) []string {
	var all []string
	for t := range usererr.Outer(err) {
		id, _ := t.Message()
		all = append(all, id)
	}
	return all
}
