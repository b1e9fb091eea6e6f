// Package view puts a State into words: the headline and the rows that every surface shows, in the reader's language.
// It is pure: the same state, language and time give the same view.
package view

import (
	"cmp"
	"errors"
	"maps"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

// View is what a surface shows.
type View struct {
	Phase    app.Phase
	Headline string // one line: "Streaming · 12 records/s"
	Rows     []Row

	// Evidence is why the running app is believed to do what it shall, claim by claim; nil while nothing is wanted of it.
	Evidence []Evidence
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
	Said                // the app says so, and nothing of it was seen
	Off                 // not needed now, or taken back
)

// Of is the view of a state at a time.
func Of(s app.State, w *i18n.Words, now time.Time) View {
	v := View{Phase: s.Phase()}
	for _, r := range s.Rows {
		v.Rows = append(v.Rows, row(r, w, now))
	}
	v.withdraw(s)
	v.rest(s)
	v.Headline = headline(s, v, w, now)
	v.Evidence = evidence(s, v, w)
	return v
}

// rest takes back what is said not to be required: while nothing is kept, nothing was decided.
func (v *View) rest(s app.State) {
	for i, r := range s.Rows {
		if r.Kind == app.Skipped && !s.Want.Up {
			v.Rows[i].Mark, v.Rows[i].Text = Pending, ""
		}
	}
}

// withdraw takes back what was seen of a program that does not run any more: it was true of the one before.
func (v *View) withdraw(s app.State) {
	gone := map[string]bool{}
	for i, r := range s.Rows {
		base, of := program(r.Step)
		if base == "app" {
			gone[of] = !r.Holding() && s.Want.Up
		}
		if seen := v.Rows[i].Mark == Good || v.Rows[i].Mark == Said; seen && base != "app" && claims[base] != "" && gone[of] {
			v.Rows[i].Mark, v.Rows[i].Text, v.Rows[i].Proof, v.Rows[i].Took = Pending, "", nil, 0
		}
	}
}

func row(r app.Row, w *i18n.Words, now time.Time) Row {
	v := Row{Step: r.Step, Name: StepName(r.Step, r.Program, w), Mark: mark(r)}
	base, _ := program(r.Step)
	v.Took = r.Took(now)
	switch v.Mark {
	case Off:
		v.Text, v.Took = w.Text("view.off."+r.Kind.String(), nil), 0
	case Pending:
		v.Took = 0
	case Bad, Warn, Idle:
		if v.Text, v.Hint = w.Error(r.Err); r.Note.ID == app.ComesAndGoes {
			v.Text = w.Text(r.Note.ID, map[string]any{"What": v.Text})
		}
	case Busy:
		v.Text = busy(r, w, now)
	case Good, Said:
		v.Text = note(r.Note, w, now)
		if v.Text == "" {
			v.Text, _ = w.Find("view.good."+base, nil)
		}
		for _, p := range r.Note.More {
			v.Proof = append(v.Proof, note(p, w, now))
		}
	}
	if r.Soft {
		v.Took = 0
	}
	v.Finding = Found(r.Diagnosis, w)
	return v
}

// StepName is a step as a reader knows it: "Kafka", or, of one of several programs, "worker · Kafka connection".
// whose: the program's name where the step has it not, as that of the first has not.
func StepName(step, whose string, w *i18n.Words) string {
	base, of := program(step)
	of = cmp.Or(of, whose)
	switch {
	case of == "":
		return w.Text("view.step."+base, nil)
	case base == "app":
		return w.Text("view.step_of_app", map[string]any{"Program": of})
	}
	return w.Text("view.step_of", map[string]any{"Program": of, "Step": w.Text("view.step."+base, nil)})
}

// program is what a step is, and of which of several programs; empty: of the first, or of none.
func program(step string) (base, of string) {
	base, of, _ = strings.Cut(step, ":")
	return base, of
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
	case r.Holding() && r.Note.Said:
		return Said
	case r.Holding():
		return Good
	case r.Kind == app.Planned:
		return Pending
	}
	return Busy
}

// busy says what is being done or waited for.
func busy(r app.Row, w *i18n.Words, now time.Time) string {
	if r.Note.ID != "" {
		return note(r.Note, w, now)
	}
	base, _ := program(r.Step)
	if s, ok := w.Find("view."+r.Kind.String()+"."+base, nil); ok {
		return s
	}
	s, _ := w.Error(r.Err)
	return s
}

// note puts what a step says into words. A rate that no record has borne out for a while is not told any more.
func note(n app.Note, w *i18n.Words, now time.Time) string {
	if n.ID == "" {
		return ""
	}
	last, known := lastRecord(n)
	if !known {
		return w.Text(n.ID, n.Args)
	}
	args := maps.Clone(n.Args)
	args["Ago"] = Ago(now.Sub(last), w)
	if n.ID == quietFlow || now.Sub(last) > rateFor {
		return w.Text("view.flow_quiet", args)
	}
	return w.Text(n.ID, args)
}

// quietFlow is the note of a stream that no record came by lately.
const quietFlow = "project.flow_quiet"

// rateFor is how long after the last record a rate is still told.
const rateFor = 5 * time.Second

// lastRecord is when the last record was seen to arrive, where a note tells that.
func lastRecord(n app.Note) (time.Time, bool) {
	text, _ := n.Args["Last"].(string)
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}

// headline tells the whole state in one line: the phase, then what matters most in it.
func headline(s app.State, v View, w *i18n.Words, now time.Time) string {
	if i, ok := Crashed(s); ok {
		return crashHead(s.Rows[i], w)
	}
	head := phaseWord(s, v, w)
	if more := detail(s, v, w, now); more != "" {
		return head + " · " + more
	}
	return head
}

// phaseWord is the phase in a word: of an app whose connection was not seen that it runs, and of one that is seen to go
// wrong, while all that StreamTray can bring about holds, that there is a problem.
func phaseWord(s app.State, v View, w *i18n.Words) string {
	id := "view.phase." + v.Phase.String()
	switch {
	case v.Phase == app.Ready && !s.Want.Streaming:
		id = "view.phase.off"
	case v.Phase == app.Starting && s.Held():
		id = "view.phase.said"
	case v.Phase == app.Degraded && s.Held():
		id = "view.phase.against"
	}
	return w.Text(id, nil)
}

func detail(s app.State, v View, w *i18n.Words, now time.Time) string {
	for i, r := range v.Rows {
		soft := s.Rows[i].Soft
		switch v.Phase {
		case app.Streaming:
			if s.Rows[i].Proves == app.Streaming && r.Mark == Good {
				return flowing(r, s.Rows[i], w, now)
			}
		case app.Connected:
			if s.Rows[i].Proves == app.Streaming {
				return waiting(r, s.Rows[i], w)
			}
		case app.PhaseFailed:
			if r.Mark == Bad && !soft {
				return r.cause()
			}
		case app.Degraded:
			if r.Mark == Warn && (!soft || s.Held()) {
				return r.cause()
			}
		case app.Starting:
			if r.Mark == Busy {
				return r.Name
			}
		case app.Stopped, app.Ready, app.Stopping:
		}
	}
	if v.Phase == app.Ready && s.Awaits() {
		return w.Text("view.waiting.app", nil)
	}
	if v.Phase == app.Starting && s.Held() && s.Want.Streaming {
		return w.Text("view.waiting.connection", nil)
	}
	return ""
}

// flowing tells how fast records come, or when the last one did.
func flowing(r Row, row app.Row, w *i18n.Words, now time.Time) string {
	if last, known := lastRecord(row.Note); known && (now.Sub(last) > rateFor || row.Note.ID == quietFlow) {
		return w.Text("view.quiet", map[string]any{"Ago": Ago(now.Sub(last), w)})
	}
	return r.Text
}

// waiting tells that no record came yet, or where they go instead.
func waiting(r Row, row app.Row, w *i18n.Words) string {
	var told interface {
		Message() (id string, args map[string]any)
	}
	if errors.As(row.Err, &told) {
		if id, _ := told.Message(); id == "project.undeclared" {
			return r.Text
		}
	}
	return w.Text("view.waiting.record", nil)
}

// Ago tells how long ago something was, coarser the longer that is: "8 s", "3 min", "2 h".
func Ago(d time.Duration, w *i18n.Words) string {
	switch {
	case d < time.Minute:
		return w.Text("view.seconds", map[string]any{"S": int(max(d, 0).Seconds())})
	case d < time.Hour:
		return w.Text("view.ago.minutes", map[string]any{"M": int(d.Minutes())})
	}
	return w.Text("view.ago.hours", map[string]any{"H": int(d.Hours())})
}

// cause is what is wrong in one sentence: what stands behind it, where that is known.
func (r Row) cause() string {
	if r.Finding != nil && !r.Finding.Told && !r.Finding.Unknown() {
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
