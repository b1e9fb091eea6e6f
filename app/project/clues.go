package project

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/detector"
	"streamtray/app/diagnose"
	"streamtray/app/story"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/usererr"
)

// Bounds of what is read to understand a failure.
const (
	clueLines = 2000                    // of each log, the last ones
	slowLook  = 1500 * time.Millisecond // a look at the broker for the app's sake
	lossSlack = 5 * time.Second         // a cause may be written before the last look that saw all well
)

// clues look into what stands behind a step that does not hold: they put together what the errors are by kind, what the
// engine says of the containers, what the logs hold, and what can be tried out. Nothing is read while all goes well.
type clues struct {
	stack    *stack            // nil: no containers
	services map[string]string // of the stack: the place that each one's log is of
	cluster  *cluster
	app      *detector.App
	more     map[string]*detector.App // further programs, by their names
	memory   *memory
	remedy   func(err error, cause string) string
	values   func() map[string]string // of the project, that advice is filled with
	imported *imported
	flag     func() []diagnose.Measured // what may overrule the streaming flag
}

// places are the services of a stack by what their logs are of; empty where only the text can tell.
func places(r *compose.Report, services []string) map[string]string {
	by := map[compose.Role]string{compose.Broker: diagnose.Broker, compose.Controller: diagnose.Broker, compose.ZooKeeper: diagnose.Zookeeper}
	all := map[string]string{}
	for _, s := range r.Services {
		if slices.Contains(services, s.Name) {
			all[s.Name] = by[s.Role]
		}
	}
	return all
}

// explain says what stands behind a step's error.
func (c *clues) explain(ctx context.Context, step string, err error) app.Diagnosis {
	r := kinds(err)
	if r.awaited || r.saysItAll(step) {
		return app.Diagnosis{}
	}
	settled := r.late || app.Final(err) || step == story.StepInfra
	e := c.gather(ctx, step, err, &r)
	if !r.weak {
		e.facts.Measured = append(e.facts.Measured, r.measured...)
	}
	found := e.found()
	if r.weak && settled && len(found) == 0 {
		e.facts.Measured = r.measured
		found = e.found()
	}
	d := diagnosis(found, settled)
	// Where the compose files do not fit, the step's own words lead to the change that fits them; a rule only has an example.
	d.Told = d.Known() && d.Line == 0 && (d.Cause == r.first || found[0].Name == r.first || r.ids["project.unreachable"])
	if d.Known() {
		d.Remedy = c.remedy(err, d.Cause)
		d.Args = with(d.Args, c.values())
	}
	return d
}

// leftSession reports whether the containers ended because ZooKeeper keeps the session of a Kafka that was killed, and how
// long ago the one that met it was started. Logs are only read of containers that ended by themselves.
func (c *clues) leftSession(ctx context.Context) (ago time.Duration, yes bool) {
	all, err := c.stack.Containers(ctx)
	if err != nil || !slices.ContainsFunc(all, func(k docker.Container) bool { return k.State == "exited" && crashed(k.ExitCode) || k.Restarts > 0 }) {
		return 0, false
	}
	e := &gathered{memory: c.memory}
	c.containers(ctx, e)
	found := e.found()
	return e.age, len(found) > 0 && found[0].Cause == "zk-node-exists"
}

// with adds values to those that were read from a line, which say more.
func with(args, more map[string]string) map[string]string {
	all := maps.Clone(more)
	if all == nil {
		return args
	}
	maps.Copy(all, args)
	return all
}

// gather reads what may tell about a step.
func (c *clues) gather(ctx context.Context, step string, err error, r *reading) *gathered {
	e := &gathered{memory: c.memory}
	step, program := story.Cut(step)
	switch step {
	case story.StepEngine:
		if r.first == "docker-missing" { // that its pipe or socket is not there reads as if it did not run
			break
		}
		e.text(diagnose.Engine, err.Error())
	case story.StepInfra:
		var ended *docker.ComposeError
		if errors.As(err, &ended) {
			e.text(diagnose.Compose, ended.Tail...)
		}
		c.containers(ctx, e)
	case story.StepBroker, story.StepTopics:
		if held := c.cluster.lastHeld(step); !held.IsZero() {
			e.since = held.Add(-lossSlack)
		}
		c.containers(ctx, e)
		c.asked(e, r)
	case story.StepApp, story.StepWeb:
		if r.first == "app-port" { // it was not started, and its log is of an earlier run
			break
		}
		c.appLog(e, c.of(program))
	case story.StepProducer:
		c.appLog(e, c.of(program))
		c.tryOut(ctx, e, r)
	}
	return e
}

// containers reads what the engine says of the stack's containers, and their logs since they were started.
func (c *clues) containers(ctx context.Context, e *gathered) {
	if c.stack == nil {
		return
	}
	all, err := c.stack.Containers(ctx)
	if err != nil {
		return // the engine's own failure is another step's
	}
	for _, k := range all {
		place, ours := c.services[k.Service]
		if !ours {
			continue
		}
		e.facts.Containers = append(e.facts.Containers, diagnose.Container{
			Name: k.Service, State: k.State, ExitCode: k.ExitCode, OOMKilled: k.OOM, Restarts: k.Restarts, Health: k.Health,
		})
		if k.Problem != "" {
			e.text(diagnose.Engine, k.Problem)
		}
		if k.State == "created" || k.State == "exited" && !crashed(k.ExitCode) {
			continue // it has nothing to say
		}
		if place == diagnose.Broker && !k.Started.IsZero() {
			e.age = time.Since(k.Started)
		}
		s := e.scanner(place)
		// The engine restarts it within one log, and the run that ended is the one that tells.
		o := docker.LogOptions{Tail: clueLines, SinceStart: k.Restarts == 0}
		for l, err := range c.stack.Logs(ctx, k.Service, o) {
			if err != nil {
				break // what was read counts
			}
			if l.At.Before(e.since) { // it held after that
				continue
			}
			s.Line(l.Text)
		}
	}
}

// crashed tells a container that ended by itself from one that was asked to end.
func crashed(code int) bool { return code != 0 && code != 143 && code != 130 }

// asked takes in what this program's own talk with the broker came to.
func (c *clues) asked(e *gathered, r *reading) {
	for id, args := range r.args {
		switch {
		case id == "kafka.advertised" || id == "kafka.advertised_name":
			e.facts.BrokerAnswers = diagnose.Yes
			if addr := values(args)["addr"]; addr != "" {
				e.facts.Unreachable = append(e.facts.Unreachable, addr)
			}
		case strings.HasPrefix(id, "kafka.topic_"):
			e.facts.BrokerAnswers = diagnose.Yes
		}
	}
}

// appLog reads what the app printed since it was launched.
func (c *clues) appLog(e *gathered, of *detector.App) {
	if of == nil {
		return
	}
	lines, _ := of.Output().Since(0)
	since := of.Facts().Started
	lines = lines[max(0, len(lines)-clueLines):]
	s := e.scanner(diagnose.App)
	for _, l := range lines {
		if !l.At.Before(since) {
			s.Line(l.Text)
		}
	}
}

// tryOut finds the reason that an app's log does not hold: it asks the broker, looks at the flag, and takes in what came
// out when a person had the module that complained imported again. It runs nothing of the user's.
func (c *clues) tryOut(ctx context.Context, e *gathered, r *reading) {
	if r.ids["detector.waiting_ready"] && r.late { // it never spoke of Kafka
		e.facts.Measured = append(e.facts.Measured, c.flag()...)
	}
	if text, _ := c.imported.of(c.app); r.hides() && text != "" {
		e.tried(diagnose.App, text)
	}
	look, cancel := context.WithTimeout(ctx, slowLook)
	defer cancel()
	err := c.cluster.Ready(look)
	if err == nil {
		return // that it answers us does not mean that the app asks at the same address
	}
	asked := kinds(err)
	c.asked(e, &asked)
	c.containers(ctx, e)
	deeper := func(f diagnose.Finding) bool {
		return isKnownError(f) && f.Where != diagnose.App && f.Where != diagnose.Client
	}
	if !asked.weak || !slices.ContainsFunc(e.found(), deeper) { // what is behind it is told rather than that it is so
		e.facts.Measured = append(e.facts.Measured, asked.measured...)
	}
}

// hides reports whether the app said that its producer could not be made, and not why.
func (r reading) hides() bool {
	return r.ids["detector.init_failed_hidden"] || r.ids["detector.init_failed_unsaid"] || r.ids["detector.degraded"]
}

// imported is what came out when a person had the module that complained imported again.
type imported struct {
	mu        sync.Mutex
	run       time.Time // when the app's run that it is about began; zero: none was asked for
	traceback string    // empty: nothing was raised this time
}

// of is what is known about the app's run.
func (i *imported) of(a *detector.App) (traceback string, known bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.run.IsZero() || !i.run.Equal(a.Facts().Started) {
		return "", false
	}
	return i.traceback, true
}

// importWithin is far above what importing takes that loads a model.
const importWithin = 2 * time.Minute

// importAgain has the app's module that complained imported once more. The caller was asked for it in so many words.
func (i *imported) importAgain(ctx context.Context, a *detector.App) error {
	ctx, cancel := context.WithTimeout(ctx, importWithin)
	defer cancel()
	run, module := a.Facts().Started, a.Complained()
	text, err := a.Retrace(ctx)
	if err != nil {
		return usererr.New("project.import_failed", map[string]any{"Module": module}, err).Terminal()
	}
	i.mu.Lock()
	i.run, i.traceback = run, text
	i.mu.Unlock()
	if text == "" {
		return usererr.New("project.import_silent", map[string]any{"Module": module}, nil).Terminal()
	}
	return nil
}

func isKnownError(f diagnose.Finding) bool {
	return f.Severity == diagnose.Error && f.Cause != diagnose.Unknown
}

// gathered is what was found out about one failure.
type gathered struct {
	memory *memory
	facts  diagnose.Facts
	age    time.Duration // of the broker's container since it was last started; 0: unknown
	since  time.Time     // older lines of containers tell nothing; zero: all do

	scanners []*diagnose.Scanner

	trials []*diagnose.Scanner // of what was tried out to find a reason that no log has
}

func (e *gathered) scanner(place string) *diagnose.Scanner {
	s := diagnose.New(place)
	s.Know(e.memory.lines()...)
	e.scanners = append(e.scanners, s)
	return s
}

func (e *gathered) text(place string, lines ...string) {
	s := e.scanner(place)
	for _, l := range lines {
		s.Line(l)
	}
}

func (e *gathered) tried(place, text string) {
	s := diagnose.New(place)
	_, _ = s.Write([]byte(text + "\n"))
	e.trials = append(e.trials, s)
}

// found is what the evidence means, the root first. A reason that was found by trying out goes before the line that
// hides it.
func (e *gathered) found() []diagnose.Finding {
	facts := diagnose.New("")
	facts.See(e.facts)
	found := diagnose.Together(append(e.scanners, facts)...)
	for _, f := range diagnose.Together(e.trials...) {
		if f.Cause != diagnose.Unknown {
			return append([]diagnose.Finding{f}, found...)
		}
	}
	return found
}

// diagnosis is the root of what was found. What is not settled yet is told only where it is an error that is known.
func diagnosis(found []diagnose.Finding, settled bool) app.Diagnosis {
	if len(found) == 0 || !settled && !isKnownError(found[0]) {
		return app.Diagnosis{}
	}
	f := found[0]
	return app.Diagnosis{
		Code: f.Code, Cause: f.Cause, Severity: string(f.Severity), Where: f.Where, Evidence: f.Evidence, Line: f.Line,
		Action: string(f.Action), Args: f.Args, Others: f.Others[:min(len(f.Others), maxOthers)],
	}
}

// maxOthers is how many further unknown lines travel with an event.
const maxOthers = 4

// remember keeps the lines of a run that went well, for those that do not.
func (c *clues) remember(ctx context.Context) error {
	e := &gathered{memory: &memory{read: true}} // all of them: what was known before may not have come again
	c.appLog(e, c.app)
	for _, name := range slices.Sorted(maps.Keys(c.more)) {
		c.appLog(e, c.more[name])
	}
	c.containers(ctx, e)
	if ctx.Err() != nil { // half of the logs would forget the other
		return context.Cause(ctx)
	}
	return c.memory.keep(e.scanners)
}
