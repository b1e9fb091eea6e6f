package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"streamtray/app"
	"streamtray/app/doctor"
	"streamtray/app/local"
)

// examine carries out every check and tells each with its fix.
func examine(ctx context.Context, c *call, args []string) error {
	if _, err := c.parse(c.flags("doctor", true), args, 0); err != nil {
		return err
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
	results := doctor.Run(ctx, s, c.progress())
	err = c.answer(checksJSON(results, c), func(out io.Writer) { c.printChecks(out, results) })
	if err == nil && !doctor.Healthy(results) {
		return errTold
	}
	return err
}

// learn tells the subject what the process that keeps the project knows, if there is one. With --trust the person
// trusts what the project runs.
func (c *call) learn(ctx context.Context, s *doctor.Subject) error {
	p := s.Project
	if p == nil {
		return nil
	}
	if c.trust {
		if err := s.Trust(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, err := c.attach(ctx, p)
	switch {
	case err == nil:
		s.Learn(k.hub.State())
	case !errors.Is(err, local.ErrNobody):
		return err
	}
	return nil
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
	Note    app.Note      `json:"note"`
	Took    float64       `json:"took"` // seconds
}

func checksJSON(results []doctor.Result, c *call) any {
	checks := make([]checkJSON, 0, len(results))
	for _, r := range results {
		checks = append(checks, checkJSON{
			ID: r.ID, Status: r.Status, Name: r.Name(c.words), Text: r.Text(c.words), Fix: r.Advice(c.words), More: r.Details(c.words),
			Because: r.Because, Action: r.Action, Note: r.Message, Took: r.Took.Seconds(),
		})
	}
	return struct {
		Healthy bool        `json:"healthy"`
		Checks  []checkJSON `json:"checks"`
	}{doctor.Healthy(results), checks}
}

// progress tells each result as it comes, where a person sees it at a terminal. The answer repeats them in order.
func (c *call) progress() func(doctor.Result) {
	f, ok := c.Err.(*os.File)
	if _, terminal := terminalSize(c.Err); !ok || !terminal || c.json {
		return func(doctor.Result) {}
	}
	return func(r doctor.Result) { c.printCheck(f, r) }
}

func (c *call) printChecks(out io.Writer, results []doctor.Result) {
	count := map[doctor.Status]int{}
	for _, r := range results {
		c.printCheck(out, r)
		count[r.Status]++
	}
	fmt.Fprintf(out, "\n%s\n", c.words.Text("cli.doctor.sum", map[string]any{
		"OK": count[doctor.OK], "Warnings": count[doctor.Warning], "Problems": count[doctor.Problem], "Skipped": count[doctor.Skipped],
	}))
}

// marks are the statuses by shape.
var marks = map[doctor.Status]string{doctor.OK: "✓", doctor.Warning: "!", doctor.Problem: "✗", doctor.Skipped: "·"}

// printCheck prints one result: a line, and what to do below it.
func (c *call) printCheck(out io.Writer, r doctor.Result) {
	fmt.Fprintf(out, "%s %s  %s\n", marks[r.Status], padded(r.ID, 18), oneLine(r.Text(c.words)))
	below := r.Details(c.words)
	if fix := r.Advice(c.words); fix != "" {
		below = append(below, "→ "+fix)
	}
	for _, l := range below {
		fmt.Fprintf(out, "%s%s\n", strings.Repeat(" ", 22), oneLine(l))
	}
}
