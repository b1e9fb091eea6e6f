package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"streamtray/app/settings"
	"streamtray/internal/nearest"
)

// settingJSON is one setting as --json prints it.
type settingJSON struct {
	Key    string   `json:"key"`
	Value  string   `json:"value"`
	Values []string `json:"values"` // all that it can be
}

// runSettings shows and changes what the window's settings hold. It opens no project.
func runSettings(_ context.Context, c *call) error {
	rest, err := c.parse(3)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		rest = []string{"list"}
	}
	if wanted, known := map[string]int{"list": 1, "get": 2, "set": 3}[rest[0]]; !known || len(rest) != wanted {
		return c.usageError()
	}
	folders, err := settings.Find(c.Getenv)
	if err != nil {
		return err
	}
	keys := settings.Keys()
	if rest[0] != "list" {
		at := slices.IndexFunc(keys, func(k settings.Key) bool { return k.Name == rest[1] })
		if at < 0 {
			var known []string
			for _, k := range keys {
				known = append(known, k.Name)
			}
			return badUsage("cli.settings.key", map[string]any{"Key": rest[1], "Near": nearest.To(rest[1], known)})
		}
		keys = keys[at : at+1]
	}
	if rest[0] == "set" {
		key, value := keys[0], rest[2]
		if !slices.Contains(key.Values, value) {
			return badUsage("cli.settings.value", map[string]any{"Key": key.Name, "Value": value, "Values": strings.Join(key.Values, ", ")})
		}
		if err := settings.Change(folders, func(s *settings.Settings) { key.Set(s, value) }); err != nil {
			return err
		}
	}
	person, err := settings.Load(folders)
	if err != nil {
		return err
	}
	all := make([]settingJSON, len(keys))
	for i, k := range keys {
		all[i] = settingJSON{k.Name, k.Get(person), k.Values}
	}
	switch rest[0] {
	case "list":
		return c.answer(map[string]any{"settings": all}, func(out io.Writer) { c.printSettings(out, keys, all) })
	case "get":
		return c.answer(all[0], func(out io.Writer) { fmt.Fprintln(out, literal(all[0].Value)) })
	default:
		return c.answer(all[0], func(out io.Writer) { c.printSettings(out, keys, all) })
	}
}

func (c *call) printSettings(out io.Writer, keys []settings.Key, all []settingJSON) {
	var rows [][]string
	for i, s := range all {
		rows = append(rows, []string{s.Key, literal(s.Value), strings.Join(s.Values, "|"), c.words.Text(keys[i].Label, nil)})
	}
	printTable(out, rows)
}
