package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"streamtray/app/local"
	"streamtray/app/project"
	"streamtray/app/remote"
	"streamtray/app/settings"
	"streamtray/internal/usererr"
)

// quitWithin is how long an end may take, unless told: an app gets some seconds to stop by itself.
const quitWithin = 30 * time.Second

// quit ends the tray, and then every project that is still kept, in a terminal or in the background. Containers go on.
// An installer that wants to replace the program asks this way.
func quit(ctx context.Context, c *call, args []string) error {
	within := quitWithin
	fs := c.flags("quit", false)
	fs.DurationVar(&within, "timeout", within, "")
	if _, err := c.parse(fs, args, 0); err != nil {
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
	ran, err := endFar(ctx, local.Desktop(c.Getenv("STREAMTRAY_HOME")), (*remote.Agent).Quit)
	for _, name := range projects {
		kept, e := endFar(ctx, name, (*remote.Agent).Stop)
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

// endFar asks the process that listens under the name to end and waits until it hangs up, or until ctx ends. ran is
// false where nobody listens.
func endFar(ctx context.Context, name string, ask func(*remote.Agent)) (ran bool, err error) {
	conn, err := local.Dial(ctx, name)
	if errors.Is(err, local.ErrNobody) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	far := remote.Attach(conn)
	following, hangUp := context.WithCancel(ctx)
	defer hangUp()
	followed := make(chan error, 1)
	go func() { followed <- far.Follow(following) }()
	limit := time.NewTimer(answerWithin)
	defer limit.Stop()
	select {
	case <-far.Known(): // it listens: what is said now arrives
		ask(far)
		return true, <-followed
	case err := <-followed:
		return true, err
	case <-limit.C: // the connection may be to blame: Wine gives the first one to nobody
		hangUp()
		<-followed
		return endFar(ctx, name, ask)
	}
}
