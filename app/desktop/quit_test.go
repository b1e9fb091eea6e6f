package desktop

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"streamtray/app"
	"streamtray/app/desktop/opengl"
	"streamtray/app/desktop/session"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/i18n"
	"streamtray/app/settings"
	"streamtray/app/spies"
	"streamtray/app/testenv"
)

// Stopping the containers took up to forty seconds, for which the tray stayed.
func TestQuittingLeavesTheStopOfTheContainersToAProcessOfItsOwn(t *testing.T) {
	for _, everything := range []bool{true, false} {
		test.NewTempApp(t)
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
		left := make(chan struct{})
		d := assemble(&Desk{folders: settings.Folders{Config: t.TempDir(), Data: t.TempDir()}, words: w, session: s, options: Options{
			Exit: func(int) {}, StopApart: func(dir string) error {
				select {
				case <-s.Keeper.Ended():
				default:
					t.Error("the containers are stopped before the app is")
				}
				apart = append(apart, dir)
				return nil
			},
		}})
		d.ending.leave = func() { close(left) }
		d.person.Quiet = true
		d.ctx, d.cancel = context.WithCancel(t.Context())
		d.ending.end(everything)
		select {
		case <-left:
		case <-time.After(quitWithin):
			t.Fatalf("still there after %v", quitWithin)
		}
		if got := len(apart) == 1 && apart[0] == p.Dir; got != everything || d.ending.code != 0 {
			t.Errorf("everything %v: stopped apart in %v, code %d", everything, apart, d.ending.code)
		}
	}
}

// After an upgrade over a tray that streamed, the new one stood in the tray and did nothing.
func TestWhatIsLeftOffForAnUpgradeIsGoneOnWithOnce(t *testing.T) {
	testenv.Unraced(t, "Fyne's test driver draws on whichever goroutine queues it: what watches the session, beside what opens the next")
	s := spies.Place(t)
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), shoptest.Embedded)
	wants := func(d *Desk, want app.Want) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), quitWithin)
		defer cancel()
		for st := range d.session.Hub.Watch(ctx) {
			if st.Want == want {
				return
			}
		}
		t.Errorf("%+v is wanted, want %+v", d.session.Hub.State().Want, want)
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
