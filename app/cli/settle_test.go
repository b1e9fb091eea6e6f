package cli

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/internal/usererr"
)

// puppet is a keeper that does what a test says once it was wished something.
type puppet struct{ start func(streaming bool) }

func (p puppet) Start(streaming bool) { p.start(streaming) }
func (puppet) Stop()                  {}
func (puppet) StopEverything()        {}
func (puppet) Toggle(bool)            {}
func (puppet) Restart()               {}
func (puppet) RestartStep(string)     {}

// wished, held, broke, wishedOff and ended are what a keeper of one step tells.
var (
	wantOn, wantOff = app.Want{Up: true, Streaming: true}, app.Want{Up: true}
	wished          = []app.Event{{Kind: app.Wants, Want: wantOn}, {Kind: app.Planned, Want: wantOn}, {Step: "flag", Kind: app.Planned, Turn: true}, {Step: "connection", Kind: app.Planned, Soft: true, Proves: app.Connected}, {Step: "flow", Kind: app.Planned, Soft: true, Proves: app.Streaming}, {Step: "flag", Kind: app.Started}}
	held            = []app.Event{{Step: "flag", Kind: app.Done}, {Step: "connection", Kind: app.Holds}}
	heldUnseen      = []app.Event{{Step: "flag", Kind: app.Done}, {Step: "connection", Kind: app.Waiting, Err: errors.New("not seen")}}
	heldElsewhere   = []app.Event{{Step: "flag", Kind: app.Done}, {Step: "connection", Kind: app.Lost, Err: errors.New("it asks elsewhere")}}
	flows           = []app.Event{{Step: "flow", Kind: app.Holds}}
	broke           = []app.Event{{Step: "flag", Kind: app.Failed, Err: errors.New("disk full")}}
	wishedOff       = []app.Event{{Kind: app.Wants, Want: wantOff}, {Kind: app.Planned, Want: wantOff}, {Step: "flag", Kind: app.Started}}
	ended           = []app.Event{{Kind: app.Wants}, {Step: "flag", Kind: app.Undone}, {Kind: app.Planned}}
)

func TestUpWaitsForItsWishAndForNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		before, after [][]app.Event
		streaming     string
		far           bool
		want          string // the error; "waits" when it goes on waiting
	}{
		"it holds":                               {nil, [][]app.Event{wished, held}, "", false, ""},
		"it breaks":                              {nil, [][]app.Event{wished, broke}, "", false, "flag: disk full"},
		"it takes its time":                      {nil, [][]app.Event{wished}, "", false, "waits"},
		"it was so already, and nothing is said": {[][]app.Event{wished, held}, nil, "", true, ""},
		"as it is, which is off":                 {[][]app.Event{wishedOff, held}, nil, "", true, ""},
		"it had failed, and does again":          {[][]app.Event{wished, broke}, [][]app.Event{wished, broke}, "", true, "flag: disk full"},
		"it had failed, and holds now":           {[][]app.Event{wished, broke}, [][]app.Event{wished, held}, "", true, ""},
		"it had failed, and takes its time":      {[][]app.Event{wished, broke}, [][]app.Event{wished[:2]}, "", true, "waits"},
		"it had failed, and got well by itself":  {[][]app.Event{wished, broke}, [][]app.Event{held}, "", true, ""},
		"it had failed, and nothing happens yet": {[][]app.Event{wished, broke}, nil, "", true, "waits"},
		"another value than it has":              {[][]app.Event{wishedOff, held}, [][]app.Event{wished, held}, "on", true, ""},
		"somebody has it stopped elsewhere":      {nil, [][]app.Event{wished, ended}, "", true, "cli.overruled"},
		"somebody has it stopped here":           {nil, [][]app.Event{wished, ended}, "", false, "cli.stopped_early"},
		"somebody switches it off elsewhere":     {nil, [][]app.Event{wished, wishedOff}, "", true, "cli.overruled"},
		"somebody switches it off here":          {nil, [][]app.Event{wished, wishedOff, held}, "", false, ""},
		"the other process ends":                 {nil, nil, "", true, "waits"},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			h := &app.Hub{}
			tell := func(all [][]app.Event) {
				for _, some := range all {
					time.Sleep(time.Second) // virtual
					for _, e := range some {
						h.Emit(e)
					}
					synctest.Wait() // it was seen
				}
			}
			tell(c.before)
			var wg sync.WaitGroup
			defer wg.Wait()
			k := &agentrpc.Session{Hub: h, Life: ctx, Keeper: puppet{start: func(bool) { wg.Go(func() { tell(c.after) }) }}}
			if c.far {
				k.Far = &agentrpc.Agent{}
			}
			got := ""
			if err := (&call{}).settle(ctx, k, goal{streaming: c.streaming}); err != nil {
				got = err.Error()
			}
			if ctx.Err() != nil {
				got = "waits"
			}
			if got != c.want {
				t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		})
	}
}

func TestUpComesBackWhenWhatItWaitsForIsSeenOrIsNot(t *testing.T) {
	for name, c := range map[string]struct {
		goal goal
		told [][]app.Event
		want string
		took time.Duration
	}{
		"connected":                           {goal{}, [][]app.Event{wished, held}, "", 2 * time.Second},
		"said, and not seen":                  {goal{unseen: time.Minute}, [][]app.Event{wished, heldUnseen}, "connection: not seen", 62 * time.Second},
		"said, and nobody minds":              {goal{}, [][]app.Event{wished, heldUnseen}, "waits", time.Hour},
		"seen late":                           {goal{unseen: time.Minute}, [][]app.Event{wished, heldUnseen, held}, "", 3 * time.Second},
		"seen elsewhere":                      {goal{unseen: time.Minute, against: 10 * time.Second}, [][]app.Event{wished, heldElsewhere}, "connection: it asks elsewhere", 12 * time.Second},
		"elsewhere for a moment":              {goal{unseen: time.Minute, against: 10 * time.Second}, [][]app.Event{wished, heldElsewhere, held}, "", 3 * time.Second},
		"the app alone":                       {goal{until: app.Starting, unseen: time.Minute}, [][]app.Event{wished, heldUnseen}, "", 2 * time.Second},
		"records":                             {goal{until: app.Streaming, unseen: time.Minute}, [][]app.Event{wished, held, flows}, "", 3 * time.Second},
		"records, as long as they take":       {goal{until: app.Streaming, unseen: time.Minute}, [][]app.Event{wished, held}, "waits", time.Hour},
		"records of an app that is not there": {goal{until: app.Streaming, unseen: time.Minute}, [][]app.Event{wished, heldUnseen, flows}, "connection: not seen", 62 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			h := &app.Hub{}
			var wg sync.WaitGroup
			defer wg.Wait()
			k := &agentrpc.Session{Hub: h, Keeper: puppet{start: func(bool) {
				wg.Go(func() {
					for _, some := range c.told {
						time.Sleep(time.Second) // virtual
						for _, e := range some {
							h.Emit(e)
						}
					}
				})
			}}}
			begin, got := time.Now(), ""
			if err := (&call{}).settle(ctx, k, c.goal); err != nil {
				got = err.Error()
			}
			if ctx.Err() != nil {
				got = "waits"
			}
			if took := time.Since(begin); got != c.want || took != c.took {
				t.Errorf("%s: got %q after %v, want %q after %v", name, got, took, c.want, c.took)
			}
		})
	}
}

func TestTheEndOfTheProcessThatKeepsAProjectIsNoSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		alive, end := context.WithCancelCause(t.Context())
		h := &app.Hub{}
		k := &agentrpc.Session{Hub: h, Far: &agentrpc.Agent{}, Life: alive, Keeper: puppet{start: func(bool) {
			go func() {
				for _, e := range wished {
					h.Emit(e)
				}
				synctest.Wait()
				end(usererr.New("agentrpc.gone", nil, nil))
			}()
		}}}
		err := (&call{}).follow(t.Context(), k, upOptions{}, true)
		var told *usererr.Error
		if !errors.As(err, &told) || told.ID != "agentrpc.gone" {
			t.Errorf("got %v, want agentrpc.gone", err)
		}
	})
}
