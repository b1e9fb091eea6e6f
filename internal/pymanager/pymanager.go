// Package pymanager knows by which files a project shows what manages its Python environment, and how that makes one.
package pymanager

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Marks are the files that show a manager by their being there, the surest first.
var Marks = []struct{ File, Manager string }{
	{"uv.lock", "uv"},
	{"poetry.lock", "poetry"},
	{"pdm.lock", "pdm"},
	{".pdm-python", "pdm"},
	{"Pipfile.lock", "pipenv"},
	{"Pipfile", "pipenv"},
	{"environment.yml", "conda"},
	{"environment.yaml", "conda"},
}

var toolTable = regexp.MustCompile(`(?m)^\[tool\.(poetry|pdm|uv)[.\]]`)

// InPyproject is the manager that has a table of its own in pyproject.toml's text, and where that begins; empty: none.
func InPyproject(text string) (manager, table string) {
	m := toolTable.FindStringSubmatch(text)
	if m == nil {
		return "", ""
	}
	return m[1], m[0]
}

// Of is the manager of one folder: has reports whether a file is in it, text gives what one says. Empty: nothing shows one.
func Of(has func(file string) bool, text func(file string) string) string {
	for _, m := range Marks {
		if has(m.File) {
			return m.Manager
		}
	}
	manager, _ := InPyproject(text("pyproject.toml"))
	return manager
}

// commands are what a manager makes a project's environment by, run in the project's folder.
var commands = map[string][]string{
	"uv":     {"uv", "sync"},
	"poetry": {"poetry", "install"},
	"pdm":    {"pdm", "install"},
	"pipenv": {"pipenv", "install"},
	"conda":  {"conda", "env", "create", "-f", "environment.yml"},
}

// Command is what a manager makes a project's environment by, run in the project's folder; nil for one that is not known.
func Command(manager string) []string { return slices.Clone(commands[manager]) }

// Runs reports whether a program of this name runs others in an environment that it chooses ("uv run").
func Runs(program string) bool {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(program)), ".exe")
	return commands[name] != nil || slices.Contains([]string{"hatch", "rye", "pixi", "mamba", "micromamba"}, name)
}
