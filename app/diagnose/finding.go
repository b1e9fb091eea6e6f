package diagnose

import (
	"cmp"
	"maps"
	"net"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"streamtray/internal/loopback"
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
	Itself   string            `json:"-"` // what this program does about it by itself, where it keeps the project
	Why      string            `json:"-"` // how it comes about
	Count    int               `json:"-"` // how many lines said so
	Args     map[string]string `json:"-"` // what was read from the line: port, topic, image ...; "system": what advice is for, in place of this computer's
	Symptoms []Finding         `json:"-"` // what follows from it, folded
	Others   []string          `json:"-"` // of an unknown error: further lines nobody knows
	rule     *rule
}

// In returns the finding with its texts in lang: Chinese for "zh" and its regions, English for the rest.
func (f Finding) In(lang string) Finding {
	if f.rule == nil {
		return f
	}
	windows := cmp.Or(f.Args["system"], system) == "windows"
	r, args := f.rule, usual(windows)
	maps.Copy(args, f.Args)
	args["package"] = cmp.Or(packageOf(args["module"]), "-r requirements.txt")
	if path := args["path"]; strings.Contains(path, `\\`) && strings.Count(path, `\`) == 2*strings.Count(path, `\\`) {
		args["path"] = strings.ReplaceAll(path, `\\`, `\`) // as Python and JSON write it
	}
	if args["needed"] != "" { // the versions that a text asks for; a mere upgrade may lead past them
		args["needed"] = `"` + strings.ReplaceAll(args["needed"], " ", "") + `"`
	} else {
		args["needed"] = "--upgrade " + args["package"]
	}
	if s := serviceOf(args["service"]); s != nil {
		args["service"], args["port"] = s.Title.in(lang), cmp.Or(args["port"], s.Port)
	}
	args["composed"] = composed(args)
	f.Title = sentence(r.Title.in(lang), args)
	f.Why = sentence(r.Why.in(lang), args)
	f.Itself = sentence(r.Itself.in(lang), args)
	f.Advice = sentence(r.Advice.on(windows).in(lang), args)
	for _, name := range []string{"path", "name", "image", "topic"} {
		args[name] = quoted(args[name], windows)
	}
	f.Fix = possible(command(r.Fix.on(windows).in(lang), args))
	symptoms := make([]Finding, len(f.Symptoms))
	for i, s := range f.Symptoms {
		symptoms[i] = s.In(lang)
	}
	f.Symptoms = symptoms
	return f
}

// With returns the finding with values of the project that it is about, for what the text did not say: "compose" is how
// compose is called for its files, empty where the project has none, so that no command asks for it; "kafka" and
// "zookeeper" name services of theirs; "address" is where Kafka is for a program of this computer; "variable" and "flag" are
// the variables by which the app is told the address and whether to stream; "listen" is the port at which Kafka listens in
// its container for programs of this computer and "between" that for other containers; "python" is the app's interpreter and
// "venv" the command that makes its environment where there is none, "appcommand" the setting by which that is used; "service of port 5432" is the service that publishes a
// port.
func (f Finding) With(known map[string]string) Finding {
	args := maps.Clone(known)
	if args == nil {
		return f
	}
	maps.Copy(args, f.Args)
	f.Args = args
	return f
}

// composed is the compose service that an address is of; empty: none. A name without a dot is one that only Docker's
// network knows.
func composed(args map[string]string) string {
	host := args["host"]
	if net.ParseIP(host) == nil && host != "localhost" && host != "" && !strings.Contains(host, ".") {
		return host
	}
	if loopback.Is(host) || net.ParseIP(host).IsUnspecified() {
		return args["service of port "+args["port"]]
	}
	return ""
}

// packageOf is the package to install for a module; empty: not known.
func packageOf(module string) string {
	root, _, _ := strings.Cut(module, ".")
	if name, ok := theBook().packages[root]; ok {
		return name
	}
	return strings.ReplaceAll(root, "_", "-")
}

// text is one sentence in both languages.
type text struct {
	En string `yaml:"en"`
	Zh string `yaml:"zh"`
}

// Doing is the advice where this program keeps the project: what it does by itself, then what a person can do.
func (f Finding) Doing(lang string) string {
	if f.Itself == "" || f.Advice == "" || chinese(lang) { // Chinese sentences have no space between them
		return f.Itself + f.Advice
	}
	return f.Itself + " " + f.Advice
}

// bySystem is a text about what to do, which is one thing on Windows and another elsewhere. Commands for Windows are in
// the words of Windows PowerShell 5.1.
type bySystem struct {
	Windows text `yaml:"windows"`
	POSIX   text `yaml:"posix"`
}

func (t bySystem) on(windows bool) text {
	if windows {
		return t.Windows
	}
	return t.POSIX
}

func (t text) in(lang string) string {
	if chinese(lang) {
		return t.Zh
	}
	return t.En
}

func chinese(lang string) bool { return strings.HasPrefix(strings.ToLower(lang), "zh") }

// sentence fills a text, and begins what was put at its beginning with a capital.
func sentence(text string, args map[string]string) string {
	s := fill(text, args)
	if r, size := utf8.DecodeRuneInString(s); strings.HasPrefix(text, "{") && unicode.IsLower(r) {
		return string(unicode.ToUpper(r)) + s[size:]
	}
	return s
}

// fill puts args into a text. A part in double brackets, "port[[ {port}]]", is left out when it names something that
// was not read from the line; outside of brackets such a name becomes "…".
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

// command puts args into a command or an edit. What was not read from the line and is not known of the project stands in
// capitals, to be filled in; a part in double brackets is left out then.
func command(s string, args map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "[[")
		part, after, closed := strings.Cut(rest, "]]")
		filled, _ := replace(before, args, strings.ToUpper)
		b.WriteString(filled)
		if !found || !closed {
			return b.String()
		}
		if filled, whole := replace(part, args, strings.ToUpper); whole {
			b.WriteString(filled)
		}
		s = after
	}
}

// quoted is a value that a text gave, as one argument of a command: who copies it shall not run what the text says.
func quoted(v string, windows bool) string {
	plain := func(r rune) bool {
		return r >= utf8.RuneSelf && unicode.IsLetter(r) || r < utf8.RuneSelf && (letter(byte(r)) || r >= '0' && r <= '9' || strings.ContainsRune("._-/:@+%=,~", r) || windows && r == '\\')
	}
	if strings.IndexFunc(v, func(r rune) bool { return !plain(r) }) < 0 {
		return v
	}
	if windows {
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	}
	return "'" + strings.ReplaceAll(v, "'", `'\''`) + "'"
}

// possible is a command without the lines that call compose, where the project is known to have none.
func possible(command string) string {
	lines := slices.DeleteFunc(strings.Split(command, "\n"), func(l string) bool { return strings.Contains(l, noCompose) })
	return strings.Join(lines, "\n")
}

// noCompose stands in a command for how compose is called, where it is not: what is merely not known is called as usual.
const noCompose = "COMPOSE"

// put replaces every {name}, and reports whether all of them were known.
func put(s string, args map[string]string) (filled string, whole bool) {
	return replace(s, args, func(string) string { return "…" })
}

// usual is what stands for values of the project where it is not known: what holds without any.
func usual(windows bool) map[string]string {
	python := ".venv/bin/python"
	if windows {
		python = `.venv\Scripts\python.exe`
	}
	return map[string]string{"compose": "docker compose", "python": python, "kafkamodule": "confluent_kafka", "listen": "9092", "between": "29092"}
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
			before, _ := utf8.DecodeLastRuneInString(b.String())
			after, _ := utf8.DecodeRuneInString(s[i+j+1:])
			b.WriteString(apart(before, args[name], after))
		}
		s = s[i+j+1:]
	}
}

// apart puts a space between a Latin value and the Chinese around it.
func apart(before rune, value string, after rune) string {
	if unicode.Is(unicode.Han, before) && value[0] < utf8.RuneSelf {
		value = " " + value
	}
	if unicode.Is(unicode.Han, after) && value[len(value)-1] < utf8.RuneSelf {
		value += " "
	}
	return value
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
