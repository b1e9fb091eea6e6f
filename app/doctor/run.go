package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/pycheck"
	"streamtray/app/redact"
	"streamtray/internal/usererr"
)

// A check looks at one part and changes nothing.
type check struct {
	id     string
	needs  []string // ids of checks that have to hold first; they stand before this one
	within time.Duration
	look   func(context.Context) finding
}

// finding is what a look found, without what is the same for every check.
type finding struct {
	status       Status
	message, fix app.Note
	more         []app.Note
	action       Action
	because      string // the id of the check that has told it already
	found        []pycheck.Finding
}

func fine(id string, a args) finding { return finding{status: OK, message: app.Note{ID: id, Args: a}} }

// skip tells that a check does not apply, or may not look.
func skip(id string, a args) finding {
	return finding{status: Skipped, message: app.Note{ID: id, Args: a}, fix: app.Note{ID: id + ".fix", Args: a}}
}

// bad tells something that the doctor itself has words for; what to do is the text id+".fix".
func bad(id string, a args) finding {
	return finding{status: Problem, message: app.Note{ID: id, Args: a}, fix: app.Note{ID: id + ".fix", Args: a}}
}

// fromTexts is a finding of what names its text: the first is the sentence, the others stand below.
func fromTexts[T usererr.Teller](s Status, all []T) finding {
	f := finding{status: s}
	for i, t := range all {
		id, a := t.Message()
		if i == 0 {
			f.message, f.fix = app.Note{ID: id, Args: a}, app.Note{ID: id + ".hint", Args: a}
		} else {
			f = f.with(app.Note{ID: id, Args: a})
		}
	}
	return f
}

// ill tells an error: in its own words, further ones in its tree below it.
func ill(err error) finding {
	f := fromTexts(Problem, slices.Collect(usererr.Outer(err)))
	switch {
	case f.message.ID == "project.untrusted":
		f.status = Skipped
		return f.can(Trust)
	case f.message.ID != "":
	case errors.Is(err, context.DeadlineExceeded):
		f.message = app.Note{ID: "doctor.no_answer"}
		f.fix = app.Note{ID: "doctor.no_answer.fix"}
	default:
		f.message = app.Note{ID: "doctor.unknown", Args: args{"Detail": redact.Text(err.Error())}}
	}
	return f
}

// mild is f as a warning.
func (f finding) mild() finding {
	f.status = Warning
	return f
}

func (f finding) can(a Action) finding {
	f.action = a
	return f
}

func (f finding) with(more ...app.Note) finding {
	f.more = append(f.more, more...)
	return f
}

// Run carries out every check and returns the results in the checks' own order, which is always the same. report hears
// each as soon as it is there, from one goroutine. When ctx ends, what is not known yet is skipped.
func Run(ctx context.Context, s *Subject, report func(Result)) []Result {
	return run(ctx, s.checks(), report)
}

// IDs are the ids of all checks in the order of results.
func IDs() []string {
	var ids []string
	for _, c := range (&Subject{}).checks() {
		ids = append(ids, c.id)
	}
	return ids
}

// Applicable are the checks of IDs that have anything to say of the subject: a project whose Kafka runs in no container
// needs no Docker.
func (s *Subject) Applicable() []string {
	ids := IDs()
	if s.options.Dir == "" || s.unread != nil || s.config.Kafka.Mode == config.Docker {
		return ids
	}
	return slices.DeleteFunc(ids, func(id string) bool {
		kind, _, _ := strings.Cut(id, ".")
		return slices.Contains([]string{"engine", "compose", "images", "containers"}, kind) || strings.HasSuffix(id, ".engine")
	})
}

// RunOnly is Run for the checks of the ids, and those that they need.
func RunOnly(ctx context.Context, s *Subject, ids []string, report func(Result)) []Result {
	all, wanted := s.checks(), map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for i := len(all) - 1; i >= 0; i-- { // what a check needs stands before it
		for _, id := range all[i].needs {
			wanted[id] = wanted[id] || wanted[all[i].id]
		}
	}
	return run(ctx, slices.DeleteFunc(all, func(c check) bool { return !wanted[c.id] }), report)
}

// BeforeStart are the checks, in the order of results, that tell whether a project can be started that does not run yet.
func BeforeStart() []string {
	return []string{
		"engine.context", "project.opens", "engine.running", "engine.version", "engine.mode", "engine.memory", "disk.host",
		"disk.engine", "compose.client", "compose.file", "images.present", "ports.free", "ports.reserved",
		"python.interpreter", "python.imports",
	}
}

func run(ctx context.Context, all []check, report func(Result)) []Result {
	results := make([]Result, len(all))
	at, done := map[string]int{}, make([]chan struct{}, len(all))
	for i, c := range all {
		at[c.id], done[i] = i, make(chan struct{})
	}
	finished := make(chan int, len(all))
	var running sync.WaitGroup
	for i, c := range all {
		running.Go(func() {
			var held []Result
			for _, id := range c.needs {
				n := at[id]
				<-done[n] // every look ends, by its deadline at the latest
				held = append(held, results[n])
			}
			results[i] = c.after(ctx, held)
			close(done[i])
			finished <- i
		})
	}
	for range all {
		report(results[<-finished])
	}
	running.Wait()
	return results
}

// after is the check's result, given those of the checks that it needs.
func (c check) after(ctx context.Context, needed []Result) Result {
	for _, n := range needed {
		switch {
		case n.Status == Problem:
			return c.because(n.ID)
		case n.Because != "":
			return c.because(n.Because) // the root, not what stands between
		case n.Status == Skipped:
			return Result{ID: c.id, Status: Skipped, Message: n.Message, Fix: n.Fix, Action: n.Action}
		}
	}
	began := time.Now()
	f := c.examine(ctx)
	if f.because != "" {
		return c.because(f.because)
	}
	return Result{
		ID: c.id, Status: f.status, Message: f.message, Fix: f.fix, More: f.more, Action: f.action, Took: time.Since(began),
		found: f.found,
	}
}

func (c check) because(id string) Result {
	return Result{ID: c.id, Status: Skipped, Because: id, Message: app.Note{ID: "doctor." + id + ".first"}}
}

// grace is how long a look may take to end after its context did, to tell in its own words what kept it.
const grace = time.Second

// examine looks, for as long as the check may take. A look that does not heed its context, as a file on a network drive
// that is gone cannot, is given up: it ends by itself or with the program.
func (c check) examine(ctx context.Context) finding {
	look, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	found := make(chan finding, 1)
	go func() { found <- c.look(look) }()
	var f finding
	select {
	case f = <-found:
	case <-look.Done():
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case f = <-found:
		case <-late.C:
			f = ill(context.DeadlineExceeded)
		}
	}
	if ctx.Err() != nil && f.status == Problem {
		return skip("doctor.ended", nil)
	}
	return f
}
