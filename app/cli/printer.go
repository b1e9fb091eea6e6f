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
	"streamtray/app/agentrpc"
	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/internal/termtext"
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
	agentrpc.Event
	Text   string    `json:"text,omitempty"`
	Hint   string    `json:"hint,omitempty"`
	Phase  app.Phase `json:"phase"`
	Missed int       `json:"missed,omitempty"` // events dropped before this one, because nobody read
}

// eventFilter says which events a printer of lines prints, given the state after each. It sees them in order.
type eventFilter func(e app.Event, s app.State) bool

// everything includes what led to the state as it is.
func everything(app.Event, app.State) bool { return true }

// fromNow leaves that out.
func fromNow() eventFilter {
	now := false
	return func(e app.Event, _ app.State) bool {
		now = now || e.Kind == app.Current
		return now
	}
}

// lasting leaves out what is told again and again while all is well: rates. It is for a file that nobody empties.
func lasting(e app.Event, s app.State) bool {
	row, _ := s.Row(e.Step)
	return !row.Soft || e.Kind == app.Lost
}

// jsonLines prints one event a line.
func jsonLines(out io.Writer, w *i18n.Words, keep eventFilter) printer {
	return func(ctx context.Context, h *app.Hub) func() {
		events := h.Events(ctx)
		return func() { encodeLines(json.NewEncoder(out), events, w, keep) }
	}
}

func encodeLines(enc *json.Encoder, events iter.Seq2[app.Event, int], w *i18n.Words, keep eventFilter) {
	var s app.State
	for e, missed := range events {
		if s = s.Apply(e); !keep(e, s) || e.Kind == app.Current {
			continue
		}
		l := line{Event: agentrpc.FromEvent(e), Phase: s.Phase(), Missed: missed}
		l.Text, l.Hint = tell(e, w)
		l.Finding = finding(e.Diagnosis, w)
		if enc.Encode(l) != nil {
			return // nobody reads any more
		}
	}
}

// tell puts an event into words: its error, or what it says.
func tell(e app.Event, w *i18n.Words) (text, hint string) {
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
func plainLines(out io.Writer, w *i18n.Words, keep eventFilter) printer {
	return func(ctx context.Context, h *app.Hub) func() {
		events := h.Events(ctx)
		return func() {
			var s app.State
			for e := range events {
				before := s
				s = s.Apply(e)
				if text := plain(e, before, s, w); keep(e, s) && text != "" {
					fmt.Fprintln(out, text)
				}
			}
		}
	}
}

func plain(e app.Event, before, s app.State, w *i18n.Words) string {
	row, ok := s.Row(e.Step)
	if !ok || row.Soft && !turned(e, before) {
		return ""
	}
	switch e.Kind {
	case app.Waiting, app.Holds, app.Done, app.Failed, app.Lost, app.Undone, app.Output:
	case app.Doing:
		if !e.Diagnosis.Known() || e.Diagnosis.Told {
			return ""
		}
	case app.Wants, app.Planned, app.Skipped, app.Started, app.Undoing, app.Current:
		return ""
	}
	text, hint := tell(e, w)
	if was, _ := before.Row(e.Step); e.Kind == app.Waiting && was.Kind == app.Waiting {
		if said, _ := tell(app.Event{Err: was.Err, Note: was.Note}, w); said == text {
			return "" // only its hint is another
		}
	}
	text = termtext.OneLine(text)
	b := &strings.Builder{}
	kind := e.Kind.String()
	if row.Holding() && e.Note.Said {
		kind = "said"
	}
	b.WriteString(padded(w.Text("cli.kind."+kind, nil), kindWidth) + " " + view.StepName(e.Step, row.Program, w))
	if took := row.Took(e.At); took >= 100*time.Millisecond && row.Holding() {
		fmt.Fprintf(b, " (%s)", view.Seconds(took, w))
	}
	if text != "" {
		fmt.Fprintf(b, ": %s", text)
	}
	if e.Kind == app.Failed || e.Diagnosis.Known() && !e.Diagnosis.Told {
		for _, l := range causeLines(view.Found(e.Diagnosis, w), e.Kind == app.Failed, hint, w) {
			fmt.Fprintf(b, "\n%s %s", padded("", kindWidth), l)
		}
	}
	return b.String()
}

// turned reports whether what is seen of a soft step is worth a line: that something speaks against it, that this has
// passed, or that it proves more than was proven.
func turned(e app.Event, before app.State) bool {
	row, _ := before.Row(e.Step)
	switch e.Kind {
	case app.Lost:
		return true
	case app.Holds:
		return row.Lost || row.Proves != app.Stopped && !row.Holding()
	default:
		return false
	}
}

// kindWidth is how many columns the word for what happened has.
const kindWidth = 8
