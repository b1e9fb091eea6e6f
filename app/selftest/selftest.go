// Package selftest tries on the user's own computer what no other one can prove for it: that an app ends with all its
// children, that nobody else may use the program's channel, that notifications are shown. It takes a few seconds, uses
// folders and entries of its own, and leaves nothing behind.
package selftest

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"os"
	"time"
)

// Outcome is how a row went.
type Outcome string

// The outcomes. A row is skipped where this computer lacks what it takes; that is no fault of the program's.
const (
	OK      Outcome = "ok"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// Row is one claim and how it went. ID names it in docs/windows.md, and the text "selftest.row."+ID.
type Row struct {
	ID      string
	Outcome Outcome
	Err     error // why it failed or was skipped; it names its text
	Took    time.Duration
}

// World is what the rows are tried with.
type World struct {
	Self   string // this program
	Verb   string // its hidden verb that calls Part
	Getenv func(string) string
	Home   string // the user's folder
	// Patience bounds each row; zero means half a minute.
	Patience time.Duration

	scratch string // a folder that goes afterwards
	roll    *roll
}

// trial is a row before it was tried.
type trial struct {
	id  string
	try func(context.Context, *World) error
}

// skip says that a row cannot be tried here, and why.
type skip struct {
	ID   string
	Args map[string]any
	Err  error
}

func (s *skip) Error() string {
	if s.Err == nil {
		return s.ID
	}
	return s.ID + ": " + s.Err.Error()
}

func (s *skip) Unwrap() error { return s.Err }

// Message names the sentence for the reader.
func (s *skip) Message() (id string, args map[string]any) { return s.ID, s.Args }

// Run tries the rows that this system has, one after the other. An error means that none could be tried.
func Run(ctx context.Context, w World) (iter.Seq[Row], error) {
	scratch, err := os.MkdirTemp("", "streamtray-selftest-")
	if err != nil {
		return nil, err
	}
	w.scratch = scratch
	if w.roll, err = callRoll(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	return func(yield func(Row) bool) {
		defer os.RemoveAll(scratch)
		defer w.roll.close()
		for _, t := range append(trials(), systemTrials()...) {
			if ctx.Err() != nil || !yield(w.row(ctx, t)) {
				return
			}
		}
	}, nil
}

func (w *World) row(ctx context.Context, t trial) Row {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(w.Patience, 30*time.Second))
	defer cancel()
	begin := time.Now()
	r := Row{ID: t.id, Err: t.try(ctx, w)}
	r.Took = time.Since(begin)
	var skipped *skip
	switch {
	case r.Err == nil:
		r.Outcome = OK
	case errors.As(r.Err, &skipped):
		r.Outcome = Skipped
	default:
		r.Outcome = Failed
	}
	return r
}
