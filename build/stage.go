package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/build/rig"
)

// stage is one thing to prove. Its run writes to out what a person needs when it fails, the gist of it last.
type stage struct {
	name  string
	run   func(ctx context.Context, out io.Writer) error
	tests *tests // in it; nil where the stage is one thing by itself
}

// lane is stages that run one after the other.
type lane []stage

// round is lanes that run at the same time.
type round []lane

// The ways a stage goes. In CI, where CI is "true", what would be skipped has failed.
const (
	ok      = "ok"
	failed  = "FAILED"
	skipped = "skipped" // the machine lacks something (*rig.Unavailable)
	stopped = "stopped" // it was under way when the whole was told to end
	notRun  = "not run" // its turn never came
)

// result is how a stage went.
type result struct {
	stage
	how  string
	err  error
	took time.Duration
}

// lastWords is how many lines of a failed stage's log are shown.
const lastWords = 40

// proof is rounds under way.
type proof struct {
	rounds  []round
	logs    string // the folder of the stages' logs
	screen  screen
	mu      sync.Mutex // of results, and one speaks at a time
	results map[string]result
}

// prove runs the rounds in order and shows how each stage goes. What all of them said is kept in logs, a file for each.
// At the end stand a table and a line that counts: every test of a stage that is made of tests, and one for each other.
// The error names what failed or, if ctx ended, what was not run.
func prove(ctx context.Context, logs string, on screen, rounds ...round) error {
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return err
	}
	p := &proof{rounds: rounds, logs: logs, screen: on, results: map[string]result{}}
	for _, r := range rounds {
		var lanes sync.WaitGroup
		for _, l := range r {
			lanes.Go(func() {
				for _, s := range l {
					if ctx.Err() == nil {
						p.do(ctx, s)
					}
				}
			})
		}
		lanes.Wait()
	}
	return p.conclude()
}

// do runs a stage and tells how it went.
func (p *proof) do(ctx context.Context, s stage) {
	p.screen.begins(s.name)
	began := time.Now()
	log := p.log(s.name)
	err := logged(ctx, s, log)
	r := result{stage: s, how: verdict(ctx, err), err: err, took: time.Since(began)}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.results[s.name] = r
	p.screen.ends(s.name, r.told(log))
}

// logged runs a stage with its output in a file.
func logged(ctx context.Context, s stage, file string) error {
	log, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(s.run(ctx, log), log.Close())
}

func verdict(ctx context.Context, err error) string {
	var lacks *rig.Unavailable
	switch {
	case err == nil:
		return ok
	case ctx.Err() != nil:
		return stopped
	case errors.As(err, &lacks) && os.Getenv("CI") != "true":
		return skipped
	}
	return failed
}

func (p *proof) log(stage string) string {
	return filepath.Join(p.logs, strings.ReplaceAll(stage, " ", "-")+".log")
}

// told is a line, what to do where something is lacking, and the last words of what failed.
func (r result) told(log string) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.line())
	var lacks *rig.Unavailable
	if errors.As(r.err, &lacks) {
		fmt.Fprintf(&b, "%9s%v\n%9s%s\n", "", r.err, "", lacks.How)
	}
	if r.tests != nil {
		for _, why := range r.tests.lacking() {
			fmt.Fprintf(&b, "%9s%s\n", "", why)
		}
	}
	if r.how == failed {
		fmt.Fprintf(&b, "%s\n%9s%v; all of it is in %s\n", lastLines(log, lastWords), "", r.err, log)
	}
	return b.String()
}

func (r result) line() string {
	line := fmt.Sprintf("%-8s %-24s %8s", r.how, r.name, shortly(r.took))
	if r.tests != nil && r.how != notRun && r.how != skipped {
		line += "  " + r.tests.String()
	}
	return line
}

// lastLines are a file's.
func lastLines(file string, n int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return rig.LastLines(string(text), n)
}

// shortly is a time to a tenth of a second, or with minutes to the second.
func shortly(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// add counts a stage's tests, or the stage itself where it has none or they do not tell how it went.
func (t *tests) add(r result) {
	own := cmp.Or(r.tests, &tests{})
	t.passed += own.passed
	t.failed += own.failed
	t.skipped += own.skipped
	t.flaky = append(t.flaky, own.flaky...)
	switch {
	case r.how == ok && r.tests == nil:
		t.passed++
	case r.how == failed && own.failed == 0:
		t.failed++
	case r.how == skipped:
		t.skipped++
	}
}

// conclude prints the table and the line that counts.
func (p *proof) conclude() error {
	var table strings.Builder
	var all tests
	var bad, never []string
	for _, s := range slices.Concat(slices.Concat(p.rounds...)...) {
		r, ran := p.results[s.name]
		if !ran {
			r = result{stage: s, how: notRun}
		}
		fmt.Fprintln(&table, r.line())
		if r.tests != nil { // who sees the end only sees what to run again
			for _, name := range r.tests.names[:min(len(r.tests.names), 10)] {
				fmt.Fprintf(&table, "%9s%s\n", "", strings.ReplaceAll(name, "\n", " | "))
			}
			for _, name := range r.tests.flaky {
				fmt.Fprintf(&table, "%9sflaky, passed when run again: %s\n", "", strings.ReplaceAll(name, "\n", " | "))
			}
		}
		all.add(r)
		switch r.how {
		case failed:
			bad = append(bad, s.name)
		case stopped, notRun:
			never = append(never, s.name)
		}
	}
	p.screen.last(fmt.Sprintf("\n%s\n%s\n", table.String(), &all))
	var errs []error
	if bad != nil {
		errs = append(errs, errors.New("failed: "+strings.Join(bad, ", ")))
	}
	if never != nil {
		errs = append(errs, errors.New("stopped before the end of: "+strings.Join(never, ", ")))
	}
	return errors.Join(errs...)
}
