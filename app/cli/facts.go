package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"streamtray/app/facts"
	"streamtray/app/project"
)

// runFacts shows what is known of a project, each thing with its evidence. It runs nothing of the project.
func runFacts(ctx context.Context, c *call) error {
	if _, err := c.parse(0); err != nil {
		return err
	}
	known, err := project.Facts(ctx, c.path(c.project), c.Environ)
	if err != nil {
		return err
	}
	answer := struct {
		Dir     string       `json:"dir"`
		Facts   []facts.Fact `json:"facts"`
		Unknown []facts.What `json:"unknown"`
		Partial bool         `json:"partial,omitempty"`
	}{known.Dir, known.Facts, known.Unknown, known.Partial}
	if answer.Facts == nil {
		answer.Facts = []facts.Fact{}
	}
	if answer.Unknown == nil {
		answer.Unknown = []facts.What{}
	}
	return c.answer(answer, func(out io.Writer) { c.printFacts(out, known) })
}

func (c *call) printFacts(out io.Writer, k project.Known) {
	fmt.Fprintln(out, literal(k.Dir))
	names, values := 0, 0
	for _, f := range k.Facts {
		names, values = max(names, textWidth(string(f.What))), max(values, textWidth(factText(f)))
	}
	values = min(values, widestValue)
	for _, f := range k.Facts {
		line := "  " + padded(string(f.What), names) + "  " + padded(literal(factText(f)), values) + "  " + literal(f.Where)
		if !f.Sure {
			line += "  " + c.words.Text("cli.facts.unsure", nil)
		}
		fmt.Fprintln(out, line)
	}
	for _, w := range k.Unknown {
		fmt.Fprintln(out, "? "+c.words.Text("cli.facts.unknown."+string(w), nil))
	}
	if k.Partial {
		fmt.Fprintln(out, "! "+c.words.Text("cli.facts.partial", nil))
	}
}

// widestValue is how wide the column of values gets; a longer one pushes its evidence to the right.
const widestValue = 44

func factText(f facts.Fact) string {
	text := fmt.Sprint(f.Value)
	if argv, ok := f.Value.([]string); ok {
		text = strings.Join(argv, " ")
	}
	if f.Env != "" {
		text += " (" + f.Env + ")"
	}
	if f.Dir != "" && f.Dir != "." {
		text += " (" + f.Dir + ")"
	}
	return text
}
