package facts

import (
	"slices"
	"strings"

	"streamtray/app/pyast"
)

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
		all = f.ofSection(e.X.X, key, in, depth)
	}
	if len(e.Items) > 1 && e.Keys[1] == "" { // of an INI file: section, option
		if option, ok := f.c.constant(bound{e.Items[1], in}); ok && len(f.c.settings[option]) > 0 {
			if all := f.settings(inSection(key, option)); len(all) > 0 {
				return all
			}
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
	functions = slices.DeleteFunc(slices.Clone(functions), func(fn *scope) bool { return f.another(call{bound: b}, fn) })
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
	pyast.Walk(body, func(s *pyast.Stmt) bool {
		if s.Word == pyast.Return && s.Value != nil {
			visit(s.Value)
		}
		return s.Word != pyast.Def && s.Word != pyast.Class
	})
}
