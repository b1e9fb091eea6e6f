package facts

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"streamtray/internal/cmdline"
	"streamtray/internal/lazyregexp"
)

// runners start a command in an environment that they know: the command behind them is what is run.
var runners = [][]string{
	{"uv", "run"},
	{"poetry", "run"},
	{"pdm", "run"},
	{"pipenv", "run"},
	{"hatch", "run"},
	{"rye", "run"},
	{"conda", "run"},
	{"pixi", "run"},
	{"opentelemetry-instrument"},
	{"ddtrace-run"},
	{"newrelic-admin", "run-program"},
	{"dotenv", "run"},
	{"exec"},
	{"nohup"},
	{"sudo"},
	{"time"},
	{"env"},
	{"honcho", "run"},
	{"tini", "--"},
	{"dumb-init", "--"},
	{"wait-for-it"},
}

// valued are options of runners that take a value.
var valued = []string{"-n", "--name", "-p", "--prefix", "--extra", "--group", "--with", "--python", "-e", "--env", "--directory", "--env-file", "-f"}

// unwrapped is a command without what only prepares it: variables before it, a runner, a path to an environment's python.
func unwrapped(words []string) []string {
	for again := true; again; {
		again = false
		if i := slices.Index(words, "--"); i > 0 && (strings.HasPrefix(path.Base(words[0]), "wait") || path.Ext(words[0]) == ".sh") { // wait-for-it.sh host:port -- command
			words, again = words[i+1:], true
		}
		for len(words) > 0 && strings.Contains(words[0], "=") && syntax.ValidName(words[0][:strings.IndexByte(words[0], '=')]) {
			words, again = words[1:], true
		}
		for _, r := range runners {
			if len(words) <= len(r) || !slices.Equal(words[:len(r)], r) {
				continue
			}
			words, again = words[len(r):], true
			for len(words) > 0 && strings.HasPrefix(words[0], "-") {
				skip := 1
				if slices.Contains(valued, words[0]) {
					skip = 2
				}
				words = words[min(skip, len(words)):]
			}
		}
	}
	if len(words) == 0 {
		return nil
	}
	words = slices.Clone(words)
	words[0] = strings.ReplaceAll(words[0], `\`, "/")
	switch base := strings.TrimSuffix(path.Base(words[0]), ".exe"); {
	case pythonName.MatchString(base) || pythonVariable.MatchString(words[0]):
		words[0] = "python"
		if len(words) > 1 && launcherOption.MatchString(words[1]) {
			words = slices.Delete(words, 1, 2)
		}
	case strings.Contains(words[0], "/bin/") || strings.Contains(words[0], "/Scripts/"):
		words[0] = base
	}
	return words
}

// filled is a command without what only its shell knows: all that the script itself was given, and options that a variable has
// the value of, as their defaults are the program's own. One that needs more is nobody's to fill in.
func filled(words []string) (known []string, ok bool) {
	for i, w := range words {
		option := i > 0 && strings.HasPrefix(words[i-1], "-")
		switch {
		case given.MatchString(w):
		case !unfilled.MatchString(w):
			known = append(known, w)
		case strings.HasPrefix(w, "-") && strings.Contains(w, "="):
		case option && len(known) > 0 && known[len(known)-1] == words[i-1]:
			known = known[:len(known)-1]
		default:
			return nil, false
		}
	}
	return known, true
}

var (
	given          = lazyregexp.New(`^(\$[@*0-9]|\$\{[@*0-9][^}]*\}|\$args|@args|%\*|%~?[0-9])$`)
	unfilled       = lazyregexp.New(`\$[A-Za-z_{(]|%\w+%`)
	launcherOption = lazyregexp.New(`^-[23](\.\d+)?(-\d+)?$`) // of Windows' py: which Python
	pythonVariable = lazyregexp.New(`(?i)^[$%{]+(env:)?(venv_?)?py(thon)?(3|_?(bin|exe|cmd|path))?[%}]*$`)
)

var pythonName = lazyregexp.New(`^(python|python3|python3?\.\d+|py|pypy3?)$`)

// target finds out what a candidate starts, and where it has to be run for that; false: nothing of the project.
func (p *finder) target(c *candidate, dir string) bool {
	name, rest := c.Command[0], c.Command[1:]
	switch {
	case name == "python":
		return p.python(c, rest, dir)
	case servers[name].by == byModule:
		return p.moduleArgument(c, dir)
	case servers[name].by == byOption:
		return p.appOption(c, dir)
	case servers[name].by == byScript:
		return p.scriptArgument(c, dir)
	case strings.HasSuffix(name, ".py"):
		c.Command = append([]string{"python"}, c.Command...)
		return p.python(c, c.Command[1:], dir)
	case p.scripts[name] != "":
		module, _, _ := strings.Cut(p.scripts[name], ":")
		if !p.module(c, module, dir) {
			return false
		}
		c.Dir = dir
		return true
	}
	return false
}

func (p *finder) moduleArgument(c *candidate, dir string) bool {
	name, rest := c.Command[0], c.Command[1:]
	for _, a := range rest {
		module, attr, ok := strings.Cut(a, ":")
		module = strings.TrimSuffix(module, ".py")
		if strings.HasPrefix(a, "-") || !ok && !servers[name].alone || attr != "" && strings.Trim(attr, "0123456789") == "" {
			continue
		}
		if p.module(c, module, dir) {
			p.reroot(c, module)
			c.web = servers[name].web
			return true
		}
	}
	return false
}

func (p *finder) appOption(c *candidate, dir string) bool {
	name, rest := c.Command[0], c.Command[1:]
	module := cmdline.Value(rest, "--app", "-A")
	if module == "" && (name == "flask" || name == "quart") && slices.Contains(rest, "run") {
		if m := flaskApp.FindStringSubmatch(p.t.text(c.Where.File)); m != nil && m[1] != "app.py" && m[1] != "app" {
			c.Command = slices.Insert(slices.Clone(c.Command), 1, "--app", m[1])
			return p.appOption(c, dir)
		}
		module = "app"
		if !p.t.has[join(dir, "app.py")] && !p.t.has[join(dir, "app/__init__.py")] && p.t.has[join(dir, "wsgi.py")] {
			module = "wsgi"
		}
	}
	module, _, _ = strings.Cut(strings.TrimSuffix(module, ".py"), ":")
	c.web = servers[name].web
	if module == "" || !p.module(c, module, dir) && !p.module(c, parent(module), dir) {
		return false
	}
	c.kafka = name == "celery" && p.t.has[join(c.Dir, "manage.py")] && p.loadsKafka(c.Dir) // it finds its tasks by name
	return true
}

func (p *finder) scriptArgument(c *candidate, dir string) bool {
	for _, a := range c.Command[1:] {
		if strings.HasSuffix(a, ".py") {
			c.web = true
			return p.script(c, a, dir)
		}
	}
	return false
}

// flaskApp is how a file tells Flask which application to run, where the command does not.
var flaskApp = lazyregexp.New(`\bFLASK_APP["']?\s*[=: ]\s*["']?([A-Za-z_][\w./:]*)`)

func parent(module string) string {
	if i := strings.LastIndexByte(module, '.'); i > 0 {
		return module[:i]
	}
	return module
}

// passing over: modules that start nothing of the project by themselves, and what a manage.py does once.
var (
	tools = []string{"pytest", "unittest", "venv", "pip", "black", "ruff", "mypy", "build", "ensurepip", "virtualenv", "json.tool", "http.server", "ipykernel", "alembic", "grpc_tools.protoc", "flake8", "coverage", "twine", "spacy"}
	once  = []string{
		"migrate", "makemigrations", "createsuperuser", "collectstatic", "shell", "test", "loaddata", "dumpdata", "startapp", "check", "flush",
		"compilemessages", "makemessages", "dbshell",
	}
)

// python is what follows python on a command line.
func (p *finder) python(c *candidate, rest []string, dir string) bool {
	for i := 0; i < len(rest); i++ {
		a := rest[i]
		switch {
		case a == "-m" && i+1 < len(rest):
			module := rest[i+1]
			if slices.Contains(tools, module) {
				return false
			}
			if Runs(module) {
				inner := *c
				inner.Command = rest[i+1:]
				if !p.target(&inner, dir) {
					return false
				}
				c.Dir, c.File, c.key, c.source, c.web, c.kafka = inner.Dir, inner.File, inner.key, inner.source, inner.web, inner.kafka
				return true
			}
			if !p.module(c, module+".__main__", dir) && !p.module(c, module, dir) {
				return false
			}
			c.sub = firstWord(rest[i+2:])
			return true
		case a == "-c":
			return false
		case a == "-X" || a == "-W":
			i++
		case strings.HasPrefix(a, "-"):
		case path.Base(a) == "manage.py":
			return i+1 < len(rest) && !slices.Contains(once, rest[i+1]) && p.script(c, a, dir) && p.manage(c, rest[i+1:])
		case strings.HasSuffix(a, ".py"):
			if path.Base(a) == "setup.py" {
				return false
			}
			if !p.script(c, a, dir) {
				return false
			}
			c.sub = firstWord(rest[i+1:])
			return true
		default:
			return false
		}
	}
	return false
}

// firstWord is the word behind a script or a module that tells it which of several things to do; empty: none does.
func firstWord(rest []string) string {
	if len(rest) > 0 && subcommand.MatchString(rest[0]) {
		return rest[0]
	}
	return ""
}

// manage is a manage.py with a command behind it.
func (p *finder) manage(c *candidate, command []string) bool {
	managed := p.managed(c, command[0])
	if !c.web { // with other options it is another program
		c.key += " " + strings.Join(command[1:], " ")
	}
	return managed
}

// script finds a file that a command names: in dir, else in the one folder where it is.
func (p *finder) script(c *candidate, file, dir string) bool {
	file = strings.TrimPrefix(strings.ReplaceAll(file, `\`, "/"), "./")
	if path.IsAbs(file) { // in a container
		_, file, _ = strings.Cut(file[1:], "/")
	}
	for _, d := range p.places(dir, file) {
		if s := p.c.byFile[join(d, file)]; s != nil {
			c.Dir, c.File, c.key, c.source = d, s.file, s.file, s
			p.written(c, file)
			return true
		}
	}
	return false
}

// written puts the file into the command as it is found from its folder.
func (p *finder) written(c *candidate, file string) {
	for i, w := range c.Command {
		if strings.HasSuffix(strings.ReplaceAll(w, `\`, "/"), file) && w != file {
			c.Command[i] = file
		}
	}
}

// places are the folders that hold a path: dir, and else the one that does.
func (p *finder) places(dir, rel string) []string {
	if p.t.has[join(dir, rel)] {
		return []string{dir}
	}
	var all []string
	for _, f := range p.t.files {
		if f == rel {
			all = append(all, ".")
		} else if d, ok := strings.CutSuffix(f, "/"+rel); ok && !aside(d+"/x") {
			all = append(all, d)
		}
	}
	if len(all) != 1 {
		return nil
	}
	return all
}

// reroot has a server run where what its module imports is found, if that is below where its command says.
func (p *finder) reroot(c *candidate, module string) {
	root := p.importRoot(c.source)
	if root == c.Dir || c.Dir != "." && !strings.HasPrefix(root, c.Dir+"/") {
		return
	}
	for i, w := range c.Command {
		if rest, ok := strings.CutPrefix(w, module); ok && (rest == "" || rest[0] == ':') {
			c.Command[i], c.Dir = dotted(root, c.File)+rest, root
		}
	}
}

// module finds a module that a command names.
func (p *finder) module(c *candidate, module, dir string) bool {
	rel := strings.ReplaceAll(module, ".", "/")
	for _, end := range []string{".py", "/__init__.py"} {
		for _, d := range append([]string{join(dir, "src")}, p.places(dir, rel+end)...) {
			if s := p.c.byFile[join(d, rel+end)]; s != nil {
				c.Dir, c.File, c.key, c.source = d, s.file, s.file, s
				return true
			}
		}
	}
	return false
}

// managed is a command of Django's manage.py, which loads the project's own files by name.
func (p *finder) managed(c *candidate, command string) bool {
	c.key = c.File + " " + command
	c.web = command == "runserver"
	c.kafka = c.web && p.loadsKafka(c.Dir)
	for _, s := range p.c.sources { // a command may be of a package that several share
		if path.Base(s.file) == command+".py" && path.Base(path.Dir(s.file)) == "commands" {
			c.kafka = c.kafka || slices.ContainsFunc(p.c.reach(s), func(r *source) bool { return r.kafka })
		}
	}
	return true
}

// loadsKafka reports whether a Django project in this folder talks to Kafka somewhere but in the commands of its manage.py.
func (p *finder) loadsKafka(dir string) bool {
	return slices.ContainsFunc(p.c.sources, func(s *source) bool {
		return s.kafka && (dir == "." || strings.HasPrefix(s.file, dir+"/")) && path.Base(path.Dir(s.file)) != "commands"
	})
}
