package compose

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Bounds of reading a script.
const (
	maxCommands   = 2000
	maxSteps      = 20_000
	maxShellDepth = 8
)

// runShell reads a script far enough to tell which commands it runs with which words: quotes, line continuations,
// assignments, `for x in a b`, and functions with their arguments. It runs nothing; what it cannot follow it leaves as
// written.
func runShell(text string) [][]string {
	sh := shell{functions: map[string][][]token{}}
	sh.block(split(tokens(text)), map[string]string{}, 0)
	return sh.commands
}

// token is one word of a script, or a mark that ends a command.
type token struct {
	text string
	end  bool // ; & | or a new line
	raw  bool // in single quotes: nothing is put in
}

type shell struct {
	steps     int // taken so far
	functions map[string][][]token
	commands  [][]string
}

// tokens splits a script into words.
func tokens(text string) []token {
	text = strings.NewReplacer("\\\r\n", " ", "\\\n", " ").Replace(text)
	var out []token
	var word strings.Builder
	var started, raw bool
	flush := func() {
		if started {
			out = append(out, token{text: word.String(), raw: raw})
		}
		word.Reset()
		started, raw = false, false
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\'', '"':
			end := quoteEnd(text, i)
			word.WriteString(text[i+1 : max(end, i+1)])
			started, raw, i = true, raw || c == '\'', end
		case '#':
			if started {
				word.WriteByte(c)
				continue
			}
			for i+1 < len(text) && text[i+1] != '\n' {
				i++
			}
		case ' ', '\t', '\r':
			flush()
		case '(':
			end := i
			switch {
			case strings.HasSuffix(word.String(), "$"), strings.HasSuffix(word.String(), "="):
				end = closing(text, i)
			case i+1 < len(text) && text[i+1] == ')':
				end = i + 1
			default:
				flush()
				out = append(out, token{end: true})
				continue
			}
			inside := text[i : end+1]
			if strings.HasSuffix(word.String(), "=") {
				inside = array(inside)
			}
			word.WriteString(inside)
			started, i = true, end
		case ';', '&', '|', '\n', ')':
			flush()
			out = append(out, token{end: true})
		default:
			word.WriteByte(c)
			started = true
		}
	}
	flush()
	return out
}

// quoteEnd is the place of the quote that closes the one at i, or the text's last byte.
func quoteEnd(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		if text[j] == '\\' && text[i] == '"' {
			j++
			continue
		}
		if text[j] == text[i] {
			return j
		}
	}
	return len(text) - 1
}

// closing is the place of the parenthesis that closes the one at i, or the text's last byte.
func closing(text string, i int) int {
	depth := 0
	for j := i; j < len(text); j++ {
		switch text[j] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(text) - 1
}

// array is the items of a list in parentheses, parted by blanks.
func array(text string) string {
	var items []string
	for _, t := range tokens(strings.Trim(text, "()")) {
		if !t.end {
			items = append(items, t.text)
		}
	}
	return strings.Join(items, " ")
}

// split gives the commands of a script.
func split(all []token) [][]token {
	var out [][]token
	var current []token
	for _, t := range all {
		keyword := !t.raw && len(current) > 0 && (t.text == "do" || t.text == "then" || t.text == "{") && !t.end
		if !t.end {
			current = append(current, t)
		}
		if (t.end || keyword) && len(current) > 0 {
			out = append(out, current)
			current = nil
		}
	}
	if len(current) > 0 {
		out = append(out, current)
	}
	return out
}

// block runs commands, following loops and functions.
func (sh *shell) block(commands [][]token, vars map[string]string, depth int) {
	if depth > maxShellDepth {
		return
	}
	for i := 0; i < len(commands) && len(sh.commands) < maxCommands && sh.steps < maxSteps; i++ {
		sh.steps++
		c := strip(commands[i])
		if len(c) == 0 {
			continue
		}
		first := c[0].text
		switch {
		case first == "for" && len(c) > 3 && c[2].text == "in":
			body, next := inner(commands, i, "for", "done")
			sh.loop(c[1].text, c[3:], body, vars, depth)
			i = next
		case function(c) != "":
			body, next := inner(commands, i, "{", "}")
			sh.functions[function(c)] = body
			i = next
		case sh.functions[first] != nil:
			sh.call(first, c[1:], vars, depth)
		default:
			sh.command(c, vars)
		}
	}
}

// strip removes the words that only join commands.
func strip(c []token) []token {
	for len(c) > 0 && !c[0].raw {
		switch c[0].text {
		case "do", "then", "else", "if", "while", "until", "!", "{", "time", "exec", "export", "local", "readonly":
			c = c[1:]
			continue
		}
		break
	}
	return c
}

// function is the name that a command begins to define.
func function(c []token) string {
	if name, ok := strings.CutSuffix(c[0].text, "()"); ok && name != "" {
		return name
	}
	if c[0].text == "function" && len(c) > 1 {
		return strings.TrimSuffix(c[1].text, "()")
	}
	if len(c) > 1 && c[1].text == "()" {
		return c[0].text
	}
	return ""
}

// inner is what stands between the opening command at i and its closing word, and where that is.
func inner(commands [][]token, i int, opens, closes string) ([][]token, int) {
	depth := 0
	for j := i; j < len(commands); j++ {
		for _, t := range commands[j] {
			switch {
			case t.raw:
			case t.text == opens || opens == "for" && (t.text == "while" || t.text == "until"):
				depth++
			case t.text == closes:
				depth--
			}
		}
		if depth == 0 && j > i {
			return commands[i+1 : j], j
		}
	}
	return commands[i+1:], len(commands)
}

func (sh *shell) loop(name string, over []token, body [][]token, vars map[string]string, depth int) {
	for _, t := range over {
		for _, item := range strings.Fields(put(t, vars)) {
			if item == "do" || len(sh.commands) >= maxCommands {
				continue
			}
			with := maps.Clone(vars)
			with[name] = item
			sh.block(body, with, depth+1)
		}
	}
}

func (sh *shell) call(name string, args []token, vars map[string]string, depth int) {
	with := maps.Clone(vars)
	for i, a := range args {
		with[strconv.Itoa(i+1)] = put(a, vars)
	}
	sh.block(sh.functions[name], with, depth+1)
}

// command notes one command, or the variables it sets.
func (sh *shell) command(c []token, vars map[string]string) {
	var words []string
	for _, t := range c {
		w := put(t, vars)
		if key, val, ok := strings.Cut(w, "="); ok && len(words) == 0 && identifier(key) {
			vars[key] = val
			continue
		}
		words = append(words, w)
	}
	switch {
	case len(words) == 0 || words[0] == "echo" || words[0] == "printf":
	case words[0] == "read":
		read(words[1:], vars)
	default:
		sh.commands = append(sh.commands, words)
	}
}

// read splits a value, as `IFS=: read -r a b <<< "$x"` does.
func read(words []string, vars map[string]string) {
	i := slices.Index(words, "<<<")
	if i < 0 || i+1 >= len(words) {
		return
	}
	parts := strings.Fields(words[i+1])
	if separator := vars["IFS"]; separator != "" {
		parts = strings.Split(words[i+1], separator[:1])
	}
	for _, name := range words[:i] {
		if strings.HasPrefix(name, "-") || len(parts) == 0 {
			continue
		}
		vars[name], parts = parts[0], parts[1:]
	}
}

func identifier(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// put is a word with the variables known in place, ${x%%:*} and ${x##*:} included.
func put(t token, vars map[string]string) string {
	if t.raw || !strings.Contains(t.text, "$") || len(t.text) > 4096 {
		return t.text
	}
	text := cutCommand.ReplaceAllStringFunc(t.text, func(ref string) string {
		m := cutCommand.FindStringSubmatch(ref)
		parts := strings.Split(put(token{text: m[1]}, vars), m[2])
		if n, _ := strconv.Atoi(m[3]); n > 0 && n <= len(parts) {
			return parts[n-1]
		}
		return ref
	})
	return shellReference.ReplaceAllStringFunc(text, func(ref string) string {
		m := shellReference.FindStringSubmatch(ref)
		name, cut := m[1]+m[3], m[2]
		v, ok := vars[name]
		if !ok && strings.HasPrefix(cut, ":-") {
			return cut[2:]
		}
		if !ok || len(v) > 4096 {
			return ref
		}
		return trimmed(v, cut)
	})
}

// cutCommand is $(echo "$x" | cut -d: -f1).
var cutCommand = regexp.MustCompile(`\$\(echo\s+"?([^"|()]+?)"?\s*\|\s*cut\s+-d\s*["']?([^"'\s])["']?\s+-f\s*(\d)\s*\)`)

var shellReference = regexp.MustCompile(`\$\{(\w+)(?:\[[@*]\])?(:-[^{}]*|%%?[^{}]*|##?[^{}]*)?\}|\$(\w+)`)

// trimmed is a value without what a pattern of the form %%:* or ##*: takes off.
func trimmed(v, cut string) string {
	switch {
	case strings.HasPrefix(cut, "%") && strings.HasSuffix(cut, "*"):
		separator := strings.Trim(cut, "%*")
		if strings.HasPrefix(cut, "%%") {
			v, _, _ = strings.Cut(v, separator)
		} else if i := strings.LastIndex(v, separator); i >= 0 {
			v = v[:i]
		}
	case strings.HasPrefix(cut, "#") && strings.Contains(cut, "*"):
		separator := strings.Trim(cut, "#*")
		if i := strings.LastIndex(v, separator); strings.HasPrefix(cut, "##") && i >= 0 {
			v = v[i+len(separator):]
		} else if _, after, ok := strings.Cut(v, separator); ok {
			v = after
		}
	}
	return v
}
