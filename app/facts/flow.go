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
	role  Role   // in an address that is put together
	host  string // of a port: the host that is written before it
	piece bool   // of a host that is put together of several values: none of them is one
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
		value := func(j int) bool { return j >= 0 && j < len(parts) && parts[j].Kind != pyast.String }
		for j := range of {
			switch {
			case of[j].role != "":
			case colon(i-1, strings.HasSuffix):
				of[j].role = Port
				of[j].host, _, _ = strings.Cut(parts[i-1].Text, ":")
			case colon(i+1, strings.HasPrefix):
				of[j].role, of[j].piece = Host, value(i-1)
			case value(i + 1):
				of[j].role, of[j].piece = Host, colon(i+2, strings.HasPrefix)
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
		calls := slices.DeleteFunc(slices.Clone(f.c.calls[called]), func(k call) bool { return f.another(k, of) })
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

// another reports whether a call is of another function of the project that has the same name.
func (f *flow) another(k call, of *scope) bool {
	var meant []bound
	if m := f.moduleOf(k.expr.X.X, k.scope); k.expr.X.Kind == pyast.Name {
		meant = f.c.lookup(k.expr.X.Text, k.scope)
	} else if m != nil {
		meant = m.top.names[k.expr.X.Text]
	}
	meant = slices.DeleteFunc(slices.Clone(meant), func(b bound) bool { return b.expr != nil || b.scope == nil || b.scope.stmt == nil })
	return len(meant) > 0 && !slices.ContainsFunc(meant, func(b bound) bool { return b.scope.stmt == of.stmt || of.outer != nil && b.scope.stmt == of.outer.stmt })
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
