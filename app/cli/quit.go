package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"streamtray/app/agentrpc"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/internal/usererr"
)

// quitWithin is how long an end may take, unless told: an app gets some seconds to stop by itself.
const quitWithin = 30 * time.Second

// runQuit ends the tray, and then every project that is still kept, in a terminal or in the background. Containers go on.
// An installer that wants to replace the program asks this way.
func runQuit(ctx context.Context, c *call) error {
	within := quitWithin
	c.flags.Var((*durationFlag)(&within), "timeout", "")
	resume := c.flags.Bool("resume", false, "") // for the installer: what the tray does now, its next start goes on with
	if _, err := c.parse(0); err != nil {
		return err
	}
	folders, err := settings.Find(c.Getenv)
	if err != nil {
		return err
	}
	projects, err := project.Channels(folders)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, within, usererr.New("cli.still_runs", map[string]any{"Limit": within.String()}, nil))
	defer cancel()
	ran, err := endFar(ctx, agentrpc.Desktop(c.Getenv("STREAMTRAY_HOME"), folders.Data), func(a *agentrpc.Agent) { a.Quit(*resume) })
	for _, channel := range projects {
		kept, e := endFar(ctx, channel, (*agentrpc.Agent).Stop)
		ran, err = ran || kept, errors.Join(err, e)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	text := "cli.quit.none"
	if ran {
		text = "cli.quit.done"
	}
	return c.answer(map[string]bool{"ran": ran}, func(out io.Writer) { fmt.Fprintln(out, c.words.Text(text, nil)) })
}

// endFar asks the process that listens on the channel to end and waits until it hangs up, or until ctx ends; one that does
// not answer may do so later. ran is false where nobody listens.
func endFar(ctx context.Context, channel agentrpc.Channel, ask func(*agentrpc.Agent)) (ran bool, err error) {
	for {
		s, err := agentrpc.Join(ctx, channel, agentrpc.AnswerWithin)
		switch _, silent := agentrpc.Silent(err); {
		case err == nil: // it listens: what is said now arrives
			ask(s.Far)
			return true, s.Wait()
		case errors.Is(err, agentrpc.ErrNobody):
			return false, nil
		case ctx.Err() != nil || !silent:
			return false, err
		}
	}
}
