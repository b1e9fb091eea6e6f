package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// field reads the value of the key whose full name ("kafka.mode") is at.
type field func(n ast.Node, at string)

// fields says what becomes of each key of a mapping.
type fields map[string]field

// mapping reads a mapping; every key must be one of f.
func (r *reader) mapping(f fields) field {
	return func(n ast.Node, at string) {
		for _, v := range r.pairs(n, at) {
			read, ok := f[v.name]
			if !ok {
				r.unknown(v, at, f)
				continue
			}
			name := join(at, v.name)
			r.places[name] = v.key
			read(v.value, name)
		}
	}
}

func (r *reader) unknown(v pair, at string, f fields) {
	known := slices.DeleteFunc(slices.Sorted(maps.Keys(f)), func(name string) bool { return slices.Contains(secrets, name) })
	r.problem("config.unknown_key", v.key, map[string]any{
		"Key": v.name, "In": at, "Near": nearest(v.name, known), "Known": strings.Join(known, ", "),
	})
}

// value reads a scalar and hands it to take, which says what is wrong with it: the text's name and more of its values,
// or nothing.
func (r *reader) value(take func(s string) (id string, args map[string]any)) field {
	return func(n ast.Node, at string) {
		s, ok := r.scalar(n, at)
		if !ok {
			return
		}
		if id, args := take(s); id != "" {
			all := map[string]any{"Key": at, "Value": s}
			maps.Copy(all, args)
			r.problem(id, place(n), all)
		}
	}
}

// like reads a text of which ok holds; id tells of one of which it does not.
func (r *reader) like(to *string, ok func(string) bool, id string) field {
	return r.value(func(s string) (string, map[string]any) {
		if !ok(s) {
			return id, nil
		}
		*to = s
		return "", nil
	})
}

func (r *reader) text(to *string) field { return r.like(to, anything, "") }

func anything(string) bool { return true }

// oneOf reads a text that has few values.
func (r *reader) oneOf(to *string, values ...string) field {
	return r.value(func(s string) (string, map[string]any) {
		if !slices.Contains(values, s) {
			return "config.bad_value", map[string]any{"Want": strings.Join(values, ", ")}
		}
		*to = s
		return "", nil
	})
}

func (r *reader) number(to *int, low, high int) field {
	return r.value(func(s string) (string, map[string]any) {
		i, err := strconv.Atoi(s)
		if err != nil || i < low || i > high {
			return "config.bad_number", map[string]any{"Low": low, "High": high}
		}
		*to = i
		return "", nil
	})
}

// durations reads a mapping of the given keys to times.
func (r *reader) durations(to map[string]time.Duration) field {
	f := fields{}
	for name := range to {
		f[name] = r.value(func(s string) (string, map[string]any) {
			d, err := time.ParseDuration(s)
			if err != nil || d <= 0 {
				return "config.bad_duration", nil
			}
			to[name] = d
			return "", nil
		})
	}
	return r.mapping(f)
}

// items gives the elements of a list; a null is an empty one.
func (r *reader) items(n ast.Node, at string) []ast.Node {
	node, ok := r.open(n)
	if !ok {
		return nil
	}
	switch s := node.(type) {
	case nil, *ast.NullNode:
	case *ast.SequenceNode:
		return s.Values
	default:
		r.wrongType(n, at, "list", node)
	}
	return nil
}

// listLike reads a sequence of texts of which ok holds; id tells of one of which it does not.
func (r *reader) listLike(to *[]string, ok func(string) bool, id string) field {
	return func(n ast.Node, at string) {
		items := r.items(n, at)
		*to = make([]string, len(items))
		for i, item := range items {
			r.like(&(*to)[i], ok, id)(item, element(at, i))
		}
	}
}

func (r *reader) list(to *[]string) field { return r.listLike(to, anything, "") }

// table reads a mapping of texts whose keys ok takes; id tells of one that it does not.
func (r *reader) table(to *map[string]string, ok func(string) bool, id string) field {
	return func(n ast.Node, at string) {
		*to = map[string]string{}
		for _, v := range r.pairs(n, at) {
			if !ok(v.name) {
				r.problem(id, v.key, map[string]any{"Key": at, "Value": v.name})
				continue
			}
			if s, ok := r.scalar(v.value, join(at, v.name)); ok {
				(*to)[v.name] = s
			}
		}
	}
}
