package facts

import (
	"slices"

	"streamtray/app/pyast"
)

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
