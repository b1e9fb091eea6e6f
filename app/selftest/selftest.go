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

	"streamtray/app/doctor"
	"streamtray/internal/usererr"
)

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

// trial is one claim: id names it in docs/windows.md, and the text "selftest.row."+id.
type trial struct {
	id  string
	try func(context.Context, *World) error
}

// skip tells why a row cannot be tried here; that is no fault of the program's.
func skip(id string, args map[string]any, cause error) error {
	return usererr.New(id, args, errors.Join(doctor.ErrNotHere, cause))
}

// Run tries the claims that this system has, one after the other. An error means that none could be tried.
func Run(ctx context.Context, w World) (iter.Seq[doctor.Result], error) {
	scratch, err := os.MkdirTemp("", "streamtray-selftest-")
	if err != nil {
		return nil, err
	}
	w.scratch = scratch
	if w.roll, err = callRoll(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	return func(yield func(doctor.Result) bool) {
		defer os.RemoveAll(scratch)
		defer w.roll.close()
		for _, t := range append(trials(), systemTrials()...) {
			r := doctor.Try(ctx, "selftest.row.", t.id, cmp.Or(w.Patience, 30*time.Second), func(ctx context.Context) error { return t.try(ctx, &w) })
			if ctx.Err() != nil || !yield(r) {
				return
			}
		}
	}, nil
}
