package config

import "github.com/goccy/go-yaml/ast"

// JSONSchema is the part of JSON Schema (draft 7, which the editors' YAML support reads) that describes streamtray.yaml.
type JSONSchema struct {
	Dialect     string                 `json:"$schema,omitempty"`
	Title       string                 `json:"title,omitempty"`
	Description string                 `json:"description,omitempty"`
	Type        []string               `json:"type,omitempty"`
	Enum        []string               `json:"enum,omitempty"`
	Pattern     string                 `json:"pattern,omitempty"`
	Minimum     *int                   `json:"minimum,omitempty"`
	Maximum     *int                   `json:"maximum,omitempty"`
	Items       *JSONSchema            `json:"items,omitempty"`
	Properties  map[string]*JSONSchema `json:"properties,omitempty"`
	Names       *JSONSchema            `json:"propertyNames,omitempty"`
	Additional  any                    `json:"additionalProperties,omitempty"` // false, or the *JSONSchema of the values
	Required    []string               `json:"required,omitempty"`
}

// Schema describes streamtray.yaml to an editor: the same keys that Load reads, each with what about says of it by its
// full name ("kafka.mode"; an element of a list has the name of the list).
func Schema(about func(key string) string) JSONSchema {
	p := Default("")
	r := newReader("", &ast.File{})
	s := p.keys(r).takes
	s.Dialect, s.Title = "http://json-schema.org/draft-07/schema#", FileName
	describe(&s, "", about)
	return s
}

func describe(s *JSONSchema, key string, about func(string) string) {
	s.Description = about(key)
	for name, property := range s.Properties {
		describe(property, join(key, name), about)
	}
	if values, ok := s.Additional.(*JSONSchema); ok {
		for name, property := range values.Properties {
			describe(property, join(key, name), about)
		}
	}
	if s.Items != nil && s.Items.Properties != nil {
		for name, property := range s.Items.Properties {
			describe(property, join(key, name), about)
		}
	}
}
