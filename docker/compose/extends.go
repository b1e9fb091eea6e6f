package compose

import (
	"context"
	"maps"
	"path/filepath"
)

const maxExtends = 32 // services that extend each other in a row

// extendAll is root with every service's extends followed.
func (l *loading) extendAll(ctx context.Context, root *value) *value {
	services := root.at("services")
	if services == nil || services.kind != dict {
		return root
	}
	all := *services
	all.dict = maps.Clone(services.dict)
	for _, name := range services.keys {
		all.dict[name] = l.extended(ctx, services, name, 0)
	}
	out := *root
	out.dict = maps.Clone(root.dict)
	out.dict["services"] = &all
	return &out
}

// extended is one service joined with what it extends.
func (l *loading) extended(ctx context.Context, services *value, name string, depth int) *value {
	v := services.at(name)
	extends := v.at("extends")
	if extends == nil {
		return v
	}
	ref := under("service", extends)
	base, from := ref.at("service").str(), services
	if f := ref.at("file").str(); l.remote(f) {
		l.noStrict, from = true, nil
	} else if f != "" {
		l.apart = true
		from = l.extendedFile(ctx, ref, abs(l.dirs[ref.file], f))
	}
	if depth > maxExtends || from.at(base) == nil {
		l.complain(extends.file, extends.line, "compose.extends", map[string]any{"Service": name, "Base": base})
		return without(v, "extends")
	}
	return merge("", l.extended(ctx, from, base, depth+1), without(v, "extends"))
}

// extendedFile is the services of a file that extends names; nil when it cannot be read.
func (l *loading) extendedFile(ctx context.Context, ref *value, path string) *value {
	if base, known := l.bases[path]; known {
		return base
	}
	root, known := l.parsed[path]
	if !known {
		var err error
		if root, err = l.file(ctx, path, filepath.Dir(path), []string{""}); err != nil {
			id, args := l.fileRefusal("compose.include", filepath.Base(path), path, err)
			l.complain(ref.file, ref.line, id, args)
		}
	}
	if root != nil {
		root = plain("/", root).at("services")
	}
	l.bases[path] = root
	return root
}

// without is a dict without a key.
func without(v *value, key string) *value {
	return merge("", v, &value{kind: dict, keys: []string{key}, dict: map[string]*value{key: {tag: "!reset"}}})
}
