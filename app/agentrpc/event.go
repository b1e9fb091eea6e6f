package agentrpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"streamtray/app"
)

// Event is an app.Event as JSON, one a line: for --json, and between two processes of one user. The form is described in
// docs/json.md and is a promise to scripts.
type Event struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`
	Step    string    `json:"step,omitempty"`
	Note    *app.Note `json:"note,omitempty"`
	Error   *Error    `json:"error,omitempty"`
	Finding *Finding  `json:"finding,omitempty"`
	Soft    bool      `json:"soft,omitempty"`
	Switch  bool      `json:"switch,omitempty"`
	Proves  string    `json:"proves,omitempty"`
	Program string    `json:"program,omitempty"`
	Want    *Want     `json:"want,omitempty"`
}

// Want is an app.Want as JSON.
type Want struct {
	Up        bool `json:"up"`
	Streaming bool `json:"streaming"`
}

// Finding is an app.Diagnosis as JSON. Title, Advice, Fix and the texts of Remedy are for readers, in the language of
// whoever prints them; between processes they are empty.
type Finding struct {
	app.Diagnosis
	Title  string  `json:"title"`
	Advice string  `json:"advice"`
	Fix    string  `json:"fix"`
	Remedy *Remedy `json:"remedy,omitempty"`
}

// Remedy is what can be done about a finding once the user agreed, with what it costs.
type Remedy struct {
	ID   string `json:"id"`
	Text string `json:"text,omitempty"`
	Cost string `json:"cost,omitempty"`
}

// FromDiagnosis puts a diagnosis into its travelling form; nil where nothing is known.
func FromDiagnosis(d app.Diagnosis) *Finding {
	if !d.Known() {
		return nil
	}
	f := &Finding{Diagnosis: d}
	if d.Remedy != "" {
		f.Remedy = &Remedy{ID: d.Remedy}
	}
	return f
}

// received turns the travelling form back.
func (f *Finding) received() app.Diagnosis {
	if f == nil {
		return app.Diagnosis{}
	}
	d := f.Diagnosis
	if f.Remedy != nil {
		d.Remedy = f.Remedy.ID
	}
	return d
}

// Error is an error that crossed a process border: its text's name and values, and its technical words. It is told to
// a reader just as the original would be.
type Error struct {
	ID   string         `json:"id,omitempty"`
	Args map[string]any `json:"args,omitempty"`
	Text string         `json:"text"`
	Stop bool           `json:"final,omitempty"`
}

// Error gives the technical words of the original.
func (e *Error) Error() string { return e.Text }

// Final reports whether waiting is pointless.
func (e *Error) Final() bool { return e.Stop }

// Message names the sentence for the reader and the values that go into it; the name may be empty.
func (e *Error) Message() (id string, args map[string]any) { return e.ID, e.Args }

// FromError puts err into its travelling form; nil stays nil.
func FromError(err error) *Error {
	if err == nil {
		return nil
	}
	e := &Error{Text: err.Error(), Stop: app.Final(err)}
	var told interface {
		Message() (string, map[string]any)
	}
	if errors.As(err, &told) {
		e.ID, e.Args = told.Message()
		e.Args = values(e.Args)
	}
	return e
}

// values are args as JSON carries them: what it cannot, or would carry as something else (a time, an error), is put as
// a text would print it.
func values(args map[string]any) map[string]any {
	if args == nil {
		return nil
	}
	all := make(map[string]any, len(args))
	for k, v := range args {
		all[k] = value(v)
	}
	return all
}

func value(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case nil, bool, string, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, []string:
		return v
	case []any:
		return list(v)
	case map[string]any:
		return values(v)
	}
	return fmt.Sprint(v)
}

func list(items []any) []any {
	all := make([]any, len(items))
	for i, v := range items {
		all[i] = value(v)
	}
	return all
}

// number is a whole number as such, since it may choose the form of a word, and another one as it was written.
func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	return n.String()
}

func note(n app.Note) app.Note {
	n.Args = values(n.Args)
	n.More = slices.Clone(n.More)
	for i, m := range n.More {
		n.More[i] = note(m)
	}
	return n
}

// FromEvent puts an event into its travelling form.
func FromEvent(e app.Event) Event {
	w := Event{Time: e.At, Kind: e.Kind.String(), Step: e.Step, Error: FromError(e.Err), Finding: FromDiagnosis(e.Diagnosis), Soft: e.Soft, Switch: e.Turn, Program: e.Program}
	if e.Proves != app.Stopped {
		w.Proves = e.Proves.String()
	}
	if e.Note.ID != "" {
		n := note(e.Note)
		w.Note = &n
	}
	if e.Step == "" {
		w.Want = &Want{Up: e.Want.Up, Streaming: e.Want.Streaming}
	}
	return w
}

// Event turns the travelling form back. A kind that this program does not know is an error.
func (w Event) Event() (app.Event, error) {
	kind, err := app.ParseKind(w.Kind)
	if err != nil {
		return app.Event{}, err
	}
	e := app.Event{At: w.Time, Kind: kind, Step: w.Step, Diagnosis: w.Finding.received(), Soft: w.Soft, Turn: w.Switch, Program: w.Program}
	if w.Proves != "" {
		if e.Proves, err = app.ParsePhase(w.Proves); err != nil {
			return app.Event{}, err
		}
	}
	if w.Note != nil {
		e.Note = note(*w.Note)
	}
	if w.Error != nil {
		err := *w.Error
		err.Args = values(err.Args)
		e.Err = &err
	}
	if w.Want != nil {
		e.Want = app.Want{Up: w.Want.Up, Streaming: w.Want.Streaming}
	}
	return e, nil
}

// Unmarshal reads JSON with numbers kept as they were written, so that a count of a million is not told as 1e+06.
func Unmarshal(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}
