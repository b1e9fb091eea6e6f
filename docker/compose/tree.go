package compose

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// kind of a value in a compose file.
type kind int

const (
	null kind = iota
	scalar
	list
	dict
)

// value is a part of a compose file with aliases and merge keys resolved, variables put in, and the line it came from.
// Values are never changed once built; merging makes new ones.
type value struct {
	kind  kind
	text  string // of a scalar
	plain any    // what YAML reads a scalar as, where that is no text
	tag   string // !reset or !override, else empty
	items []*value
	keys  []string // of a dict, in the order written
	dict  map[string]*value
	unset []string // variables in a scalar that have no value
	file  string
	line  int
}

// maxValues bounds a file after its aliases are spelled out; the biggest public compose files hold some ten thousand.
const maxValues = 200_000

var (
	errTooLarge = errors.New("the file is too large once its aliases are spelled out")
	errCycle    = errors.New("an alias contains itself")
)

// builder turns YAML nodes into values.
type builder struct {
	file       string
	substitute func(text string, line int) string // puts variables in
	complain   func(line int, err error)          // told of what Compose would refuse
	unset      func(text string) []string         // the variables of a text that have no value
	left       int                                // values that may still be made
	open       map[*yaml.Node]bool                // aliases being spelled out
}

// at is the child of a dict, or nil.
func (v *value) at(keys ...string) *value {
	for _, k := range keys {
		if v == nil || v.kind != dict {
			return nil
		}
		v = v.dict[k]
	}
	return v
}

// str is a scalar's text, or "".
func (v *value) str() string {
	if v == nil || v.kind != scalar {
		return ""
	}
	return v.text
}

func (b *builder) build(n *yaml.Node) (*value, error) {
	if b.left--; b.left < 0 {
		return nil, errTooLarge
	}
	v := &value{file: b.file, line: n.Line}
	if n.Tag == "!reset" || n.Tag == "!override" {
		v.tag = n.Tag
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return v, nil
		}
		return b.build(n.Content[0])
	case yaml.AliasNode:
		return b.alias(n)
	case yaml.SequenceNode:
		return v, b.sequence(v, n)
	case yaml.MappingNode:
		return v, b.mapping(v, n)
	}
	b.scalar(v, n)
	return v, nil
}

func (b *builder) alias(n *yaml.Node) (*value, error) {
	if n.Alias == nil || b.open[n.Alias] {
		return nil, errCycle
	}
	if b.open == nil {
		b.open = map[*yaml.Node]bool{}
	}
	b.open[n.Alias] = true
	defer delete(b.open, n.Alias)
	return b.build(n.Alias)
}

func (b *builder) scalar(v *value, n *yaml.Node) {
	if n.ShortTag() == "!!null" {
		return
	}
	v.kind = scalar
	v.text = b.substitute(n.Value, n.Line)
	if v.text != n.Value && b.unset != nil {
		v.unset = b.unset(n.Value)
	}
	if n.ShortTag() != "!!str" && v.text == n.Value {
		_ = n.Decode(&v.plain) // a tag of somebody's own stays text
	}
}

func (b *builder) sequence(v *value, n *yaml.Node) error {
	v.kind = list
	for _, c := range n.Content {
		item, err := b.build(c)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	return nil
}

func (b *builder) mapping(v *value, n *yaml.Node) error {
	v.kind, v.dict = dict, map[string]*value{}
	var merged []*value
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, node := n.Content[i], n.Content[i+1]
		child, err := b.build(node)
		if err != nil {
			return err
		}
		if key.ShortTag() == "!!merge" || key.Value == "<<" && key.Style == 0 {
			merged = append(merged, child)
			continue
		}
		if child.line == node.Line && node.Kind != yaml.AliasNode {
			child.line = key.Line
		}
		if _, twice := v.dict[key.Value]; twice {
			b.complain(key.Line, fmt.Errorf("%s is written twice", key.Value))
		} else {
			v.keys = append(v.keys, key.Value)
		}
		v.dict[key.Value] = child
	}
	for _, m := range merged {
		v.inherit(m)
	}
	return nil
}

// inherit takes from a merge key what the dict does not say itself.
func (v *value) inherit(m *value) {
	for _, item := range m.items {
		v.inherit(item)
	}
	for _, k := range m.keys {
		if _, own := v.dict[k]; !own {
			v.keys = append(v.keys, k)
			v.dict[k] = m.dict[k]
		}
	}
}
