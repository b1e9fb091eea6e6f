package facts

import (
	"slices"
	"strings"

	"streamtray/app/pyast"
)

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
			if len(m.stars) > 0 {
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

// returned is what a function's return gives.
func returned(body []*pyast.Stmt) *pyast.Expr {
	for _, s := range body {
		if s.Word == pyast.Return {
			return s.Value
		}
	}
	return nil
}

func (f *flow) isEnviron(e *pyast.Expr, in *scope) bool {
	dotted := e.Dotted()
	if dotted == "environ" {
		return in.source.names["environ"].module == "os"
	}
	return strings.HasSuffix(dotted, "os.environ") || dotted == "os.environb"
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
