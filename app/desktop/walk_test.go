package desktop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/app/desktop/opengl"
	"streamtray/app/doctor"
	"streamtray/app/spies"
	"streamtray/app/ui"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

func TestMain(m *testing.M) {
	spies.IfAsked()
	os.Exit(m.Run())
}

// everyAct is what menus, keys and windows offer.
func everyAct() []view.Act {
	return []view.Act{
		view.ActStart, view.ActStop, view.ActStopEverything, view.ActStreamingOn, view.ActStreamingOff, view.ActRestart, view.ActBrowse,
		view.ActMend, view.ActTopics, view.ActCanary, view.ActCopyAddress, view.ActCopyPowerShell, view.ActCopyBash, view.ActLogs,
		view.ActOverview, view.ActProject, view.ActOpen, view.ActDiagnose, view.ActSettings, view.ActSetUp,
	}
}

// The tray and its windows touch nothing of a project that nobody trusts: opening its folder shows what it would do, and
// whatever is clicked then shows no more.
func TestNoWindowTouchesAnythingForAProjectThatNobodyTrusts(t *testing.T) {
	for name, write := range spies.Projects {
		t.Run(name, func(t *testing.T) {
			s := spies.Place(t)
			write(s)
			d := deskFor(t, s)
			d.start()
			settled(t, d)
			if d.session != nil {
				t.Fatal("the project is kept")
			}
			for _, act := range everyAct() {
				d.do(act, s.Dir)
				settled(t, d)
			}
			e := &examiner{desk: d, window: d.screen.window, ctx: d.ctx, cancel: func() {}, shown: ui.NewDoctor(d.words, &examiner{desk: d})}
			for _, do := range []func(){e.Again, e.Copy, func() { e.Do(view.ActDiagnose, string(doctor.Trust)) }} {
				do()
				settled(t, d)
			}
			for _, t := range (person{d}).Trusted() {
				_ = person{d}.Forget(t.Dir)
			}
			d.welcomer.Decline()
			d.welcomer.Open(s.Dir)
			settled(t, d)
			if d.session != nil {
				t.Error("the project is kept")
			}
			if seen := s.Taken(); len(seen) > 0 {
				t.Error(strings.Join(seen, "; "))
			}
		})
	}
}

// deskFor is the tray's program with the project open, on a desktop that draws into memory.
func deskFor(t *testing.T, s *spies.Spies) *Desk {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(s.Home, "nobody")) // no notifications
	d, err := newDesk(t.Context(), Options{
		Dir: s.Dir, Getenv: s.Getenv, Environ: os.Environ(), Home: s.Home, Self: filepath.Join(s.Home, "none"), Version: "1",
	}, uitest.NewApp(t), func() {})
	if err != nil {
		t.Fatal(err)
	}
	d.screen.gl = opengl.Known(true)
	t.Cleanup(func() {
		d.ending.going = true
		d.cancel()
		settled(t, d)
		if d.welcomer.pending != nil {
			_ = d.welcomer.pending.Close()
		}
	})
	return d
}

// settled waits until nothing is under way any more, on the main goroutine or beside it.
func settled(t *testing.T, d *Desk) {
	t.Helper()
	for again := true; again; again = uitest.Settle() {
		done := make(chan struct{})
		go func() {
			d.work.Wait()
			close(done)
		}()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatal("something does not end")
		}
	}
}
