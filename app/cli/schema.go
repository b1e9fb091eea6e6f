package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"streamtray/app/config"
	"streamtray/app/i18n"
)

// runSchema prints the JSON Schema of streamtray.yaml, for editors.
func runSchema(_ context.Context, c *call) error {
	if _, err := c.parse(0); err != nil {
		return err
	}
	text, err := SchemaJSON(c.words)
	if err != nil {
		return err
	}
	_, err = c.Out.Write(text)
	return err
}

// SchemaJSON is the JSON Schema of streamtray.yaml, described in the words' language.
func SchemaJSON(w *i18n.Words) ([]byte, error) {
	s := config.Schema(about(w))
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(s)
	return b.Bytes(), err
}

// about tells of a key of streamtray.yaml by its full name, and of the file by none.
func about(w *i18n.Words) func(key string) string {
	return func(key string) string { return w.Text(strings.TrimSuffix("config.key."+key, "."), nil) }
}
