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
	"streamtray/app/redact"
	"streamtray/internal/usererr"
)

// A check looks at one part and changes nothing.
type check struct {
	id     string
	needs  []string // ids of checks that have to hold first; they stand before this one
	within time.Duration
	look   func(context.Context) Result // all but its ID and how long it took
}

func passed(id string, a args) Result { return Result{Status: OK, Message: app.Note{ID: id, Args: a}} }

// toldBy leaves it to the check that has told it already.
func toldBy(id string) Result { return Result{Status: Skipped, Because: id} }

// skip tells that a check does not apply, or may not look.
func skip(id string, a args) Result {
	return Result{Status: Skipped, Message: app.Note{ID: id, Args: a}, Fix: app.Note{ID: id + ".fix", Args: a}}
}

// problem tells something that the doctor itself has words for; what to do is the text id+".fix".
func problem(id string, a args) Result {
	return Result{Status: Problem, Message: app.Note{ID: id, Args: a}, Fix: app.Note{ID: id + ".fix", Args: a}}
}

// fromTexts is the result of what names its text: the first is the sentence, the others stand below.
func fromTexts[T interface {
	Message() (id string, args map[string]any)
}](s Status, all []T) Result {
	f := Result{Status: s}
	for i, t := range all {
		id, a := t.Message()
		if i == 0 {
			f.Message, f.Fix = app.Note{ID: id, Args: a}, app.Note{ID: id + ".hint", Args: a}
		} else {
			f = f.with(app.Note{ID: id, Args: a})
		}
	}
	return f
}

// fromError tells an error: in its own words, further ones in its tree below it.
func fromError(err error) Result {
	f := fromTexts(Problem, slices.Collect(usererr.Outer(err)))
	switch {
	case f.Message.ID == "project.untrusted":
		f.Status = Skipped
		return f.can(Trust)
	case f.Message.ID != "":
	case errors.Is(err, context.DeadlineExceeded):
		f.Message = app.Note{ID: "doctor.no_answer"}
		f.Fix = app.Note{ID: "doctor.no_answer.fix"}
	default:
		f.Message = app.Note{ID: "doctor.unknown", Args: args{"Detail": redact.Text(err.Error())}}
	}
	return f
}

// asWarning is f as a warning.
func (f Result) asWarning() Result {
	f.Status = Warning
	return f
}

func (f Result) can(a Action) Result {
	f.Action = a
	return f
}

func (f Result) with(more ...app.Note) Result {
	f.More = append(f.More, more...)
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
	f := inTime(ctx, c.within, c.look, fromError(context.DeadlineExceeded)).unlessEnded(ctx)
	if f.Because != "" {
		return c.because(f.Because)
	}
	f.ID, f.Took = c.id, time.Since(began)
	return f
}

func (c check) because(id string) Result {
	return Result{ID: c.id, Status: Skipped, Because: id, Message: app.Note{ID: "doctor." + id + ".first"}}
}

// unlessEnded is the result, but where its look was cut short with ctx: then nothing is known.
func (f Result) unlessEnded(ctx context.Context) Result {
	if ctx.Err() != nil && f.Status == Problem {
		return skip("doctor.ended", nil)
	}
	return f
}

// grace is how long a look may take to end after its context did, to tell in its own words what kept it.
const grace = time.Second

// inTime looks, for as long as it may take. A look that does not heed its context, as a file on a network drive that is
// gone cannot, is given up for late: it ends by itself or with the program.
func inTime[T any](ctx context.Context, within time.Duration, look func(context.Context) T, late T) T {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	found := make(chan T, 1)
	go func() { found <- look(ctx) }()
	select {
	case f := <-found:
		return f
	case <-ctx.Done():
	}
	limit := time.NewTimer(grace)
	defer limit.Stop()
	select {
	case f := <-found:
		return f
	case <-limit.C:
		return late
	}
}
