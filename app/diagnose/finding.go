package diagnose

import (
	"slices"
	"strings"
)

// Severity says how bad a finding is.
type Severity string

// Severities. An error stops the work; a warning may be the reason; info explains.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Action says who may act on a finding.
type Action string

// Actions. Auto: nothing can be lost, StreamTray may do it by itself. Ask: one click, after saying what it costs.
// Show: advice only.
const (
	Auto Action = "auto"
	Ask  Action = "ask"
	Show Action = "show"
)

// Unknown is the cause of a finding about errors that no rule knows.
const Unknown = "unknown"

// Finding is one cause, the line that proves it and what to do. The texts are empty until In chooses a language.
type Finding struct {
	Code     string   `json:"code"`  // "ST-KAFKA-009", stable
	Cause    string   `json:"cause"` // the class: "cluster-id-mismatch"
	Severity Severity `json:"severity"`
	Where    string   `json:"where"`    // the place the evidence was read in
	Evidence string   `json:"evidence"` // the line, without prefixes, secrets masked; of facts: what was measured
	Line     int      `json:"line"`     // counted from 1; 0: the evidence is a fact, not a line
	Title    string   `json:"title"`
	Advice   string   `json:"advice"`
	Fix      string   `json:"fix"` // the exact command or edit; empty where there is none
	Action   Action   `json:"action"`

	Name     string            `json:"-"` // the special case inside the class: "ipv6-localhost"
	Why      string            `json:"-"` // how it comes about
	Count    int               `json:"-"` // how many lines said so
	Args     map[string]string `json:"-"` // what was read from the line: port, topic, image ...
	Symptoms []Finding         `json:"-"` // what follows from it, folded
	Others   []string          `json:"-"` // of an unknown error: further lines nobody knows
	rule     *rule
}

// In returns the finding with its texts in lang: Chinese for "zh" and its regions, English for the rest.
func (f Finding) In(lang string) Finding {
	if f.rule == nil {
		return f
	}
	r := f.rule
	f.Title = fill(r.Title.in(lang), f.Args)
	f.Why = fill(r.Why.in(lang), f.Args)
	f.Advice = fill(r.Advice.in(lang), f.Args)
	f.Fix = command(r.Fix.in(lang), f.Args)
	symptoms := make([]Finding, len(f.Symptoms))
	for i, s := range f.Symptoms {
		symptoms[i] = s.In(lang)
	}
	f.Symptoms = symptoms
	return f
}

// text is one sentence in both languages.
type text struct {
	En string `yaml:"en"`
	Zh string `yaml:"zh"`
}

func (t text) in(lang string) string {
	if chinese(lang) {
		return t.Zh
	}
	return t.En
}

func chinese(lang string) bool { return strings.HasPrefix(strings.ToLower(lang), "zh") }

// fill puts args into a text. A part in double brackets, "port[[ {port}]]", is left out when it names something that
// was not read from the line; outside of brackets such a name becomes "?".
func fill(s string, args map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "[[")
		part, after, closed := strings.Cut(rest, "]]")
		filled, _ := put(before, args)
		b.WriteString(filled)
		if !found || !closed {
			return b.String()
		}
		if filled, whole := put(part, args); whole {
			b.WriteString(filled)
		}
		s = after
	}
}

// command puts args into a command or an edit. What was not read from the line stands in capitals, to be filled in.
func command(s string, args map[string]string) string {
	filled, _ := replace(s, args, strings.ToUpper)
	return filled
}

// put replaces every {name}, and reports whether all of them were known.
func put(s string, args map[string]string) (filled string, whole bool) {
	return replace(s, args, func(string) string { return "?" })
}

func replace(s string, args map[string]string, unknown func(name string) string) (filled string, whole bool) {
	whole = true
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		j := strings.IndexByte(s[max(i, 0):], '}')
		if i < 0 || j < 0 {
			b.WriteString(s)
			return b.String(), whole
		}
		name := s[i+1 : i+j]
		b.WriteString(s[:i])
		switch {
		case !identifier(name):
			b.WriteString(s[i : i+j+1])
		case args[name] == "":
			whole = false
			b.WriteString(unknown(name))
		default:
			b.WriteString(args[name])
		}
		s = s[i+j+1:]
	}
}

// identifier reports whether name can be a placeholder: lower-case letters alone.
func identifier(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
}

// Recall returns the finding of a code that was known by args, to be told in a language again; false for a code that
// this version does not know.
func Recall(code string, args map[string]string) (Finding, bool) {
	rules := theBook().rules
	if i := slices.IndexFunc(rules, func(r rule) bool { return r.Code == code }); i >= 0 {
		f := rules[i].finding()
		f.Args = args
		return f, true
	}
	return Finding{}, false
}
