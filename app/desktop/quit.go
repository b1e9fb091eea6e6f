package desktop

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"streamtray/app"
	"streamtray/app/desktop/session"
	"streamtray/app/detector"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/internal/atomicfile"
)

// Bounds of the end. The app gets most of the time to stop by itself; what hangs then is left, and the process ends.
const (
	closeWithin = detector.DefaultGrace + 2*time.Second // the app's own time, and what is taken back after it
	quitWithin  = closeWithin + time.Second
	// stopWithin is the bound of stopping the containers as well before the person's session ends.
	stopWithin = 40 * time.Second
	// tellWithin is how long it may take to tell that something goes on.
	tellWithin = time.Second / 2
)

// ending ends the program.
type ending struct {
	desk  *Desk
	leave func() // ends the main loop
	going bool
	code  int
}

// quit ends the program: with Kafka left running, or with all of it stopped, or asking now, as how says, or where that is
// empty as the person chose.
func (e *ending) quit(how string) {
	d := e.desk
	if e.going {
		return
	}
	how = cmp.Or(how, d.person.OnQuit)
	switch {
	case d.session == nil || d.session.Far || how != "stop" && how != "ask":
		e.end(false)
	case how == "stop":
		e.end(true)
	default:
		d.screen.with(func(w *window) {
			say := func(id string) string { return d.words.Text(id, nil) }
			ui.Ask(w.Canvas(), ui.Question{
				Title: say("ui.settings.quit"), Text: say("ui.quit.ask"), Answers: []string{say("ui.settings.quit.keep"), say("ui.settings.quit.stop"), say("ui.cancel")},
			}, func(answer int) {
				if answer < 2 { //nolint:mnd // the last one leaves all as it is
					e.end(answer == 1)
				}
			})
		})
	}
}

// end stops what this process keeps and then ends the main loop. Whatever hangs, the process ends in time; containers may
// take longer to stop, and so a process of their own stops them.
func (e *ending) end(everything bool) {
	d := e.desk
	if e.going {
		return
	}
	d.screen.remember()
	e.going = true
	time.AfterFunc(quitWithin, e.force)
	s, quiet, goesOn := d.session, d.person.Quiet, d.words.Text("tray.notice.stopping", nil)
	go func() { // not in d.work: the end waits for that
		e.close(s, false)
		if everything && s != nil && s.InContainers() && d.options.StopApart != nil {
			if d.options.StopApart(s.Project.Dir) != nil {
				e.code = 1
			} else if !quiet {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), tellWithin)
				_ = d.system.Notify(ctx, "StreamTray · "+s.Project.Title(), goesOn) // a desktop without notifications is not told
				cancel()
			}
		}
		ui.Later(e.leave)
	}()
}

// hung is the file in the person's data folder that says where every goroutine stood when an end had to be forced.
const hung = "hung.txt"

// force ends the process: what should have ended it hangs. Nobody can look into it afterwards, and so it says where it
// hangs, to whoever reads its output and in a file to send. Stacks hold no values, only where they are.
func (e *ending) force() {
	d := e.desk
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	fmt.Fprintf(os.Stderr, "quit: not within %v:\n%s", quitWithin, stacks)
	_ = atomicfile.Write(filepath.Join(d.folders.Data, hung), stacks, 0o600) // who cannot keep it has printed it
	d.options.Exit(1)
}

// close stops a session, and with everything its containers first.
func (e *ending) close(s *session.Session, everything bool) {
	d := e.desk
	if s == nil {
		d.cancel()
		return
	}
	if everything {
		e.stopEverything(s)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), closeWithin)
	defer cancel()
	d.cancel() // ends what feeds the windows too
	if s.Close(ctx) != nil {
		e.code = 1 // the caller reads it after the main loop, which ends after this
	}
}

// rest waits for what this process started and has been told to end.
func (e *ending) rest() {
	all := make(chan struct{})
	go func() {
		e.desk.work.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(quitWithin - closeWithin):
	}
}

func (e *ending) stopEverything(s *session.Session) {
	ctx, cancel := context.WithTimeout(e.desk.ctx, stopWithin)
	defer cancel()
	s.Keeper.StopEverything()
	untilStopped(ctx, s)
}

// untilStopped waits until nothing is kept of a session any more. False: ctx ended before that.
func untilStopped(ctx context.Context, s *session.Session) bool {
	states := s.Hub.Watch(ctx)
	for {
		select {
		case <-s.Keeper.Ended():
			return true
		case st, open := <-states:
			if !open {
				return false
			}
			if !st.Want.Up && st.Plan == st.Want && (st.Phase() == app.Stopped || st.Phase() == app.PhaseFailed) {
				return true
			}
		}
	}
}

// sessionEnds stops what this process keeps, with the containers if the person wants that, before the session ends. The
// main loop may be blocked by an open menu meanwhile: nothing waits for it.
func (e *ending) sessionEnds() {
	d := e.desk
	s := d.kept.Load()
	if s == nil || s.Far {
		return
	}
	person, err := settings.Load(d.folders)
	e.close(s, err == nil && person.OnQuit == "stop")
	ui.Later(func() {
		if !e.going {
			e.going = true
			e.leave()
		}
	})
}
