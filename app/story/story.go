// Package story is THE list of steps from nothing to "streaming", and the small interfaces it needs. Whoever wants to
// know what StreamTray does, and in which order, reads Steps.
package story

import (
	"context"
	"strings"
	"time"

	"streamtray/app"
)

// Engine is the container engine, seen from here.
type Engine interface {
	Answers(ctx context.Context) error
	// Start starts it, where the user agreed to that; else it says how the user can.
	Start(ctx context.Context, tell app.Tell) error
}

// Stack is what the broker runs in: the compose project's containers, or a broker in this process.
type Stack interface {
	Running(ctx context.Context) error
	Blocked(ctx context.Context) error // why Up cannot begin: a port is taken, a file is gone
	Up(ctx context.Context, tell app.Tell) error
	Stop(ctx context.Context) error // never loses data
}

// Cluster is Kafka as a program on this host sees it.
type Cluster interface {
	Ready(ctx context.Context) error
	Proof() app.Note // of the last Ready that held
	HasTopics(ctx context.Context) error
	CreateTopics(ctx context.Context, tell app.Tell) error // what is missing; deletes and shrinks nothing
	Topics() app.Note                                      // what there is to say of them while they are there
	Flowing(ctx context.Context) error                     // records arrived since the app started
	Rate() app.Note                                        // how fast now, or when the last one came
}

// Flag is the streaming flag as the detection app will see it.
type Flag interface {
	Is(on bool) error
	Blocked() error // why it cannot be set: its file may not be written
	Set(on bool) error
	Clear() error
}

// Detector is the detection app, which the story starts and stops.
type Detector interface {
	Elsewhere
	Blocked(ctx context.Context) error // why Start cannot begin: the app's port is taken
	Start(ctx context.Context) error
	Stop(ctx context.Context) error      // with all its children
	Producing(ctx context.Context) error // its producer is made: the app says so, or is seen to be connected
	Producer() app.Note                  // which of the two
}

// Elsewhere is a detection app that somebody else starts, in an editor or a terminal: it is only looked at.
type Elsewhere interface {
	Alive(ctx context.Context) error
	Facts() app.Note
	Serving(ctx context.Context) error // its web server answers, and the page is its own
	Page() app.Note
	Connected(ctx context.Context) error // it was seen to talk to the cluster
	Connection() app.Note
}

// Parts are what a story is made of. A nil part leaves its steps out: no Engine and Stack for a cluster elsewhere, no
// Engine for the embedded broker, neither Detector nor Elsewhere for infrastructure alone.
type Parts struct {
	Engine   Engine
	Stack    Stack
	Embedded bool            // the Stack is a broker in this process
	Kept     func() app.Note // what becomes of the embedded broker's records; nil: they go with it
	Cluster  Cluster
	Flag     Flag // nil: the app has none
	Detector Detector
	// Elsewhere is the app where somebody else starts it; there is no Detector then.
	Elsewhere Elsewhere
	More      []Program                // further programs of the project, in the order in which they are started
	Name      string                   // Detector's, of several programs
	Page      bool                     // the address of the app's web page is known
	Awaited   bool                     // others of More wait for Detector's page
	Limits    map[string]time.Duration // by step: how long without progress; a missing one is the engine's default

	// Agreed is asked right before anything is done; its error is in its place. Nil: nobody has to agree.
	Agreed func(ctx context.Context) error

	// Explain looks into what stands behind a step's error; nil knows nothing.
	Explain func(ctx context.Context, step string, err error) app.Diagnosis
}

// Program is one of several programs: Parts.Detector is the first, which has no name here.
type Program struct {
	Name     string
	Detector Detector
	Page     bool // it has one
	Says     bool // it says in its log that its producer is made, and is waited for until it does
	Awaited  bool // others wait for its page
}

// Of is the step of one of several programs: "app:worker" is that which the worker runs by.
func Of(step, program string) string {
	if program == "" {
		return step
	}
	return step + ":" + program
}

// Cut is a step without the program's name, and that name; empty: it is none of a further program.
func Cut(step string) (base, program string) {
	base, program, _ = strings.Cut(step, ":")
	return base, program
}

// The steps' names, in order. Those from StepApp to StepConnection are there for each further program as well, see Of.
const (
	StepEngine   = "engine"   // the container engine answers
	StepInfra    = "infra"    // the broker's containers run
	StepEmbedded = "embedded" // the broker in this process runs
	StepBroker   = "broker"   // Kafka answers: kafka.Cluster.Ready
	StepTopics   = "topics"   // the declared topics exist, with leaders
	StepFlag     = "flag"     // the streaming flag is set for the app
	StepApp      = "app"      // the detection app runs
	StepWeb      = "web"      // its web server answers; says nothing about Kafka
	StepProducer = "producer" // its Kafka producer is initialised, by its own word at least

	StepConnection = "connection" // the app is seen to be connected to this Kafka
	StepFlow       = "flow"       // records arrived since the app started
)

// Pauses between two looks while something is awaited. A look at the broker is a connection refused, or a few
// milliseconds of talk: short enough to be asked often, and what is asked often is known early.
const (
	brokerEvery = 25 * time.Millisecond
	memoryEvery = 20 * time.Millisecond // looks at what is in this process's memory
)

// Steps is the story with streaming on or off. Off, the app runs without Kafka, and so nothing of Kafka is needed.
func (p Parts) Steps(streaming bool) []app.Step {
	var steps []app.Step
	if streaming || !p.programs() {
		steps = append(steps, p.infrastructure()...)
	}
	switch {
	case p.programs():
		steps = append(steps, p.application(streaming)...)
	case p.Elsewhere != nil:
		steps = append(steps, p.elsewhere(streaming)...)
	}
	for i := range steps {
		base, _ := Cut(steps[i].ID)
		steps[i].Within = p.Limits[base]
		if do := steps[i].Do; do != nil && p.Agreed != nil {
			steps[i].Do = func(ctx context.Context, tell app.Tell) error {
				if err := p.Agreed(ctx); err != nil {
					return err
				}
				return do(ctx, tell)
			}
		}
		if p.Explain != nil && !steps[i].Soft {
			id := steps[i].ID
			steps[i].Explain = func(ctx context.Context, err error) app.Diagnosis { return p.Explain(ctx, id, err) }
		}
	}
	return steps
}

func (p Parts) programs() bool { return p.Detector != nil || len(p.More) > 0 }

// infrastructure are the steps that Toggle leaves alone.
func (p Parts) infrastructure() []app.Step {
	var steps []app.Step
	if p.Engine != nil {
		steps = append(steps, app.Step{ID: StepEngine, Check: p.Engine.Answers, Do: p.Engine.Start})
	}
	if p.Stack != nil {
		id := StepInfra
		if p.Embedded {
			id = StepEmbedded
		}
		steps = append(steps, app.Step{ID: id, Check: p.Stack.Running, Blocked: p.Stack.Blocked, Do: p.Stack.Up, Undo: p.Stack.Stop, InProcess: p.Embedded, Say: p.Kept})
	}
	return append(steps,
		app.Step{ID: StepBroker, Check: p.Cluster.Ready, Every: brokerEvery, Say: p.Cluster.Proof},
		app.Step{ID: StepTopics, Check: p.Cluster.HasTopics, Do: p.Cluster.CreateTopics, Every: brokerEvery, Say: p.Cluster.Topics},
	)
}

// application are the steps from the switch on.
func (p Parts) application(streaming bool) []app.Step {
	steps := p.flag(streaming)
	if p.Detector != nil {
		steps = append(steps, Program{Name: p.Name, Detector: p.Detector, Page: p.Page, Says: true, Awaited: p.Awaited}.steps("", streaming)...)
	}
	for _, one := range p.More {
		steps = append(steps, one.steps(one.Name, streaming)...)
	}
	steps[0].Switch = true
	if !streaming {
		return steps
	}
	return append(steps, app.Step{ID: StepFlow, Check: p.Cluster.Flowing, Soft: true, Proves: app.Streaming, Say: p.Cluster.Rate})
}

// elsewhere are the steps of an app that somebody else starts: nothing waits for it, and nothing ends it.
func (p Parts) elsewhere(streaming bool) []app.Step {
	steps := append(p.flag(streaming), app.Step{
		ID: StepApp, Check: p.Elsewhere.Alive, Soft: true, Proves: app.Starting, Say: p.Elsewhere.Facts,
	})
	steps[0].Switch = true
	return append(steps, p.seen(p.Elsewhere, streaming)...)
}

// flag is the step of the streaming flag; none where the app has none.
func (p Parts) flag(streaming bool) []app.Step {
	if p.Flag == nil {
		return nil
	}
	return []app.Step{{
		ID:      StepFlag,
		Check:   func(context.Context) error { return p.Flag.Is(streaming) },
		Blocked: func(context.Context) error { return p.Flag.Blocked() },
		Do:      func(context.Context, app.Tell) error { return p.Flag.Set(streaming) },
		Undo:    func(context.Context) error { return p.Flag.Clear() },
		Every:   memoryEvery,
		Say:     func() app.Note { return flagNote(streaming) },
	}}
}

// seen are the steps that tell what the app is seen to do.
func (p Parts) seen(d Elsewhere, streaming bool) []app.Step {
	var steps []app.Step
	if streaming {
		steps = append(steps, app.Step{ID: StepConnection, Check: d.Connected, Soft: true, Proves: app.Connected, Say: d.Connection})
	}
	if p.Page {
		steps = append(steps, app.Step{ID: StepWeb, Check: d.Serving, Soft: true, Say: d.Page})
	}
	if streaming {
		steps = append(steps, app.Step{ID: StepFlow, Check: p.Cluster.Flowing, Soft: true, Proves: app.Streaming, Say: p.Cluster.Rate})
	}
	return steps
}

// steps are those of one program, named by a key that the first one does without: it runs, its
// producer is made, and what is seen of it.
func (p Program) steps(key string, streaming bool) []app.Step {
	of := func(step string) string { return Of(step, key) }
	d := p.Detector
	steps := []app.Step{{
		ID:      of(StepApp),
		Check:   d.Alive,
		Blocked: d.Blocked,
		Do:      func(ctx context.Context, _ app.Tell) error { return d.Start(ctx) },
		Undo:    d.Stop,
		Every:   memoryEvery,
		Say:     d.Facts,
	}}
	if streaming && p.Says {
		steps = append(steps, app.Step{ID: of(StepProducer), Check: d.Producing, Every: memoryEvery, Say: d.Producer})
	}
	if streaming {
		steps = append(steps, app.Step{ID: of(StepConnection), Check: d.Connected, Soft: true, Proves: app.Connected, Say: d.Connection})
	}
	if p.Page {
		steps = append(steps, app.Step{ID: of(StepWeb), Check: d.Serving, Soft: !p.Awaited, Say: d.Page})
	}
	for i := range steps {
		steps[i].Program = p.Name
	}
	return steps
}

func flagNote(on bool) app.Note {
	if on {
		return app.Note{ID: "view.flag.on"}
	}
	return app.Note{ID: "view.flag.off"}
}
