package facts

import (
	"path"
	"slices"
	"strings"

	"streamtray/app/pyast"
)

// origin is where a value comes from: a variable of the environment, or a text that stands in a file.
type origin struct {
	env   string // the variable; empty: a text
	text  string // the text, or the variable's default
	where Place
	role  Role // in an address that is put together
	kind  pyast.Kind
}

// deepestFlow is how many steps a value is followed back, and mostOrigins how many origins it may have.
const (
	deepestFlow = 40
	mostOrigins = 64
	mostSteps   = 4000
)

// flow follows one value back.
type flow struct {
	c     *code
	steps int
	busy  map[bound]bool
	wild  bool // it could not be followed somewhere
}

// origins are what an expression's value comes from; wild tells that some of it could not be followed.
func (c *code) origins(b bound) (all []origin, wild bool) {
	f := &flow{c: c, busy: map[bound]bool{}}
	all = f.of(b, 0)
	return distinct(all), f.wild
}

func distinct(all []origin) []origin {
	var kept []origin
	for _, o := range all {
		same := func(k origin) bool { return k.env == o.env && (o.env != "" || k.text == o.text) && k.role == o.role }
		if i := slices.IndexFunc(kept, same); i < 0 {
			kept = append(kept, o)
		} else if kept[i].text == "" {
			kept[i].text = o.text
		}
		if len(kept) == mostOrigins {
			break
		}
	}
	return kept
}

func (f *flow) of(b bound, depth int) []origin {
	if f.steps++; b.expr == nil || depth > deepestFlow || f.steps > mostSteps || f.busy[b] || f.c.late() {
		return nil
	}
	f.busy[b] = true
	defer delete(f.busy, b)
	e, at := b.expr, Place{b.scope.source.file, b.expr.Line}
	switch e.Kind {
	case pyast.String, pyast.Number:
		return []origin{{text: e.Text, where: at, kind: e.Kind}}
	case pyast.Format:
		return f.format(b, depth)
	case pyast.Name:
		return f.name(b, depth)
	case pyast.Attr:
		return f.attr(b, depth)
	case pyast.Index:
		return f.index(b, depth)
	case pyast.Call:
		return f.call(b, depth)
	case pyast.Operator:
		return f.operator(b, depth)
	case pyast.List, pyast.Lambda, pyast.Loop:
		return f.each(e.Items, b.scope, depth)
	case pyast.Dict, pyast.Unknown:
	}
	f.wild = true
	return nil
}

func (f *flow) each(items []*pyast.Expr, in *scope, depth int) []origin {
	var all []origin
	for _, i := range items {
		all = append(all, f.of(bound{i, in}, depth+1)...)
	}
	return all
}

// format is a text with values put in: two of them with a colon between are a host and a port.
func (f *flow) format(b bound, depth int) []origin {
	var all []origin
	parts := b.expr.Items
	for i, p := range parts {
		if p.Kind == pyast.String {
			continue
		}
		of := f.of(bound{p, b.scope}, depth+1)
		colon := func(j int, cut func(string, string) bool) bool {
			return j >= 0 && j < len(parts) && parts[j].Kind == pyast.String && cut(parts[j].Text, ":")
		}
		for j := range of {
			switch {
			case of[j].role != "":
			case colon(i-1, strings.HasSuffix):
				of[j].role = Port
			case colon(i+1, strings.HasPrefix):
				of[j].role = Host
			}
		}
		all = append(all, of...)
	}
	if text, ok := f.put(b, depth); ok {
		return []origin{{text: text, where: Place{b.scope.source.file, b.expr.Line}, kind: pyast.String}}
	}
	return all
}

// put is a text with its values put in, where each of them is one text: a constant, or what a settings file has.
func (f *flow) put(b bound, depth int) (string, bool) {
	if text, ok := f.c.constant(b); ok {
		return text, true
	}
	var whole strings.Builder
	for _, p := range b.expr.Items {
		if p.Kind == pyast.String {
			whole.WriteString(p.Text)
			continue
		}
		all := distinct(f.of(bound{p, b.scope}, depth+1))
		if len(all) != 1 || all[0].env != "" {
			return "", false
		}
		whole.WriteString(all[0].text)
	}
	return whole.String(), true
}

func (f *flow) operator(b bound, depth int) []origin {
	e := b.expr
	switch e.Text {
	case "or", "if", "+", "%", "await", ":=":
	default:
		return f.each(e.Items, b.scope, depth)
	}
	switch {
	case e.Text == "if" && len(e.Items) == 3:
		return f.each([]*pyast.Expr{e.Items[0], e.Items[2]}, b.scope, depth)
	case e.Text == "or":
		all := f.each(e.Items, b.scope, depth)
		for i := range all { // a text behind an or is the default of the variables before it
			if all[i].env != "" && all[i].text == "" {
				for _, o := range all[i+1:] {
					if o.env == "" {
						all[i].text = o.text
						break
					}
				}
			}
		}
		return all
	case e.Text == "+" || e.Text == "%":
		return f.sum(b, depth)
	}
	return f.each(e.Items[len(e.Items)-1:], b.scope, depth)
}

// sum is texts put together by +: host + ":" + port.
func (f *flow) sum(b bound, depth int) []origin {
	var parts []*pyast.Expr
	var flat func(e *pyast.Expr)
	flat = func(e *pyast.Expr) {
		if e.Kind == pyast.Operator && e.Text == "+" {
			for _, i := range e.Items {
				flat(i)
			}
			return
		}
		parts = append(parts, e)
	}
	flat(b.expr)
	return f.format(bound{&pyast.Expr{Kind: pyast.Format, Items: parts, Line: b.expr.Line}, b.scope}, depth)
}

// lookup is what a name is bound to, from the inside out.
func (c *code) lookup(name string, in *scope) []bound {
	for s := in; s != nil; s = s.outer {
		if b, ok := s.params[name]; ok {
			return []bound{b}
		}
		if s.stmt != nil && s.stmt.Word == pyast.Class && s != in {
			continue
		}
		if b := s.names[name]; len(b) > 0 {
			return b
		}
		if s.stmt != nil && s.stmt.Word == pyast.Def && hasParam(s.stmt, name) {
			return nil
		}
	}
	if i, ok := in.source.names[name]; ok && i.name != "" {
		if m := c.module(i.module, in.source); m != nil {
			if b := m.top.names[i.name]; len(b) > 0 {
				return b
			}
			if again, ok := m.names[i.name]; ok && again != i { // handed on by a package
				return c.lookup(i.name, m.top)
			}
		}
	}
	for _, star := range in.source.stars {
		if m := c.module(star, in.source); m != nil && m != in.source && len(m.top.names[name]) > 0 {
			return m.top.names[name]
		}
	}
	return nil
}

func hasParam(s *pyast.Stmt, name string) bool {
	return slices.ContainsFunc(s.Params, func(p pyast.Param) bool { return p.Name == name })
}

func (f *flow) name(b bound, depth int) []origin {
	name := b.expr.Text
	switch name {
	case "None", "True", "False":
		return []origin{{text: name, where: Place{b.scope.source.file, b.expr.Line}, kind: pyast.Name}}
	}
	if all := f.c.lookup(name, b.scope); len(all) > 0 {
		return f.bounds(all, depth)
	}
	for s := b.scope; s != nil; s = s.outer {
		if s.stmt != nil && s.stmt.Word == pyast.Def && hasParam(s.stmt, name) {
			return f.param(name, s, depth)
		}
	}
	f.wild = true
	return nil
}

// mostBindings is how many bindings of a name are followed.
const mostBindings = 12

func (f *flow) bounds(all []bound, depth int) []origin {
	var found []origin
	for _, b := range all[:min(len(all), mostBindings)] {
		found = append(found, f.of(b, depth+1)...)
	}
	return found
}

// param is what calls give to a parameter, and its default.
func (f *flow) param(name string, of *scope, depth int) []origin {
	s := of.stmt
	at := slices.IndexFunc(s.Params, func(p pyast.Param) bool { return p.Name == name })
	var all []origin
	if d := s.Params[at].Default; d != nil {
		all = f.of(bound{d, of.outer}, depth+1)
	}
	if of.outer != nil && of.outer.stmt != nil && of.outer.stmt.Word == pyast.Class {
		at-- // self
	}
	called := s.Name
	if s.Name == "__init__" && of.outer.stmt != nil {
		called = of.outer.stmt.Name
	}
	if !strings.HasPrefix(called, "__") {
		calls := f.c.calls[called]
		for _, c := range calls[:min(len(calls), mostBindings)] {
			if a := c.expr.Arg(name, at); a != nil {
				all = append(all, f.of(bound{a, c.scope}, depth+1)...)
			}
		}
	}
	for _, d := range s.Decorators { // click gives it
		if d.Kind == pyast.Call {
			all = append(all, f.options(name, depth)...)
			break
		}
	}
	if len(all) == 0 {
		f.wild = true
	}
	return all
}

// options is what a command line's value comes from.
func (f *flow) options(name string, depth int) []origin {
	var all []origin
	for _, o := range f.c.options[name] {
		if env := o.expr.Arg("envvar", -1); env != nil {
			all = append(all, f.variable(bound{env, o.scope}, o.expr.Arg("default", -1), depth)...)
			continue
		}
		if d := o.expr.Arg("default", -1); d != nil {
			all = append(all, f.of(bound{d, o.scope}, depth+1)...)
		}
	}
	return all
}

// attr is x.name: of a module, of an instance's class, of the command line, or of whatever has an attribute of that name.
func (f *flow) attr(b bound, depth int) []origin {
	e, in := b.expr, b.scope
	if e.Text == "value" && e.X.Kind == pyast.Attr { // of an Enum
		return f.of(bound{e.X, in}, depth+1)
	}
	if m := f.moduleOf(e.X, in); m != nil {
		if all := f.c.lookup(e.Text, m.top); len(all) > 0 {
			return f.bounds(all, depth)
		}
	}
	if prefix, names, ok := f.dynaconf(b); ok {
		return f.dynamic(prefix, names, b)
	}
	if class := f.classOf(bound{e.X, in}, depth); class != nil {
		if all, ok := f.member(class, e.Text, depth); ok {
			return all
		}
		if f.lacks(bound{e.X, in}, class, e.Text) {
			f.wild = true
			return nil
		}
	}
	if all := f.options(e.Text, depth); len(all) > 0 {
		return all
	}
	return f.anywhere(e.Text, depth)
}

// lacks reports whether an expression names a class itself, all of which is in the project, and that has no such attribute: what
// else has that name is something else.
func (f *flow) lacks(b bound, class *scope, name string) bool {
	direct := slices.ContainsFunc(f.c.lookup(b.expr.Text, b.scope), func(to bound) bool { return to.expr == nil && to.scope.stmt == class.stmt })
	if b.expr.Kind != pyast.Name || !direct || len(f.c.attrs[name]) > 0 {
		return false
	}
	for _, s := range f.c.family(class) {
		for _, base := range s.stmt.Value.Items {
			if len(f.c.classes[base.Text]) == 0 && !slices.Contains([]string{"object", "str", "Enum", "StrEnum"}, base.Text) {
				return false
			}
		}
	}
	return true
}

// moduleOf is the project's module that an expression names.
func (f *flow) moduleOf(e *pyast.Expr, in *scope) *source {
	dotted := e.Dotted()
	if dotted == "" {
		return nil
	}
	first, rest, _ := strings.Cut(dotted, ".")
	i, ok := in.source.names[first]
	if !ok {
		return nil
	}
	full := i.module
	if i.name != "" {
		full = strings.Trim(full+"."+i.name, ".")
	}
	if rest != "" {
		full += "." + rest
	}
	return f.c.module(full, in.source)
}

// classOf is the class that an expression is an instance of, or names.
func (f *flow) classOf(b bound, depth int) *scope {
	if depth > deepestFlow || b.expr == nil {
		return nil
	}
	switch b.expr.Kind {
	case pyast.Name:
		return f.classOfName(b, depth)
	case pyast.Call:
		if class := f.named(b.expr.X); class != nil {
			return class
		}
		for _, fn := range f.c.functions[b.expr.X.Text] { // get_settings() gives Settings()
			if r := returned(fn.stmt.Body); r != nil {
				return f.classOf(bound{r, fn}, depth+1)
			}
		}
	case pyast.Attr:
		if class := f.classOfField(b.expr.Text); class != nil {
			return class
		}
		if class := f.classOfAny(f.c.attrs[b.expr.Text], depth); class != nil {
			return class
		}
		if m := f.moduleOf(b.expr.X, b.scope); m != nil {
			return f.classOfAny(m.top.names[b.expr.Text], depth)
		}
	default:
	}
	return nil
}

// classOfAny is the class of the first value that has one.
func (f *flow) classOfAny(values []bound, depth int) *scope {
	for _, v := range values {
		if class := f.classOf(v, depth+1); class != nil {
			return class
		}
	}
	return nil
}

func (f *flow) classOfName(b bound, depth int) *scope {
	e, in := b.expr, b.scope
	if e.Text == "self" || e.Text == "cls" {
		for s := in; s != nil; s = s.outer {
			if s.stmt != nil && s.stmt.Word == pyast.Class {
				return s
			}
		}
	}
	for _, to := range f.c.lookup(e.Text, in) {
		if to.expr == nil && to.scope.stmt.Word == pyast.Class {
			return to.scope
		}
		if to.expr != nil && to.expr != e {
			if class := f.classOf(to, depth+1); class != nil {
				return class
			}
		}
	}
	for s := in; s != nil; s = s.outer { // a parameter says its type
		if s.stmt == nil || s.stmt.Word != pyast.Def {
			continue
		}
		for _, p := range s.stmt.Params {
			if p.Name == e.Text && p.Type != nil {
				return f.named(p.Type)
			}
		}
	}
	return nil
}

// classOfField is the class that a field of that name is declared as, in any class.
func (f *flow) classOfField(name string) *scope {
	for _, class := range f.c.classes {
		for _, s := range class {
			for _, fd := range f.c.fields[s] {
				if fd.name != name || fd.kind == nil {
					continue
				}
				if class := f.named(fd.kind); class != nil {
					return class
				}
			}
		}
	}
	return nil
}

// returned is what a function's return gives.
func returned(body []*pyast.Stmt) *pyast.Expr {
	for _, s := range body {
		if s.Word == pyast.Return {
			return s.Value
		}
	}
	return nil
}

// named is the project's class that an expression names by its last part.
func (f *flow) named(e *pyast.Expr) *scope {
	if e == nil || e.Kind != pyast.Name && e.Kind != pyast.Attr && e.Kind != pyast.String {
		return nil
	}
	if all := f.c.classes[e.Text]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// member is an attribute of a class: a field of it or of what it is made from, or what its methods set.
func (f *flow) member(class *scope, name string, depth int) ([]origin, bool) {
	for _, s := range f.c.family(class) {
		for _, fd := range f.c.fields[s] {
			if fd.name != name {
				continue
			}
			if all := f.field(class, s, fd, depth); len(all) > 0 {
				return all, true
			}
		}
		for _, to := range f.c.attrs[name] {
			if within(to.scope, s) {
				return f.bounds(f.inside(f.c.attrs[name], s), depth), true
			}
		}
		for _, fn := range f.c.functions[name] { // a property
			if fn.outer == s {
				if r := returned(fn.stmt.Body); r != nil {
					return f.of(bound{r, fn}, depth+1), true
				}
			}
		}
	}
	return nil, false
}

func (f *flow) inside(all []bound, class *scope) []bound {
	return slices.DeleteFunc(slices.Clone(all), func(b bound) bool { return !within(b.scope, class) })
}

func within(s, outer *scope) bool {
	for ; s != nil; s = s.outer {
		if s == outer {
			return true
		}
	}
	return false
}

// family is a class and those of the project that it is made from.
func (c *code) family(class *scope) []*scope {
	all := []*scope{class}
	for i := 0; i < len(all) && len(all) < mostBindings; i++ {
		for _, base := range all[i].stmt.Value.Items {
			for _, b := range c.classes[base.Text] {
				if !slices.Contains(all, b) {
					all = append(all, b)
				}
			}
		}
	}
	return all
}

// common are names that anything may have: one of them tells nothing of whose it is.
var common = []string{"name", "value", "key", "id", "type", "title", "label", "data", "text", "path", "_name"}

// anywhere is what any attribute, class field or key of that name in the project comes from.
func (f *flow) anywhere(name string, depth int) []origin {
	if slices.Contains(common, name) {
		f.wild = true
		return nil
	}
	var all []origin
	for _, classes := range f.c.classes {
		for _, class := range classes {
			for _, fd := range f.c.fields[class] {
				if fd.name == name {
					all = append(all, f.field(class, class, fd, depth)...)
				}
			}
		}
	}
	all = append(all, f.bounds(f.c.attrs[name], depth)...)
	for _, s := range f.c.sources {
		if base := path.Base(s.file); strings.Contains(base, "setting") || strings.Contains(base, "config") || path.Base(path.Dir(s.file)) == "settings" {
			all = append(all, f.bounds(s.top.names[name], depth)...)
		}
	}
	all = append(all, f.settings(name)...)
	if len(all) == 0 {
		f.wild = true
	}
	return all
}

// settings is what the project's settings files have under a key.
func (f *flow) settings(key string) []origin {
	var all []origin
	for _, s := range f.c.settings[key] {
		all = append(all, s.origins()...)
	}
	return all
}

// index is x["key"] of the environment, a dict, or something read from a settings file.
func (f *flow) index(b bound, depth int) []origin {
	e := b.expr
	if f.isEnviron(e.X, b.scope) {
		return f.variable(bound{e.Items[0], b.scope}, nil, depth)
	}
	key, ok := f.c.constant(bound{e.Items[0], b.scope})
	if !ok || e.Items[0].Kind == pyast.Number {
		if all := f.chosen(bound{e.X, b.scope}, bound{e.Items[0], b.scope}, depth); all != nil {
			return all
		}
		return f.of(bound{e.X, b.scope}, depth+1) // of a list
	}
	if all, ok := f.entry(bound{e.X, b.scope}, key, depth); ok {
		return all
	}
	return f.key(key, depth)
}

// entry is what stands under a key of the dict that an expression is, where that dict is written in the project's code and
// has the key.
func (f *flow) entry(b bound, key string, depth int) ([]origin, bool) {
	for _, d := range f.dicts(b, depth) {
		if v := under(d.expr, key); v != nil {
			return f.of(bound{v, d.scope}, depth+1), true
		}
	}
	return nil, false
}

// chosen is what a dict that is written in the project's code has under a key that is worked out: under what the key comes from,
// or, where that is not known, under any.
func (f *flow) chosen(dict, key bound, depth int) []origin {
	dicts := f.dicts(dict, depth)
	if len(dicts) == 0 {
		return nil
	}
	before := f.wild
	keys := f.of(key, depth+1)
	f.wild = before // an unknown key is any
	var named, all []bound
	for _, d := range dicts {
		for i, k := range d.expr.Names {
			value := bound{d.expr.Items[i], d.scope}
			all = append(all, value)
			if text, ok := f.c.constant(bound{k, d.scope}); ok && slices.ContainsFunc(keys, func(o origin) bool { return o.text == text }) {
				named = append(named, value)
			}
		}
	}
	if len(named) > 0 {
		all = named
	}
	return f.bounds(all, depth)
}

// dicts are the dicts as they are written that an expression may be.
func (f *flow) dicts(b bound, depth int) []bound {
	switch {
	case b.expr == nil || depth > deepestFlow:
		return nil
	case b.expr.Kind == pyast.Dict:
		return []bound{b}
	}
	to := f.meant(b, depth)
	var all []bound
	for _, t := range to[:min(len(to), mostBindings)] {
		if t.expr != b.expr {
			all = append(all, f.dicts(t, depth+1)...)
		}
	}
	return all
}

// meant is what a name, an attribute or a key of a dict is bound to, one step back.
func (f *flow) meant(b bound, depth int) []bound {
	e := b.expr
	switch e.Kind {
	case pyast.Name:
		return f.c.lookup(e.Text, b.scope)
	case pyast.Attr:
		if m := f.moduleOf(e.X, b.scope); m != nil {
			return f.c.lookup(e.Text, m.top)
		}
		if class := f.classOf(bound{e.X, b.scope}, depth+1); class != nil {
			return append(f.inside(f.c.attrs[e.Text], class), f.c.declares(class, e.Text)...)
		}
	case pyast.Index: // TOPICS["raw"]["name"]
		if key, ok := f.c.constant(bound{e.Items[0], b.scope}); ok {
			var all []bound
			for _, d := range f.dicts(bound{e.X, b.scope}, depth+1) {
				if v := under(d.expr, key); v != nil {
					all = append(all, bound{v, d.scope})
				}
			}
			return all
		}
	default:
	}
	return nil
}

// declares are the values that a class's body gives to a field.
func (c *code) declares(class *scope, name string) []bound {
	var all []bound
	for _, fd := range c.fields[class] {
		if fd.name == name {
			all = append(all, bound{fd.value, class})
		}
	}
	return all
}

// under is what stands under a key of a dict; nil where the dict has it not.
func under(dict *pyast.Expr, key string) *pyast.Expr {
	for i, k := range dict.Names {
		if k != nil && k.Kind == pyast.String && k.Text == key {
			return dict.Items[i]
		}
	}
	return nil
}

// key is what any dict or settings file has under a key.
func (f *flow) key(key string, depth int) []origin {
	all := f.bounds(f.c.keys[key], depth)
	all = append(all, f.settings(key)...)
	if len(all) == 0 {
		return f.anywhere(key, depth)
	}
	return all
}

func (f *flow) isEnviron(e *pyast.Expr, in *scope) bool {
	dotted := e.Dotted()
	if dotted == "environ" {
		return in.source.names["environ"].module == "os"
	}
	return strings.HasSuffix(dotted, "os.environ") || dotted == "os.environb"
}

// passing are the calls that give on what they are given.
var passing = []string{
	"str", "int", "float", "bool", "list", "tuple", "set", "strtobool", "cast", "join", "Path", "SecretStr", "get_secret_value", "json.loads", "loads",
	"split", "strip", "lstrip", "rstrip", "lower", "upper", "replace", "encode", "decode", "format", "removeprefix", "title", "casefold",
	"getenv_bool", "literal_eval", "dict", "copy", "asbool", "partition", "rsplit", "rpartition", "map", "Depends", "TopicPartition", "NewTopic",
}

// getting are the calls that take a value out of a table by its key, the first argument.
var getting = []string{"get", "getboolean", "getint", "pop", "setdefault"}

func (f *flow) call(b bound, depth int) []origin {
	e, in := b.expr, b.scope
	if all, ok := f.environment(b, depth); ok {
		return all
	}
	last := e.X.Text
	switch {
	case last == "Field" || last == "field":
		return f.declared(b, depth)
	case last == "Option" || last == "Argument": // typer
		if env := e.Arg("envvar", -1); env != nil {
			return f.variable(bound{env, in}, e.Arg("default", 0), depth)
		}
		return f.of(bound{e.Arg("default", 0), in}, depth+1)
	case slices.Contains(getting, last) && e.X.Kind == pyast.Attr && len(e.Items) > 0:
		return f.got(b, depth)
	case slices.Contains(passing, last):
		return f.passed(b, depth)
	}
	return f.returns(b, depth)
}

// got is what a table has under a key, and the default beside it.
func (f *flow) got(b bound, depth int) []origin {
	e, in := b.expr, b.scope
	key, ok := f.c.constant(bound{e.Items[0], in})
	if !ok {
		if all := f.chosen(bound{e.X.X, in}, bound{e.Items[0], in}, depth); all != nil {
			return all
		}
		return f.of(bound{e.Items[0], in}, depth+1)
	}
	all, known := f.entry(bound{e.X.X, in}, key, depth)
	if !known {
		all = f.key(key, depth)
	}
	if len(e.Items) > 1 && e.Keys[1] == "" { // of an INI file: section, option
		if option, ok := f.c.constant(bound{e.Items[1], in}); ok && len(f.c.settings[option]) > 0 {
			return f.settings(option)
		}
		all = append(all, f.of(bound{e.Items[1], in}, depth+1)...)
	}
	if d := e.Arg("fallback", -1); d != nil {
		all = append(all, f.of(bound{d, in}, depth+1)...)
	}
	return all
}

// passed is what a call of passing is given: what its method belongs to, or else its arguments.
func (f *flow) passed(b bound, depth int) []origin {
	e, last := b.expr, b.expr.X.Text
	var all []origin
	if e.X.Kind == pyast.Attr && e.X.X.Kind != pyast.String {
		all = f.of(bound{e.X.X, b.scope}, depth+1)
	}
	if all != nil && last != "join" && last != "format" && (last != "replace" || len(all) > 0) {
		return all
	}
	if last == "format" && e.X.Kind == pyast.Attr && e.X.X.Kind == pyast.String {
		return f.formatCall(b, depth)
	}
	return append(all, f.each(e.Items, b.scope, depth)...)
}

// formatCall is "{}:{}".format(host, port).
func (f *flow) formatCall(b bound, depth int) []origin {
	e := b.expr
	whole := &pyast.Expr{Kind: pyast.Format, Line: e.Line}
	rest, n := e.X.X.Text, 0
	for {
		before, after, ok := strings.Cut(rest, "{")
		if before != "" {
			whole.Items = append(whole.Items, &pyast.Expr{Kind: pyast.String, Text: before, Line: e.Line})
		}
		name, next, closed := strings.Cut(after, "}")
		if !ok || !closed {
			break
		}
		value := e.Arg(name, n)
		n++
		if value != nil {
			whole.Items = append(whole.Items, value)
		}
		rest = next
	}
	return f.format(bound{whole, b.scope}, depth)
}

// returns follows a call of a function of the project into what it returns, with its parameters bound.
func (f *flow) returns(b bound, depth int) []origin {
	e := b.expr
	functions := f.c.functions[e.X.Text]
	if len(functions) == 0 || depth > deepestFlow/2 {
		f.wild = true
		return nil
	}
	var all []origin
	for _, fn := range functions[:min(len(functions), mostBindings)] {
		inner := *fn
		inner.params = map[string]bound{}
		shift := 0
		if fn.outer.stmt != nil && fn.outer.stmt.Word == pyast.Class {
			shift = 1
		}
		for i, p := range fn.stmt.Params {
			if a := e.Arg(p.Name, i-shift); a != nil && i >= shift {
				inner.params[p.Name] = bound{a, b.scope}
			} else if p.Default != nil {
				inner.params[p.Name] = bound{p.Default, fn.outer}
			}
		}
		names := fn.names
		inner.names = map[string][]bound{}
		for k, v := range names {
			for _, to := range v {
				if to.scope == fn {
					to.scope = &inner
				}
				inner.names[k] = append(inner.names[k], to)
			}
		}
		walkReturns(fn.stmt.Body, func(v *pyast.Expr) { all = append(all, f.of(bound{v, &inner}, depth+1)...) })
	}
	return all
}

func walkReturns(body []*pyast.Stmt, visit func(*pyast.Expr)) {
	for _, s := range body {
		if s.Word == pyast.Return && s.Value != nil {
			visit(s.Value)
		}
		if s.Word != pyast.Def && s.Word != pyast.Class {
			walkReturns(s.Body, visit)
			walkReturns(s.Else, visit)
		}
	}
}

// written is where the text stands that an expression always is.
func (c *code) written(b bound, depth int) bound {
	const deepest = 8
	if b.expr.Kind == pyast.Name && depth < deepest {
		if all := c.lookup(b.expr.Text, b.scope); len(all) == 1 && all[0].expr != nil {
			return c.written(all[0], depth+1)
		}
	}
	return b
}

// constant is the text that an expression always is.
func (c *code) constant(b bound) (string, bool) { return c.constantAt(b, 0) }

func (c *code) constantAt(b bound, depth int) (string, bool) {
	const deepest = 8
	if b.expr == nil || depth > deepest {
		return "", false
	}
	switch e := b.expr; e.Kind {
	case pyast.String:
		return e.Text, true
	case pyast.Format:
		var whole strings.Builder
		for _, p := range e.Items {
			s, ok := c.constantAt(bound{p, b.scope}, depth+1)
			if !ok {
				return "", false
			}
			whole.WriteString(s)
		}
		return whole.String(), true
	case pyast.Name:
		if all := c.lookup(e.Text, b.scope); len(all) == 1 {
			return c.constantAt(all[0], depth+1)
		}
	case pyast.Operator:
		if e.Text == "+" && len(e.Items) == 2 {
			x, okX := c.constantAt(bound{e.Items[0], b.scope}, depth+1)
			y, okY := c.constantAt(bound{e.Items[1], b.scope}, depth+1)
			return x + y, okX && okY
		}
	default:
	}
	return "", false
}
