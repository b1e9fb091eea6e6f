package facts

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"streamtray/app/pyast"
	"streamtray/internal/lazyregexp"
)

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
	if p.workers(); len(p.found) > 0 {
		p.rivals()
		return
	}
	for _, s := range p.c.sources { // nothing looks like a program: what nobody imports may still be one
		if path.Base(s.file) != "__init__.py" && path.Base(s.file) != "setup.py" && !needed[s] && !aside(s.file) && !partName.MatchString(path.Base(s.file)) {
			p.plain(s, 1)
		}
	}
}

// rivals are files that have the name of a program, where only their code shows what is found, and none talks to Kafka: any of them
// may be the program.
func (p *finder) rivals() {
	found := slices.Clone(p.found)
	if slices.ContainsFunc(found, func(c candidate) bool { return c.kafka || c.rank != coded || c.source == nil }) {
		return
	}
	for _, s := range p.c.sources {
		if mainName.MatchString(path.Base(s.file)) && slices.ContainsFunc(found, func(c candidate) bool { return path.Dir(c.File) == path.Dir(s.file) }) &&
			!slices.ContainsFunc(found, func(c candidate) bool {
				return slices.Contains(p.c.reach(c.source), s) || slices.Contains(p.c.reach(s), c.source)
			}) {
			p.found = slices.DeleteFunc(p.found, func(c candidate) bool { return p.c.usesPackage(c.source, "http") }) // a stub
			p.plain(s, 1)
			p.found[len(p.found)-1].rival = len(p.found) > 1
		}
	}
}

// mainName is the name of a file that is a program more often than not.
var mainName = lazyregexp.New(`^(app|main|run|server|start|service)\.py$`)

// workers are those of Celery's applications for which nothing says how to start one, where their tasks talk to Kafka.
func (p *finder) workers() {
	for _, s := range p.c.sources {
		for _, st := range s.module.Body {
			if st.Word != pyast.Assign || st.Value == nil || st.Value.Kind != pyast.Call || st.Value.X.Text != "Celery" || !p.c.usesPackage(s, "celery") {
				continue
			}
			root := p.importRoot(s)
			if slices.ContainsFunc(p.found, func(c candidate) bool {
				return slices.Contains(c.Command, "celery") && slices.Contains(c.Command, "worker") && c.Dir == root
			}) {
				continue
			}
			module := strings.TrimSuffix(dotted(root, s.file), ".celery") // a package's own is found by its name
			p.add(candidate{
				Program: Program{Command: []string{"celery", "-A", module, "worker", "--loglevel=info"}, Dir: root, Where: Place{s.file, st.Line}, File: s.file},
				rank:    coded, key: s.file + " worker", source: s, worker: true, kafka: p.tasksKafka(root, s),
			})
		}
	}
}

// tasksKafka reports whether a task of Celery's below a folder talks to Kafka, or who talks to Kafka hands on to its application.
func (p *finder) tasksKafka(root string, app *source) bool {
	return slices.ContainsFunc(p.c.sources, func(s *source) bool {
		return s.kafka && slices.Contains(p.c.reach(s), app) || (root == "." || strings.HasPrefix(s.file, root+"/")) && slices.ContainsFunc(s.module.Body, isTask) &&
			slices.ContainsFunc(p.c.reach(s), func(r *source) bool { return r.kafka })
	})
}

// isTask reports whether a statement defines a task of Celery's.
func isTask(st *pyast.Stmt) bool {
	return slices.ContainsFunc(st.Decorators, func(d *pyast.Expr) bool {
		if d.Kind == pyast.Call {
			d = d.X
		}
		return d.Text == "shared_task" || d.Kind == pyast.Attr && d.Text == "task"
	})
}

// plain is a file that is started by itself, as a script or, where it needs that, as a module.
func (p *finder) plain(s *source, line int) {
	c := candidate{Program: Program{Where: Place{s.file, line}, File: s.file}, rank: coded, key: s.file, source: s}
	if root := p.importRoot(s); root != path.Dir(s.file) && p.asModule(s, root) {
		c.Dir, c.Command = root, []string{"python", "-m", dotted(root, s.file)}
	} else {
		c.Dir, c.Command = p.scriptDir(s), []string{"python", p.scriptName(s)}
	}
	c.Command = append(c.Command, p.told(s)...)
	p.add(c)
}

// told are the words without which a file that hands on to Faust's own command line only prints what it could do.
func (p *finder) told(s *source) []string {
	for _, k := range p.c.calls["main"] {
		if k.scope.source == s && k.expr.X.Kind == pyast.Attr && p.madeBy(k.expr.X.X.Dotted(), k.scope) == "faust" {
			return []string{"worker", "-l", "info"}
		}
	}
	return nil
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
			web: servers[words[0]].web,
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
		case "bytewax":
			say(line, root, "python", "-m", "bytewax.run", module+":"+attr)
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
	case base == "__main__.py":
		root := p.packageRoot(s)
		say(at.Line, root, append([]string{"python", "-m", dotted(root, path.Dir(s.file))}, p.told(s)...)...)
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
	"App": "faust", "Dataflow": "bytewax",
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
	if own := f == "faust" || f == "bytewax"; f != "" && !imported || own && !strings.HasPrefix(i.module, f) { // a word that others use, too
		return ""
	}
	return f
}

// makes is the framework whose application a function gives back.
func (p *finder) makes(fn *scope) string {
	made := ""
	pyast.Exprs(fn.stmt.Body, func(e *pyast.Expr) {
		if e.Kind == pyast.Call {
			made = cmp.Or(p.frameworkOf(e, fn.source), made)
		}
	})
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

// acting are calls of what does something at once.
var acting = []string{
	"run", "run_until_complete", "run_app", "serve_forever", "mainloop", "send", "produce", "poll", "flush", "subscribe", "main", "start", "awaitTermination",
}

// acts reports whether a file does something when it is run, with no __main__: it talks to Kafka, loops, or runs.
func (p *finder) acts(s *source) bool {
	if path.Base(s.file) == "__init__.py" {
		return false
	}
	acts := false
	pyast.Walk(s.module.Body, func(st *pyast.Stmt) bool {
		if st.Word == pyast.Def || st.Word == pyast.Class {
			return false
		}
		acts = acts || st.Word == pyast.While || st.Word == pyast.For
		st.Each(func(e *pyast.Expr) { acts = acts || e.Kind == pyast.Call && slices.Contains(acting, e.X.Text) })
		return true
	})
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

// importRoot is the folder from which what a file imports of the project is found: that above its package, if that will do.
func (p *finder) importRoot(s *source) string {
	top := path.Dir(s.file)
	if p.t.has[join(top, "__init__.py")] {
		top = p.packageRoot(s)
	}
	root, whole := p.root(s, top)
	if whole || len(root) < len(top) && top != "." || root == "." {
		return root
	}
	return top
}

// root is the folder from which all is found that a file imports of the project, top or else the highest; where there is none, the
// highest from which something is.
func (p *finder) root(s *source, top string) (root string, whole bool) {
	own := path.Dir(s.file)
	relative := slices.ContainsFunc(s.lines, func(i *pyast.Stmt) bool { return i.Level > 0 })
	var modules []string
	roots := []string{}
	for _, i := range s.lines {
		for _, m := range imports(i) {
			file := p.c.file(m, s)
			if _, root := p.c.under(m, s); i.Level == 0 && file != "" && file != s.file && holds(root, own) { // celery.py means the package
				modules, roots = append(modules, m), append(roots, root)
			}
		}
	}
	if len(modules) == 0 {
		return top, true
	}
	slices.SortFunc(roots, func(a, b string) int {
		return cmp.Or(strings.Count(a+"/", "/")-strings.Count(b+"/", "/"), strings.Compare(a, b))
	})
	if i := slices.Index(roots, "."); i > 0 {
		roots[0], roots[i] = roots[i], roots[0]
	}
	for _, root := range append([]string{top}, roots...) {
		source := join(root, "src")
		lacks := func(m string) bool {
			return p.t.moduleFile(root, m) == "" && (strings.HasPrefix(own+"/", source+"/") || p.t.moduleFile(source, m) == "")
		}
		if !slices.ContainsFunc(modules, lacks) && !(relative && root == own) {
			return root, true
		}
	}
	return roots[0], false
}

// torn reports whether there is no folder from which all is found that a candidate's file imports of the project: some lies beside
// the file, some in a folder above that. Whoever starts it tells Python where, in a way that is not known.
func (p *finder) torn(c candidate) bool {
	if c.source == nil || c.rank < contained || strings.Contains(p.t.text(c.source.file), "sys.path") {
		return false
	}
	_, whole := p.root(c.source, path.Dir(c.source.file))
	return !whole
}

// holds reports whether a folder that modules are looked for in, or the one that it is the src of, holds another folder.
func holds(root, dir string) bool {
	return root == "." || strings.HasPrefix("/"+dir+"/", strings.TrimSuffix("/"+root, "/src")+"/")
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
