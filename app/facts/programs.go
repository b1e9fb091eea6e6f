package facts

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"streamtray/app/pyast"
	"streamtray/internal/cmdline"
	"streamtray/internal/lazyregexp"
)

// candidate is something that might be the project's program.
type candidate struct {
	Program
	rank   rank
	key    string // what is started: two candidates of one key are one program
	sub    string // the word behind a script that tells it which of several things to do; empty: none
	kafka  bool   // it talks to Kafka
	web    bool   // it is a web server
	aside  bool   // it lies where examples and tools lie
	source *source
}

// finder looks for programs.
type finder struct {
	t       *tree
	c       *code
	scripts map[string]string // console scripts: name -> target
	found   []candidate
}

// programs finds what the project is started by.
func (f *Found) programs(t *tree, c *code) {
	p := &finder{t: t, c: c, scripts: map[string]string{}}
	for _, s := range p.consoleScripts() {
		p.say(s)
	}
	for _, s := range saids(t) {
		p.say(s)
	}
	p.fromCode()
	f.Programs = p.choose()
}

// consoleScripts are the scripts of pyproject.toml, each a command by its name.
func (p *finder) consoleScripts() []said {
	var all []said
	for _, file := range p.t.named("pyproject.toml") {
		v, ok := p.t.pyproject(file)
		if !ok {
			continue
		}
		add := func(name, target string) {
			p.scripts[name] = target
			all = append(all, said{[]string{name}, path.Dir(file), Place{file, p.t.line(file, name+" ")}, installed})
		}
		for name, target := range v.Project.Scripts {
			add(name, target)
		}
		for name, target := range v.Tool.Poetry.Scripts {
			if s, ok := target.(string); ok {
				add(name, s)
			}
		}
		for _, tasks := range []map[string]any{v.Tool.PDM.Scripts, v.Tool.Poe.Tasks} {
			for name, task := range tasks {
				line, _ := task.(string)
				if m, ok := task.(map[string]any); ok {
					line, _ = m["cmd"].(string)
				}
				if runTargets.MatchString(name) {
					more, _ := p.t.commandLines(line, path.Dir(file), path.Dir(file), Place{file, p.t.line(file, name+" ")}, started)
					all = append(all, more...)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return byPlace(a.where, b.where) })
	return all
}

// say takes a command line in, if it starts something of the project.
func (p *finder) say(s said) {
	command := unwrapped(s.words)
	if len(command) == 0 || slices.ContainsFunc(command, func(w string) bool { return strings.ContainsAny(w, "<>") }) {
		return
	}
	c := candidate{Program: Program{Command: command, Where: s.where}, rank: s.rank}
	if p.target(&c, s.dir) {
		p.add(c)
	}
}

func (p *finder) add(c candidate) {
	if c.source != nil {
		reach := p.c.reach(c.source)
		c.kafka = c.kafka || slices.ContainsFunc(reach, func(s *source) bool { return s.kafka })
		c.aside = c.aside || aside(c.source.file)
	}
	p.serve(&c)
	p.found = append(p.found, c)
}

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
		if i := slices.Index(words, "--"); i > 0 && strings.HasPrefix(path.Base(words[0]), "wait") { // wait-for-it.sh host:port -- command
			words, again = words[i+1:], true
		}
		for len(words) > 0 && strings.Contains(words[0], "=") && isVariable(words[0][:strings.IndexByte(words[0], '=')]) {
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
	case pythonName.MatchString(base):
		words[0] = "python"
	case strings.Contains(words[0], "/bin/") || strings.Contains(words[0], "/Scripts/"):
		words[0] = base
	}
	return words
}

var pythonName = lazyregexp.New(`^(python|python3|python3?\.\d+|py|pypy3?)$`)

// target finds out what a candidate starts, and where it has to be run for that; false: nothing of the project.
func (p *finder) target(c *candidate, dir string) bool {
	name, rest := c.Command[0], c.Command[1:]
	switch {
	case name == "python":
		return p.python(c, rest, dir)
	case slices.Contains(moduleRunners, name):
		return p.moduleArgument(c, dir)
	case slices.Contains(appRunners, name):
		return p.appOption(c, dir)
	case slices.Contains(scriptRunners, name) && len(rest) > 0:
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

// What a program that runs a project's code is told it by: module:attribute, an option --app or -A, the path of a script.
var (
	moduleRunners = []string{"uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress-serve", "faststream", "sanic", "arq"}
	appRunners    = []string{"flask", "quart", "celery", "faust", "litestar"}
	scriptRunners = []string{"streamlit", "fastapi", "chainlit", "gradio", "panel", "bokeh", "marimo"}
)

func (p *finder) moduleArgument(c *candidate, dir string) bool {
	name, rest := c.Command[0], c.Command[1:]
	for _, a := range rest {
		module, attr, ok := strings.Cut(a, ":")
		module = strings.TrimSuffix(module, ".py")
		if strings.HasPrefix(a, "-") || !ok && name != "gunicorn" || attr != "" && strings.Trim(attr, "0123456789") == "" {
			continue
		}
		if p.module(c, module, dir) {
			p.reroot(c, module)
			c.web = name != "faststream" && name != "arq"
			return true
		}
	}
	return false
}

func (p *finder) appOption(c *candidate, dir string) bool {
	name, rest := c.Command[0], c.Command[1:]
	module := cmdline.Value(rest, "--app", "-A")
	if module == "" && (name == "flask" || name == "quart") && slices.Contains(rest, "run") {
		module = "app"
		if !p.hasModule("app", dir) {
			module = "wsgi"
		}
	}
	module, _, _ = strings.Cut(strings.TrimSuffix(module, ".py"), ":")
	c.web = name != "celery" && name != "faust"
	return module != "" && (p.module(c, module, dir) || p.module(c, parent(module), dir))
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

func parent(module string) string {
	if i := strings.LastIndexByte(module, '.'); i > 0 {
		return module[:i]
	}
	return module
}

// passing over: modules that start nothing of the project by themselves, and what a manage.py does once.
var (
	tools   = []string{"pytest", "unittest", "venv", "pip", "black", "ruff", "mypy", "build", "ensurepip", "virtualenv", "json.tool", "http.server", "ipykernel", "alembic", "grpc_tools.protoc", "flake8", "coverage", "twine", "spacy"}
	servers = []string{"uvicorn", "gunicorn", "hypercorn", "flask", "streamlit", "celery", "faust", "fastapi", "faststream", "quart", "granian", "daphne"}
	once    = []string{
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
			if slices.Contains(servers, module) {
				inner := *c
				inner.Command = rest[i+1:]
				if !p.target(&inner, dir) {
					return false
				}
				c.Dir, c.File, c.key, c.source, c.web, c.kafka = inner.Dir, inner.File, inner.key, inner.source, inner.web, inner.kafka
				return true
			}
			return p.module(c, module+".__main__", dir) || p.module(c, module, dir)
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
			if i+1 < len(rest) && subcommand.MatchString(rest[i+1]) {
				c.sub = rest[i+1]
			}
			return true
		default:
			return false
		}
	}
	return false
}

// manage is a manage.py with a command behind it.
func (p *finder) manage(c *candidate, command []string) bool {
	managed := p.managed(c, command[0])
	if !c.web { // with other options it is another program
		c.key += " " + strings.Join(command[1:], " ")
	}
	return managed
}

// subcommand is a word that tells a script which of several things to do; onceWord is one for what is done once.
var (
	subcommand = lazyregexp.New(`^[a-z][a-z0-9]*([_-][a-z0-9]+)*$`)
	onceWord   = lazyregexp.New(`^(setup|init|install|create|delete|drop|reset|clean|clear|seed|load|import|export|train|test|check|lint|migrate|list|download|build|help|version|status|populate|configure)([_.-]|$)`)
)

// subcommands tells the programs apart that one script is by the word behind its name, and leaves out what is done once.
func (p *finder) subcommands() {
	words := map[string][]string{}
	for _, c := range p.found {
		if c.sub != "" && !slices.Contains(words[c.key], c.sub) {
			words[c.key] = append(words[c.key], c.sub)
		}
	}
	split := func(c candidate) bool { return len(words[c.key]) > 1 }
	p.found = slices.DeleteFunc(p.found, func(c candidate) bool {
		return c.sub != "" && onceWord.MatchString(c.sub) || c.rank == coded && split(c)
	})
	for i, c := range p.found {
		if c.sub != "" && split(c) {
			p.found[i].key = c.key + " " + c.sub
		}
	}
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

func (p *finder) hasModule(module, dir string) bool {
	rel := strings.ReplaceAll(module, ".", "/")
	return p.t.has[join(dir, rel+".py")] || p.t.has[join(dir, rel+"/__init__.py")]
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
	for _, s := range p.c.sources {
		of := path.Base(s.file) == command+".py" && path.Base(path.Dir(s.file)) == "commands"
		if !of && !strings.HasPrefix(s.file, strings.TrimPrefix(c.Dir+"/", "./")) { // a command may be of a package that several share
			continue
		}
		if !s.kafka && !(of && slices.ContainsFunc(p.c.reach(s), func(r *source) bool { return r.kafka })) {
			continue
		}
		switch {
		case of, c.web && path.Base(path.Dir(s.file)) != "commands":
			c.kafka = true
		}
	}
	return true
}

// fromCode finds what the code itself shows to be started.
func (p *finder) fromCode() {
	needed := map[*source]bool{}
	for _, s := range p.c.sources {
		for _, n := range s.needed() {
			needed[n] = true
		}
	}
	for _, s := range p.c.sources {
		if p.c.late() {
			return
		}
		if path.Base(s.file) == "setup.py" || path.Base(s.file) == "__init__.py" && !p.hasApp(s) {
			continue
		}
		p.fromFile(s, needed[s])
	}
	if len(p.found) > 0 {
		return
	}
	for _, s := range p.c.sources { // nothing looks like a program: what nobody imports may still be one
		if path.Base(s.file) != "__init__.py" && path.Base(s.file) != "setup.py" && !needed[s] && !aside(s.file) && !partName.MatchString(path.Base(s.file)) {
			p.plain(s, 1)
		}
	}
}

// plain is a file that is started by itself, as a script or, where it needs that, as a module.
func (p *finder) plain(s *source, line int) {
	c := candidate{Program: Program{Where: Place{s.file, line}, File: s.file}, rank: coded, key: s.file, source: s}
	if root := p.importRoot(s); root != path.Dir(s.file) && p.asModule(s, root) {
		c.Dir, c.Command = root, []string{"python", "-m", dotted(root, s.file)}
	} else {
		c.Dir, c.Command = p.scriptDir(s), []string{"python", p.scriptName(s)}
	}
	p.add(c)
}

func (p *finder) hasApp(s *source) bool {
	_, _, _, ok := p.app(s)
	return ok
}

func (p *finder) fromFile(s *source, needed bool) {
	at := Place{s.file, max(1, s.main)}
	say := func(line int, where string, words ...string) {
		p.add(candidate{
			Program: Program{Command: words, Dir: where, Where: Place{s.file, line}, File: s.file}, rank: coded, key: s.file, source: s,
			web: slices.Contains([]string{"uvicorn", "flask", "quart", "streamlit"}, words[0]),
		})
	}
	base := path.Base(s.file)
	if base == "manage.py" {
		if p.c.usesPackage(s, "django") {
			p.django(s)
		}
		return
	}
	if strings.HasSuffix(path.Dir(s.file), "/management/commands") {
		return // of a manage.py
	}
	attr, framework, line, isApp := p.app(s)
	runs := isApp && framework != "streamlit" && framework != "faust" && s.main > 0 && p.mainRuns(s)
	switch {
	case isApp && !runs:
		root := p.importRoot(s)
		module := dotted(root, s.file)
		switch framework {
		case "Flask", "Quart":
			app := module
			if attr != "app" && attr != "application" && attr != "create_app" && attr != "make_app" {
				app += ":" + attr
			}
			say(line, root, strings.ToLower(framework), "--app", app, "run")
		case "faust":
			say(line, root, "faust", "-A", faustTarget(module, attr), "worker", "-l", "info")
		case "FastStream":
			say(line, root, "faststream", "run", module+":"+attr)
		case "streamlit":
			if path.Base(path.Dir(s.file)) == "pages" { // of the program beside it
				return
			}
			say(line, p.scriptDir(s), "streamlit", "run", p.scriptName(s))
		default:
			if strings.HasPrefix(attr, "create_") || strings.HasPrefix(attr, "make_") || strings.HasPrefix(attr, "get_") {
				say(line, root, "uvicorn", "--factory", module+":"+attr)
			} else {
				say(line, root, "uvicorn", module+":"+attr)
			}
		}
	case s.main > 0 && base == "__main__.py":
		root := p.packageRoot(s)
		say(at.Line, root, "python", "-m", dotted(root, path.Dir(s.file)))
	case base == "__main__.py":
		root := p.packageRoot(s)
		say(1, root, "python", "-m", dotted(root, path.Dir(s.file)))
	case s.main > 0, !needed && p.acts(s):
		p.plain(s, at.Line)
	}
}

func faustTarget(module, attr string) string {
	if attr == "app" {
		return module
	}
	return module + ":" + attr
}

// frameworks are the classes whose instances a server runs.
var frameworks = map[string]string{
	"FastAPI": "FastAPI", "Flask": "Flask", "Quart": "Quart", "Starlette": "FastAPI", "Litestar": "FastAPI", "FastStream": "FastStream", "APIFlask": "Flask",
	"App": "faust",
}

// app is the application that a file makes: its name, its framework and its line.
func (p *finder) app(s *source) (attr, framework string, line int, ok bool) {
	for _, st := range s.module.Body {
		if f := p.assigned(st, s); f != "" {
			return st.Targets[0].Text, f, st.Line, true
		}
		if f := p.factory(st); f != "" {
			return st.Name, f, st.Line, true
		}
	}
	for _, i := range s.lines {
		for _, n := range i.Imports {
			if n.Name == "streamlit" && i.Word == pyast.Import {
				return "", "streamlit", i.Line, !p.neededBy(s)
			}
		}
	}
	return "", "", 0, false
}

// assigned is the framework of app = FastAPI() or app = create_app(); empty: it is no such statement.
func (p *finder) assigned(st *pyast.Stmt, s *source) string {
	if st.Word != pyast.Assign || st.Value == nil || len(st.Targets) == 0 || st.Targets[0].Kind != pyast.Name || st.Value.Kind != pyast.Call {
		return ""
	}
	if f := p.frameworkOf(st.Value, s); f != "" {
		return f
	}
	for _, fn := range p.c.functions[st.Value.X.Text] {
		if f := p.makes(fn); f != "" && (fn.source == s || p.c.names(s, st.Value.X.Text, fn.source)) {
			return f
		}
	}
	return ""
}

// factory is the framework of def create_app(); empty: it is no such statement.
func (p *finder) factory(st *pyast.Stmt) string {
	if st.Word != pyast.Def || !strings.HasPrefix(st.Name, "create_") && !strings.HasPrefix(st.Name, "make_") && !strings.HasPrefix(st.Name, "get_app") {
		return ""
	}
	for _, fn := range p.c.functions[st.Name] {
		if fn.stmt == st {
			return p.makes(fn)
		}
	}
	return ""
}

func (p *finder) neededBy(s *source) bool {
	return slices.ContainsFunc(p.c.sources, func(o *source) bool { return o != s && slices.Contains(o.needed(), s) })
}

// names reports whether a name in a file was imported from another.
func (c *code) names(s *source, name string, from *source) bool {
	i, ok := s.names[name]
	return ok && c.module(i.module, s) == from
}

func (p *finder) frameworkOf(call *pyast.Expr, s *source) string {
	f := frameworks[call.X.Text]
	first, _, _ := strings.Cut(call.X.Dotted(), ".")
	i, imported := s.names[first]
	if f == "faust" && (!imported || !strings.HasPrefix(i.module, "faust")) || f != "" && !imported {
		return ""
	}
	return f
}

// makes is the framework whose application a function gives back.
func (p *finder) makes(fn *scope) string {
	made := ""
	var walk func(body []*pyast.Stmt)
	walk = func(body []*pyast.Stmt) {
		for _, st := range body {
			for _, e := range st.Exprs() {
				e.Walk(func(e *pyast.Expr) bool {
					if e.Kind == pyast.Call {
						if f := p.frameworkOf(e, fn.source); f != "" {
							made = f
						}
					}
					return true
				})
			}
			walk(st.Body)
			walk(st.Else)
		}
	}
	walk(fn.stmt.Body)
	return made
}

// mainRuns reports whether what stands under __main__ starts a server.
func (p *finder) mainRuns(s *source) bool {
	runs := false
	for _, name := range []string{"run", "run_app", "main", "serve", "run_simple", "serve_forever", "asyncio.run", "execute_from_command_line"} {
		for _, k := range p.c.calls[name] {
			runs = runs || k.scope.source == s && slices.ContainsFunc(k.tests, func(b bound) bool { return isMain(b.expr) })
		}
	}
	return runs
}

// acts reports whether a file does something when it is run, with no __main__: it talks to Kafka, loops, or runs.
func (p *finder) acts(s *source) bool {
	if path.Base(s.file) == "__init__.py" {
		return false
	}
	acts := false
	var walk func(body []*pyast.Stmt)
	walk = func(body []*pyast.Stmt) {
		for _, st := range body {
			switch st.Word {
			case pyast.Def, pyast.Class:
				continue
			case pyast.While, pyast.For:
				acts = true
			default:
			}
			for _, e := range st.Exprs() {
				e.Walk(func(e *pyast.Expr) bool {
					if e.Kind == pyast.Call {
						switch e.X.Text {
						case "run", "run_until_complete", "run_app", "serve_forever", "mainloop", "send", "produce", "poll", "flush", "subscribe", "main", "start", "awaitTermination":
							acts = true
						}
					}
					return true
				})
			}
			walk(st.Body)
			walk(st.Else)
		}
	}
	walk(s.module.Body)
	return acts
}

// django is a manage.py: the server, and the project's own commands that talk to Kafka.
func (p *finder) django(s *source) {
	dir := path.Dir(s.file)
	say := func(command string, line int, file string) {
		c := candidate{
			Program: Program{Command: []string{"python", "manage.py", command}, Dir: dir, Where: Place{file, line}, File: s.file},
			rank:    coded, key: s.file, source: s,
		}
		p.managed(&c, command)
		p.add(c)
	}
	say("runserver", max(1, s.main), s.file)
	for _, o := range p.c.sources {
		if path.Base(path.Dir(o.file)) == "commands" && path.Base(o.file) != "__init__.py" && (dir == "." || strings.HasPrefix(o.file, dir+"/")) &&
			!onceWord.MatchString(path.Base(o.file)) &&
			slices.ContainsFunc(p.c.reach(o), func(r *source) bool { return r.kafka }) {
			say(strings.TrimSuffix(path.Base(o.file), ".py"), 1, o.file)
		}
	}
}

// importRoot is the folder from which what a file imports of the project is found.
func (p *finder) importRoot(s *source) string {
	own := path.Dir(s.file)
	top := own
	if p.t.has[join(top, "__init__.py")] {
		top = p.packageRoot(s)
	}
	beside, above := false, false // imports that are found beside the file alone; that need a folder above it
	for _, i := range s.lines {
		if i.Level > 0 {
			above = true
			continue
		}
		modules := []string{i.From}
		if i.Word == pyast.Import {
			modules = nil
			for _, n := range i.Imports {
				modules = append(modules, n.Name)
			}
		}
		for _, m := range modules {
			if file := p.c.file(m, s); file != "" {
				rel := strings.ReplaceAll(m, ".", "/")
				root := path.Clean(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(file, "/__init__.py"), ".py"), rel) + ".")
				beside = beside || root == own && !p.t.has[join(top, rel+".py")] && !p.t.has[join(top, rel+"/__init__.py")]
				above = above || root != own
				if len(root) < len(top) && top != "." || root == "." {
					top = root
				}
			}
		}
	}
	if beside && !above { // an __init__.py that nobody needs
		return own
	}
	return top
}

// packageRoot is the first folder above a file that is no package.
func (p *finder) packageRoot(s *source) string {
	dir := path.Dir(s.file)
	if path.Base(s.file) == "__main__.py" {
		dir = path.Dir(dir)
	}
	for dir != "." && p.t.has[join(dir, "__init__.py")] {
		dir = path.Dir(dir)
	}
	return dir
}

// asModule reports whether a file has to be run by -m: it imports relatively, or from above its folder.
func (p *finder) asModule(s *source, root string) bool {
	if slices.ContainsFunc(s.lines, func(i *pyast.Stmt) bool { return i.Level > 0 }) {
		return true
	}
	return root != path.Dir(s.file) && path.Base(path.Dir(s.file)) != "src" || p.t.has[join(path.Dir(s.file), "__init__.py")]
}

// dotted is a file below root as a module.
func dotted(root, file string) string {
	rel := strings.TrimSuffix(strings.TrimSuffix(file, ".py"), "/__init__")
	if root != "." {
		rel = strings.TrimPrefix(rel, root+"/")
	}
	return strings.ReplaceAll(rel, "/", ".")
}

// dataFile is a text that names a file of the project's which a program may open.
var dataFile = lazyregexp.New(`^(\./)?[A-Za-z0-9_][\w./-]*\.(ya?ml|toml|ini|json|cfg|conf|env|properties|csv|pkl|pt|onnx|avsc|txt|pem)$|^\.env(\.[a-z]+)?$`)

// opens is the folder from which the files that a program names are found, where that is not its own; empty: its own is right.
// Of several it is the nearest.
func (p *finder) opens(s *source) string {
	reach := p.c.reach(s)
	above := ""
	for name, calls := range p.c.calls {
		if name != "open" && name != "read" && !strings.HasPrefix(name, "load") && !strings.HasPrefix(name, "read_") {
			continue
		}
		for _, k := range calls {
			if !slices.Contains(reach, k.scope.source) {
				continue
			}
			for _, a := range k.expr.Items {
				if dir := p.holds(path.Dir(s.file), a); len(dir) > len(above) {
					above = dir
				}
			}
		}
	}
	return above
}

// holds is the folder above another one in which the file is that an argument names; empty: it is in that folder itself, or in
// none, or the argument names no file.
func (p *finder) holds(own string, arg *pyast.Expr) string {
	if arg.Kind != pyast.String || !dataFile.MatchString(arg.Text) || p.t.has[join(own, arg.Text)] {
		return ""
	}
	for dir := own; dir != "."; {
		if dir = path.Dir(dir); p.t.has[join(dir, arg.Text)] {
			return dir
		}
	}
	return ""
}

// scriptDir is the folder that a script is run in: its own, but above one that only keeps source apart, and where the files
// that it opens are found.
func (p *finder) scriptDir(s *source) string {
	dir := path.Dir(s.file)
	if above := p.opens(s); above != "" {
		return above
	}
	if path.Base(dir) == "src" {
		return path.Dir(dir)
	}
	return dir
}

func (p *finder) scriptName(s *source) string {
	dir := p.scriptDir(s)
	if dir == "." {
		return s.file
	}
	return strings.TrimPrefix(s.file, dir+"/")
}

// aside reports whether a file lies where examples, tools and the like lie, or is named like one.
func aside(file string) bool {
	for _, part := range strings.Split(path.Dir(file), "/") {
		if slices.Contains([]string{"examples", "example", "scripts", "tools", "docs", "doc", "notebooks", "benchmark", "benchmarks", "migrations", "alembic", "bin", "utils", "ci", "hack", "demo", "demos", "samples"}, part) {
			return true
		}
	}
	return helperName.MatchString(strings.TrimSuffix(path.Base(file), ".py"))
}

// partName is the name of a file that is a part of a program and none by itself.
var partName = lazyregexp.New(`(?i)^(config|conf|settings|constants|utils?|helpers?|models?|schemas?|types|logs?|logger|logging|errors?|exceptions?|common|base|db|database|version)\.py$`)

var helperName = lazyregexp.New(`(?i)^(create|setup|init|delete|reset|check|wait|seed|clean|list|test\d*|debug|verify|inspect|bench)(_|$)|_(test|check|setup|admin|example|demo)$|^topics?$|admin`)

// choose decides which candidates are the project's programs.
func (p *finder) choose() []Program {
	groups := p.groups()
	relevant := func(c candidate) bool { return c.kafka || c.web }
	named := func(c candidate) bool { // by a file, for this folder or one above it
		return slices.ContainsFunc(groups, func(o candidate) bool {
			return o.rank < coded && relevant(o) && (o.kafka || !p.anyKafka(groups)) && (o.Dir == "." || o.Dir == c.Dir || strings.HasPrefix(c.Dir, o.Dir+"/"))
		})
	}
	some := slices.ContainsFunc(groups, relevant)
	spawned := map[*source]bool{}
	for _, s := range p.c.sources {
		for _, to := range p.c.spawned(s) {
			spawned[to] = true
		}
	}
	var chosen, rest []Program
	for _, c := range groups {
		switch {
		case some && !relevant(c):
		case c.rank == coded && (c.aside || p.imported(c, groups)) && some && len(groups) > 1:
			if own := c.source.main > 0 && !spawned[c.source]; c.kafka && (own || !p.imported(c, groups)) {
				rest = append(rest, c.Program)
			}
		case c.rank == coded && named(c):
			rest = append(rest, c.Program)
		default:
			c.Sure = some
			chosen = append(chosen, c.Program)
		}
	}
	if len(chosen) == 1 {
		chosen[0].Sure = true
	}
	if len(chosen) == 0 && len(rest) == 1 {
		rest[0].Sure = true
	}
	return append(chosen, rest...)
}

func (p *finder) anyKafka(all []candidate) bool {
	return slices.ContainsFunc(all, func(c candidate) bool { return c.kafka })
}

// imported reports whether another candidate needs this one: it is a part of that.
func (p *finder) imported(c candidate, all []candidate) bool {
	return slices.ContainsFunc(all, func(o candidate) bool {
		return o.key != c.key && o.source != nil && c.source != nil && o.source != c.source && slices.Contains(p.c.reach(o.source), c.source)
	})
}

// oneDjango leaves one server of a Django project: what a README or the like names, else manage.py's own, which is for a
// developer's computer, and runs on Windows too.
func (p *finder) oneDjango() {
	gateway := func(c candidate) bool {
		base := path.Base(c.File)
		return c.web && (base == "wsgi.py" || base == "asgi.py")
	}
	own := func(c candidate) bool { return slices.Contains(c.Command, "runserver") }
	if !slices.ContainsFunc(p.found, own) || !slices.ContainsFunc(p.found, gateway) {
		return
	}
	wins := func(c candidate) bool { return gateway(c) && c.rank <= told && c.Command[0] != "gunicorn" }
	drop := gateway
	if slices.ContainsFunc(p.found, wins) && !slices.ContainsFunc(p.found, func(c candidate) bool { return own(c) && c.rank <= told }) {
		drop = own
	}
	for _, c := range p.found {
		if drop(c) && c.kafka { // it is the same program
			for i := range p.found {
				p.found[i].kafka = p.found[i].kafka || !drop(p.found[i]) && (own(p.found[i]) || gateway(p.found[i]))
			}
		}
	}
	p.found = slices.DeleteFunc(p.found, drop)
}

// groups is one candidate for each program, the one with the best evidence.
func (p *finder) groups() []candidate {
	slices.SortStableFunc(p.found, func(a, b candidate) int { return int(a.rank - b.rank) })
	p.oneDjango()
	p.subcommands()
	var all []candidate
	for _, c := range p.found {
		if i := slices.IndexFunc(all, func(o candidate) bool { return o.key == c.key }); i >= 0 {
			all[i].kafka, all[i].web = all[i].kafka || c.kafka, all[i].web || c.web
			if all[i].HTTP == "" {
				all[i].HTTP = c.HTTP
			}
			continue
		}
		all = append(all, c)
	}
	return all
}

// The ports that servers listen on when nobody says otherwise.
var ports = map[string]int{
	"uvicorn": 8000, "gunicorn": 8000, "hypercorn": 8000, "granian": 8000, "daphne": 8000, "flask": 5000, "quart": 5000, "streamlit": 8501,
	"fastapi": 8000, "sanic": 8000, "litestar": 8000, "waitress-serve": 8080, "chainlit": 8000, "panel": 5006, "bokeh": 5006, "faust": 0,
}

// serve finds out where the candidate's web server answers.
func (p *finder) serve(c *candidate) {
	command := c.Command
	if len(command) > 2 && command[0] == "python" && command[1] == "-m" {
		command = command[2:]
	}
	port := 0
	for _, name := range []string{"--port", "-p", "--server.port"} {
		if n, err := strconv.Atoi(cmdline.Value(command, name)); err == nil {
			port = n
		}
	}
	if bind := cmdline.Value(command, "--bind", "-b"); bind != "" {
		if n, err := strconv.Atoi(bind[strings.LastIndexByte(bind, ':')+1:]); err == nil {
			port = n
		}
	}
	if slices.Contains(command, "runserver") {
		c.web = true
		if last := command[len(command)-1]; port == 0 {
			if n, err := strconv.Atoi(last[strings.LastIndexByte(last, ':')+1:]); err == nil {
				port = n
			} else {
				port = ports["uvicorn"]
			}
		}
	}
	if port == 0 {
		port = ports[command[0]]
	}
	if c.source != nil && command[0] == "python" && !slices.Contains(command, "runserver") {
		listens, is := p.listens(c.source)
		c.web = c.web || is
		if port == 0 || !is {
			port = listens
		}
	}
	if port > 0 && c.web {
		c.HTTP = "http://127.0.0.1:" + strconv.Itoa(port) + p.health(c.source)
	}
}

// What opens a web server: the functions, and the packages that have them, with the port of each where none is given.
var (
	serving     = []string{"Config", "run", "run_app", "serve", "run_simple", "listen", "HTTPServer", "ThreadingHTTPServer", "WSGIServer"}
	servingPort = map[string]int{
		"uvicorn": 8000, "flask": 5000, "quart": 5000, "aiohttp": 8080, "sanic": 8000, "waitress": 8080, "hypercorn": 8000, "werkzeug": 5000, "http": 0,
		"flask_socketio": 5000, "apiflask": 5000, "tornado": 8888, "bottle": 8080, "dash": 8050, "gradio": 7860, "nicegui": 8080,
	}
)

// listens is the port that a program's own code opens a web server on; 0: it is not known.
func (p *finder) listens(s *source) (port int, is bool) {
	for _, r := range p.c.reach(s) {
		for _, name := range serving {
			for _, k := range p.c.calls[name] {
				if k.scope.source != r {
					continue
				}
				usual, is := p.serves(k, name)
				if !is {
					continue
				}
				if arg := portArgument(k.expr, name); arg != nil {
					return p.port(bound{arg, k.scope}), true
				}
				return usual, true
			}
		}
	}
	return 0, false
}

// serves reports whether a call of that name opens a web server, and on which port where it is told none.
func (p *finder) serves(k call, name string) (usual int, is bool) {
	usual = -1
	for module, port := range servingPort {
		if p.c.usesPackage(k.scope.source, module) {
			usual = max(usual, port)
		}
	}
	first, _, _ := strings.Cut(k.expr.X.Dotted(), ".")
	if framework := p.madeBy(first, k.scope); usual < 0 && framework != "" {
		usual = ports[strings.ToLower(framework)]
	}
	if first == "asyncio" || first == "subprocess" || first == "anyio" || name == "Config" && k.expr.X.Dotted() != "uvicorn.Config" {
		return 0, false
	}
	return usual, usual >= 0
}

// portArgument is the port that a call which opens a web server is given; nil: none.
func portArgument(e *pyast.Expr, name string) *pyast.Expr {
	if arg := e.Arg("port", -1); arg != nil {
		return arg
	}
	switch {
	case name == "run_simple" || name == "run" && len(e.Items) > 1 && e.Keys[1] == "": // host, port
		return e.Arg("", 1)
	case name == "listen":
		return e.Arg("", 0)
	}
	return nil
}

// port is the first port that a value can be; 0: none is known.
func (p *finder) port(b bound) int {
	all, _ := p.c.origins(b)
	for _, o := range all {
		if n, err := strconv.Atoi(o.text); err == nil && n > 0 && n < 1<<16 {
			return n
		}
	}
	return 0
}

// madeBy is the framework of the application that a name in a file holds: made there by a function of the project's, or
// imported from where it is made.
func (p *finder) madeBy(name string, in *scope) string {
	for _, b := range p.c.lookup(name, in) {
		if b.expr == nil || b.expr.Kind != pyast.Call {
			continue
		}
		if f := p.frameworkOf(b.expr, b.scope.source); f != "" {
			return f
		}
		for _, fn := range p.c.functions[b.expr.X.Text] {
			if f := p.makes(fn); f != "" {
				return f
			}
		}
	}
	return ""
}

// healthy are the paths that a server answers on to say that it is well.
var healthy = []string{"/health", "/healthz", "/health/", "/ping", "/ready", "/livez", "/api/health"}

// health is the path of the server's health page; "/" where it has none.
func (p *finder) health(s *source) string {
	if s == nil {
		return "/"
	}
	found := "/"
	for _, r := range p.c.reach(s) {
		r.module.Walk(func(st *pyast.Stmt) {
			for _, d := range st.Decorators {
				if d.Kind != pyast.Call || len(d.Items) == 0 || d.Items[0].Kind != pyast.String {
					continue
				}
				if base := d.X.Dotted(); slices.Contains(healthy, d.Items[0].Text) && (strings.HasSuffix(base, "app.get") || strings.HasSuffix(base, "app.route")) && found == "/" {
					found = d.Items[0].Text
				}
			}
		})
	}
	return found
}
