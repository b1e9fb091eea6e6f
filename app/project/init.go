package project

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"streamtray/app/config"
	"streamtray/app/facts"
	"streamtray/app/i18n"
	"streamtray/docker/compose"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// Initialised is what Init did.
type Initialised struct {
	File    string       `json:"file"`
	Unknown []facts.What `json:"unknown,omitempty"` // what the file leaves open
	Diff    string       `json:"diff,omitempty"`    // the file was there: how one written now would differ; empty: in nothing
	Kept    bool         `json:"kept,omitempty"`    // the file was there, and is as it was

	Problem *compose.Problem `json:"-"` // what keeps the project from Kafka, although a broker was found; nil: nothing
}

// Ask asks a person what is not known: one of the choices, by its index, or any text where there are none. A negative index,
// or an empty text, is no answer.
type Ask struct {
	Choose func(what facts.What, choices []string) (int, error)
	Text   func(what facts.What) (string, error)
	All    string // the choice of all programs, in the reader's language
}

// Init writes what is found out about the project that o.Dir belongs to into its first streamtray.yaml, with comments in
// the reader's language. What is not known is asked, where ask is not nil, and left open else. A file that is there is left
// as it is, and told in what one written now would differ.
func Init(ctx context.Context, o Options, w *i18n.Words, ask *Ask) (Initialised, error) {
	if info, err := os.Stat(o.Dir); err != nil || !info.IsDir() {
		return Initialised{}, usererr.New("project.no_folder", map[string]any{"Dir": o.Dir}, err)
	}
	dir := o.Dir
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	root := config.Root(dir)
	c := config.Discover(root)
	done := Initialised{File: filepath.Join(root, config.FileName)}
	if err := decideCompose(ctx, o, &c, &done, ask); err != nil {
		return done, err
	}
	if err := decideProgram(&c, &done, ask); err != nil {
		return done, err
	}
	if err := decideAddress(&c, &done, ask); err != nil {
		return done, err
	}
	return done, done.write(c.First(w.Text))
}

// decideCompose finds the compose files as opening the project does.
func decideCompose(ctx context.Context, o Options, c *config.Project, done *Initialised, ask *Ask) error {
	p := &Project{Dir: c.Dir, Config: *c, options: o}
	files, err := p.composeFiles(ctx)
	var several *Undecided
	switch {
	case errors.As(err, &several):
		c.Compose.Files, c.Found.Compose = nil, nil
		var names []string
		for _, f := range several.Found {
			names = append(names, several.Name(f))
			c.Found.Compose = append(c.Found.Compose, facts.Text{Value: several.Name(f), Where: facts.Place{File: several.Name(f), Line: 1}})
		}
		i, err := ask.choose(facts.ComposeFile, names)
		if err != nil {
			return err
		}
		if i < 0 {
			done.Unknown = append(done.Unknown, facts.ComposeFile)
			return nil
		}
		c.Compose.Files = []string{several.Found[i].Path}
		return nil
	case err != nil:
		return err
	}
	r := brokersOf(ctx, p, files)
	c.Found.Compose = slices.DeleteFunc(c.Found.Compose, func(f facts.Text) bool { // one that only names Kafka
		return brokersOf(ctx, p, []string{filepath.Join(c.Dir, filepath.FromSlash(f.Value))}) == nil
	})
	if r == nil {
		done.Unknown = append(done.Unknown, facts.ComposeFile)
		return nil
	}
	c.Compose.Files = files
	for i, problem := range r.Problems {
		if done.Problem == nil && (!r.Reachable || problem.Code == compose.SharedData || problem.Code == compose.ParseError) {
			done.Problem = &r.Problems[i]
		}
	}
	return nil
}

// brokersOf is what the files mean; nil where there is no broker in them.
func brokersOf(ctx context.Context, p *Project, files []string) *compose.Report {
	if len(files) == 0 {
		return nil
	}
	loaded, err := compose.Load(ctx, compose.Options{Dir: p.Dir, Files: files, Env: environment(p.options.Environ)})
	if err != nil {
		return nil
	}
	if r := compose.Inspect(loaded); len(r.Clusters) > 0 {
		return r
	}
	return nil
}

func (a *Ask) choose(what facts.What, choices []string) (int, error) {
	if a == nil || len(choices) == 0 {
		return -1, nil
	}
	return a.Choose(what, choices)
}

// decideProgram has the person choose among several programs.
func decideProgram(c *config.Project, done *Initialised, ask *Ask) error {
	if len(c.App.Command) > 0 {
		return nil
	}
	sure := slices.DeleteFunc(slices.Clone(c.Found.Programs), func(p facts.Program) bool { return !p.Sure })
	if ask == nil && len(sure) > 1 { // all of them: who wants fewer takes lines out
		c.Take(sure)
		return nil
	}
	var choices []string
	for _, p := range c.Found.Programs {
		choices = append(choices, strings.Join(p.Command, " ")+"   "+p.Where.String())
	}
	all := -1
	if len(sure) > 1 {
		all = 0
		choices = append([]string{ask.All}, choices...)
	}
	i, err := ask.choose(facts.Command, choices)
	if err != nil {
		return err
	}
	if i < 0 {
		done.Unknown = append(done.Unknown, facts.Command)
		return nil
	}
	if i == all {
		c.Take(sure)
		return nil
	}
	c.TakeOne(c.Found.Programs[i-(all+1)])
	return nil
}

// decideAddress asks for the variable of Kafka's address, unless the code itself names the address.
func decideAddress(c *config.Project, done *Initialised, ask *Ask) error {
	if c.Kafka.Env != "" || c.Kafka.HostEnv != "" || len(c.Found.Fixed) > 0 && len(c.Found.Address) == 0 {
		return nil
	}
	done.Unknown = append(done.Unknown, facts.AddressVar)
	if ask == nil || len(c.Found.Fixed) > 0 || !c.Found.Kafka {
		return nil
	}
	name, err := ask.Text(facts.AddressVar)
	if err == nil && name != "" {
		c.Kafka.Env = name
		done.Unknown = done.Unknown[:len(done.Unknown)-1]
	}
	return err
}

// write writes the file, or compares it with the one that is there.
func (done *Initialised) write(text string) error {
	args := map[string]any{"File": done.File, "Dir": filepath.Dir(done.File)}
	f, err := os.OpenFile(done.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		is, err := projectfile.In(filepath.Dir(done.File)).ReadInside(done.File, mostHashed)
		if err != nil {
			return usererr.New("project.unreadable", args, err)
		}
		done.Kept, done.Diff = true, string(diff.Diff(config.FileName, is, config.FileName, []byte(text)))
		return nil
	case err != nil:
		return usererr.New("project.unwritable", args, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return usererr.New("project.unwritable", args, errors.Join(err, os.Remove(done.File)))
	}
	return nil
}
