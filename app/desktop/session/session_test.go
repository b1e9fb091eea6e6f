package session

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/project"
	"streamtray/app/ui"
	"streamtray/app/ui/uitest"
)

// A process that was ending had the name still: the tray told that nobody listens, and kept nothing.
func TestAProjectIsKeptHereOnceAnotherProcessHasLetGoOfIt(t *testing.T) {
	p := shoptest.Shop(t)
	l, err := p.Channel().Listen()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if c, err := l.Accept(); err == nil { // it ends before it says anything
			c.Close()
		}
		l.Close()
	}()
	s, err := Open(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Far {
		t.Error("kept by another process; want by this one")
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// The last 5,000 lines of a container that had stopped were read again every two seconds.
func TestALogThatEndedIsNotReadAgainUntilItGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var lines []project.LogLine
		say := func(text string) {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, project.LogLine{Time: time.Now(), Text: text})
		}
		given := 0
		read := func(_ context.Context, o project.LogOptions) iter.Seq2[project.LogLine, error] {
			return func(yield func(project.LogLine, error) bool) {
				mu.Lock()
				last := lines[max(len(lines)-o.Tail, 0):]
				mu.Unlock()
				for _, l := range last {
					given++
					if !yield(l, nil) {
						return
					}
				}
			}
		}
		for range 100 {
			say("before")
		}
		ctx, stop := context.WithCancel(t.Context())
		var got []string
		var done atomic.Bool
		go func() {
			followLog(ctx, read, "kafka", func(l ui.LogLine) { got = append(got, l.Text) })
			done.Store(true)
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		if given > 100+int(time.Since(began)/readAgain) {
			t.Errorf("%d lines were read within a minute, of 100 that there are", given)
		}
		say("after")
		time.Sleep(2 * readAgain)
		synctest.Wait()
		if len(got) != 101 || got[100] != "after" {
			t.Errorf("%d lines, the last %q; want 101, each once", len(got), got[len(got)-1])
		}
		stop()
		synctest.Wait()
		if !done.Load() {
			t.Error("it does not end")
		}
	})
}

func TestAnEventIsALineInTheReadersWords(t *testing.T) {
	w := uitest.English(t)
	lines := 0
	for _, e := range []app.Event{
		{Kind: app.Wants},
		{Kind: app.Planned, Step: "broker"},
		{Kind: app.Holds, Step: "flow", Note: app.Note{ID: "view.flag.on"}},
	} {
		if _, ok := eventLine(e, w); ok {
			lines++
		}
	}
	if lines != 0 {
		t.Errorf("%d lines of what only orders the rows", lines)
	}
	line, ok := eventLine(app.Event{Kind: app.Failed, Step: "broker", Err: errors.New("connection refused")}, w)
	if !ok || line.Level != "error" || line.Text != "Kafka · failed · connection refused" {
		t.Errorf("line %v %q %q", ok, line.Level, line.Text)
	}
}
