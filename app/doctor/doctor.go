// Package doctor examines everything that a streaming project stands on, from Docker to the app's own settings, and says
// for each part how it is and what to do about it. Looking changes nothing; Fix mends code that a person agreed to.
//
// Every check has a stable id (engine.running). Checks run side by side, each with its own deadline, so that an engine
// that hangs holds up nobody but those who need it; these are skipped and name the check that they needed.
//
//	s := doctor.Open(ctx, options) // never fails: a project that cannot be opened is a finding too
//	defer s.Close()
//	results := doctor.Run(ctx, s, func(r doctor.Result) { show(r) })
package doctor

import (
	"cmp"
	"context"
	"errors"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/pycheck"
	"streamtray/docker"
)

// Status is how a part is. The values are a promise to readers of --json.
type Status string

// The statuses.
const (
	OK      Status = "ok"
	Warning Status = "warning" // works, and may bite
	Problem Status = "problem" // streaming does not work like this
	Skipped Status = "skipped" // not looked at: the message says why
)

// Action is something that StreamTray itself can do about a result, once a person has asked for it.
type Action string

// The actions.
const (
	StartEngine Action = "start_engine"
	Up          Action = "up"     // streamtray up
	Trust       Action = "trust"  // look at what the project runs, and agree
	SetUp       Action = "set_up" // run the commands of Result.Setup, each of which the person has seen
)

// Result is what one check found.
type Result struct {
	ID      string // of the check, stable: "engine.running"
	Status  Status
	Message app.Note       // one sentence
	Fix     app.Note       // what to do; zero when there is nothing to do. Read it by Advice
	More    []app.Note     // further sentences: the other findings, or the proof point by point
	Because string         // the id of the check that has to hold first; empty: not skipped for that
	Action  Action         // what StreamTray can do; empty: nothing
	Setup   detector.Setup // what SetUp runs
	Took    time.Duration

	name  string            // the text that names it; empty: "doctor."+ID does
	found []pycheck.Finding // in the app's code
}

// Name is what the check looks at, in the reader's language.
func (r Result) Name(w *i18n.Words) string { return w.Text(cmp.Or(r.name, "doctor."+r.ID), nil) }

// Text is the sentence.
func (r Result) Text(w *i18n.Words) string { return w.Text(r.Message.ID, r.Message.Args) }

// Advice is what to do, empty when there is nothing to do.
func (r Result) Advice(w *i18n.Words) string {
	if r.Status == OK || r.Because != "" {
		return ""
	}
	if text, ok := w.Find(r.Fix.ID, r.Fix.Args); r.Fix.ID != "" && ok {
		return text
	}
	if r.Status == Skipped {
		return ""
	}
	text, _ := w.Find("doctor."+r.ID+".fix", r.Message.Args)
	return text
}

// Details are the further sentences.
func (r Result) Details(w *i18n.Words) []string {
	var all []string
	for _, n := range r.More {
		all = append(all, w.Text(n.ID, n.Args))
	}
	return all
}

// Healthy reports whether no result is a problem. Warnings and what was skipped do not count.
func Healthy(results []Result) bool {
	for _, r := range results {
		if r.Status == Problem {
			return false
		}
	}
	return true
}

// Counts are how many results there are of each status, as the values of a text.
func Counts(results []Result) map[string]any {
	n := map[Status]int{}
	for _, r := range results {
		n[r.Status]++
	}
	return args{"OK": n[OK], "Warnings": n[Warning], "Problems": n[Problem], "Skipped": n[Skipped]}
}

// Subject is what is examined: this computer, and a project on it. What is told to it (Learn) is told before a Run.
type Subject struct {
	Project *project.Project // nil: there is none, or it could not be opened
	lent    bool             // Project is somebody else's to close

	options project.Options
	refused error          // why there is no Project
	unread  error          // why config is not the project's
	config  config.Project // as far as it is known
	parts   project.Anatomy
	state   app.State // of the process that keeps the project
	kept    bool      // there is one

	endpoint  docker.Endpoint
	engine    *docker.Engine // nil: its address is not known
	noAddress error          // why
	machine   machine
}

// Open makes a subject of a project, and of this computer alone when o names no folder. It starts nothing and connects
// to nobody. What cannot be opened is told by the checks.
func Open(ctx context.Context, o project.Options) *Subject {
	s := subject(o)
	s.config = config.Blank(o.Dir)
	if o.Dir == "" {
		return s
	}
	c, err := config.Open(o.Dir)
	if s.unread = err; err == nil {
		s.config = c
		s.parts.Launch = detector.Launch{Command: c.App.Command, Dir: c.App.Dir, Project: c.Dir}
	}
	if s.Project, s.refused = project.Open(ctx, o); s.refused == nil {
		s.parts = s.Project.Anatomy()
	}
	return s
}

// Examine makes a subject of a project that is open already, which may be one that no file describes, and stays open when
// the subject is closed.
func Examine(o project.Options, p *project.Project) *Subject {
	o.Dir = p.Dir
	s := subject(o)
	s.config, s.Project, s.parts, s.lent = p.Config, p, p.Anatomy(), true
	return s
}

// subject is this computer, with the engine that is meant.
func subject(o project.Options) *Subject {
	s := &Subject{options: o, machine: thisMachine()}
	if s.endpoint, s.noAddress = docker.Resolve(o.Getenv, o.Home); s.noAddress == nil {
		s.engine, s.noAddress = docker.Connect(s.endpoint)
	}
	return s
}

// described is a look that needs the project's own description, whatever its compose files say.
func (s *Subject) described(look func(context.Context) Result) func(context.Context) Result {
	return func(ctx context.Context) Result {
		switch {
		case s.options.Dir == "":
			return skip("doctor.no_project", nil)
		case s.unread != nil:
			return toldBy("project.opens")
		}
		return look(ctx)
	}
}

// trusted reports whether the person trusts what is examined, so that programs may be run and other computers asked for
// its sake. This computer alone has nobody else's wishes in it.
func (s *Subject) trusted() bool {
	return s.options.Dir == "" || s.Project != nil && s.Project.Trusted()
}

// Learn takes over what the process that keeps the project knows.
func (s *Subject) Learn(state app.State) {
	s.state, s.kept = state, true
	if s.Project != nil && !s.lent {
		s.Project.Learn(state)
	}
}

// State is what was learnt; false: nobody keeps the project, as far as is known.
func (s *Subject) State() (app.State, bool) { return s.state, s.kept }

// StartEngine does what the action StartEngine says, because a person asked for it.
func (s *Subject) StartEngine(ctx context.Context) error {
	switch {
	case s.Project != nil:
		return s.Project.StartEngine(ctx)
	case s.engine != nil:
		return s.engine.StartDesktop(ctx)
	}
	return s.noAddress
}

// Close lets go of connections. It stops nothing.
func (s *Subject) Close() error {
	var err error
	if s.engine != nil {
		err = s.engine.Close()
	}
	if s.Project != nil && !s.lent {
		err = errors.Join(err, s.Project.Close())
	}
	return err
}

// opens looks whether the project's own description can be used.
func (s *Subject) opens(context.Context) Result {
	switch {
	case s.options.Dir == "":
		return skip("doctor.no_project", nil)
	case s.refused != nil && s.noAddress != nil && s.refused.Error() == s.noAddress.Error():
		return toldBy("engine.context")
	case s.refused != nil:
		return fromError(s.refused)
	}
	return passed("doctor.project.opens.ok", args{"Dir": s.Project.Dir})
}

// args are the values of a text.
type args = map[string]any
