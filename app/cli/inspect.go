package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"streamtray/app/diagnose"
	"streamtray/app/project"
	"streamtray/internal/usererr"
)

// runInspect says what compose files mean for a program on this computer.
func runInspect(ctx context.Context, c *call) error {
	var fix, live bool
	c.flags.BoolVar(&fix, "fix", false, "")
	c.flags.BoolVar(&live, "live", false, "")
	files, err := c.parse(maxFiles)
	if err != nil {
		return err
	}
	r, err := project.Inspect(ctx, c.Dir, files, c.Environ, c.words)
	if err != nil {
		return err
	}
	if live {
		r.QueryBrokers(ctx)
	}
	switch {
	case fix:
		return c.printFix(r)
	case c.json:
		var text []byte
		if text, err = r.JSON(); err == nil {
			_, err = c.Out.Write(text)
		}
	default:
		r.Print(c.Out)
	}
	if err == nil && r.Unreadable {
		return errPrinted
	}
	return err
}

// printFix prints the override file that was proved to mend the files, or says why there is none.
func (c *call) printFix(r *project.Inspection) error {
	override, refused := r.Override(), r.Refused()
	switch {
	case override != "":
		_, err := io.WriteString(c.Out, override)
		return err
	case len(refused) > 0:
		return usererr.New("cli.inspect.unproved", map[string]any{"Why": strings.Join(refused, "\n")}, nil)
	case r.Unreadable:
		return usererr.New("cli.inspect.unreadable", nil, nil)
	}
	return usererr.New("cli.inspect.no_fix", nil, nil)
}

// maxFiles is far more compose files than anybody merges.
const maxFiles = 100

// thrifty is how many hundredths of what is in use may be garbage while a log is read, so that it takes 40 MB in all.
const thrifty = 30

// runDiagnose reads a log on stdin and prints what is wrong.
func runDiagnose(ctx context.Context, c *call) error {
	var where string
	c.flags.StringVar(&where, "where", "", "")
	rest, err := c.parse(1)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(thrifty)) // a log of any length, and little that stays of it
	in, name := c.In, "-"
	switch {
	case len(rest) == 1 && rest[0] != "-":
		name = rest[0]
		file, err := os.Open(c.path(name))
		if err != nil {
			return usererr.New("cli.unreadable", map[string]any{"File": name}, err)
		}
		defer file.Close()
		in = file
	case c.interactive():
		fmt.Fprintln(c.Err, c.words.Text("cli.diagnose.paste", nil))
	}
	// A terminal gives nothing until somebody types, and Ctrl-C has to end the wait.
	r, err := orInterrupted(ctx, func() (diagnose.Report, error) {
		return diagnose.Run(in, where, c.words.Lang(), func() map[string]string { return project.Advice(ctx, c.path(c.project), c.Environ) })
	})
	if errors.Is(err, diagnose.ErrPlace) {
		return badUsage("cli.diagnose.bad_where", map[string]any{"Where": where, "Known": strings.Join(diagnose.Places(), ", ")})
	}
	if err != nil && !errors.Is(err, errInterrupted) {
		return usererr.New("cli.unreadable", map[string]any{"File": name}, err)
	}
	if err != nil {
		return err
	}
	return c.answer(r, func(out io.Writer) { c.printFindings(out, r) })
}

func (c *call) printFindings(out io.Writer, r diagnose.Report) {
	if len(r.Findings) == 0 {
		id := "cli.diagnose.healthy"
		if r.Empty {
			id = "cli.diagnose.empty"
		}
		fmt.Fprintln(out, c.words.Text(id, nil))
		return
	}
	for i, f := range r.Findings {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s  %s\n", f.Code, f.Title)
		lines := append([]string{f.Why, f.Advice}, strings.Split(f.Fix, "\n")...)
		lines = append(lines, c.words.Text("cli.diagnose.line", map[string]any{"Line": f.Line, "Text": f.Evidence}))
		for _, s := range append(lines, f.Others...) {
			if s != "" {
				fmt.Fprintf(out, "  %s\n", s)
			}
		}
	}
}

// orInterrupted does what may wait for a person, and leaves it when ctx ends.
func orInterrupted[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := do()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, errInterrupted
	}
}
