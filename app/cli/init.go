package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"streamtray/app/config"
	"streamtray/app/facts"
	"streamtray/app/project"
	"streamtray/app/sample"
	"streamtray/docker/compose"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
)

// runInit writes a first streamtray.yaml, or unpacks the sample project.
func runInit(ctx context.Context, c *call) error {
	var withSample bool
	c.flags.BoolVar(&withSample, "sample", false, "")
	rest, err := c.parse(1)
	if err != nil {
		return err
	}
	c.project = c.Dir
	if len(rest) == 1 {
		c.project = rest[0]
	}
	if withSample {
		dir := c.path(c.project)
		if err := sample.Unpack(dir); err != nil {
			return err
		}
		return c.answer(map[string]string{"dir": dir}, func(out io.Writer) {
			fmt.Fprintln(out, c.words.Text("cli.init.sample", map[string]any{"Dir": dir}))
		})
	}
	o, err := c.options()
	if err != nil {
		return err
	}
	var ask *project.Ask
	if c.interactive() && !c.json {
		ask = &project.Ask{Choose: c.chooseFact, Text: c.askFact, All: c.words.Text("cli.init.all", nil)}
	}
	done, err := project.Init(ctx, o, c.words, ask)
	if err != nil {
		return err
	}
	if !done.Kept {
		if err := c.writeSchema(filepath.Dir(done.File)); err != nil {
			return err
		}
	}
	if err := c.answer(done, func(out io.Writer) { c.printInit(out, done) }); err != nil {
		return err
	}
	if done.Kept && done.Diff != "" {
		return errPrinted
	}
	return nil
}

// writeSchema puts the schema that the file's first line names beside it: editors then complete and check the file without a
// network. One that is there is left as it is.
func (c *call) writeSchema(dir string) error {
	text, err := SchemaJSON(c.words)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, config.SchemaFile)
	if err := atomicfile.Create(file, text, 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return usererr.New("project.unwritable", map[string]any{"File": file, "Dir": dir}, err)
	}
	return nil
}

func (c *call) printInit(out io.Writer, done project.Initialised) {
	args := map[string]any{"File": done.File, "Schema": config.SchemaFile, "Next": "streamtray up"}
	if done.Problem != nil {
		args["Next"] = "streamtray inspect --fix " + c.near(done.Problem.File)
		own := done.Problem.Code == compose.SharedData || done.Problem.Code == compose.ParseError
		if own { // no override mends it: whose data a volume keeps, and what a file says, is the person's to change
			args["Next"] = "streamtray inspect " + c.near(done.Problem.File)
		}
		defer func() {
			fmt.Fprintln(out, "  ! "+c.words.Text(done.Problem.ID, done.Problem.Args))
			if own {
				fmt.Fprintln(out, "  → "+c.words.Text(done.Problem.ID+".hint", done.Problem.Args))
			}
		}()
	}
	switch {
	case done.Kept && done.Diff == "":
		fmt.Fprintln(out, c.words.Text("cli.init.same", args))
	case done.Kept:
		fmt.Fprint(out, done.Diff)
		fmt.Fprintln(c.Err, c.words.Text("cli.init.differs", args))
	case len(done.Unknown) > 0:
		fmt.Fprintln(out, c.words.Text("cli.init.open", args))
		for _, w := range done.Unknown {
			fmt.Fprintln(out, "  ? "+c.words.Text("cli.facts.unknown."+string(w), nil))
		}
	default:
		fmt.Fprintln(out, c.words.Text("cli.init.wrote", args))
	}
}

// near is a file as a command line here names it.
func (c *call) near(file string) string {
	if rel, err := filepath.Rel(c.Dir, file); err == nil {
		file = rel
	}
	if strings.ContainsAny(file, " '&()") {
		return `"` + file + `"`
	}
	return file
}

// chooseFact asks on the terminal which of several readings is meant; -1: no answer.
func (c *call) chooseFact(what facts.What, choices []string) (int, error) {
	fmt.Fprintf(c.Err, "%s\n\n", c.words.Text("cli.init.choose."+string(what), nil))
	for i, choice := range choices {
		fmt.Fprintf(c.Err, "%3d  %s\n", i+1, literal(choice))
	}
	answer, err := c.prompt("cli.init.question")
	if err != nil || answer == "" {
		return -1, err
	}
	n, err := strconv.Atoi(answer)
	if err != nil || n < 1 || n > len(choices) {
		return -1, badUsage("cli.init.bad_choice", map[string]any{"Value": answer, "Count": len(choices)})
	}
	return n - 1, nil
}

// askFact asks on the terminal for a name; empty: no answer.
func (c *call) askFact(what facts.What) (string, error) {
	return c.prompt("cli.init.ask." + string(what))
}
