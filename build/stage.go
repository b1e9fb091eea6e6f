package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"streamtray/build/rig"
)

// stage is one thing to prove. Its run prints to out what a person needs when it fails.
type stage struct {
	name  string
	run   func(ctx context.Context, out io.Writer) error
	shown bool // what it prints is worth reading when all is well: it is repeated at the end
}

// lane is stages that run one after the other.
type lane []stage

// round is lanes that run at the same time.
type round []lane

// result is how a stage went.
type result struct {
	stage
	err  error
	text string
}

// prove runs the rounds in order and tells how each stage went as soon as it is known. A stage that lacks something
// (*rig.Unavailable) is skipped on a person's machine and failed in CI. The error names what failed.
func prove(ctx context.Context, rounds ...round) error {
	var results []result
	var one sync.Mutex
	for _, r := range rounds {
		var wg sync.WaitGroup
		for _, l := range r {
			wg.Go(func() {
				for _, s := range l {
					began := time.Now()
					var text bytes.Buffer
					done := result{s, s.run(ctx, &text), ""}
					done.text = text.String()
					one.Lock()
					done.tell(os.Stdout, time.Since(began))
					results = append(results, done)
					one.Unlock()
				}
			})
		}
		wg.Wait()
	}
	return conclude(os.Stdout, results)
}

// tell prints one line, and what a failed stage said.
func (r result) tell(out io.Writer, took time.Duration) {
	word := "ok"
	var lacks *rig.Unavailable
	switch {
	case r.failed():
		word = "FAILED"
	case r.err != nil:
		word = "skipped"
	}
	fmt.Fprintf(out, "%-8s %-18s %6.1fs\n", word, r.name, took.Seconds())
	if errors.As(r.err, &lacks) {
		fmt.Fprintf(out, "         %v\n         %s\n", r.err, lacks.How)
	}
	if r.failed() {
		fmt.Fprintf(out, "%s\n%v\n", strings.TrimRight(r.text, "\n"), r.err)
	}
}

func (r result) failed() bool {
	var lacks *rig.Unavailable
	return r.err != nil && (os.Getenv("CI") == "true" || !errors.As(r.err, &lacks))
}

// conclude prints what is worth reading again and returns an error that names the failed stages.
func conclude(out io.Writer, results []result) error {
	var failed []string
	for _, r := range results {
		if r.shown {
			fmt.Fprintf(out, "\n%s:\n%s", r.name, r.text)
		}
		if r.failed() {
			failed = append(failed, r.name)
		}
	}
	if failed != nil {
		return errors.New("failed: " + strings.Join(failed, ", "))
	}
	return nil
}
