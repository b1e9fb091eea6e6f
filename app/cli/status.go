package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/view"
)

func runStatus(ctx context.Context, c *call) error {
	if _, err := c.parse(0); err != nil {
		return err
	}
	p, err := c.openKept(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	s, kept, err := c.look(ctx, p)
	if err != nil {
		return err
	}
	v := view.Of(s, c.words, time.Now())
	if s.Phase() == app.Stopped && !kept {
		v.Headline += " · " + c.words.Text("cli.status.nobody", nil)
	}
	if err := c.answer(stateJSON(s, v, c.words), func(out io.Writer) { c.printView(out, p.Title(), v) }); err != nil {
		return err
	}
	if !s.Phase().Kept() {
		return errPrinted
	}
	return nil
}

// look is the state as it is now: as the process that keeps the project sees it, else by one look of our own.
func (c *call) look(ctx context.Context, p *project.Project) (s app.State, kept bool, err error) {
	if s, kept, err = c.keptState(ctx, p); kept || err != nil {
		return s, kept, err
	}
	steps := p.Parts(false).Steps(true)
	idle := false
	for i, f := range app.Look(ctx, steps) {
		e := app.Event{At: time.Now(), Step: f.Step, Kind: app.Planned, Soft: f.Soft, Turn: steps[i].Switch, Proves: steps[i].Proves}
		s = s.Apply(e)
		e.Kind, e.Err, e.Note = app.Holds, f.Err, f.Note
		switch {
		case f.Err == nil:
		case f.Soft:
			e.Kind = app.Waiting
		case project.Unkept(f.Err) || idle && !app.Final(f.Err):
			idle = true // what stands on it does not hold for that alone
			continue
		default:
			e.Kind, e.Diagnosis = app.Failed, steps[i].Behind(ctx, f.Err)
		}
		s = s.Apply(e)
	}
	return s, false, nil
}

// stateRow is a row as --json prints it.
type stateRow struct {
	Step  string  `json:"step"`
	State string  `json:"state"` // the kind of the last event: holds, done, waiting, failed ...
	Name  string  `json:"name"`
	Text  string  `json:"text,omitempty"`
	Hint  string  `json:"hint,omitempty"`
	Took  float64 `json:"took,omitempty"` // seconds
	Soft  bool    `json:"soft,omitempty"`

	Program string            `json:"program,omitempty"` // whose step it is, of several programs
	Finding *agentrpc.Finding `json:"finding,omitempty"`
}

// stateView is a state as --json prints it.
type stateView struct {
	Phase     app.Phase       `json:"phase"`
	Headline  string          `json:"headline"`
	Want      agentrpc.Want   `json:"want"`
	Connected bool            `json:"connected"` // seen
	Streaming bool            `json:"streaming"` // records came since the app started
	Evidence  []view.Evidence `json:"evidence"`
	Steps     []stateRow      `json:"steps"`
}

func stateJSON(s app.State, v view.View, w *i18n.Words) stateView {
	j := stateView{
		Phase: v.Phase, Headline: v.Headline, Want: agentrpc.Want{Up: s.Want.Up, Streaming: s.Want.Streaming},
		Connected: s.Seen(app.Connected), Streaming: s.Seen(app.Streaming), Evidence: v.Evidence, Steps: []stateRow{},
	}
	if j.Evidence == nil {
		j.Evidence = []view.Evidence{}
	}
	for i, r := range v.Rows {
		row := s.Rows[i]
		j.Steps = append(j.Steps, stateRow{
			Step: r.Step, State: row.Kind.String(), Name: r.Name, Text: r.Text, Hint: r.Hint, Took: r.Took.Seconds(), Soft: row.Soft,
			Program: row.Program, Finding: finding(row.Diagnosis, w),
		})
	}
	return j
}

// printView prints a view once, as the rows of up look when they stand still.
func (c *call) printView(out io.Writer, title string, v view.View) {
	size, terminal := terminalSize(out)
	r := &rows{out: out, words: c.words, title: title, size: size}
	lines, _ := r.frame(v)
	if terminal {
		out = drawing(out)
	}
	for _, l := range lines {
		if !terminal {
			l = strings.TrimRight(uncoloured.Replace(l), " ")
		}
		fmt.Fprintln(out, l)
	}
}

// uncoloured takes the colours out again where nobody would see them as such.
var uncoloured = strings.NewReplacer(green, "", red, "", yellow, "", cyan, "", grey, "", bold, "", plainText, "")
