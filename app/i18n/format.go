package i18n

import (
	"fmt"
	"strings"
)

// format puts args into a text. It knows the part of Go's template language that texts need, and nothing that calls a
// method, since a program that can call any method by its name carries every one of them:
//
//	{{.Name}}
//	{{if .Name}}…{{else if eq .Name "value"}}…{{else}}…{{end}}
//
// A value that is missing shows as "<no value>"; what is not closed shows as it stands. Values are put in as they are:
// nothing in them is read as an action.
func format(text string, args map[string]any) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	var b strings.Builder
	(&formatter{rest: text, args: args}).until(&b, true)
	return b.String()
}

// formatter reads a text from its beginning; rest is what it has not read yet.
type formatter struct {
	rest string
	args map[string]any
}

// until writes what stands before the next {{else}} or {{end}} of this level, where it is wanted, and returns that action;
// empty at the text's end.
func (f *formatter) until(b *strings.Builder, wanted bool) string {
	for {
		before, action, ok := f.next()
		if wanted {
			b.WriteString(before)
		}
		switch {
		case !ok:
			return ""
		case strings.HasPrefix(action, "if "):
			f.branches(b, strings.TrimPrefix(action, "if "), wanted)
		case action == "end" || action == "else" || strings.HasPrefix(action, "else if "):
			return action
		case wanted:
			b.WriteString(f.value(action))
		}
	}
}

// branches writes the first branch whose condition holds, up to the matching {{end}}.
func (f *formatter) branches(b *strings.Builder, condition string, wanted bool) {
	taken := false
	for {
		take := wanted && !taken && f.holds(condition)
		taken = taken || take
		switch action := f.until(b, take); action {
		case "else":
			condition = ""
		case "end", "":
			return
		default:
			condition = strings.TrimPrefix(action, "else if ")
		}
	}
}

// next cuts the text before the next action, and that action, off rest.
func (f *formatter) next() (before, action string, ok bool) {
	before, after, found := strings.Cut(f.rest, "{{")
	action, rest, closed := strings.Cut(after, "}}")
	if !found || !closed {
		before, f.rest = f.rest, ""
		return before, "", false
	}
	f.rest = rest
	return before, strings.TrimSpace(action), true
}

// holds reports whether a condition does: .Name (not empty, zero or false), eq .Name "value", or nothing, which always holds.
func (f *formatter) holds(condition string) bool {
	if condition == "" {
		return true
	}
	if equal, ok := strings.CutPrefix(condition, "eq "); ok {
		name, value, _ := strings.Cut(strings.TrimSpace(equal), " ")
		return f.value(name) == strings.Trim(strings.TrimSpace(value), `"`)
	}
	v, ok := f.args[strings.TrimPrefix(condition, ".")]
	if !ok || v == nil {
		return false
	}
	switch fmt.Sprint(v) {
	case "", "0", "false", "[]", "map[]", "0s":
		return false
	}
	return true
}

func (f *formatter) value(name string) string {
	v, ok := f.args[strings.TrimPrefix(name, ".")]
	if !ok || v == nil {
		return "<no value>"
	}
	return fmt.Sprint(v)
}
