package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/project"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

// runRestart has whoever keeps the project start its programs anew: those that are named, or all that the switch is for. It
// returns once they run.
func runRestart(ctx context.Context, c *call) error {
	names, err := c.parse(mostNames)
	if err != nil {
		return err
	}
	p, err := c.openKept(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	var steps []string
	for _, name := range names {
		step, err := p.Step(name)
		if err != nil {
			return err
		}
		steps = append(steps, step)
	}
	k, err := c.attach(ctx, p)
	if errors.Is(err, agentrpc.ErrNobody) {
		return usererr.New("cli.restart.nobody", nil, nil)
	}
	if err != nil {
		return err
	}
	if err := runs(p, k, names); err != nil {
		return err
	}
	var done []string
	if len(steps) == 0 {
		if err := restartAndWait(ctx, k, "", k.Restart); err != nil {
			return err
		}
		done = p.Programs()
	}
	for i, step := range steps {
		if err := restartAndWait(ctx, k, step, func() { k.RestartStep(step) }); err != nil {
			return err
		}
		done = append(done, names[i])
	}
	return c.answer(map[string][]string{"restarted": done}, func(out io.Writer) {
		for _, name := range done {
			fmt.Fprintln(out, c.words.Text("cli.restart.done", map[string]any{"Name": name}))
		}
	})
}

// restartAndWait sends a request and waits until it was taken back and kept again: the step, or all of the story.
func restartAndWait(ctx context.Context, k *agentrpc.Session, step string, request func()) error {
	states := k.Hub.Watch(ctx)
	before := <-states
	if !before.Want.Up {
		return usererr.New("cli.restart.nobody", nil, nil)
	}
	request()
	_, of := story.Cut(step)
	for s := range states {
		rows := slices.DeleteFunc(slices.Clone(s.Rows), func(r app.Row) bool {
			_, program := story.Cut(r.Step)
			return r.Soft || r.Kind == app.Skipped || step != "" && program != of
		})
		anew := func(r app.Row) bool {
			old, _ := before.Row(r.Step)
			base, _ := story.Cut(r.Step)
			return base == story.StepApp && r.Begun.After(old.Begun)
		}
		if !slices.ContainsFunc(rows, anew) { // not taken back yet
			if !s.Want.Up {
				return usererr.New("cli.stopped_early", nil, nil)
			}
			continue
		}
		switch {
		case slices.ContainsFunc(rows, func(r app.Row) bool { return r.Kind == app.Failed }):
			return failed(rows)
		case !slices.ContainsFunc(rows, func(r app.Row) bool { return !r.Holding() }):
			return nil
		case !s.Want.Up:
			return usererr.New("cli.stopped_early", nil, nil)
		}
	}
	return errInterrupted
}

// failed is the first of the rows that failed.
func failed(rows []app.Row) error {
	i := slices.IndexFunc(rows, func(r app.Row) bool { return r.Kind == app.Failed })
	return &app.StepError{Step: rows[i].Step, Err: rows[i].Err, Diagnosis: rows[i].Diagnosis}
}

// runs is nil when the programs belong to what is kept: whoever began with some of them keeps no others.
func runs(p *project.Project, k *agentrpc.Session, names []string) error {
	s := k.Hub.State()
	if k.Far == nil || !s.Want.Up {
		return nil
	}
	if row, ok := s.Row(story.StepApp); ok && row.Soft && !p.External() {
		return usererr.New("cli.kept_without_app", nil, nil)
	}
	for _, name := range names {
		step, err := p.Step(name)
		if err != nil {
			return err
		}
		if _, ok := s.Row(step); !ok {
			return usererr.New("cli.not_among", map[string]any{"Name": name}, nil)
		}
	}
	return nil
}
