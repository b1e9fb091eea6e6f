package project

import (
	"context"
	"maps"
	"slices"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/story"
	"streamtray/internal/pause"
	"streamtray/kafka"
)

// KeepsRecords reports whether the project's own broker has its records still when it starts again.
func (p *Project) KeepsRecords() bool {
	e, ok := p.broker.(*embedded)
	return ok && kafka.KeepsOnDisk && e.dir != ""
}

// Parts are what the story of this project is made of; noApp leaves the app to somebody else.
func (p *Project) Parts(noApp bool) story.Parts {
	parts := story.Parts{
		Stack:    p.broker,
		Embedded: p.Embedded(),
		Cluster:  p.cluster,
		Page:     p.Config.App.Ready.HTTP != "",
		Limits:   p.limits(),
		Explain:  p.explainer.Explain,
		Agreed:   p.gate,
	}
	if e, ok := p.broker.(*embedded); ok && p.KeepsRecords() {
		parts.Kept = func() app.Note { return app.Note{ID: "project.embedded_kept", Args: map[string]any{"Dir": e.dir}} }
	}
	if p.engine != nil {
		parts.Engine = p.engine
	}
	f := p.newFlag()
	if noApp || p.External() {
		if p.External() || len(p.Config.App.Command) > 0 {
			e := p.newElsewhere()
			parts.Elsewhere, parts.Cluster = e, untilFound{p.cluster, e}
		}
		if !noApp && f.env != "" && f.file != "" { // without the file, no app would see it
			parts.Flag = f
		}
		return parts
	}
	if f.env != "" {
		parts.Flag = f
	}
	first := true
	for i, a := range p.Config.Programs() {
		if len(p.only) > 0 && !slices.Contains(p.only, a.Name) {
			continue
		}
		d := p.detection(i, a, f)
		d.first, first = first, false
		waited := a.Ready.HTTP != "" && slices.ContainsFunc(p.Config.More, func(o config.App) bool { return slices.Contains(o.After, a.Name) })
		if i == 0 {
			parts.Detector, parts.Name, parts.Awaited = d, a.Name, waited
			continue
		}
		parts.More = append(parts.More, story.Program{
			Name: a.Name, Detector: d, Page: a.Ready.HTTP != "", Says: a.Ready.Log != "" || len(a.Failed) > 0, Awaited: waited,
		})
	}
	return parts
}

func (p *Project) newFlag() *flag {
	s := p.Config.Streaming
	return &flag{env: s.Env, on: s.On, off: s.Off, file: s.File, same: p.flagFile}
}

// Agent is a new agent of the project's story that reports to hub. Until ctx ends or the project is closed, what the
// engine says of the project's containers makes it look at once.
func (p *Project) Agent(ctx context.Context, hub *app.Hub, noApp bool) *app.Agent {
	ctx, cancel := context.WithCancel(ctx)
	context.AfterFunc(p.life, cancel)
	parts := p.Parts(noApp)
	a := &app.Agent{Hub: hub, Story: func(streaming bool) []app.Step { return p.steps(parts, streaming) }}
	if !noApp {
		p.record(hub)
	}
	a.Nudge = p.nudge
	if p.stack != nil {
		p.listening.Go(func() { p.listen(ctx) })
	}
	if p.engine != nil {
		p.listening.Go(func() { p.engine.arrives(ctx, hub) })
	}
	if !p.options.Forget {
		_ = p.noteChannel() // then quit does not find it; what is kept here can be stopped all the same
	}
	if p.starts.file != "" {
		p.listening.Go(func() { p.remember(ctx, hub) })
		p.listening.Go(func() { p.learn(ctx, hub) })
	}
	return a
}

// LookAgain has the project's agent look at once: the world may have changed, as after a sleep.
func (p *Project) LookAgain() {
	select {
	case p.nudge <- struct{}{}:
	default: // a look is due already
	}
}

// limits are how long each step may go on without progress.
func (p *Project) limits() map[string]time.Duration {
	limits := maps.Clone(p.Config.Limits)
	limits[story.StepEmbedded] = limits[story.StepInfra]
	limits[story.StepEngine] += waitedStep // the engine's own bound comes first: it says more
	return limits
}

// listenAgain is the pause before the engine is listened to again after it closed the stream.
const listenAgain = 2 * time.Second

// listen passes on that something happened to a container, until ctx ends. What is missed while nobody listens is seen
// by the next look.
func (p *Project) listen(ctx context.Context) {
	for ctx.Err() == nil {
		for _, err := range p.stack.Events(ctx) {
			if err != nil {
				break
			}
			p.LookAgain()
		}
		pause.For(ctx, listenAgain)
	}
}
