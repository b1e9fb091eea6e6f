package project

import (
	"context"
	"slices"
	"strings"

	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/evidence"
	"streamtray/app/story"
	"streamtray/internal/nearest"
	"streamtray/internal/usererr"
)

// further is one of several programs, the first left out.
type further struct {
	app   *detector.App
	watch *evidence.Watch
}

func newApp(a config.App) *detector.App {
	return detector.New(detector.Verdicts{Ready: a.Ready.Log, ReadyHTTP: a.Ready.HTTP, Failed: a.Failed, Degraded: a.Degraded})
}

// detection is the program of that place in the configuration, for the story.
func (p *Project) detection(i int, a config.App, f *flag) *detection {
	one, watch, l := p.app, p.watch, p.launches()[i]
	if i > 0 {
		one, watch = p.more[i-1].app, p.more[i-1].watch
	}
	return &detection{
		App: one, flag: f, cluster: p.cluster, env: p.plan.Processes[i].Env, told: p.Config.Kafka.Environment, page: p.page(a.Ready.HTTP),
		launch: l, program: func() error { return checkOne(p.Config, a, l, p.options.Environ) }, restart: a.Restart,
		watch: watch, ready: a.Ready.Log, file: fileName(p.Config),
	}
}

// Programs are the names of the project's programs, in the order in which they are started; "app" of the only one.
func (p *Project) Programs() []string {
	var names []string
	for _, a := range p.Config.Programs() {
		names = append(names, a.Called())
	}
	return names
}

// Step is the step that a program runs by. The error is project.no_such_program.
func (p *Project) Step(program string) (string, error) {
	i := slices.Index(p.Programs(), program)
	switch {
	case i < 0:
		return "", p.unknownProgram(program)
	case i == 0:
		return story.StepApp, nil
	}
	return story.Of(story.StepApp, program), nil
}

func (p *Project) unknownProgram(name string) error {
	return usererr.New("project.no_such_program", map[string]any{
		"Name": name, "Known": strings.Join(p.Programs(), ", "), "Near": nearest.To(name, p.Programs()),
	}, nil)
}

// Only has the story keep these programs alone, and those that they wait for; none: all. It is said before the agent is made.
func (p *Project) Only(names []string) error {
	var only []string
	var want func(name string)
	want = func(name string) {
		if slices.Contains(only, name) {
			return
		}
		only = append(only, name)
		for _, a := range p.Config.Programs() {
			if a.Name == name {
				for _, before := range a.After {
					want(before)
				}
			}
		}
	}
	for _, name := range names {
		if !slices.Contains(p.Programs(), name) {
			return p.unknownProgram(name)
		}
		if p.Config.App.Name != "" { // of the only one there is nothing to choose
			want(name)
		}
	}
	p.only = only
	return nil
}

// finished reports whether the program ended by itself and has done its work: nothing is to be done about that.
func (d *detection) finished() bool {
	f := d.App.Facts()
	return !f.Ended.IsZero() && !f.Stopped && f.Signal == "" && f.ExitCode == 0 && (d.restart == config.OnFailure || d.restart == config.Never)
}

// failedForGood is why a program that is never started again ended; nil for another.
func (d *detection) failedForGood(ctx context.Context) error {
	if f := d.App.Facts(); d.restart != config.Never || f.Ended.IsZero() || f.Stopped {
		return nil
	}
	return d.App.Alive(ctx)
}
