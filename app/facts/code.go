package facts

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/app/pyast"
)

// code is all Python source of a project, with an index of what can be followed in it.
type code struct {
	tree    *tree
	sources []*source
	byFile  map[string]*source
	partial bool

	attrs     map[string][]bound       // what attributes are set to, by the attribute's name
	classes   map[string][]*scope      // by name
	functions map[string][]*scope      // by name
	calls     map[string][]call        // by the last part of what is called
	options   map[string][]bound       // of a command line, by the name of the value
	keys      map[string][]bound       // what stands in dicts, by the key
	settings  map[string][]settingText // of YAML, TOML and INI files, by the last key
	fields    map[*scope][]field       // of classes, in order

	packages   []string                      // the folders of packages that are installed, with their src, and those that Python is told of
	late       func() bool                   // there is no more time: what is not known yet stays unknown
	scopes     func() map[*pyast.Stmt]*scope // of functions and classes, by what defines them
	parts      func() map[string][]part      // fields of settings whose type is a class of the project's, by its name
	everything func() [][]origin             // see everyRead
	spared     func() map[string]bool        // see everySpared
	mentioned  func() map[string]bool        // see everyMentioned
}

// part is a field of settings that holds settings of its own.
type part struct {
	outer *scope
	field field
}

// source is one file.
type source struct {
	file   string // from the root on, with slashes
	module *pyast.Module
	top    *scope
	names  map[string]imported // what its imports bind
	stars  []string            // modules whose names are all imported
	main   int                 // the line of `if __name__ == "__main__"`; 0: none
	lines  []*pyast.Stmt       // of imports
	kafka  bool                // it imports a client of Kafka
	needed func() []*source    // see needs
	within func() []*source    // see reach
}

// imported is a module, or something of one.
type imported struct {
	module string // dotted, absolute where the project holds it
	name   string // empty: the module itself
}

// scope is a module, a class or a function.
type scope struct {
	source *source
	outer  *scope
	stmt   *pyast.Stmt        // nil: a module
	names  map[string][]bound // what is assigned to names
	params map[string]bound   // bound by a call that is followed; wins over all else
}

// bound is an expression, and where it is to be understood.
type bound struct {
	expr  *pyast.Expr
	scope *scope
}

// call is a call, with the conditions that it is under.
type call struct {
	bound
	tests []bound
}

// field is an attribute that a class declares in its body.
type field struct {
	name  string
	kind  *pyast.Expr // its annotation; nil: none
	value *pyast.Expr // nil: none
	line  int
}

func newCode(ctx context.Context, t *tree) *code {
	c := &code{
		tree: t, byFile: map[string]*source{}, attrs: map[string][]bound{}, classes: map[string][]*scope{},
		functions: map[string][]*scope{}, calls: map[string][]call{}, options: map[string][]bound{}, keys: map[string][]bound{},
		fields: map[*scope][]field{}, late: func() bool { return ctx.Err() != nil },
	}
	c.scopes, c.parts, c.everything = sync.OnceValue(c.everyScope), sync.OnceValue(c.everyPart), sync.OnceValue(c.readEverywhere)
	for _, file := range t.named("setup.py", "pyproject.toml") {
		if dir := path.Dir(file); dir != "." && !slices.Contains(c.packages, dir) {
			c.packages = append(c.packages, dir, join(dir, "src"))
		}
	}
	for _, dir := range t.pythonPaths() {
		if !slices.Contains(c.packages, dir) {
			c.packages = append(c.packages, dir)
		}
	}
	c.spared, c.mentioned = sync.OnceValue(c.everySpared), sync.OnceValue(c.everyMentioned)
	begun := time.Now()
	for _, file := range t.python() {
		if c.late() || time.Since(begun) > mostTime/2 { // what was read is to be understood, too
			c.partial = true
			break
		}
		s := &source{file: file, module: pyast.Parse(t.text(file)), names: map[string]imported{}}
		s.top = &scope{source: s, names: map[string][]bound{}}
		s.needed = sync.OnceValue(func() []*source { return c.needs(s) }) // asked for by whoever reaches it
		s.within = sync.OnceValue(func() []*source { return reachable(s) })
		c.sources, c.byFile[file] = append(c.sources, s), s
	}
	for _, s := range c.sources {
		c.index(s.module.Body, s.top, nil)
	}
	c.settings = settingsFiles(t)
	return c
}

func (c *code) everyScope() map[*pyast.Stmt]*scope {
	scopes := map[*pyast.Stmt]*scope{}
	for _, all := range []map[string][]*scope{c.functions, c.classes} {
		for _, list := range all {
			for _, s := range list {
				scopes[s.stmt] = s
			}
		}
	}
	return scopes
}

func (c *code) everyPart() map[string][]part {
	parts := map[string][]part{}
	for _, name := range slices.Sorted(maps.Keys(c.classes)) {
		for _, outer := range c.classes[name] {
			if !c.isSettings(outer) {
				continue
			}
			for _, fd := range c.fields[outer] {
				if fd.kind != nil {
					parts[fd.kind.Text] = append(parts[fd.kind.Text], part{outer, fd})
				}
			}
		}
	}
	return parts
}

// index goes through statements and notes what can be followed; tests are the conditions that they are under.
func (c *code) index(body []*pyast.Stmt, in *scope, tests []bound) {
	for i, s := range body {
		for _, e := range s.Exprs() {
			c.expression(e, in, tests)
		}
		switch s.Word {
		case pyast.Import, pyast.From:
			c.imports(s, in.source)
		case pyast.Assign:
			c.assign(s, in)
		case pyast.For:
			for _, t := range s.Targets {
				c.bind(t, bound{s.Value, in}, in)
			}
		case pyast.With:
			for i, t := range s.Targets {
				if t != nil && i < len(s.Value.Items) {
					c.bind(t, bound{s.Value.Items[i], in}, in)
				}
			}
		case pyast.Def, pyast.Class:
			c.definition(s, in, tests)
			continue
		case pyast.If:
			if isMain(s.Value) && in.stmt == nil {
				in.source.main = s.Line
			}
			c.index(s.Body, in, append(slices.Clone(tests), bound{s.Value, in}))
			c.index(s.Else, in, append(slices.Clone(tests), bound{s.Value, in}))
			if leaves(s.Body) { // what follows is under the condition, too
				c.index(body[i+1:], in, append(slices.Clone(tests), bound{s.Value, in}))
				return
			}
			continue
		default:
		}
		c.index(s.Body, in, tests)
		c.index(s.Else, in, tests)
	}
}

// isMain reports whether a condition is __name__ == "__main__".
func isMain(e *pyast.Expr) bool {
	main := false
	e.Walk(func(e *pyast.Expr) bool {
		main = main || e.Kind == pyast.Name && e.Text == "__name__"
		return true
	})
	return main
}

// leaves reports whether a block's last statement goes back to whoever called.
func leaves(body []*pyast.Stmt) bool {
	return len(body) > 0 && body[len(body)-1].Word == pyast.Return
}

func (c *code) definition(s *pyast.Stmt, in *scope, tests []bound) {
	inner := &scope{source: in.source, outer: in, stmt: s, names: map[string][]bound{}}
	if s.Word == pyast.Class {
		c.classes[s.Name] = append(c.classes[s.Name], inner)
	} else {
		c.functions[s.Name] = append(c.functions[s.Name], inner)
		c.decorated(s, in)
	}
	if in.names[s.Name] == nil {
		in.names[s.Name] = []bound{{nil, inner}}
	}
	if s.Word == pyast.Def && in.stmt == nil {
		tests = nil // defined under a condition is not called under it
	}
	c.index(s.Body, inner, tests)
}

// decorated notes the options that decorators give to a function's parameters: click's.
func (c *code) decorated(s *pyast.Stmt, in *scope) {
	for _, d := range s.Decorators {
		if d.Kind == pyast.Call && (d.X.Kind == pyast.Attr || d.X.Kind == pyast.Name) && (d.X.Text == "option" || d.X.Text == "argument") {
			c.option(d, in)
		}
	}
}

// option notes the value of a command line that a call declares: "--brokers" is args.brokers, or a parameter.
func (c *code) option(e *pyast.Expr, in *scope) {
	name := ""
	for i, a := range e.Items {
		if a.Kind != pyast.String || e.Keys[i] != "" {
			continue
		}
		if long := strings.TrimLeft(a.Text, "-"); name == "" || strings.HasPrefix(a.Text, "--") || !strings.HasPrefix(a.Text, "-") {
			name = long
		}
	}
	if d := e.Arg("dest", -1); d != nil && d.Kind == pyast.String {
		name = d.Text
	}
	if name == "" {
		return
	}
	key := strings.ReplaceAll(name, "-", "_")
	c.options[key] = append(c.options[key], bound{e, in})
}

func (c *code) assign(s *pyast.Stmt, in *scope) {
	if in.stmt != nil && in.stmt.Word == pyast.Class {
		for _, t := range s.Targets {
			if t.Kind == pyast.Name {
				c.fields[in] = append(c.fields[in], field{t.Text, s.Type, s.Value, s.Line})
			}
		}
	}
	if s.Value == nil {
		return
	}
	for _, t := range s.Targets {
		c.bind(t, bound{s.Value, in}, in)
	}
}

func (c *code) bind(target *pyast.Expr, to bound, in *scope) {
	switch target.Kind {
	case pyast.Name:
		in.names[target.Text] = append(in.names[target.Text], to)
	case pyast.Attr:
		c.attrs[target.Text] = append(c.attrs[target.Text], to)
	case pyast.Index:
		if k := target.Items[0]; k.Kind == pyast.String {
			c.keys[k.Text] = append(c.keys[k.Text], to)
		}
	case pyast.List:
		for i, t := range target.Items {
			if to.expr.Kind == pyast.List && len(to.expr.Items) == len(target.Items) {
				c.bind(t, bound{to.expr.Items[i], to.scope}, in)
			} else {
				c.bind(t, to, in)
			}
		}
	default:
	}
}

// expression notes the calls and dicts in an expression.
func (c *code) expression(e *pyast.Expr, in *scope, tests []bound) {
	e.Walk(func(e *pyast.Expr) bool {
		switch {
		case e.Kind == pyast.Call:
			c.called(e, in, tests)
		case e.Kind == pyast.Index && e.X.Kind == pyast.Attr && e.X.Text == "topics": // pykafka's client.topics["name"]
			c.calls["topics"] = append(c.calls["topics"], call{bound{&pyast.Expr{Kind: pyast.Call, X: e.X, Items: e.Items, Keys: make([]string, len(e.Items)), Line: e.Line}, in}, tests})
		case e.Kind == pyast.Dict:
			for i, k := range e.Names {
				if k != nil && k.Kind == pyast.String {
					c.key(k.Text, e.Items[i], in)
				}
			}
		case e.Kind == pyast.Operator && e.Text == "if" && len(e.Items) > 1:
			inner := append(slices.Clone(tests), bound{e.Items[1], in})
			for _, i := range e.Items {
				c.expression(i, in, inner)
			}
			return false
		case e.Kind == pyast.Operator && e.Text == ":=":
			c.bind(e.Items[0], bound{e.Items[1], in}, in)
		}
		return true
	})
}

// called notes a call under the last part of its name, and what it says of options, keys and Kafka.
func (c *code) called(e *pyast.Expr, in *scope, tests []bound) {
	if e.X.Kind == pyast.Name && e.X.Text == "dict" {
		for i, k := range e.Keys {
			c.key(k, e.Items[i], in)
		}
	}
	last := e.X.Text
	if last == "" || e.X.Kind != pyast.Name && e.X.Kind != pyast.Attr {
		return
	}
	c.calls[last] = append(c.calls[last], call{bound{e, in}, tests})
	if last == "add_argument" {
		c.option(e, in)
	}
	if handed := handedOn(e); handed != nil {
		c.calls[handed.X.Text] = append(c.calls[handed.X.Text], call{bound{handed, in}, tests})
	}
	if last == "format" && len(e.Items) == 1 && e.Items[0].Text == "kafka" { // Spark's reader and writer
		in.source.kafka = true
	}
}

// handingOn are the calls that call a function that they are given, and its position; -1: they take it as target, and what it
// is given as args and kwargs.
var handingOn = map[string]int{
	"add_task": 0, "submit": 0, "to_thread": 0, "partial": 0, "run_sync": 0, "call_soon": 0, "run_in_executor": 1, "call_later": 1,
	"Thread": -1, "Process": -1, "start_background_task": 0,
}

// handedOn is the call that another thread, task or process makes of a function that this one is given; nil: none.
func handedOn(e *pyast.Expr) *pyast.Expr {
	at, ok := handingOn[e.X.Text]
	if !ok {
		return nil
	}
	handed := &pyast.Expr{Kind: pyast.Call, Line: e.Line}
	if at >= 0 {
		if len(e.Items) <= at || e.Keys[at] != "" {
			return nil
		}
		handed.X, handed.Items, handed.Keys = e.Items[at], e.Items[at+1:], e.Keys[at+1:]
	} else {
		handed.X = e.Arg("target", -1)
		if args := e.Arg("args", -1); args != nil && args.Kind == pyast.List {
			handed.Items = append(handed.Items, args.Items...)
			handed.Keys = make([]string, len(args.Items))
		}
		if named := e.Arg("kwargs", -1); named != nil && named.Kind == pyast.Dict {
			for i, n := range named.Names {
				if n != nil && n.Kind == pyast.String {
					handed.Items, handed.Keys = append(handed.Items, named.Items[i]), append(handed.Keys, n.Text)
				}
			}
		}
	}
	if handed.X == nil || handed.X.Kind != pyast.Name && handed.X.Kind != pyast.Attr {
		return nil
	}
	return handed
}

func (c *code) key(name string, value *pyast.Expr, in *scope) {
	if name != "" && name[0] != '*' {
		c.keys[name] = append(c.keys[name], bound{value, in})
	}
}

// imports notes what an import binds.
func (c *code) imports(s *pyast.Stmt, in *source) {
	in.lines = append(in.lines, s)
	base := s.From
	if s.Level > 0 {
		dir := path.Dir(in.file)
		for range s.Level - 1 {
			dir = path.Dir(dir)
		}
		if dir == "." {
			dir = ""
		}
		base = strings.Trim(strings.ReplaceAll(dir, "/", ".")+"."+s.From, ".")
	}
	for _, i := range s.Imports {
		switch {
		case s.Word == pyast.Import && i.As != i.Name && !strings.HasPrefix(i.Name, i.As+"."):
			in.names[i.As] = imported{module: i.Name}
		case s.Word == pyast.Import:
			in.names[i.As] = imported{module: i.As}
		case i.Name == "*":
			in.stars = append(in.stars, base)
		default:
			in.names[i.As] = imported{module: base, name: i.Name}
		}
		module := i.Name
		if s.Word == pyast.From {
			module = s.From
		}
		in.kafka = in.kafka || s.Level == 0 && c.isClient(module, in)
	}
}

// clients are the packages that talk to Kafka.
var clients = []string{
	"kafka", "confluent_kafka", "aiokafka", "pykafka", "faust", "quixstreams", "faststream.kafka", "faststream.confluent", "kafka3",
	"bytewax.connectors.kafka", "pyflink.datastream.connectors.kafka", "kafkaesk", "kstreams", "pathway.io.kafka",
}

func (c *code) isClient(module string, in *source) bool {
	for _, m := range clients {
		if (module == m || strings.HasPrefix(module, m+".")) && c.file(module, in) == "" {
			return true
		}
	}
	return false
}

// file is the file of the project that an import in a file means; empty: none of the project's.
func (c *code) file(module string, from *source) string {
	file, root := c.under(module, from)
	first, _, inner := strings.Cut(module, ".")
	if inner && c.known(first) && !c.tree.has[join(root, first+"/__init__.py")] && c.installed(first, from) {
		return ""
	}
	return file
}

// under is the file that bears a module's name, and the folder that it was found from.
func (c *code) under(module string, from *source) (file, root string) {
	for _, root := range c.roots(from) {
		if f := c.tree.moduleFile(root, module); f != "" {
			return f, root
		}
	}
	return "", ""
}

// known reports whether a package of this name is one that others publish, for Kafka or to run code.
func (c *code) known(pkg string) bool {
	_, runs := servers[pkg]
	return runs || slices.ContainsFunc(clients, func(m string) bool { return m == pkg || strings.HasPrefix(m, pkg+".") })
}

// installed reports whether a file imports of a package what no folder of that name in the project holds. Then the package is
// installed, and a folder that is no package itself gives way to it.
func (c *code) installed(pkg string, from *source) bool {
	return slices.ContainsFunc(from.module.Body, func(s *pyast.Stmt) bool {
		return s.Level == 0 && slices.ContainsFunc(imports(s), func(m string) bool {
			if m != pkg && !strings.HasPrefix(m, pkg+".") {
				return false
			}
			file, _ := c.under(m, from)
			return file == ""
		})
	})
}

// imports are the modules that an import names.
func imports(s *pyast.Stmt) []string {
	if s.Word != pyast.Import {
		return []string{s.From}
	}
	var all []string
	for _, n := range s.Imports {
		all = append(all, n.Name)
	}
	return all
}

// roots are the folders that modules are looked for in: that of the file, and those above it, with their src; then those of the
// packages in the project, which are installed.
func (c *code) roots(from *source) []string {
	var all []string
	for dir := path.Dir(from.file); ; dir = path.Dir(dir) {
		all = append(all, dir, join(dir, "src"))
		if dir == "." {
			return append(all, c.packages...)
		}
	}
}

// module is the source that a dotted name means, seen from a file.
func (c *code) module(dotted string, from *source) *source { return c.byFile[c.file(dotted, from)] }

// needs are the files of the project that a file imports.
func (c *code) needs(s *source) []*source {
	var all []*source
	add := func(module string) {
		if m := c.module(module, s); m != nil && m != s {
			all = append(all, m)
		}
	}
	for _, i := range s.lines {
		for _, n := range i.Imports {
			if i.Word == pyast.Import {
				add(n.Name)
				continue
			}
			bind := s.names[n.As]
			base := bind.module
			if n.Name == "*" {
				base = i.From
			}
			add(base)
			add(strings.Trim(base+"."+n.Name, "."))
		}
	}
	for _, name := range []string{"run", "serve", "Config", "Granian"} {
		for _, k := range c.calls[name] {
			if k.scope.source == s && len(k.expr.Items) > 0 && k.expr.Items[0].Kind == pyast.String {
				if module, _, ok := strings.Cut(k.expr.Items[0].Text, ":"); ok {
					add(module) // that a server is to load
				}
			}
		}
	}
	return append(all, c.spawned(s)...)
}

// spawning are the calls that start a program of its own.
var spawning = []string{"Popen", "run", "call", "check_call", "check_output", "system", "create_subprocess_exec", "create_subprocess_shell", "run_path"}

// spawned are the files of the project that a file starts as programs of their own.
func (c *code) spawned(s *source) []*source {
	if !slices.ContainsFunc([]string{"subprocess", "os", "asyncio", "runpy"}, func(p string) bool { return c.usesPackage(s, p) }) {
		return nil
	}
	var all []*source
	for _, name := range spawning {
		for _, k := range c.calls[name] {
			if k.scope.source == s && !c.late() {
				all = append(all, c.scripts(k)...)
			}
		}
	}
	return all
}

// scripts are the files of the project that a call names, from where its own file lies or from the project's folder on.
func (c *code) scripts(k call) []*source {
	var all []*source
	k.expr.Walk(func(e *pyast.Expr) bool {
		text, _ := c.constant(bound{e, k.scope})
		for _, word := range strings.Fields(text) {
			word = strings.TrimPrefix(strings.ReplaceAll(word, `\`, "/"), "./")
			for _, dir := range []string{path.Dir(k.scope.source.file), "."} {
				if to := c.byFile[join(dir, word)]; to != nil && to != k.scope.source && !slices.Contains(all, to) {
					all = append(all, to)
				}
			}
		}
		return true
	})
	return all
}

// reach is a file and all files of the project that it needs, directly or not.
func (c *code) reach(s *source) []*source { return s.within() }

func reachable(s *source) []*source {
	seen := map[*source]bool{s: true}
	all := []*source{s}
	for i := 0; i < len(all); i++ {
		for _, n := range all[i].needed() {
			if !seen[n] {
				seen[n] = true
				all = append(all, n)
			}
		}
	}
	return all
}
