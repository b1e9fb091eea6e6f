package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/view"
	"streamtray/app/wire"
	"streamtray/app/words"
)

// A printer listens to the hub from now on; print then shows how the story goes until ctx ends, and what happened until
// then to the last event.
type printer func(ctx context.Context, h *app.Hub) (print func())

// show prints what happens from now on, until end is called.
func show(ctx context.Context, p printer, h *app.Hub) (end func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(p(ctx, h))
	return func() {
		cancel()
		wg.Wait()
	}
}

// line is one event as --json prints it: what happened, told to the reader as well, and the phase after it.
type line struct {
	wire.Event
	Text   string    `json:"text,omitempty"`
	Hint   string    `json:"hint,omitempty"`
	Phase  app.Phase `json:"phase"`
	Missed int       `json:"missed,omitempty"` // events dropped before this one, because nobody read
}

// past says whether a printer of lines begins with what led to the state as it is.
type past bool

const (
	withPast past = true
	fromNow  past = false
)

// jsonLines prints one event a line.
func jsonLines(out io.Writer, w *words.Words, p past) printer {
	return func(ctx context.Context, h *app.Hub) func() {
		events := h.Events(ctx)
		return func() { encodeLines(json.NewEncoder(out), events, w, p) }
	}
}

func encodeLines(enc *json.Encoder, events iter.Seq2[app.Event, int], w *words.Words, p past) {
	var s app.State
	told := p == withPast
	for e, missed := range events {
		if e.Kind == app.Current {
			told = true
			continue
		}
		if s = s.Apply(e); !told {
			continue
		}
		l := line{Event: wire.FromEvent(e), Phase: s.Phase(), Missed: missed}
		l.Text, l.Hint = tell(e, w)
		if enc.Encode(l) != nil {
			return // nobody reads any more
		}
	}
}

// tell puts an event into words: its error, or what it says.
func tell(e app.Event, w *words.Words) (text, hint string) {
	if e.Err != nil {
		return w.Error(e.Err)
	}
	if e.Note.ID == "" {
		return "", ""
	}
	return w.Text(e.Note.ID, e.Note.Args), ""
}

// plainLines prints what matters to a person who reads a file or a pipe: one line when a step begins to wait, holds,
// fails, is lost or is undone. Nothing is ever drawn over.
func plainLines(out io.Writer, w *words.Words, p past) printer {
	return func(ctx context.Context, h *app.Hub) func() {
		events := h.Events(ctx)
		return func() {
			var s app.State
			told := p == withPast
			for e := range events {
				s = s.Apply(e)
				told = told || e.Kind == app.Current
				if text := plain(e, s, w); text != "" && told {
					fmt.Fprintln(out, text)
				}
			}
		}
	}
}

func plain(e app.Event, s app.State, w *words.Words) string {
	row, ok := s.Row(e.Step)
	if !ok || row.Soft {
		return ""
	}
	switch e.Kind {
	case app.Waiting, app.Holds, app.Done, app.Failed, app.Lost, app.Undone, app.Output:
	case app.Wants, app.Planned, app.Skipped, app.Started, app.Doing, app.Undoing, app.Current:
		return ""
	}
	text, hint := tell(e, w)
	text, hint = oneLine(text), oneLine(hint)
	b := &strings.Builder{}
	b.WriteString(padded(w.Text("cli.kind."+e.Kind.String(), nil), kindWidth) + " " + w.Text("view.step."+e.Step, nil))
	if took := row.Took(e.At); took >= 100*time.Millisecond && row.Holding() {
		fmt.Fprintf(b, " (%s)", view.Seconds(took, w))
	}
	if text != "" {
		fmt.Fprintf(b, ": %s", text)
	}
	if hint != "" && e.Kind == app.Failed {
		fmt.Fprintf(b, "\n%s %s", padded("", kindWidth), hint)
	}
	return b.String()
}

// kindWidth is how many columns the word for what happened has.
const kindWidth = 8
