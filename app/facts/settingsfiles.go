package facts

import (
	"bufio"
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/goccy/go-yaml"

	"streamtray/internal/lazyregexp"
)

// settingText is a text under a key of a settings file.
type settingText struct {
	value string
	where Place
}

// placeholderOf is ${VARIABLE}, or ${VARIABLE:-default}, as settings files refer to the environment.
var placeholderOf = lazyregexp.New(`\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-?([^}]*))?\}|\$\(([A-Za-z_][A-Za-z0-9_]*)\)`)

// origins are what the text comes from: the variables in it, else itself.
func (s settingText) origins() []origin {
	var all []origin
	for _, m := range placeholderOf.FindAllStringSubmatch(s.value, -1) {
		all = append(all, origin{env: m[1] + m[3], text: m[2], where: s.where})
	}
	if len(all) == 0 {
		all = []origin{{text: s.value, where: s.where}}
	}
	return all
}

// mostSettings is how many settings files are read.
const mostSettings = 50

// settingsFiles reads the project's own YAML, TOML and INI files: what the code may load its settings from.
func settingsFiles(t *tree) map[string][]settingText {
	all := map[string][]settingText{}
	read := 0
	for _, file := range t.files {
		base := path.Base(file)
		if isTest(file) || strings.Contains(base, "compose") || slices.Contains([]string{"pyproject.toml", "environment.yml", "streamtray.yaml", "mkdocs.yml"}, base) {
			continue
		}
		if strings.HasPrefix(file, ".") || read == mostSettings {
			continue
		}
		switch path.Ext(base) {
		case ".yaml", ".yml":
			var v any
			if yaml.Unmarshal([]byte(t.text(file)), &v) != nil {
				continue
			}
			collect(all, t, file, "", v)
		case ".toml":
			var v map[string]any
			if _, err := toml.Decode(t.text(file), &v); err != nil {
				continue
			}
			collect(all, t, file, "", v)
		case ".ini", ".cfg", ".conf":
			ini(all, t, file)
		default:
			continue
		}
		read++
	}
	return all
}

func collect(all map[string][]settingText, t *tree, file, key string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if text, ok := v[k].(string); ok && key != "" {
				all[inSection(key, k)] = append(all[inSection(key, k)], settingText{text, Place{file, t.line(file, text)}})
			}
			collect(all, t, file, k, v[k])
		}
	case []any:
		for _, inner := range v {
			collect(all, t, file, key, inner)
		}
	case string:
		if key != "" {
			all[key] = append(all[key], settingText{v, Place{file, t.line(file, v)}})
		}
	}
}

// inSection is the key of a text together with the one above it; no file writes such a one.
func inSection(section, key string) string { return section + "\x00" + key }

func ini(all map[string][]settingText, t *tree, file string) {
	lines := bufio.NewScanner(strings.NewReader(t.text(file)))
	section := ""
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.ContainsAny(line[:1], "#;[") {
			if strings.HasPrefix(line, "[") {
				section = strings.Trim(line, "[] ")
			}
			continue
		}
		i := strings.IndexAny(line, "=:")
		if i < 0 {
			continue
		}
		key, value := strings.TrimSpace(line[:i]), strings.Trim(strings.TrimSpace(line[i+1:]), `"'`)
		for _, k := range []string{key, inSection(section, key)} {
			all[k] = append(all[k], settingText{value, Place{file, n}})
		}
	}
}

// settingTexts are the texts of the settings files, by place.
func (c *code) settingTexts() []Text {
	var all []Text
	for key, texts := range c.settings {
		if strings.Contains(key, "\x00") {
			continue // once more
		}
		for _, s := range texts {
			all = append(all, Text{s.value, s.where})
		}
	}
	slices.SortFunc(all, func(a, b Text) int { return cmp.Or(byPlace(a.Where, b.Where), strings.Compare(a.Value, b.Value)) })
	return all
}
