package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"streamtray/internal/usererr"
)

// reader walks the tree of one file and notes every mistake with its place, so that one does not hide another.
type reader struct {
	file     string
	aliases  map[*ast.AliasNode]ast.Node // what each stands for; nil: nothing, which was told
	places   map[string]*token.Token     // of the known keys that were given, by their full names; "": of the file's text
	problems []*usererr.Error
	left     int // values that may still be looked at
}

// maxLooks bounds what aliases of aliases can blow a small file up to.
const maxLooks = 20 * maxTokens

func newReader(file string, tree *ast.File) *reader {
	r := &reader{file: file, aliases: map[*ast.AliasNode]ast.Node{}, places: map[string]*token.Token{}, left: maxLooks}
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			ast.Walk(anchors{r, map[string]ast.Node{}}, doc.Body)
		}
	}
	return r
}

// anchors finds out what each alias stands for: the anchor of its name that came last before it.
type anchors struct {
	reader *reader
	known  map[string]ast.Node
}

// Visit is called with each node in the order of the file.
func (a anchors) Visit(n ast.Node) ast.Visitor {
	switch v := n.(type) {
	case *ast.AnchorNode:
		a.known[v.Name.GetToken().Value] = v.Value
	case *ast.AliasNode:
		name := v.Value.GetToken().Value
		if a.reader.aliases[v] = a.known[name]; a.known[name] == nil {
			a.reader.problem("config.unknown_alias", v.GetToken(), map[string]any{"Name": name})
		}
		return nil
	}
	return a
}

// mistake is a fault with its place in the file; a column counts characters. Without a token it is the file's beginning.
func mistake(id, file string, t *token.Token, args map[string]any) *usererr.Error {
	all := map[string]any{"File": file, "Line": 1, "Column": 1}
	if t != nil {
		all["Line"], all["Column"] = t.Position.Line, t.Position.Column
	}
	maps.Copy(all, args)
	return usererr.New(id, all, nil).Terminal()
}

func (r *reader) problem(id string, t *token.Token, args map[string]any) {
	r.problems = append(r.problems, mistake(id, r.file, t, args))
}

// problemWith is a problem with the key of this full name, or, where the file has none, with what it belongs to. What
// is wrong with the key's own value was told already and is enough.
func (r *reader) problemWith(key, id string, args map[string]any) {
	told := func(e *usererr.Error) bool {
		of, _ := e.Args["Key"].(string)
		return of == key || strings.HasPrefix(of, key+"[")
	}
	if slices.ContainsFunc(r.problems, told) {
		return
	}
	name := key
	for r.places[name] == nil && name != "" {
		name = name[:max(strings.LastIndexByte(name, '.'), 0)]
	}
	all := map[string]any{"Key": key}
	maps.Copy(all, args)
	r.problem(id, r.places[name], all)
}

// maxProblems is how many mistakes are told: a person mends the first ones first.
const maxProblems = 20

// err joins the mistakes in the order of the file; nil when there are none.
func (r *reader) err() error {
	if r.left < 0 {
		return tooLarge(r.file)
	}
	slices.SortStableFunc(r.problems, func(a, b *usererr.Error) int {
		return cmp.Or(cmp.Compare(a.Args["Line"].(int), b.Args["Line"].(int)), cmp.Compare(a.Args["Column"].(int), b.Args["Column"].(int)))
	})
	var all []error
	for i, e := range r.problems {
		if i == maxProblems {
			e = usererr.New("config.more", map[string]any{"File": r.file, "Count": len(r.problems) - i}, nil).Terminal()
		}
		if i <= maxProblems {
			all = append(all, e)
		}
	}
	return errors.Join(all...)
}

// maxHops bounds an alias that stands for nothing but itself.
const maxHops = 8

// open gives the node behind anchors, aliases and tags; false when there is none, which was told then.
func (r *reader) open(n ast.Node) (ast.Node, bool) {
	if r.left--; r.left < 0 {
		return nil, false
	}
	for range maxHops {
		switch v := n.(type) {
		case *ast.AnchorNode:
			n = v.Value
		case *ast.TagNode:
			n = v.Value
		case *ast.AliasNode:
			if n = r.aliases[v]; n == nil {
				return nil, false
			}
		default:
			return n, true
		}
	}
	r.problem("config.too_deep", n.GetToken(), nil)
	return nil, false
}

// pair is one key of a mapping and its value.
type pair struct {
	name  string
	key   *token.Token
	value ast.Node
}

// pairs gives the keys and values of a mapping in order, then those that are merged into it ("<<: *other") and that it
// does not have itself. A null is an empty mapping.
func (r *reader) pairs(n ast.Node, at string) []pair { return r.merged(n, at, 0) }

func (r *reader) merged(n ast.Node, at string, depth int) []pair {
	var all []pair
	has := func(name string) bool { return slices.ContainsFunc(all, func(p pair) bool { return p.name == name }) }
	values := r.values(n, at)
	for _, v := range values {
		switch name, key := keyOf(v.Key); {
		case v.Key.IsMergeKey():
		case has(name):
			r.problem("config.key_twice", key, map[string]any{"Key": join(at, name)})
		default:
			all = append(all, pair{name, key, v.Value})
		}
	}
	for _, v := range values {
		if !v.Key.IsMergeKey() {
			continue
		}
		if depth == maxHops {
			r.problem("config.too_deep", v.Key.GetToken(), nil)
			break
		}
		for _, source := range r.sources(v.Value) {
			for _, p := range r.merged(source, at, depth+1) {
				if !has(p.name) {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// sources are the mappings that a merge key names: one, or a list of them.
func (r *reader) sources(n ast.Node) []ast.Node {
	if node, ok := r.open(n); ok {
		if list, ok := node.(*ast.SequenceNode); ok {
			return list.Values
		}
	}
	return []ast.Node{n}
}

func (r *reader) values(n ast.Node, at string) []*ast.MappingValueNode {
	node, ok := r.open(n)
	if !ok {
		return nil
	}
	switch m := node.(type) {
	case nil, *ast.NullNode:
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	default:
		r.wrongType(n, at, "mapping", node)
	}
	return nil
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func element(at string, i int) string { return fmt.Sprintf("%s[%d]", at, i) }

func (r *reader) wrongType(n ast.Node, at, want string, got ast.Node) {
	r.problem("config.wrong_type", place(n), map[string]any{"Key": at, "Want": want, "Got": kind(got)})
}

// scalar reads a value as it was written: a bare true or 5000 is the text of that name.
func (r *reader) scalar(n ast.Node, at string) (string, bool) {
	node, ok := r.open(n)
	if !ok {
		return "", false
	}
	s, ok := written(node)
	if !ok {
		r.wrongType(n, at, "text", node)
		return "", false
	}
	// A project's values are shown to the person who is asked to trust it, and must not change what they see.
	if strings.ContainsFunc(s, invisible) {
		r.problem("config.control", place(n), map[string]any{"Key": at})
		return "", false
	}
	return s, true
}

func invisible(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }
