package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// place is where a person would look for a node: a mapping is where its first key is.
func place(n ast.Node) *token.Token {
	switch m := n.(type) {
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return m.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return m.Key.GetToken()
	}
	return n.GetToken()
}

// keyOf is a key's name, and where it stands.
func keyOf(k ast.Node) (string, *token.Token) {
	var inner ast.Node
	switch v := k.(type) {
	case *ast.MappingKeyNode: // "? key"
		inner = v.Value
	case *ast.TagNode:
		inner = v.Value
	case *ast.AnchorNode:
		inner = v.Value
	}
	if inner != nil {
		return keyOf(inner)
	}
	return k.GetToken().Value, k.GetToken()
}

// kind is what a node is, by the name that the text "config.wrong_type" knows.
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

func written(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(v.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return v.GetToken().Value, true
	case *ast.MappingNode:
		if len(v.Values) == 1 {
			return glued(v.Values[0])
		}
	case *ast.MappingValueNode:
		return glued(v)
	}
	return "", false
}

// glued undoes a slip of the parser: in YAML 1.2 the colon of [127.0.0.1:9092] belongs to a text, since no space
// follows it, and it takes it for a mapping.
func glued(v *ast.MappingValueNode) (string, bool) {
	key, value := v.Key.GetToken(), v.Value.GetToken()
	rest, ok := written(v.Value)
	adjacent := value.Position.Line == key.Position.Line && value.Position.Column == key.Position.Column+len([]rune(key.Value))+1
	return key.Value + ":" + rest, ok && adjacent
}
