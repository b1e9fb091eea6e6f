package facts

import (
	"slices"

	"streamtray/app/pyast"
)

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
	return f.ofSection(e.X, key, b.scope, depth)
}

// ofSection is what a settings file has under the key of a section, x["section"]["key"], else what anything has under the key.
func (f *flow) ofSection(x *pyast.Expr, key string, in *scope, depth int) []origin {
	if len(x.Items) > 0 && (x.Kind == pyast.Index || x.Kind == pyast.Call && slices.Contains(getting, x.X.Text)) {
		if section, ok := f.c.constant(bound{x.Items[0], in}); ok {
			if all := f.settings(inSection(section, key)); len(all) > 0 {
				return all
			}
		}
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
