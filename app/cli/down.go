package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
)

// stopped reports whether nothing is wanted and all of it was carried out, well or not.
func stopped(s app.State) bool {
	return s.Plan == s.Want && (s.Phase() == app.Stopped || s.Phase() == app.PhaseFailed && !s.Want.Up)
}

func runDown(ctx context.Context, c *call) error {
	var all bool
	c.flags.BoolVar(&all, "all", false, "")
	if _, err := c.parse(0); err != nil {
		return err
	}
	p, err := c.openKept(ctx) // what runs may be stopped, trusted or not
	if err != nil {
		return err
	}
	defer p.Close()
	k, err := c.attach(ctx, p)
	if errors.Is(err, agentrpc.ErrNobody) {
		if left := p.EndLeftover(ctx); left != nil {
			return left
		}
	}
	switch {
	case errors.Is(err, agentrpc.ErrNobody) && !all:
		return c.answer(map[string]bool{"running": false}, func(out io.Writer) { fmt.Fprintln(out, c.words.Text("cli.nothing_kept", nil)) })
	case errors.Is(err, agentrpc.ErrNobody):
		hub := &app.Hub{}
		defer show(ctx, c.printer(p.Title(), fromNow()), hub)()
		return app.Down(ctx, p.Parts(true).Steps(true), hub.Emit)
	case err != nil:
		return err
	}
	defer show(ctx, c.printer(p.Title(), fromNow()), k.Hub)()
	return stopFar(ctx, k, all)
}

// letGoWithin is how long a process that kept a project may take to end once all is stopped. The tray stays.
const letGoWithin = 2 * time.Second

// stopFar has another process stop what it keeps and waits until it did.
func stopFar(ctx context.Context, k *agentrpc.Session, all bool) error {
	if all {
		k.StopEverything()
	} else {
		k.Stop()
	}
	states := k.Hub.Watch(ctx)
	var limit <-chan time.Time
	for {
		select {
		case s := <-states:
			if stopped(s) && s.Phase() == app.PhaseFailed {
				return failure(s)
			}
			if stopped(s) && limit == nil {
				limit = time.After(letGoWithin)
			}
		case <-k.Ended():
			return k.Wait()
		case <-limit:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}
