// Package view puts a State into words: the headline and the rows that every surface shows, in the reader's language.
// It is pure: the same state, language and time give the same view.
package view

import (
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

// View is what a surface shows.
type View struct {
	Phase    app.Phase
	Headline string // one line: "Streaming · 12 records/s"
	Rows     []Row
}

// Row is one step as a reader sees it.
type Row struct {
	Step  string
	Name  string // "Kafka answers"
	Mark  Mark
	Text  string        // how it is, what is waited for, or what is wrong; may be empty
	Hint  string        // what to do about it; mostly empty
	Took  time.Duration // so far, while it is under way
	Proof []string      // point by point why it is believed to hold

	Finding *Finding // what stands behind it; nil where that is not known
}

// Mark tells a row's state by kind. A surface shows it by shape and word, not by colour alone.
type Mark int

// The marks.
const (
	Pending Mark = iota // nothing happened yet
	Busy                // under way
	Good                // holds
	Bad                 // failed
	Warn                // was lost, is being brought back
	Idle                // soft, and not so at the moment
	Off                 // not needed now, or taken back
)

// Of is the view of a state at a time.
func Of(s app.State, w *i18n.Words, now time.Time) View {
	v := View{Phase: s.Phase()}
	for _, r := range s.Rows {
		v.Rows = append(v.Rows, row(r, w, now))
	}
	v.Headline = headline(s, v, w)
	return v
}

func row(r app.Row, w *i18n.Words, now time.Time) Row {
	v := Row{Step: r.Step, Name: w.Text("view.step."+r.Step, nil), Mark: mark(r)}
	v.Took = r.Took(now)
	switch v.Mark {
	case Off:
		v.Text, v.Took = w.Text("view.off."+r.Kind.String(), nil), 0
	case Pending:
		v.Took = 0
	case Bad, Warn, Idle:
		v.Text, v.Hint = w.Error(r.Err)
	case Busy:
		v.Text = busy(r, w)
	case Good:
		v.Text = note(r.Note, w)
		if v.Text == "" {
			v.Text, _ = w.Find("view.good."+r.Step, nil)
		}
		for _, p := range r.Note.More {
			v.Proof = append(v.Proof, note(p, w))
		}
	}
	if r.Soft {
		v.Took = 0
	}
	v.Finding = Found(r.Diagnosis, w)
	return v
}

func mark(r app.Row) Mark {
	switch {
	case r.Kind == app.Failed:
		return Bad
	case r.Kind == app.Skipped, r.Kind == app.Undone:
		return Off
	case r.Kind == app.Undoing:
		return Busy
	case r.Soft && r.Kind == app.Waiting:
		return Idle
	case r.Lost:
		return Warn
	case r.Holding():
		return Good
	case r.Kind == app.Planned:
		return Pending
	}
	return Busy
}

// busy says what is being done or waited for.
func busy(r app.Row, w *i18n.Words) string {
	if r.Note.ID != "" {
		return note(r.Note, w)
	}
	if s, ok := w.Find("view."+r.Kind.String()+"."+r.Step, nil); ok {
		return s
	}
	s, _ := w.Error(r.Err)
	return s
}

func note(n app.Note, w *i18n.Words) string {
	if n.ID == "" {
		return ""
	}
	return w.Text(n.ID, n.Args)
}

// headline tells the whole state in one line: the phase, then what matters most in it.
func headline(s app.State, v View, w *i18n.Words) string {
	id := "view.phase." + v.Phase.String()
	if v.Phase == app.Ready && !s.Want.Streaming {
		id = "view.phase.off"
	}
	head := w.Text(id, nil)
	if more := detail(s, v); more != "" {
		return head + " · " + more
	}
	return head
}

func detail(s app.State, v View) string {
	for i, r := range v.Rows {
		soft := s.Rows[i].Soft
		switch v.Phase {
		case app.Streaming:
			if r.Step == "flow" && r.Mark == Good { // how fast records come, not what else is soft
				return r.Text
			}
		case app.PhaseFailed:
			if r.Mark == Bad && !soft {
				return r.cause()
			}
		case app.Degraded:
			if r.Mark == Warn && !soft {
				return r.cause()
			}
		case app.Starting:
			if r.Mark == Busy {
				return r.Name
			}
		case app.Stopped, app.Ready, app.Stopping:
		}
	}
	return ""
}

// cause is what is wrong in one sentence: what stands behind it, where that is known.
func (r Row) cause() string {
	if r.Finding != nil && !r.Finding.Told && !r.Finding.Unknown {
		return r.Finding.Title
	}
	return r.Text
}

// Seconds tells how long something took: "0.4 s", "12 s", "2 min 5 s".
func Seconds(d time.Duration, w *i18n.Words) string {
	switch {
	case d < 10*time.Second:
		return w.Text("view.seconds", map[string]any{"S": d.Round(100 * time.Millisecond).Seconds()})
	case d < time.Minute:
		return w.Text("view.seconds", map[string]any{"S": int(d.Seconds())})
	default:
		return w.Text("view.minutes", map[string]any{"M": int(d.Minutes()), "S": int(d.Seconds()) % 60})
	}
}
