package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// pretty indents JSON; anything else stays as it is.
func pretty(value string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(value), "", "  ") != nil {
		return value
	}
	return b.String()
}

// recordFilter understands a text, which is looked for in key and value in any case, and a path into JSON with a value:
// $.boxes[0].label=person, or without one: $.error (it is there, and not null).
func recordFilter(typed string) func(Record) bool {
	typed = strings.TrimSpace(typed)
	if !strings.HasPrefix(typed, "$") {
		low := strings.ToLower(typed)
		return func(r Record) bool { return low == "" || containsFold(r.Value, low) || containsFold(r.Key, low) }
	}
	path, want, compare := strings.Cut(typed[1:], "=")
	steps := pathSteps(path)
	return func(r Record) bool {
		got, ok := at(r.Value, steps)
		if !ok || !compare {
			return ok && got != nil
		}
		return strings.EqualFold(fmt.Sprint(got), strings.Trim(want, `" `))
	}
}

// pathSteps takes ".boxes[0].label" apart: boxes, 0, label.
func pathSteps(path string) []string {
	return strings.FieldsFunc(path, func(c rune) bool { return strings.ContainsRune(`.[]'" `, c) })
}

// at is the value at the end of the steps.
func at(value string, steps []string) (any, bool) {
	d := json.NewDecoder(strings.NewReader(value))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	return walk(v, steps)
}

func walk(v any, steps []string) (any, bool) {
	if len(steps) == 0 {
		return v, true
	}
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[steps[0]]
		if !ok {
			return nil, false
		}
		return walk(next, steps[1:])
	case []any:
		i, err := strconv.Atoi(steps[0])
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return walk(v[i], steps[1:])
	}
	return nil, false
}
