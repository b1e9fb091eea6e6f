package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"streamtray/app/fault"
)

// reader walks the tree of one file and notes every mistake with its place, so that one does not hide another.
type reader struct {
	file     string
	anchors  map[string]ast.Node
	problems []error
	depth    int
}

// fields says what becomes of each key of a mapping; at is the key's full name ("kafka.mode").
type fields map[string]func(n ast.Node, at string)

// maxDepth bounds aliases that lead back to themselves.
const maxDepth = 32

func (r *reader) problem(id string, t *token.Token, args map[string]any) {
	all := map[string]any{"File": r.file, "Line": t.Position.Line, "Column": t.Position.Column}
	maps.Copy(all, args)
	r.problems = append(r.problems, fault.New(id, all, nil).Terminal())
}

// open gives the node behind anchors, aliases and tags.
func (r *reader) open(n ast.Node) ast.Node {
	for range maxDepth {
		switch v := n.(type) {
		case *ast.AnchorNode:
			r.anchors[v.Name.GetToken().Value] = v.Value
			n = v.Value
		case *ast.AliasNode:
			n = r.anchors[v.Value.GetToken().Value]
			if n == nil {
				r.problem("config.unknown_alias", v.GetToken(), map[string]any{"Name": v.Value.GetToken().Value})
				return nil
			}
		case *ast.TagNode:
			n = v.Value
		default:
			return n
		}
	}
	return nil
}

// mapping reads a mapping; every key must be one of fields. A null is an empty one.
func (r *reader) mapping(n ast.Node, at string, f fields) {
	for key, value := range r.pairs(n, at) {
		name := key.GetToken().Value
		read, ok := f[name]
		if !ok {
			r.problem("config.unknown_key", key.GetToken(), map[string]any{
				"Key": name, "In": at, "Near": nearest(name, slices.Sorted(maps.Keys(f))), "Known": strings.Join(slices.Sorted(maps.Keys(f)), ", "),
			})
			continue
		}
		read(value, join(at, name))
	}
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// pairs gives the keys and values of a mapping in order.
func (r *reader) pairs(n ast.Node, at string) func(func(key, value ast.Node) bool) {
	return func(yield func(key, value ast.Node) bool) {
		var values []*ast.MappingValueNode
		switch m := r.open(n).(type) {
		case nil, *ast.NullNode:
		case *ast.MappingNode:
			values = m.Values
		case *ast.MappingValueNode:
			values = []*ast.MappingValueNode{m}
		default:
			r.wrongType(n, at, "mapping")
		}
		if r.depth++; r.depth > maxDepth {
			r.problem("config.too_deep", n.GetToken(), nil)
			return
		}
		defer func() { r.depth-- }()
		for _, v := range values {
			if !yield(v.Key, v.Value) {
				return
			}
		}
	}
}

func (r *reader) wrongType(n ast.Node, at, want string) {
	r.problem("config.wrong_type", n.GetToken(), map[string]any{"Key": at, "Want": want, "Got": kind(r.open(n))})
}

// kind is what a node is, by the name that the texts know: "config.type."+kind.
func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "mapping"
	case *ast.SequenceNode:
		return "list"
	case *ast.IntegerNode, *ast.FloatNode:
		return "number"
	case *ast.BoolNode:
		return "bool"
	case nil, *ast.NullNode:
		return "nothing"
	}
	return "text"
}

// text reads a scalar as it was written: a bare true or 5000 is the text of that name.
func (r *reader) text(to *string) func(ast.Node, string) {
	return func(n ast.Node, at string) {
		if s, ok := r.scalar(n, at); ok {
			*to = s
		}
	}
}

func (r *reader) scalar(n ast.Node, at string) (string, bool) {
	switch v := r.open(n).(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return v.GetToken().Value, true
	}
	r.wrongType(n, at, "text")
	return "", false
}

// oneOf reads a scalar that has few values.
func (r *reader) oneOf(to *string, values ...string) func(ast.Node, string) {
	return func(n ast.Node, at string) {
		s, ok := r.scalar(n, at)
		if !ok {
			return
		}
		if !slices.Contains(values, s) {
			r.problem("config.bad_value", r.open(n).GetToken(), map[string]any{"Key": at, "Value": s, "Want": strings.Join(values, ", ")})
			return
		}
		*to = s
	}
}

func (r *reader) number(to *int, low, high int) func(ast.Node, string) {
	return func(n ast.Node, at string) {
		s, ok := r.scalar(n, at)
		if !ok {
			return
		}
		i, err := strconv.Atoi(s)
		if err != nil || i < low || i > high {
			r.problem("config.bad_number", r.open(n).GetToken(), map[string]any{"Key": at, "Value": s, "Low": low, "High": high})
			return
		}
		*to = i
	}
}

// list reads a sequence of scalars.
func (r *reader) list(to *[]string) func(ast.Node, string) {
	return func(n ast.Node, at string) {
		var all []string
		for i, item := range r.items(n, at) {
			if s, ok := r.scalar(item, fmt.Sprintf("%s[%d]", at, i)); ok {
				all = append(all, s)
			}
		}
		*to = all
	}
}

func (r *reader) items(n ast.Node, at string) []ast.Node {
	switch s := r.open(n).(type) {
	case *ast.NullNode:
		return nil
	case *ast.SequenceNode:
		return s.Values
	}
	r.wrongType(n, at, "list")
	return nil
}

// table reads a mapping of any keys to scalars.
func (r *reader) table(to *map[string]string) func(ast.Node, string) {
	return func(n ast.Node, at string) {
		all := map[string]string{}
		for key, value := range r.pairs(n, at) {
			name := key.GetToken().Value
			if s, ok := r.scalar(value, join(at, name)); ok {
				all[name] = s
			}
		}
		*to = all
	}
}

// durations reads a mapping of the given keys to times.
func (r *reader) durations(to map[string]time.Duration) func(ast.Node, string) {
	f := fields{}
	for name := range to {
		f[name] = func(n ast.Node, at string) {
			s, ok := r.scalar(n, at)
			if !ok {
				return
			}
			d, err := time.ParseDuration(s)
			if err != nil || d <= 0 {
				r.problem("config.bad_duration", r.open(n).GetToken(), map[string]any{"Key": at, "Value": s})
				return
			}
			to[name] = d
		}
	}
	return func(n ast.Node, at string) { r.mapping(n, at, f) }
}

// nearest is the known name that a wrong one was most likely meant to be; empty when none is near.
func nearest(name string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	best := slices.MinFunc(known, func(a, b string) int { return cmp.Compare(distance(name, a), distance(name, b)) })
	if distance(name, best) > max(len(name), len(best))/2 {
		return ""
	}
	return best
}

// distance is how many letters have to be changed, added or taken away to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
