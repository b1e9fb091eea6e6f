package desktop

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"streamtray/app"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// While the demo streamed, the window was drawn anew with every look of the agent's, up to four times a second, for numbers.
func TestNumbersAreDrawnOnceABeatAndNewsSoon(t *testing.T) {
	state := func(records int, kind app.Kind) app.State {
		s := app.State{Want: app.Want{Up: true, Streaming: true}, Plan: app.Want{Up: true, Streaming: true}}
		s.Rows = []app.Row{{Step: "flow", Kind: kind, Proves: app.Streaming, Note: app.Note{ID: "kafka.flow", Args: map[string]any{"Records": records}}}}
		return s
	}
	for _, c := range []struct {
		name string
		news app.Kind // of the row, half a second on
		want time.Duration
	}{
		{"other numbers", app.Holds, calmBeat},
		{"the row is lost", app.Failed, 500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				states := make(chan app.State)
				go func() { // a state every 100 ms, as many as are taken
					for i := 1; ; i++ {
						kind := app.Holds
						if i >= 5 {
							kind = c.news
						}
						select {
						case <-ctx.Done():
							return
						case <-time.After(100 * time.Millisecond):
						}
						select {
						case <-ctx.Done():
							return
						case states <- state(i, kind):
						}
					}
				}()
				first, began := state(0, app.Holds), time.Now()
				if beat(first) != calmBeat {
					t.Fatalf("phase %v, want one that is calm", first.Phase())
				}
				next := wait(ctx, states, first)
				if took := time.Since(began); took < quickBeat || took > c.want+250*time.Millisecond || took < c.want-250*time.Millisecond {
					t.Errorf("drawn after %v, want about %v", took, c.want)
				}
				if next.Rows[0].Kind != c.news || next.Rows[0].Note.Args["Records"] == 0 {
					t.Errorf("what is drawn is %+v, want the newest", next.Rows[0])
				}
			})
		})
	}
}

// A window that nobody could see went on being drawn, and its project measured for it.
func TestAMinimisedWindowRests(t *testing.T) {
	d, _ := led(t)
	away := false
	d.options.minimised = func(fyne.Window) bool { return away }
	d.welcomer.question = nil
	d.screen.show(view.PageOverview)
	uitest.Until(t, "a window", func() bool { return d.screen.window != nil })
	w := d.screen.window
	drawn := 0
	w.now = func() { drawn++ }
	page := w.pages[view.PageOverview]
	if w.sleeps() || page.stop == nil || !w.wide.Load() {
		t.Fatal("a window that is seen is not fed")
	}
	away = true
	if !w.sleeps() || page.stop != nil || w.wide.Load() {
		t.Error("a minimised window is fed")
	}
	if w.wake(); drawn != 0 || page.stop != nil {
		t.Error("a window that is minimised still is drawn")
	}
	away = false
	if w.wake(); drawn != 1 || page.stop == nil || !w.wide.Load() || w.sleeps() {
		t.Errorf("a window that is seen again was drawn %d times, and is fed: %v", drawn, page.stop != nil)
	}
	if w.wake(); drawn != 1 {
		t.Error("a window that was seen all the time is drawn anew")
	}
}
