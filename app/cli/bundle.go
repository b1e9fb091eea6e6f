package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"streamtray/app/bundle"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// runBundle writes a zip file for a colleague, and tells what is in it.
func runBundle(ctx context.Context, c *call) error {
	var out string
	var force bool
	c.flags.StringVar(&out, "o", "", "")
	c.flags.BoolVar(&force, "force", false, "")
	if _, err := c.parse(0); err != nil {
		return err
	}
	now := time.Now()
	if out == "" {
		out = bundle.DefaultName(now)
	}
	path := c.path(out)
	if _, err := os.Stat(path); err == nil && !force {
		exists := usererr.New("bundle.exists", map[string]any{"File": path}, nil)
		if !c.interactive() {
			return exists
		}
		text, _ := c.words.Error(exists)
		fmt.Fprintln(c.Err, termtext.Clean(text))
		if force, err = c.confirm("cli.bundle.overwrite"); err != nil || !force {
			return exists
		}
	}
	if !c.json {
		fmt.Fprintln(c.Err, c.words.Text("cli.bundle.gathering", nil))
	}
	b, err := c.gather(ctx, now)
	if err != nil {
		return err
	}
	size, err := b.Write(path, force)
	if err != nil {
		return err
	}
	return c.answer(bundleJSON{path, size, b.Masked, b.Entries, b.Summary}, func(out io.Writer) { c.printBundle(out, path, size, b) })
}

// gather collects what a bundle has. It is made where nothing works, too: neither settings that cannot be read nor a
// process that does not answer stand in its way.
func (c *call) gather(ctx context.Context, now time.Time) (*bundle.Bundle, error) {
	o, err := c.options()
	if err != nil {
		o = project.Options{Dir: c.path(c.project), Getenv: c.Getenv, Environ: c.Environ}
	}
	s := doctor.Open(ctx, o)
	defer s.Close()
	src := bundle.Sources{Subject: s, Options: o, Version: c.Version, Now: now}
	if src.Words, err = i18n.All(); err != nil {
		return nil, err
	}
	if c.learn(ctx, s) == nil { // one that does not answer is a finding of the doctor's at most
		src.State, src.Kept = s.State()
	}
	return bundle.Gather(ctx, src), nil
}

// bundleJSON is a bundle as --json prints it.
type bundleJSON struct {
	File    string            `json:"file"`
	Bytes   int               `json:"bytes"`
	Masked  int               `json:"masked"` // places where a secret was taken out
	Entries []bundle.Entry    `json:"entries"`
	Summary map[string]string `json:"summary"` // by language
}

func (c *call) printBundle(out io.Writer, path string, size int, b *bundle.Bundle) {
	fmt.Fprintln(out, c.words.Text("cli.bundle.done", map[string]any{"File": literal(path), "Size": (size + 1023) / 1024}))
	var rows [][]string
	for _, e := range b.Entries {
		rows = append(rows, []string{"  " + termtext.Clean(e.Name), fmt.Sprint(e.Bytes), c.words.Text("bundle.about."+e.About, nil)})
	}
	printTable(out, rows)
	fmt.Fprintf(out, "\n%s\n\n%s\n", c.words.Text("cli.bundle.masked", map[string]any{"Places": b.Masked}), c.words.Text("cli.bundle.paste", nil))
	for _, lang := range i18n.Languages {
		fmt.Fprintf(out, "\n%s", termtext.Clean(b.Summary[lang]))
	}
}
