package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"streamtray/app/project"
)

// environments are the forms that env prints, by the words of --format.
var environments = map[string]func(*project.Project, []project.Setting) (string, error){
	"powershell": eachSetting(func(s project.Setting) string {
		return "$env:" + s.Name + " = '" + strings.ReplaceAll(s.Value, "'", "''") + "'"
	}),
	"cmd": eachSetting(func(s project.Setting) string {
		return `set "` + s.Name + "=" + strings.ReplaceAll(s.Value, "%", "%%") + `"`
	}),
	"bash": eachSetting(func(s project.Setting) string {
		return "export " + s.Name + "='" + strings.ReplaceAll(s.Value, "'", `'\''`) + "'"
	}),
	"dotenv": eachSetting(func(s project.Setting) string { return s.Name + "=" + strconv.Quote(s.Value) }),
	"json":   func(_ *project.Project, all []project.Setting) (string, error) { return indented(asObject(all)) },
	"vscode": func(p *project.Project, all []project.Setting) (string, error) {
		return indented(launchEntry(p, all))
	},
}

func eachSetting(line func(project.Setting) string) func(*project.Project, []project.Setting) (string, error) {
	return func(_ *project.Project, all []project.Setting) (string, error) {
		lines := make([]string, len(all))
		for i, s := range all {
			lines[i] = line(s)
		}
		return strings.Join(lines, "\n"), nil
	}
}

func asObject(all []project.Setting) map[string]string {
	object := map[string]string{}
	for _, s := range all {
		object[s.Name] = s.Value
	}
	return object
}

// launch is an entry of VS Code's launch.json for debugpy.
type launch struct {
	Name    string            `json:"name"`
	Type    string            `json:"type"`
	Request string            `json:"request"`
	Program string            `json:"program,omitempty"`
	Module  string            `json:"module,omitempty"`
	Args    []string          `json:"args,omitempty"`
	Cwd     string            `json:"cwd"`
	Env     map[string]string `json:"env"`
	Console string            `json:"console"`
}

// launchEntry is the app as VS Code starts it: its script, or its module, with what follows as arguments.
func launchEntry(p *project.Project, all []project.Setting) launch {
	l := launch{
		Name: p.Title(), Type: "debugpy", Request: "launch", Env: asObject(all), Console: "integratedTerminal",
		Cwd: "${workspaceFolder}",
	}
	if rel, err := filepath.Rel(p.Dir, p.Config.App.Dir); err == nil && rel != "." {
		l.Cwd += "/" + filepath.ToSlash(rel)
	}
	command := p.Config.App.Command
	script := slices.IndexFunc(command, func(arg string) bool { return strings.HasSuffix(arg, ".py") })
	module := slices.Index(command, "-m")
	switch {
	case module >= 0 && module+1 < len(command) && (script < 0 || module < script):
		l.Module, l.Args = command[module+1], command[module+2:]
	case script >= 0:
		l.Program, l.Args = l.Cwd+"/"+filepath.ToSlash(command[script]), command[script+1:]
	case len(command) > 0: // uvicorn, flask: a program of the environment is a module too
		l.Module, l.Args = command[0], command[1:]
	}
	return l
}

func indented(v any) (string, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return string(b), err
}

// runEnv prints what an app that is started elsewhere needs to be told, in the form of a shell, a file or an IDE.
func runEnv(ctx context.Context, c *call) error {
	var format string
	c.flags.StringVar(&format, "format", defaultShell, "")
	if _, err := c.parse(0); err != nil {
		return err
	}
	if c.json {
		format = "json"
	}
	form, known := environments[format]
	if !known {
		return badUsage("cli.bad_format", map[string]any{"Value": format})
	}
	p, err := c.openCluster(ctx, false)
	if err != nil {
		return err
	}
	defer p.Close()
	all, err := p.Environment()
	if err != nil {
		return err
	}
	if len(all) == 0 { // what is printed is for a shell
		fmt.Fprintln(c.Err, c.words.Text("cli.env.none", nil))
	}
	text, err := form(p, all)
	if err != nil || text == "" {
		return err
	}
	_, err = io.WriteString(c.Out, fmt.Sprintln(text))
	return err
}
