package project

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/facts"
	"streamtray/app/story"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// CheckProgram is nil when what the project's commands name is there: each program, and the file of the project's that it
// starts; l is how the first of them is started. Nothing is run. Errors are final: project.no_program (none is known), project.which_program (there are several),
// project.no_start_file, and those of detector.Find.
func CheckProgram(c config.Project, l detector.Launch, environ []string) error {
	for i, a := range c.Programs() {
		if i > 0 {
			l.Command, l.Dir = a.Command, a.Dir
		}
		if err := checkOne(c, a, l, environ); err != nil {
			return err
		}
	}
	return nil
}

// checkOne is CheckProgram for one of several programs.
func checkOne(c config.Project, a config.App, l detector.Launch, environ []string) error {
	if len(a.Command) == 0 {
		return unnamed(c)
	}
	if file := missingFile(c.Dir, a); file != "" {
		args := map[string]any{"File": relTo(a.Dir, file), "Dir": a.Dir, "Lines": "", "Is": ""}
		if p, ok := anotherProgram(c); ok && a.Name == "" {
			args["Is"], args["Lines"] = p.File, programLines(p)
		}
		return usererr.New("project.no_start_file", args, nil).Terminal()
	}
	_, _, _, err := l.Program(environ)
	return err
}

// unnamed says that it is not known what starts the project's program.
func unnamed(c config.Project) error {
	args := map[string]any{"Dir": c.Dir, "Notebook": ""}
	var lines []string
	if c.Found != nil {
		for _, p := range c.Found.Programs {
			lines = append(lines, strings.Join(p.Command, " ")+" ("+p.Where.String()+")")
		}
		if len(c.Found.Notes) > 0 {
			args["Notebook"] = c.Found.Notes[0].Value
		}
	}
	if len(lines) == 0 {
		return usererr.New("project.no_program", args, nil).Terminal()
	}
	args["Programs"], args["Lines"] = strings.Join(lines, ", "), programLines(c.Found.Programs[0])
	return usererr.New("project.which_program", args, nil).Terminal()
}

// anotherProgram is what the files show to be the program, where it is another one than the command names.
func anotherProgram(c config.Project) (facts.Program, bool) {
	if c.Found == nil {
		return facts.Program{}, false
	}
	if p, ok := c.Found.Program(); ok && p.File != "" {
		return p, true
	}
	if len(c.Found.Programs) == 0 || c.Found.Programs[0].File == "" {
		return facts.Program{}, false
	}
	return c.Found.Programs[0], true
}

// programLines is what streamtray.yaml says of a program.
func programLines(p facts.Program) string {
	line := "app: {command: " + config.List(p.Command)
	if p.Dir != "." {
		line += ", dir: " + config.Quoted(p.Dir)
	}
	return line + "}"
}

// missingFile is the file that the command starts and that is not there, absolute; empty: it is, or the command names none.
func missingFile(dir string, a config.App) string {
	file := startFile(a)
	if file == "" {
		return ""
	}
	if projectfile.In(dir).Regular(file) {
		return ""
	}
	return file
}

// startFile is the file of the project's own that a command starts, absolute; empty where it names none, or a module that
// may be installed.
func startFile(a config.App) string {
	if len(a.Command) == 0 {
		return ""
	}
	for i, word := range a.Command[1:] {
		switch {
		case word == "-m" || word == "-c":
			return ""
		case strings.HasSuffix(word, ".py") && !strings.HasPrefix(word, "-"):
			if before := a.Command[i]; strings.HasPrefix(before, "--") && !strings.Contains(before, "=") {
				continue // an option's value
			}
			if filepath.IsAbs(word) {
				return word
			}
			return filepath.Join(a.Dir, filepath.FromSlash(word))
		}
	}
	return ""
}

func relTo(dir, path string) string {
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return path
	}
	return rel
}

// steps are the story's. If a program cannot be started at all, its step is the only one, and fails with the reason: nothing
// is started for it in vain.
func (p *Project) steps(parts story.Parts, streaming bool) []app.Step {
	steps := parts.Steps(streaming)
	all := []story.Program{{Detector: parts.Detector}}
	var why error
	id := ""
	for _, one := range append(all, parts.More...) {
		if d, ok := one.Detector.(*detection); ok && why == nil && d.App.Alive(p.life) != nil {
			why, id = d.program(), story.Of(story.StepApp, one.Name)
		}
	}
	if why == nil {
		return steps
	}
	only := steps[slices.IndexFunc(steps, func(s app.Step) bool { return s.ID == id })]
	only.Switch = true
	no := func(context.Context) error { return why }
	only.Check, only.Blocked, only.Do, only.Undo = no, no, func(context.Context, app.Tell) error { return why }, nil
	return []app.Step{only}
}

// checked is err, or in the place of one that only says that the app does not run, why it could not.
func (d *detection) checked(err error) error {
	var told *usererr.Error
	if !errors.As(err, &told) || told.ID != detector.NotRunning {
		return err
	}
	if why := d.program(); why != nil {
		return why
	}
	return err
}
