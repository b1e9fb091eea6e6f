package kafka

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Filter chooses records by what a user typed. The zero Filter chooses all. It may be used by many goroutines at once.
type Filter struct {
	text   string // in lower case: to be found in key, value or a header
	path   bool   // the value is JSON in which steps lead somewhere
	steps  []step
	op     string // empty: something other than null is there
	want   string
	number *float64 // want as a number
}

// step is one step into JSON: a member by its name, an element by its place, or all of either.
type step struct {
	name string
	all  bool
}

// The comparisons, the longer ones first.
var operators = []string{"!=", ">=", "<=", "=", ">", "<"}

// ParseFilter understands a text, which is looked for in key, value and headers in any case, and a path into JSON, with a
// comparison or without one: $.boxes[*].label=person, $.confidence>=0.5, $.error (it is there, and not null). With [*]
// or .* one element that fits is enough. The error is BadFilter.
func ParseFilter(typed string) (Filter, error) {
	typed = strings.TrimSpace(typed)
	if !strings.HasPrefix(typed, "$") {
		return Filter{text: strings.ToLower(typed)}, nil
	}
	f := Filter{path: true}
	steps, rest, err := parsePath(typed[1:])
	if err != nil {
		return Filter{}, final(BadFilter, args{"Filter": typed, "Rest": rest}, err)
	}
	f.steps = steps
	rest = strings.TrimSpace(rest)
	if rest == "" {
		return f, nil
	}
	for _, op := range operators {
		if want, ok := strings.CutPrefix(rest, op); ok {
			f.op, f.want = op, unquoted(strings.TrimSpace(strings.TrimPrefix(want, "="))) // == is meant as =
			if n, err := strconv.ParseFloat(f.want, 64); err == nil {
				f.number = &n
			}
			return f, nil
		}
	}
	return Filter{}, final(BadFilter, args{"Filter": typed, "Rest": rest}, errors.New("no comparison"))
}

func unquoted(s string) string {
	for _, q := range []string{`"`, "'"} {
		if len(s) >= 2 && strings.HasPrefix(s, q) && strings.HasSuffix(s, q) {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// parsePath takes ".boxes[0]['a b'].label=x" apart, up to what is no path any more.
func parsePath(s string) (steps []step, rest string, err error) {
	for s != "" {
		switch s[0] {
		case '.':
			end := strings.IndexAny(s[1:], ".[=!<> ") + 1
			if end == 0 {
				end = len(s)
			}
			name := s[1:end]
			if name == "" {
				return nil, s, errors.New("no name behind a dot")
			}
			steps, s = append(steps, step{name, name == "*"}), s[end:]
		case '[':
			end := closing(s)
			if end < 0 {
				return nil, s, errors.New("no closing bracket")
			}
			inside := strings.TrimSpace(s[1:end])
			name := unquoted(inside)
			if _, err := strconv.ParseUint(inside, 10, 31); err != nil && inside != "*" && name == inside {
				return nil, s, errors.New("neither a place nor a quoted name")
			}
			steps, s = append(steps, step{name, inside == "*"}), s[end+1:]
		default:
			return steps, s, nil
		}
	}
	return steps, "", nil
}

// closing is where the bracket that s begins with is closed; what is quoted does not count.
func closing(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ']':
			return i
		}
	}
	return -1
}

// All reports whether the filter chooses every record.
func (f Filter) All() bool { return !f.path && f.text == "" }

// Match reports whether the filter chooses a record.
func (f Filter) Match(r *Record) bool {
	if !f.path {
		return f.text == "" || hasFold(r.Value, f.text) || hasFold(r.Key, f.text) || f.inHeaders(r)
	}
	if !f.possible(r.Value) {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(r.Value))
	d.UseNumber()
	var v any
	return d.Decode(&v) == nil && f.walk(v, f.steps)
}

func (f Filter) inHeaders(r *Record) bool {
	for _, h := range r.Headers {
		if hasFold([]byte(h.Key), f.text) || hasFold(h.Value, f.text) {
			return true
		}
	}
	return false
}

// possible is false for most values in which the path leads nowhere: they need not be read as JSON. What is written with
// escapes may be anything.
func (f Filter) possible(value []byte) bool {
	if bytes.IndexByte(value, '\\') >= 0 {
		return true
	}
	for _, s := range f.steps {
		if _, err := strconv.Atoi(s.name); !s.all && err != nil && !bytes.Contains(value, []byte(s.name)) {
			return false
		}
	}
	return f.op != "=" || f.number != nil || hasFold(value, strings.ToLower(f.want))
}

func (f Filter) walk(v any, steps []step) bool {
	if len(steps) == 0 {
		return f.fits(v)
	}
	s := steps[0]
	switch v := v.(type) {
	case map[string]any:
		if s.all {
			return f.any(maps.Values(v), steps[1:])
		}
		next, ok := v[s.name]
		return ok && f.walk(next, steps[1:])
	case []any:
		if s.all {
			return f.any(slices.Values(v), steps[1:])
		}
		i, err := strconv.Atoi(s.name)
		return err == nil && i >= 0 && i < len(v) && f.walk(v[i], steps[1:])
	}
	return false
}

// any reports whether the steps lead on from one of the values.
func (f Filter) any(values iter.Seq[any], steps []step) bool {
	for v := range values {
		if f.walk(v, steps) {
			return true
		}
	}
	return false
}

// fits reports whether a value at the end of the path is one that is wanted.
func (f Filter) fits(v any) bool {
	if f.op == "" {
		return v != nil
	}
	got := "null"
	if v != nil {
		got = fmt.Sprint(v)
	}
	order := strings.Compare(strings.ToLower(got), strings.ToLower(f.want))
	if n, ok := v.(json.Number); ok && f.number != nil {
		got, err := n.Float64()
		if err != nil {
			return false
		}
		order = cmp.Compare(got, *f.number)
	} else if f.op != "=" && f.op != "!=" && f.number != nil {
		return false // a text is neither more nor less than a number
	}
	switch f.op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case ">":
		return order > 0
	case "<":
		return order < 0
	case ">=":
		return order >= 0
	}
	return order <= 0
}

// hasFold reports whether low, which is in lower case, occurs in s in any case. It allocates nothing.
func hasFold(s []byte, low string) bool {
	if low == "" || bytes.Contains(s, []byte(low)) {
		return true
	}
	first, up := low[0], low[0]
	if 'a' <= first && first <= 'z' {
		up -= 'a' - 'A'
	}
	if first >= utf8.RuneSelf {
		return bytes.Contains(bytes.ToLower(s), []byte(low))
	}
	for len(s) >= len(low) {
		i := bytes.IndexByte(s, first)
		before := s
		if i >= 0 {
			before = s[:i]
		}
		if j := bytes.IndexByte(before, up); j >= 0 {
			i = j
		}
		if i < 0 || i+len(low) > len(s) {
			return false
		}
		if bytes.EqualFold(s[i:i+len(low)], []byte(low)) {
			return true
		}
		s = s[i+1:]
	}
	return false
}
