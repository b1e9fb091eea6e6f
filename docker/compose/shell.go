package compose

import (
	"maps"
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

type shell struct {
	steps     int // taken so far
	functions map[string][][]token
	commands  [][]string
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
	list := false
	for _, name := range words[:i] {
		if strings.HasPrefix(name, "-") || len(parts) == 0 {
			list = list || strings.HasPrefix(name, "-") && strings.Contains(name, "a")
			continue
		}
		if list {
			parts = []string{strings.Join(parts, " ")}
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
