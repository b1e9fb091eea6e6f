package cli

import (
	"context"
	"fmt"
	"io"

	"streamtray/app"
	"streamtray/app/doctor"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// runDoctor carries out every check and tells each with its fix. With --fix it offers what can be mended in the code.
func runDoctor(ctx context.Context, c *call) error {
	var fix, yes bool
	c.flags.BoolVar(&fix, "fix", false, "")
	c.flags.BoolVar(&yes, "yes", false, "")
	if _, err := c.parse(0); err != nil {
		return err
	}
	if yes && !fix {
		return badUsage("cli.doctor.yes_alone", nil)
	}
	o, err := c.options()
	if err != nil {
		return err
	}
	s := doctor.Open(ctx, o)
	defer s.Close()
	if err := c.learn(ctx, s); err != nil {
		return err
	}
	results := c.checks(ctx, s)
	err = c.answer(c.checksJSON(results), func(out io.Writer) { c.printChecks(out, results) })
	if err == nil && fix {
		err = c.mend(ctx, s, results, yes)
	}
	if err == nil && !doctor.Healthy(results) {
		return errPrinted
	}
	return err
}

// learn tells the subject what the process that keeps the project knows, if there is one. With --trust the person
// trusts what the project runs.
func (c *call) learn(ctx context.Context, s *doctor.Subject) error {
	if s.Project == nil {
		return nil
	}
	if err := c.sayTrust(s.Project); err != nil {
		return err
	}
	state, kept, err := c.keptState(ctx, s.Project)
	if kept {
		s.Learn(state)
	}
	return err
}

// checks runs all of them. Somebody at a terminal sees each result as it comes, in the place of which the answer is
// printed in the end.
func (c *call) checks(ctx context.Context, s *doctor.Subject) []doctor.Result {
	size, terminal := terminalSize(c.Out)
	if !terminal || c.json {
		return doctor.Run(ctx, s, func(doctor.Result) {})
	}
	live := &liveChecks{out: drawing(c.Out), size: size}
	defer live.clear()
	return doctor.Run(ctx, s, func(r doctor.Result) { live.add(c.checkLines(r, layout{colour: true})[0]) })
}

// mend shows the changes that mend what was found in the code, and makes them on a yes: said beforehand, or at a terminal
// once they were seen. What comes down a pipe was written before anybody saw them.
func (c *call) mend(ctx context.Context, s *doctor.Subject, results []doctor.Result, yes bool) error {
	var found []doctor.Result
	for _, r := range results {
		if r.Diff() != "" {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		fmt.Fprintf(c.Err, "\n%s\n", c.words.Text("cli.doctor.no_fix", nil))
		return nil
	}
	for _, r := range found {
		fmt.Fprintf(c.Err, "\n%s\n%s\n\n%s", termtext.Clean(r.Text(c.words)), c.words.Text("cli.doctor.ask", nil), termtext.Clean(r.Diff()))
	}
	if !yes && !c.interactive() {
		return usererr.New("cli.doctor.nobody", nil, nil)
	}
	if !yes {
		var err error
		if yes, err = c.confirm("cli.doctor.question"); err != nil {
			return err
		}
	}
	if !yes {
		fmt.Fprintf(c.Err, "\n%s\n", c.words.Text("cli.doctor.left", nil))
		return nil
	}
	fixed, err := doctor.Fix(ctx, s, found)
	for _, f := range fixed {
		fmt.Fprintf(c.Err, "\n%s", c.words.Text("cli.doctor.fixed", map[string]any{"File": termtext.Clean(f.File), "Backup": f.Backup}))
	}
	if len(fixed) > 0 {
		fmt.Fprintf(c.Err, "\n%s\n", c.words.Text("cli.doctor.again", nil))
	}
	return err
}

// checkJSON is a result as --json prints it.
type checkJSON struct {
	ID      string        `json:"id"`
	Status  doctor.Status `json:"status"`
	Name    string        `json:"name"`
	Text    string        `json:"text"`
	Fix     string        `json:"fix,omitempty"`
	More    []string      `json:"more,omitempty"`
	Because string        `json:"because,omitempty"`
	Action  doctor.Action `json:"action,omitempty"`
	Diff    string        `json:"diff,omitempty"`
	Note    app.Note      `json:"note"`
	Took    float64       `json:"took"` // seconds
}

// checked is what checks found, as --json prints it.
type checked struct {
	Version string      `json:"version,omitempty"` // the program's, in what is sent to somebody else
	Healthy bool        `json:"healthy"`
	Checks  []checkJSON `json:"checks"`
}

func (c *call) checksJSON(results []doctor.Result) checked {
	checks := make([]checkJSON, 0, len(results))
	for _, r := range results {
		checks = append(checks, checkJSON{
			ID: r.ID, Status: r.Status, Name: r.Name(c.words), Text: r.Text(c.words), Fix: r.Advice(c.words), More: r.Details(c.words),
			Because: r.Because, Action: r.Action, Diff: r.Diff(), Note: r.Message, Took: r.Took.Seconds(),
		})
	}
	return checked{Healthy: doctor.Healthy(results), Checks: checks}
}
