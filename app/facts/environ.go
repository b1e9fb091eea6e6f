package facts

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"streamtray/app/pyast"
)

// environment is a call that reads a variable of the environment: of os, or of one of the libraries for that.
func (f *flow) environment(b bound, depth int) ([]origin, bool) {
	e, in := b.expr, b.scope
	dotted := e.X.Dotted()
	first, _, _ := strings.Cut(dotted, ".")
	last := e.X.Text
	from := in.source.names[first]
	var def *pyast.Expr
	switch {
	case strings.HasSuffix(dotted, "os.getenv"), dotted == "getenv" && from.module == "os", last == "getenv" && e.X.Kind == pyast.Attr && e.X.X.Kind == pyast.Call,
		strings.HasPrefix(last, "get") && e.X.Kind == pyast.Attr && f.isEnviron(e.X.X, in),
		last == "setdefault" && e.X.Kind == pyast.Attr && f.isEnviron(e.X.X, in), last == "pop" && e.X.Kind == pyast.Attr && f.isEnviron(e.X.X, in):
		def = e.Arg("default", 1)
	case dotted == "config" && (from.module == "decouple" || from.module == "prettyconf"):
		def = e.Arg("default", -1)
	case f.isReader(e.X, in): // environs, django-environ, starlette, decouple's AutoConfig
		def = e.Arg("default", 1)
		if d := e.Arg("default", -1); d != nil {
			def = d
		}
	default:
		return nil, false
	}
	if len(e.Items) == 0 {
		return nil, false
	}
	name := e.Arg("key", 0)
	if name == nil {
		name = e.Items[0]
	}
	return f.variable(bound{name, in}, def, depth), true
}

// readers are the classes whose instances read the environment when they are called, by themselves or by a method for
// a type.
var readers = map[string]string{"Env": "environs", "Config": "starlette.config", "AutoConfig": "decouple", "FileAwareEnv": "environ"}

// ofEnv are the packages with a class Env for that; two of them have an instance of it, env, too.
var ofEnv = []string{"environs", "environ", "envparse"}

// dynaconf is an attribute of Dynaconf's settings: the prefix of their variables, and the names that lead to the value.
func (f *flow) dynaconf(b bound) (prefix string, names []string, ok bool) {
	e := b.expr
	for ; e.Kind == pyast.Attr; e = e.X {
		names = append([]string{e.Text}, names...)
	}
	if e.Kind != pyast.Name {
		return "", nil, false
	}
	if i := b.scope.source.names[e.Text]; i.module == "dynaconf" && i.name == "settings" {
		return "DYNACONF", names, true
	}
	for _, to := range f.c.lookup(e.Text, b.scope) {
		if to.expr == nil || to.expr.Kind != pyast.Call || to.expr.X.Text != "Dynaconf" && to.expr.X.Text != "LazySettings" {
			continue
		}
		prefix = "DYNACONF"
		if text, known := f.c.constant(bound{to.expr.Arg("envvar_prefix", -1), to.scope}); known {
			prefix = text
		}
		return prefix, names, true
	}
	return "", nil, false
}

// dynamic is a value of Dynaconf's settings: its variable, with what a settings file has under its name.
func (f *flow) dynamic(prefix string, names []string, b bound) []origin {
	o := origin{env: strings.ToUpper(prefix + "_" + strings.Join(names, "__")), where: Place{b.scope.source.file, b.expr.Line}}
	last := names[len(names)-1]
	for _, key := range []string{last, strings.ToLower(last), strings.ToUpper(last)} {
		if all := f.settings(key); len(all) > 0 && o.text == "" && all[0].env == "" {
			o.text, o.kind = all[0].text, pyast.String
		}
	}
	return []origin{o}
}

// isReader reports whether what is called is such an instance, or a method of it.
func (f *flow) isReader(e *pyast.Expr, in *scope) bool {
	if e.Kind == pyast.Attr {
		if slices.Contains([]string{"read_env", "read_envfile", "prefixed", "seal", "dump"}, e.Text) {
			return false
		}
		e = e.X
	}
	if e.Kind != pyast.Name {
		return false
	}
	if i := in.source.names[e.Text]; i.name == "env" && slices.Contains(ofEnv, i.module) {
		return true
	}
	for _, to := range f.c.lookup(e.Text, in) {
		if to.expr == nil || to.expr.Kind != pyast.Call {
			continue
		}
		class := to.expr.X.Text
		first, _, _ := strings.Cut(to.expr.X.Dotted(), ".")
		module := to.scope.source.names[first].module
		want, ok := readers[class]
		if ok && (module == want || class == "Env" && slices.Contains(ofEnv, module) || module == "decouple") {
			return true
		}
	}
	return false
}

// variable is a variable of the environment whose name an expression gives, with its default.
func (f *flow) variable(name bound, def *pyast.Expr, depth int) []origin {
	text, ok := f.c.constant(name)
	if !ok {
		var all []origin
		for _, o := range f.of(name, depth+1) { // the name itself comes from somewhere
			if o.env == "" && syntax.ValidName(o.text) {
				all = append(all, origin{env: o.text, where: o.where})
			}
		}
		if len(all) == 0 {
			f.wild = true
		}
		f.defaults(all, def, name.scope, depth)
		return all
	}
	if !syntax.ValidName(text) {
		return nil
	}
	all := []origin{{env: text, where: f.c.written(name, 0).place()}}
	f.defaults(all, def, name.scope, depth)
	return all
}

// defaults gives variables the default that an expression names; a variable as the default of another is one more.
func (f *flow) defaults(all []origin, def *pyast.Expr, in *scope, depth int) {
	if def == nil || len(all) == 0 {
		return
	}
	before := f.wild
	for _, o := range f.of(bound{def, in}, depth+1) {
		if o.text != "" && o.text != "None" {
			for i := range all {
				all[i].text, all[i].kind = o.text, o.kind
			}
			break
		}
	}
	f.wild = before // an unknown default is none
}

// declared is Field(...) or field(...): its default, or what gives one.
func (f *flow) declared(b bound, depth int) []origin {
	e := b.expr
	for _, d := range []*pyast.Expr{e.Arg("default_factory", -1), e.Arg("default", 0)} {
		if d != nil {
			return f.of(bound{d, b.scope}, depth+1)
		}
	}
	return nil
}

// field is what a class's field comes from: of settings that pydantic reads, its variable.
func (f *flow) field(class, in *scope, fd field, depth int) []origin {
	var def []origin
	if fd.value != nil {
		before := f.wild
		def = f.of(bound{fd.value, in}, depth+1)
		f.wild = before || f.wild && !f.c.isSettings(class)
	}
	name := f.c.fieldVariable(class, fd)
	if name == "" {
		return def
	}
	o := origin{env: name, where: Place{in.source.file, fd.line}}
	for _, d := range def {
		if d.env == "" && d.text != "None" {
			o.text, o.kind = d.text, d.kind
			break
		}
	}
	if o.kind == pyast.Unknown && fd.kind.Dotted() == "bool" {
		o.kind = pyast.Name
	}
	return append([]origin{o}, slices.DeleteFunc(def, func(d origin) bool { return d.env == "" })...)
}

// isSettings reports whether a class's fields are read from the environment by pydantic.
func (c *code) isSettings(class *scope) bool {
	for _, s := range c.family(class) {
		for i, base := range s.stmt.Value.Items {
			if s.stmt.Value.Keys[i] == "" && (base.Text == "BaseSettings" || base.Text == "PydanticBaseSettings") {
				return true
			}
		}
	}
	return false
}

// fieldVariable is the variable that pydantic reads a field from; empty: none.
func (c *code) fieldVariable(class *scope, fd field) string {
	switch {
	case fd.name == "model_config":
		return ""
	case !c.isSettings(class):
		return c.partVariable(class, fd)
	}
	if fd.value != nil && fd.value.Kind == pyast.Call {
		for _, key := range []string{"validation_alias", "alias", "env"} {
			if a := fd.value.Arg(key, -1); a != nil {
				if name, ok := c.aliased(bound{a, class}); ok {
					return name
				}
			}
		}
	}
	if fd.kind == nil && fd.value == nil {
		return ""
	}
	return strings.ToUpper(c.config(class, "env_prefix") + fd.name)
}

// partVariable is the variable of a field of a class that is a part of settings: PREFIX + PART__FIELD; empty: it is none.
func (c *code) partVariable(class *scope, fd field) string {
	for _, p := range c.parts()[class.stmt.Name] {
		if delimiter := c.config(p.outer, "env_nested_delimiter"); delimiter != "" {
			return strings.ToUpper(c.config(p.outer, "env_prefix") + p.field.name + delimiter + fd.name)
		}
	}
	return ""
}

// aliased is the first name of an alias, or of a choice of them.
func (c *code) aliased(b bound) (string, bool) {
	if b.expr.Kind == pyast.Call || b.expr.Kind == pyast.List {
		if len(b.expr.Items) == 0 {
			return "", false
		}
		b.expr = b.expr.Items[0]
	}
	return c.constant(b)
}

// config is a text of a settings class's configuration: model_config, or a class Config in it, or what stands behind its bases.
func (c *code) config(class *scope, key string) string {
	for _, s := range c.family(class) {
		var given []bound
		for _, v := range c.declares(s, "model_config") {
			if v.expr == nil {
				continue
			}
			if v.expr.Kind == pyast.Call {
				given = append(given, bound{v.expr.Arg(key, -1), s})
			}
			given = append(given, bound{under(v.expr, key), s})
		}
		for _, inner := range c.classes["Config"] {
			if inner.outer == s {
				given = append(given, c.declares(inner, key)...)
			}
		}
		for _, e := range keyed(s.stmt.Value, key) { // class Settings(BaseSettings, env_prefix="X_")
			given = append(given, bound{e, s})
		}
		for _, v := range given {
			if text, ok := c.constant(v); ok {
				return text
			}
		}
	}
	return ""
}

// reads are all variables that the code reads, by place.
func (c *code) reads() []Variable {
	var all []Variable
	add := func(origins []origin) {
		for _, o := range origins {
			if o.env != "" && !slices.ContainsFunc(all, func(v Variable) bool { return v.Name == o.env }) {
				all = append(all, Variable{Name: o.env, Default: o.text, Where: o.where})
			}
		}
	}
	for _, v := range c.everyRead() {
		add(v)
	}
	slices.SortStableFunc(all, func(a, b Variable) int { return byPlace(a.Where, b.Where) })
	return all
}

// everyRead are the origins of everything in the code that reads the environment by itself.
func (c *code) everyRead() [][]origin { return c.everything() }

func (c *code) readEverywhere() [][]origin {
	var all [][]origin
	for _, s := range c.sources {
		if c.late() {
			break
		}
		c.eachScope(s, func(b bound) {
			f := &flow{c: c, busy: map[bound]bool{}}
			switch {
			case b.expr.Kind == pyast.Index && f.isEnviron(b.expr.X, b.scope):
				all = append(all, f.index(b, 0))
			case b.expr.Kind == pyast.Call:
				if o, ok := f.environment(b, 0); ok {
					all = append(all, o)
				} else if f.readsFor(b) {
					all = append(all, f.returns(b, 0))
				}
			}
		})
	}
	for _, classes := range c.classes {
		for _, class := range classes {
			for _, fd := range c.fields[class] {
				if c.fieldVariable(class, fd) != "" {
					f := &flow{c: c, busy: map[bound]bool{}}
					all = append(all, f.field(class, class, fd, 0))
				}
			}
		}
	}
	for name := range c.options {
		f := &flow{c: c, busy: map[bound]bool{}}
		all = append(all, f.options(name, 0))
	}
	return all
}

// everySpared are the variables for which the code itself has another value: os.getenv("A") or "x".
func (c *code) everySpared() map[string]bool {
	all := map[string]bool{}
	for _, s := range c.sources {
		if c.late() {
			break
		}
		c.eachScope(s, func(b bound) {
			if b.expr.Kind != pyast.Operator || b.expr.Text != "or" || len(b.expr.Items) == 0 || b.expr.Items[0].Kind != pyast.Call {
				return
			}
			f := &flow{c: c, busy: map[bound]bool{}}
			origins, _ := f.environment(bound{b.expr.Items[0], b.scope}, 0)
			for _, o := range origins {
				all[o.env] = true
			}
		})
	}
	return all
}

// readsFor reports whether a call is of a function of the project's own that reads the variable that it is given.
func (f *flow) readsFor(b bound) bool {
	for _, fn := range f.c.functions[b.expr.X.Text] {
		reads := false
		walkReturns(fn.stmt.Body, func(*pyast.Expr) { reads = true })
		if !reads {
			continue
		}
		found := false
		for _, s := range fn.stmt.Body {
			s.Each(func(e *pyast.Expr) {
				env := e.Kind == pyast.Index && f.isEnviron(e.X, fn)
				if e.Kind == pyast.Call {
					env = strings.HasSuffix(e.X.Dotted(), "getenv") || e.X.Kind == pyast.Attr && f.isEnviron(e.X.X, fn)
				}
				found = found || env && len(e.Items) > 0 && e.Items[0].Kind == pyast.Name && hasParam(fn.stmt, e.Items[0].Text)
			})
		}
		if found {
			return true
		}
	}
	return false
}

// eachScope calls visit with every expression of a file, in its scope.
func (c *code) eachScope(s *source, visit func(bound)) {
	scopes := c.scopes()
	var walk func(body []*pyast.Stmt, in *scope)
	walk = func(body []*pyast.Stmt, in *scope) {
		for _, st := range body {
			st.Each(func(e *pyast.Expr) { visit(bound{e, in}) })
			inner := in
			if sc := scopes[st]; sc != nil {
				inner = sc
			}
			walk(st.Body, inner)
			walk(st.Else, in)
		}
	}
	walk(s.module.Body, s.top)
}

// texts are the literals of the code.
func (c *code) texts() []Text {
	var all []Text
	for _, s := range c.sources {
		pyast.Exprs(s.module.Body, func(e *pyast.Expr) {
			if e.Kind == pyast.String {
				all = append(all, Text{e.Text, Place{s.file, e.Line}})
			}
		})
	}
	return all
}
