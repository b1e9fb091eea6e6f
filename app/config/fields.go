package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"streamtray/internal/nearest"
)

// field is what one key takes: how its value is read, at being the key's full name ("kafka.mode"), and how the value is
// described to an editor.
type field struct {
	read  func(n ast.Node, at string)
	takes JSONSchema
}

// fields says what becomes of each key of a mapping.
type fields map[string]field

// mapping reads a mapping; every key must be one of f.
func (r *reader) mapping(f fields) field {
	properties := map[string]*JSONSchema{}
	for name, field := range f {
		if !slices.Contains(secrets, name) {
			properties[name] = &field.takes
		}
	}
	return field{takes: JSONSchema{Type: []string{"object", "null"}, Properties: properties, Additional: false}, read: func(n ast.Node, at string) {
		for _, v := range r.pairs(n, at) {
			key, ok := f[v.name]
			if !ok {
				r.unknown(v, at, f)
				continue
			}
			name := join(at, v.name)
			r.places[name] = v.key
			key.read(v.value, name)
		}
	}}
}

func (r *reader) unknown(v pair, at string, f fields) {
	known := slices.DeleteFunc(slices.Sorted(maps.Keys(f)), func(name string) bool { return slices.Contains(secrets, name) })
	r.problem("config.unknown_key", v.key, map[string]any{
		"Key": v.name, "In": at, "Near": nearest.To(v.name, known), "Known": strings.Join(known, ", "),
	})
}

// value reads a scalar and hands it to take, which says what is wrong with it: the text's name and more of its values,
// or nothing.
func (r *reader) value(takes JSONSchema, take func(s string) (id string, args map[string]any)) field {
	return field{takes: takes, read: func(n ast.Node, at string) {
		s, ok := r.scalar(n, at)
		if !ok {
			return
		}
		if id, args := take(s); id != "" {
			all := map[string]any{"Key": at, "Value": s}
			maps.Copy(all, args)
			r.problem(id, place(n), all)
		}
	}}
}

// A form is what a text has to look like.
type form struct {
	ok      func(string) bool
	wrong   string // the text that tells of one that does not
	pattern string // the same for an editor, as far as a regular expression can say it; empty: any text
}

var anything = form{ok: func(string) bool { return true }}

// takes describes a text of this form. YAML reads a bare true or 5000 as no text; we do.
func (f form) takes() JSONSchema {
	return JSONSchema{Type: []string{"string", "number", "boolean"}, Pattern: f.pattern}
}

// like reads a text of a form.
func (r *reader) like(to *string, f form) field {
	return r.value(f.takes(), func(s string) (string, map[string]any) {
		if !f.ok(s) {
			return f.wrong, nil
		}
		*to = s
		return "", nil
	})
}

func (r *reader) text(to *string) field { return r.like(to, anything) }

// oneOf reads a text that has few values.
func (r *reader) oneOf(to *string, values ...string) field {
	return r.value(JSONSchema{Enum: values}, func(s string) (string, map[string]any) {
		if !slices.Contains(values, s) {
			return "config.bad_value", map[string]any{"Want": strings.Join(values, ", ")}
		}
		*to = s
		return "", nil
	})
}

func (r *reader) number(to *int, low, high int) field {
	takes := JSONSchema{Type: []string{"integer", "string"}, Pattern: `^[0-9]+$`, Minimum: &low, Maximum: &high}
	return r.value(takes, func(s string) (string, map[string]any) {
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
		f[name] = r.value(JSONSchema{Type: []string{"string"}, Pattern: `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`}, func(s string) (string, map[string]any) {
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

// listOf describes a list of such elements.
func listOf(element JSONSchema) JSONSchema {
	return JSONSchema{Type: []string{"array", "null"}, Items: &element}
}

// listLike reads a sequence of texts of a form.
func (r *reader) listLike(to *[]string, f form) field {
	return field{takes: listOf(f.takes()), read: func(n ast.Node, at string) {
		items := r.items(n, at)
		*to = make([]string, len(items))
		for i, item := range items {
			r.like(&(*to)[i], f).read(item, element(at, i))
		}
	}}
}

func (r *reader) list(to *[]string) field { return r.listLike(to, anything) }

// table reads a mapping of texts whose keys have a form.
func (r *reader) table(to *map[string]string, keys form) field {
	values := anything.takes()
	takes := JSONSchema{Type: []string{"object", "null"}, Names: &JSONSchema{Pattern: keys.pattern}, Additional: &values}
	return field{takes: takes, read: func(n ast.Node, at string) {
		*to = map[string]string{}
		for _, v := range r.pairs(n, at) {
			if !keys.ok(v.name) {
				r.problem(keys.wrong, v.key, map[string]any{"Key": at, "Value": v.name})
				continue
			}
			if s, ok := r.scalar(v.value, join(at, v.name)); ok {
				(*to)[v.name] = s
			}
		}
	}}
}
