package desktop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"streamtray/app"
	"streamtray/app/desktop/opengl"
	"streamtray/app/desktop/session"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/i18n"
	"streamtray/app/settings"
	"streamtray/app/spies"
	"streamtray/app/ui/uitest"
)

// Stopping the containers took up to forty seconds, for which the tray stayed.
func TestQuittingLeavesTheStopOfTheContainersToAProcessOfItsOwn(t *testing.T) {
	for _, everything := range []bool{true, false} {
		uitest.NewApp(t)
		w, err := i18n.New("en")
		if err != nil {
			t.Fatal(err)
		}
		p := shoptest.Shop(t)
		s, err := session.Open(t.Context(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		var apart []string
		left := false
		var forced atomic.Bool
		d := assemble(&Desk{folders: settings.Folders{Config: t.TempDir(), Data: t.TempDir()}, words: w, session: s, options: Options{
			Exit: func(int) { forced.Store(true) }, StopApart: func(dir string) error {
				select {
				case <-s.Keeper.Ended():
				default:
					t.Error("the containers are stopped before the app is")
				}
				apart = append(apart, dir)
				return nil
			},
		}})
		d.ending.leave = func() { left = true }
		d.person.Quiet = true
		d.ctx, d.cancel = context.WithCancel(t.Context())
		d.ending.end(everything)
		uitest.Until(t, "the end", func() bool { return left })
		if got := len(apart) == 1 && apart[0] == p.Dir; got != everything || d.ending.code != 0 || forced.Load() {
			t.Errorf("everything %v: stopped apart in %v, code %d, forced: %v", everything, apart, d.ending.code, forced.Load())
		}
	}
}

// After an upgrade over a tray that streamed, the new one stood in the tray and did nothing.
func TestWhatIsLeftOffForAnUpgradeIsGoneOnWithOnce(t *testing.T) {
	s := spies.Place(t)
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), shoptest.Embedded)
	wants := func(d *Desk, want app.Want) {
		t.Helper()
		uitest.Until(t, fmt.Sprintf("what is wanted: %+v", want), func() bool { return d.session.Hub.State().Want == want })
	}
	opened := func(d *Desk) {
		t.Helper()
		d.options.Hidden, d.screen.gl = true, opengl.Known(false)
		keepTrusted(t, d, s.Dir)
	}
	up := app.Want{Up: true, Streaming: false}
	for round, want := range []app.Want{up, up, {}} {
		d := deskFor(t, s)
		if left := d.person.Resume != nil; left != (round == 1) {
			t.Errorf("start %d: something was left off: %v", round, left)
		}
		opened(d)
		if round == 0 {
			d.session.Keeper.Start(want.Streaming)
		}
		wants(d, want)
		if round == 0 {
			d.control.leaveOff()
		}
		d.ending.close(d.session, false)
	}
}

// An end that hung was ended without a word, and what held it could not be found out.
func TestAnEndThatIsForcedSaysWhereItHangs(t *testing.T) {
	code := 0
	d := assemble(&Desk{folders: settings.Folders{Data: t.TempDir()}, options: Options{Exit: func(c int) { code = c }}})
	d.ending.force()
	text, err := os.ReadFile(filepath.Join(d.folders.Data, hung))
	if err != nil || code != 1 || !strings.Contains(string(text), t.Name()) {
		t.Errorf("code %d, %v, %q; want 1 and the stack of this test", code, err, text)
	}
}
