// Package procgroup runs a program with everything that it starts, so that all of them end together: when they are asked
// to, when the program ends, and when we do, however that happens.
//
// On Windows that is a Job Object, into which the program is put before it runs. On Unix it is a process group, under a
// keeper where Options name one: a small process that outlives us for as long as it takes to end the others. On Linux it
// also catches those who left the group. What a keeper that was killed itself leaves behind is found by its mark.
//
// gopsutil reads the table of processes and ends one by its number: it has no groups, no Job Objects and no subreaper. Here it
// could read /proc (proc_linux.go, 67 lines); app/ports says what that costs.
package procgroup

import (
	"context"
	"os/exec"
	"time"

	"streamtray/internal/pause"
)

// Options say how a program is run.
type Options struct {
	// Keeper is a program whose main hands over to Keep: os.Executable of this one. Windows needs none. Empty: no keeper.
	Keeper string

	// Grace is how long the program may take to end when its keeper asks it to because we are no more.
	Grace time.Duration

	// Mark is in the environment of everyone who is started, so that Leftover can find them. Empty: none.
	Mark string
}

// Group is a running program with everything it has started and will start. Ask and Kill may come from any goroutine and
// at any time; Wait is called once, by whoever started it.
type Group interface {
	// PID is that of the program itself.
	PID() int
	// Roots are the processes of which the others descend, the program or who looks after it; on Windows all of them.
	Roots() []int
	// Ask tells all of them, politely and once, to end.
	Ask() error
	// Kill ends all of them.
	Kill() error
	// Wait returns when the program has ended and then nobody else is left; those who stay behind the program for
	// longer than two seconds are ended. The error says that some would not go.
	Wait() (Exit, error)
}

// Exit is how a program ended.
type Exit struct {
	Code   int    // -1 when a signal ended it
	Signal string // the name of the signal that ended it; empty for an exit
}

// Start starts cmd, whose SysProcAttr it sets. Where cmd's output goes to a writer that is no file, Wait waits for that
// as well, within cmd.WaitDelay.
func Start(cmd *exec.Cmd, o Options) (Group, error) {
	if o.Mark != "" {
		cmd.Env = append(cmd.Environ(), markVariable+"="+o.Mark)
	}
	return start(cmd, o)
}

// Run starts cmd and waits for its end. When ctx ends, all of them are asked to end, and after grace whatever is left of them
// is killed; the error is then why ctx ended.
func Run(ctx context.Context, cmd *exec.Cmd, grace time.Duration) (Exit, error) {
	if ctx.Err() != nil {
		return Exit{}, context.Cause(ctx)
	}
	cmd.WaitDelay = grace // pipes kept open by a grandchild must not hold us
	g, err := Start(cmd, Options{})
	if err != nil {
		return Exit{}, err
	}
	ended := make(chan struct{})
	going := context.AfterFunc(ctx, func() {
		late := time.NewTimer(grace)
		defer late.Stop()
		if g.Ask() == nil { // a program without a console, on Windows, can only be killed
			select {
			case <-ended:
				return
			case <-late.C:
			}
		}
		_ = g.Kill() // what counts is the end
	})
	exit, err := g.Wait()
	close(ended)
	if !going() {
		return exit, context.Cause(ctx)
	}
	return exit, err
}

// markVariable carries Options.Mark.
const markVariable = "STREAMTRAY_PROJECT"

const (
	staysWithin = 2 * time.Second       // what a program may leave behind may stay this long to finish
	goneWithin  = 5 * time.Second       // killed processes disappear in this time
	glanceEvery = 10 * time.Millisecond // how often we look whether processes are gone
)

// until waits until done, for at most d, and reports whether it became so.
func until(d time.Duration, done func() bool) bool { return pause.Within(d, glanceEvery, done) }
