// Package explain finds what stands behind a failure: it puts together what the errors are by kind, how the containers are,
// what the logs hold and what the broker answers, and makes one app.Diagnosis of it with the rules of package diagnose. It
// changes nothing, and runs nothing of the user's but what Explainer.ImportAgain is asked for.
package explain

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
	"streamtray/kafka"
)

// Bounds of what is read to explain a failure.
const (
	lastLines    = 2000                    // of each log
	brokerWithin = 1500 * time.Millisecond // for asking the broker when the app failed
	lossSlack    = 5 * time.Second         // how long before the last good look the cause may have been logged
)

// Explainer finds the cause of a failed step of one project. It reads nothing as long as no step fails.
type Explainer struct {
	Stack    *docker.Stack                        // nil: no containers
	Services map[string]string                    // service of the stack -> the place of its log; see Places
	Ready    func(context.Context) error          // asks the broker
	LastHeld func(step string) time.Time          // when a step was last seen to hold; the zero time: never
	App      *detector.App                        // the first program
	More     map[string]*detector.App             // the other programs, by name
	Known    *Memory                              // of the last good run
	Remedy   func(err error, cause string) string // what can be done about it; see app.Diagnosis
	Values   func() map[string]string             // facts of the project for the texts of advice
	Flag     func() []diagnose.Measured           // what may override the streaming flag

	imported imported
}

// Places says for each service whose log it writes: a broker's, ZooKeeper's, or, empty, one that only its text tells.
func Places(r *compose.Report, services []string) map[string]string {
	by := map[compose.Role]string{compose.Broker: diagnose.Broker, compose.Controller: diagnose.Broker, compose.ZooKeeper: diagnose.Zookeeper}
	all := map[string]string{}
	for _, s := range r.Services {
		if slices.Contains(services, s.Name) {
			all[s.Name] = by[s.Role]
		}
	}
	return all
}

// Explain is the cause of a step's error; the zero Diagnosis where none is found.
func (c *Explainer) Explain(ctx context.Context, step string, err error) app.Diagnosis {
	r := classify(err)
	if r.notBegun || r.saysItAll(step) {
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
		d.Remedy = c.Remedy(err, d.Cause)
		d.Args = with(d.Args, c.Values())
	}
	return d
}

// LeftSession reports whether Kafka ended because ZooKeeper still has the session of a Kafka that was killed, and how long
// ago that Kafka was started. It reads logs only if a container crashed.
func (c *Explainer) LeftSession(ctx context.Context) (ago time.Duration, yes bool) {
	all, err := c.Stack.Containers(ctx)
	if err != nil || !slices.ContainsFunc(all, func(k docker.Container) bool {
		return k.State == "exited" && !docker.EndedOnRequest(k.ExitCode) || k.Restarts > 0
	}) {
		return 0, false
	}
	e := &observations{memory: c.Known}
	c.containers(ctx, e)
	found := e.found()
	return e.age, len(found) > 0 && found[0].Cause == "zk-node-exists"
}

// with is more with args put over it: what a line says is closer to the failure than what is known of the project.
func with(args, more map[string]string) map[string]string {
	all := maps.Clone(more)
	if all == nil {
		return args
	}
	maps.Copy(all, args)
	return all
}

// gather reads what can explain an error of this step.
func (c *Explainer) gather(ctx context.Context, step string, err error, r *classified) *observations {
	e := &observations{memory: c.Known}
	step, program := story.Cut(step)
	switch step {
	case story.StepEngine:
		if r.first == "docker-missing" { // the error's text, a missing pipe or socket, would read as if Docker did not run
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
		if held := c.LastHeld(step); !held.IsZero() {
			e.since = held.Add(-lossSlack)
		}
		c.containers(ctx, e)
		c.brokerAnswers(e, r)
	case story.StepApp, story.StepWeb:
		if r.first == "app-port" { // the app was not started: its log is of an earlier run
			break
		}
		c.appLog(e, c.of(program))
	case story.StepProducer:
		c.appLog(e, c.of(program))
		c.probe(ctx, e, r)
	}
	return e
}

// containers reads the state of the stack's containers, and their logs since they were started.
func (c *Explainer) containers(ctx context.Context, e *observations) {
	if c.Stack == nil {
		return
	}
	all, err := c.Stack.Containers(ctx)
	if err != nil {
		return // that the engine does not answer is the failure of another step
	}
	for _, k := range all {
		place, ours := c.Services[k.Service]
		if !ours {
			continue
		}
		e.facts.Containers = append(e.facts.Containers, diagnose.Container{
			Name: k.Service, State: k.State, ExitCode: k.ExitCode, OOMKilled: k.OOM, Restarts: k.Restarts, Health: k.Health,
		})
		if k.Problem != "" {
			e.text(diagnose.Engine, k.Problem)
		}
		if k.State == "created" || k.State == "exited" && docker.EndedOnRequest(k.ExitCode) {
			continue // it did not run, or ended because it was asked to
		}
		if place == diagnose.Broker && !k.Started.IsZero() {
			e.age = time.Since(k.Started)
		}
		s := e.scanner(place)
		// After a restart by the engine, the cause is in the log of the run before, and both runs are in one log.
		o := docker.LogOptions{Tail: lastLines, SinceStart: k.Restarts == 0}
		for l, err := range c.Stack.Logs(ctx, k.Service, o) {
			if err != nil {
				break // what was read so far is used
			}
			if l.At.Before(e.since) { // the step still held after this line
				continue
			}
			s.Line(l.Text)
		}
	}
}

// of is the program that a step is of.
func (c *Explainer) of(program string) *detector.App {
	if one := c.More[program]; one != nil {
		return one
	}
	return c.App
}

// brokerAnswers notes what our own connection to the broker showed: that it answers, and which of its addresses do not.
func (c *Explainer) brokerAnswers(e *observations, r *classified) {
	for id, args := range r.args {
		switch {
		case id == kafka.Advertised || id == kafka.AdvertisedName:
			e.facts.BrokerAnswers = diagnose.Yes
			if addr := values(args)["addr"]; addr != "" {
				e.facts.Unreachable = append(e.facts.Unreachable, addr)
			}
		case strings.HasPrefix(id, "kafka.topic_"):
			e.facts.BrokerAnswers = diagnose.Yes
		}
	}
}

// appLog reads what the app printed since its start.
func (c *Explainer) appLog(e *observations, of *detector.App) {
	if of == nil {
		return
	}
	lines, _ := of.Output().Since(0)
	since := of.Facts().Started
	lines = lines[max(0, len(lines)-lastLines):]
	s := e.scanner(diagnose.App)
	for _, l := range lines {
		if !l.At.Before(since) {
			s.Line(l.Text)
		}
	}
}

// probe looks for a cause that the app's log does not name: in the flag, in the traceback of ImportAgain, if a person asked
// for that, and at the broker. It runs nothing of the user's.
func (c *Explainer) probe(ctx context.Context, e *observations, r *classified) {
	if r.ids[detector.WaitingReady] && r.late { // its log never mentioned Kafka
		e.facts.Measured = append(e.facts.Measured, c.Flag()...)
	}
	if text, _ := c.imported.of(c.App); r.withoutReason() && text != "" {
		e.probed(text)
	}
	look, cancel := context.WithTimeout(ctx, brokerWithin)
	defer cancel()
	err := c.Ready(look)
	if err == nil {
		return // the app may use another address; nothing is concluded
	}
	asked := classify(err)
	c.brokerAnswers(e, &asked)
	c.containers(ctx, e)
	deeper := func(f diagnose.Finding) bool {
		return isKnownError(f) && f.Where != diagnose.App && f.Where != diagnose.Client
	}
	if !asked.weak || !slices.ContainsFunc(e.found(), deeper) { // a cause in a log says more than that the broker does not answer
		e.facts.Measured = append(e.facts.Measured, asked.measured...)
	}
}

// withoutReason reports whether the app logged that its producer could not be created, but not why.
func (r classified) withoutReason() bool {
	return r.ids[detector.InitHidden] || r.ids[detector.InitUnsaid] || r.ids[detector.GoesOnWithout]
}

// imported is the result of importing the failing module once more, which only a person starts (see ImportAgain).
type imported struct {
	mu        sync.Mutex
	run       time.Time // the start of the app's run that the result is about; zero: there is no result
	traceback string    // empty: the import succeeded this time
}

// of is the result for the app's present run; false: there is none.
func (i *imported) of(a *detector.App) (traceback string, known bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.run.IsZero() || !i.run.Equal(a.Facts().Started) {
		return "", false
	}
	return i.traceback, true
}

// importWithin leaves enough time for a module that loads a model when it is imported.
const importWithin = 2 * time.Minute

// CanImportAgain reports whether all that is known of a failure is that the app, started by this process, hides an error,
// which importing its module again could show.
func (c *Explainer) CanImportAgain(err error, cause string) bool {
	r := classify(err)
	_, known := c.imported.of(c.App)
	return !known && r.withoutReason() && c.App.Complained() != "" && slices.Contains([]string{"log-format-bug", "producer-init", "module-missing"}, cause)
}

// ImportAgain imports the app's failing module once more, with the app's interpreter. That runs code of the user's: the
// person has to have agreed to exactly this.
func (c *Explainer) ImportAgain(ctx context.Context) error {
	a, i := c.App, &c.imported
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

// observations are what was read about one failure.
type observations struct {
	memory *Memory
	facts  diagnose.Facts
	age    time.Duration // since the broker's container was last started; 0: unknown
	since  time.Time     // older lines of containers are left out; zero: none is

	scanners []*diagnose.Scanner // of logs
	probes   []*diagnose.Scanner // of what probe found
}

func (e *observations) scanner(place string) *diagnose.Scanner {
	s := diagnose.New(place)
	s.Know(e.memory.lines()...)
	e.scanners = append(e.scanners, s)
	return s
}

func (e *observations) text(place string, lines ...string) {
	s := e.scanner(place)
	for _, l := range lines {
		s.Line(l)
	}
}

func (e *observations) probed(text string) {
	s := diagnose.New(diagnose.App)
	_, _ = s.Write([]byte(text + "\n"))
	e.probes = append(e.probes, s)
}

// found are the causes that the observations show, the root cause first. One that probe found goes before the line in the
// app's log that names no reason.
func (e *observations) found() []diagnose.Finding {
	facts := diagnose.New("")
	facts.See(e.facts)
	found := diagnose.Together(append(e.scanners, facts)...)
	for _, f := range diagnose.Together(e.probes...) {
		if f.Cause != diagnose.Unknown {
			return append([]diagnose.Finding{f}, found...)
		}
	}
	return found
}

// diagnosis is the root cause among the findings. While the step may still succeed (it is not settled), only an error that
// a rule knows counts.
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

// Remember saves the error lines of a run that went well, so that they are no news in one that fails.
func (c *Explainer) Remember(ctx context.Context) error {
	e := &observations{memory: &Memory{read: true}} // with an empty memory: lines that were known before count too
	c.appLog(e, c.App)
	for _, name := range slices.Sorted(maps.Keys(c.More)) {
		c.appLog(e, c.More[name])
	}
	c.containers(ctx, e)
	if ctx.Err() != nil { // only a part of the logs was read, and saving it would forget the rest
		return context.Cause(ctx)
	}
	return c.Known.save(e.scanners)
}
