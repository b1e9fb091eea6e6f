package config

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"streamtray/app/i18n"
)

// compiled is the schema as an editor uses it.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(Schema(func(string) string { return "" }))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func accepts(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(j))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// What an editor underlines is what the program refuses, as far as one key goes.
func TestTheSchemaJudgesAsTheReaderDoes(t *testing.T) {
	s := compiled(t)
	for _, text := range []string{
		"version: 1\nname: a\ncompose: {files: [a.yml], services: [kafka], profiles: []}\n",
		"kafka:\n  mode: embedded\n  port: 19092\n  bootstrap: ['a:1']\n  topics: [{name: a, partitions: 1, config: {retention.ms: 1}, env: A}]\n",
		"streaming: {env: A, on: true, off: false}\n",
		"app: {command: [python, app.py, 5000], env: {A: 1}, ready: {log: x, http: ''}}\nlimits: {engine: 1m30s}\n",
		"kafka:\ncompose:\n",
	} {
		if _, err := Load(write(t, []byte(text))); err != nil {
			t.Errorf("%q is refused by the reader: %v", text, err)
		}
		if err := accepts(t, s, text); err != nil {
			t.Errorf("%q is refused by the schema: %v", text, err)
		}
	}
	for _, text := range []string{
		"kafak: {}\n", "kafka: docker\n", "kafka: {mode: dokcer}\n", "kafka: {port: 70000}\n", "kafka: {bootstrap: [localhost]}\n",
		"kafka: {topics: [{partitions: 3}]}\n", "kafka: {topics: [{name: a b}]}\n", "kafka: {topics: [{name: a, partition: 3}]}\n",
		"kafka: {remote: {user: me, password: x}}\n", "streaming: {env: MY-FLAG}\n", "app: {command: python app.py}\n",
		"app: {env: {'A B': x}}\n", "app: {ready: {http: localhost:5000}}\n", "limits: {engine: 5}\n", "limits: {brocker: 3m}\n", "version: 2\n",
	} {
		if _, err := Load(write(t, []byte(text))); err == nil {
			t.Errorf("%q is accepted by the reader", text)
		}
		if accepts(t, s, text) == nil {
			t.Errorf("%q is accepted by the schema", text)
		}
	}
}

func TestEveryKeyIsDescribedInBothLanguages(t *testing.T) {
	all, err := i18n.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		keys := 0
		Schema(func(key string) string {
			keys++
			id := strings.TrimSuffix("config.key."+key, ".")
			if _, ok := w.Find(id, nil); !ok {
				t.Errorf("%s has no text %q", w.Lang(), id)
			}
			return ""
		})
		if keys < 40 {
			t.Errorf("only %d keys were described", keys)
		}
	}
}
