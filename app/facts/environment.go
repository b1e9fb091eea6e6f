package facts

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"streamtray/app/envfile"
	"streamtray/internal/lazyregexp"
	"streamtray/internal/pymanager"
)

// Environment is where the project's packages are, and what puts them there.
type Environment struct {
	Interpreter  string // from the root on, with slashes, or a name: python, or the manager that knows the place
	Where        Place
	Sure         bool
	Manager      string // uv, poetry, pdm, pipenv, conda or pip; empty: not known
	ManagerWhere Place
	Requirements []Text // the files that list packages
}

func (f *Found) environment(t *tree) {
	e := &f.Env
	manager := func(name, file string, line int) {
		if e.Manager == "" {
			e.Manager, e.ManagerWhere = name, Place{file, line}
		}
	}
	conda := func(m string) bool { return m == "conda" }
	for _, last := range []bool{false, true} { // what conda makes may be for something else than the program
		for _, m := range pymanager.Marks {
			for _, file := range t.named(m.File) {
				if conda(m.Manager) == last {
					manager(m.Manager, file, 1)
				}
			}
		}
		for _, file := range t.named("pyproject.toml") {
			if tool, table := pymanager.InPyproject(t.text(file)); tool != "" {
				manager(tool, file, t.line(file, table))
			}
		}
	}
	for _, file := range t.files {
		base := path.Base(file)
		if (strings.HasPrefix(base, "requirements") || path.Base(path.Dir(file)) == "requirements") && strings.HasSuffix(base, ".txt") {
			e.Requirements = append(e.Requirements, Text{file, Place{file, 1}})
			manager("pip", file, 1)
		}
	}
	for _, file := range t.named("pyproject.toml", "Pipfile", "environment.yml", "environment.yaml", "setup.py") {
		e.Requirements = append(e.Requirements, Text{file, Place{file, 1}})
		if path.Base(file) == "pyproject.toml" && strings.Contains(t.text(file), "[project]") {
			manager("pip", file, t.line(file, "[project]"))
		}
	}
	f.interpreter(t)
}

// interpreter is that of an environment in the project, else what knows its place, else python.
func (f *Found) interpreter(t *tree) {
	e := &f.Env
	for _, name := range []string{".venv", "venv", "env", ".conda"} {
		for _, dir := range slices.Sorted(maps.Keys(t.dirs)) {
			if path.Base(dir) != name {
				continue
			}
			for _, python := range []string{"bin/python", "bin/python3", "Scripts/python.exe", "python.exe"} {
				if isThere(t.root, join(dir, python)) {
					e.Interpreter, e.Where, e.Sure = join(dir, python), Place{join(dir, "pyvenv.cfg"), 1}, true
					return
				}
			}
		}
	}
	switch e.Manager {
	case "", "pip":
		e.Interpreter, e.Where = "python", e.ManagerWhere
		e.Sure = (f.Files == 0 || e.Manager == "pip") && !slices.ContainsFunc(t.saids, func(s said) bool { // the README alone names it
			return len(s.words) > 1 && s.words[0] == "conda" && (s.words[1] == "create" || s.words[1] == "activate")
		})
	default:
		e.Interpreter, e.Where, e.Sure = e.Manager, e.ManagerWhere, true
	}
}

// files notes compose files, .env files and notebooks.
func (f *Found) files(t *tree) {
	f.told = variables{}
	for _, file := range t.files {
		base := path.Base(file)
		services := t.builtServices(file)
		for _, name := range slices.Sorted(maps.Keys(services)) { // of two that differ, the same one counts each time
			maps.Copy(f.told, environmentOf(services[name]["environment"]).lowered())
		}
		switch {
		case strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "env.") || base == "env.example":
			if strings.HasSuffix(base, ".py") {
				continue
			}
			f.Dotenv = append(f.Dotenv, Text{file, Place{file, 1}})
		case strings.HasSuffix(base, ".ipynb") && !isTest(file):
			f.Notes = append(f.Notes, Text{file, Place{file, 1}})
		case isYAML(base) && composeText.MatchString(t.text(file)) && brokerText.MatchString(t.text(file)):
			f.Compose = append(f.Compose, Text{file, Place{file, t.line(file, "kafka")}})
			f.created(t, file)
		case isYAML(base) && strings.Contains(base, "compose") && composeText.MatchString(t.text(file)):
			f.Others = append(f.Others, Text{file, Place{file, 1}})
		}
	}
}

var (
	composeText    = lazyregexp.New(`(?m)^services:`)
	brokerText     = lazyregexp.New(`(?i)kafka|redpanda`)
	createText     = lazyregexp.New(`(?i)KAFKA_CREATE_TOPICS["']?\s*[:=]\s*["']?([^"'\n#]+)`)
	topicFlag      = lazyregexp.New(`(?:^|\s)--topic[ =]["']?([A-Za-z0-9._-]+)`)
	partitionsFlag = lazyregexp.New(`--partitions[ =]["']?(\d+)`)
	rpkText        = lazyregexp.New(`rpk\s+topic\s+create\s+([A-Za-z0-9._-]+(?:\s+[A-Za-z0-9._-]+)*)`)
)

func isYAML(base string) bool {
	return strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")
}

// created notes the topics that a compose file has made.
func (f *Found) created(t *tree, file string) {
	for n, line := range strings.Split(t.text(file), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		at := Place{file, n + 1}
		if m := createText.FindStringSubmatch(line); m != nil {
			for _, one := range strings.Split(m[1], ",") { // name:partitions:replicas
				parts := strings.Split(strings.TrimSpace(one)+":", ":")
				f.createdTopic(parts[0], parts[1], at)
			}
		}
		if strings.Contains(line, "--create") {
			number := partitionsFlag.FindStringSubmatch(line + " --partitions 0")[1]
			for _, m := range topicFlag.FindAllStringSubmatch(line, -1) {
				f.createdTopic(m[1], number, at)
			}
		}
		if m := rpkText.FindStringSubmatch(line); m != nil {
			for _, name := range strings.Fields(m[1]) {
				if strings.HasPrefix(name, "-") {
					break
				}
				f.topic(origin{text: name, where: at}, true)
			}
		}
	}
}

// createdTopic notes a topic with the number of its partitions, as it is written; what is no number says nothing.
func (f *Found) createdTopic(name, partitions string, at Place) {
	f.topic(origin{text: name, where: at}, true)
	n, err := strconv.Atoi(partitions)
	i := slices.IndexFunc(f.Topics, func(t Topic) bool { return t.Name == name })
	if err == nil && n > 0 && i >= 0 {
		f.Topics[i].Partitions = n
	}
}

// given is what the first of the .env files, or examples of one, gives a variable, else what a compose file tells a service that
// is built from the project, else what a README writes; a file that nobody can read gives nothing.
func (f *Found) given(name string) string {
	for _, d := range f.Dotenv {
		if value, _, _ := envfile.Get(path.Join(f.Root, d.Value), name); value != "" {
			return value
		}
	}
	return cmp.Or(f.told[strings.ToLower(name)], f.written[name])
}

// envLine is a variable in a block of a README, as a .env file or a shell sets it.
var envLine = lazyregexp.New(`^\s*(?:export\s+|set\s+|\$env:)?([A-Z][A-Z0-9_]*)\s*=\s*["']?([^"'\s#<]+)["']?\s*(#.*)?$`)

// writes notes the variables that the blocks of a README give, the first value of each.
func (f *Found) writes(t *tree) {
	f.written = map[string]string{}
	for _, file := range t.files {
		if !strings.HasPrefix(strings.ToLower(path.Base(file)), "readme") {
			continue
		}
		block := false
		for _, line := range strings.Split(t.text(file), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "```") {
				block = !block
			} else if m := envLine.FindStringSubmatch(line); block && m != nil {
				f.written[m[1]] = cmp.Or(f.written[m[1]], m[2])
			}
		}
	}
}

// pyproject is what pyproject.toml says of how the project is started.
type pyproject struct {
	Project struct {
		Scripts map[string]string
	}
	Tool struct {
		Poetry struct{ Scripts map[string]any }
		PDM    struct{ Scripts map[string]any }
		Poe    struct{ Tasks map[string]any }
	}
}

func (t *tree) pyproject(file string) (p pyproject, ok bool) {
	_, err := toml.Decode(t.text(file), &p)
	return p, err == nil
}
