package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"streamtray/app/config"
	"streamtray/app/i18n"
)

// ConfigurationPage is the page of docs/ about streamtray.yaml, made from the same keys as its JSON Schema.
func ConfigurationPage(w *i18n.Words) string {
	s := config.Schema(about(w))
	var b strings.Builder
	fmt.Fprintf(&b, "# streamtray.yaml\n\n%s\n\n| %s |\n|---|---|---|\n", s.Description, w.Text("cli.page.columns", nil))
	writeKeys(&b, w, "", s.Properties)
	return b.String()
}

func writeKeys(b *strings.Builder, w *i18n.Words, of string, keys map[string]*config.JSONSchema) {
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		key := keys[name]
		full := strings.TrimPrefix(of+"."+name, ".")
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", full, w.Text("cli.page.takes", map[string]any{"Kind": kindOf(key), "Values": strings.Join(key.Enum, ", ")}), key.Description)
		writeKeys(b, w, full, key.Properties)
		if values, ok := key.Additional.(*config.JSONSchema); ok {
			writeKeys(b, w, full+".NAME", values.Properties)
		}
		if key.Items != nil {
			writeKeys(b, w, full+"[]", key.Items.Properties)
		}
	}
}

// kindOf is what a key takes, by the name that the text "cli.page.takes" knows.
func kindOf(s *config.JSONSchema) string {
	if len(s.Enum) > 0 {
		return "enum"
	}
	if s.Additional != nil && s.Additional != false {
		return "table"
	}
	if len(s.Type) == 0 {
		return ""
	}
	return s.Type[0]
}
