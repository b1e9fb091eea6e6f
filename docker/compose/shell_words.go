package compose

import (
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"streamtray/internal/lazyregexp"
)

func stringValue(s string) expand.Variable {
	return expand.Variable{Set: true, Kind: expand.String, Str: s[:min(len(s), maxValue)]}
}

// config expands words of the script; strict, a variable that nothing sets is an error.
func (sh *shell) config(strict bool) *expand.Config {
	return &expand.Config{Env: sh.vars, NoUnset: strict, CmdSubst: func(w io.Writer, c *syntax.CmdSubst) error {
		text, known := sh.outputs(c.Stmts)
		if !known {
			text = "$(" + firstWord(c) + ")"
		}
		_, err := io.WriteString(w, text[:min(len(text), maxValue)])
		return err
	}}
}

// firstWord names the command of a substitution that nobody can work out.
func firstWord(c *syntax.CmdSubst) string {
	if len(c.Stmts) > 0 {
		if call, ok := c.Stmts[0].Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			return call.Args[0].Lit()
		}
	}
	return ""
}

// fields are a word's fields. A variable that nothing sets stays in them as it was written.
func (sh *shell) fields(w *syntax.Word) []string {
	return sh.expanded(w, func(cfg *expand.Config) ([]string, error) { return expand.Fields(cfg, w) })
}

// literal is a word as one text, as an assignment takes it.
func (sh *shell) literal(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	return strings.Join(sh.expanded(w, func(cfg *expand.Config) ([]string, error) {
		text, err := expand.Literal(cfg, w)
		return []string{text}, err
	}), " ")
}

// expanded expands a word, with variables that nothing sets standing for themselves.
func (sh *shell) expanded(w *syntax.Word, expansion func(*expand.Config) ([]string, error)) []string {
	if !modest(w) {
		return []string{source(w)}
	}
	outer := sh.vars
	defer func() { sh.vars = outer }()
	for n := range maxReferences {
		out, err := expansion(sh.config(true))
		var unset expand.UnsetParameterError
		switch {
		case err == nil:
			return out
		case !errors.As(err, &unset) || unset.Node.Param == nil || outer[unset.Node.Param.Value].IsSet():
			return []string{source(w)}
		}
		if n == 0 {
			sh.vars = maps.Clone(outer)
		}
		name := unset.Node.Param.Value
		sh.vars[name] = stringValue("${" + name + "}")
	}
	return []string{source(w)}
}

// tested is a word as a condition sees it: what nothing sets is empty.
func (sh *shell) tested(w *syntax.Word) string {
	if !modest(w) {
		return source(w)
	}
	out, err := expand.Literal(sh.config(false), w)
	if err != nil {
		return source(w)
	}
	return out
}

// modest reports whether a word expands within bounds: braces multiply, and each variable may be long.
func modest(w *syntax.Word) bool {
	braces, references := 0, 0
	syntax.Walk(w, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Lit:
			braces += strings.Count(n.Value, "{")
			if strings.Contains(n.Value, "..") && longNumber.MatchString(n.Value) {
				braces = maxReferences
			}
		case *syntax.ParamExp, *syntax.CmdSubst:
			references++
		}
		return true
	})
	return braces < 5 && references < maxReferences
}

var longNumber = lazyregexp.New(`\d{4}`)

// source is a word as it was written.
func source(w *syntax.Word) string {
	var b strings.Builder
	if syntax.NewPrinter().Print(&b, w) != nil {
		return ""
	}
	return b.String()
}

// assign sets a variable. What the program that is started gets of it is noted.
func (sh *shell) assign(name string, value expand.Variable, sure bool) {
	if value.Kind == expand.Indexed && len(value.List) > maxCommands {
		value.List = value.List[:maxCommands]
	}
	value.Exported = value.Exported || sh.vars[name].Exported || sh.allExport
	sh.vars[name] = value
	if value.Exported {
		sh.note(name, value.String(), sure)
	}
}

func (sh *shell) note(name, value string, sure bool) {
	if !sure {
		sh.perhaps[name] = value
		return
	}
	sh.sets[name] = value
	delete(sh.perhaps, name)
}

// value is what an assignment gives.
func (sh *shell) value(a *syntax.Assign) expand.Variable {
	if a.Array != nil {
		v := expand.Variable{Set: true, Kind: expand.Indexed}
		for _, e := range a.Array.Elems {
			if e.Value != nil {
				v.List = append(v.List, sh.fields(e.Value)...)
			}
		}
		return v
	}
	v := stringValue(sh.literal(a.Value))
	if a.Append {
		v = stringValue(sh.vars[a.Name.Value].String() + v.Str)
	}
	return v
}

// declare follows export, local and the like.
func (sh *shell) declare(c *syntax.DeclClause, sure bool) truth {
	exports := c.Variant.Value == "export"
	for _, a := range c.Args {
		if a.Name == nil {
			exports = exports || strings.Contains(a.Value.Lit(), "x")
			continue
		}
		v := sh.vars[a.Name.Value]
		if !a.Naked {
			v = sh.value(a)
		}
		v.Exported = v.Exported || exports
		if v.IsSet() {
			sh.assign(a.Name.Value, v, sure)
		}
	}
	return yes
}

// call follows a simple command.
func (sh *shell) call(c *syntax.CallExpr, sure bool) truth {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			sh.assign(a.Name.Value, sh.value(a), sure)
		}
		return yes
	}
	if name := c.Args[0].Lit(); name == "[" || name == "test" {
		return sh.bracket(c.Args[1:])
	}
	outer := sh.vars
	if len(c.Assigns) > 0 {
		sh.vars = maps.Clone(outer)
		defer func() { sh.vars = outer }()
	}
	for _, a := range c.Assigns {
		v := sh.value(a)
		v.Exported = true
		sh.vars[a.Name.Value] = v
		if a.Name.Value != "IFS" {
			sh.note(a.Name.Value, v.String(), sure)
		}
	}
	var words []string
	for _, w := range c.Args {
		words = append(words, sh.fields(w)...)
	}
	if len(words) > 0 && words[0] == "read" {
		return sh.read(words[1:], outer, sure)
	}
	return sh.command(words, sure)
}

func (sh *shell) bracket(args []*syntax.Word) truth {
	var words []string
	for _, w := range args {
		if !modest(w) {
			return unknown
		}
		fields, err := expand.Fields(sh.config(false), w)
		if err != nil {
			return unknown
		}
		words = append(words, fields...)
	}
	if n := len(words); n > 0 && words[n-1] == "]" {
		words = words[:n-1]
	}
	return sh.test(testOf(words))
}

var shells = []string{"sh", "bash", "ash", "dash", "ksh", "zsh"}

// command follows a simple command whose words are known.
func (sh *shell) command(words []string, sure bool) truth {
	if len(words) == 0 {
		return yes
	}
	name, args := words[0], words[1:]
	switch {
	case sh.functions[name] != nil:
		return sh.function(name, args, sure)
	case name == ":", name == "true", name == "echo", name == "printf", name == "shift":
		return yes
	case name == "false":
		return no
	case name == "set":
		return sh.options(args)
	case name == "unset":
		for _, n := range args {
			delete(sh.vars, n)
		}
		return yes
	case name == "exit", name == "return":
		sh.ended = true
		return yes
	case name == "eval":
		return sh.text(strings.Join(args, " "), sure)
	case name == "exec" && len(args) > 0:
		result := sh.command(args, sure)
		sh.ended = true
		return result
	case name == "command", name == "nohup", name == "sudo":
		return sh.command(args, sure)
	case name == "env":
		return sh.env(args, sure)
	case name == ".", name == "source":
		if len(args) > 0 {
			return sh.file(args[0], args[1:], sure)
		}
	case slices.Contains(shells, path.Base(name)):
		return sh.inner(words, sure)
	}
	if len(sh.commands) < maxCommands {
		sh.commands = append(sh.commands, words)
	}
	for i, a := range args { // behind a wrapper such as tini
		if slices.Contains(shells, path.Base(a)) && i+1 < len(args) && strings.HasPrefix(args[i+1], "-") {
			return sh.inner(args[i:], sure)
		}
	}
	return sh.file(name, args, sure)
}

// function follows a function with its parameters.
func (sh *shell) function(name string, args []string, sure bool) truth {
	if sh.depth > maxShellDepth {
		return unknown
	}
	sh.depth++
	outer := sh.parameters(args)
	result := sh.statement(sh.functions[name], sure)
	sh.parameters(outer)
	sh.depth--
	sh.ended = false
	return result
}

// parameters sets $1 and so on, and gives those before.
func (sh *shell) parameters(args []string) (before []string) {
	before = sh.vars["@"].List
	for i := range before {
		delete(sh.vars, strconv.Itoa(i+1))
	}
	for i, a := range args {
		sh.vars[strconv.Itoa(i+1)] = stringValue(a)
	}
	sh.vars["@"] = expand.Variable{Set: true, Kind: expand.Indexed, List: args}
	sh.vars["*"] = sh.vars["@"]
	sh.vars["#"] = stringValue(strconv.Itoa(len(args)))
	return before
}

func (sh *shell) options(args []string) truth {
	for i, a := range args {
		if a == "--" {
			sh.parameters(args[i+1:])
			break
		}
		if strings.HasPrefix(a, "-") || strings.HasPrefix(a, "+") {
			if strings.Contains(a, "a") || a[1:] == "o" && i+1 < len(args) && args[i+1] == "allexport" {
				sh.allExport = a[0] == '-'
			}
		}
	}
	return yes
}

// env follows `env NAME=value command`.
func (sh *shell) env(args []string, sure bool) truth {
	for i, a := range args {
		name, value, assigned := strings.Cut(a, "=")
		switch {
		case assigned && syntax.ValidName(name):
			sh.note(name, value, sure)
		case !strings.HasPrefix(a, "-"):
			return sh.command(args[i:], sure)
		}
	}
	return yes
}

// inner follows a shell that is started: the text after -c, or a file.
func (sh *shell) inner(words []string, sure bool) truth {
	for i, w := range words[1:] {
		rest := words[i+2:]
		switch {
		case !strings.HasPrefix(w, "-"):
			if result := sh.file(w, rest, sure); result != unknown {
				return result
			}
			sh.commands = append(sh.commands, words[i+1:])
			return unknown
		case !strings.HasPrefix(w, "--") && strings.Contains(w, "c") && len(rest) > 0:
			if len(rest) > 1 {
				sh.parameters(rest[2:])
			}
			return sh.text(rest[0], sure)
		case w == "-o":
			return sh.inner(slices.Concat(words[:1], rest[min(1, len(rest)):]), sure)
		}
	}
	return unknown
}

// file follows a script that is put into the container; unknown: there is none of that name.
func (sh *shell) file(name string, args []string, sure bool) truth {
	text, found := sh.files[name]
	for _, place := range slices.Sorted(maps.Keys(sh.files)) {
		if !found && strings.HasSuffix(place, "/"+path.Base(name)) {
			text, found = sh.files[place], true
		}
	}
	if !found || strings.HasSuffix(name, ".py") {
		return unknown
	}
	outer := sh.parameters(args)
	sh.text(text, sure)
	sh.parameters(outer)
	return yes
}

// read takes a line of what is piped or written behind <<<, and splits it as IFS says.
func (sh *shell) read(args []string, outer variables, sure bool) truth {
	cfg := sh.config(false) // with the IFS that stands before read
	sh.vars = outer
	if len(sh.input) == 0 {
		return no
	}
	line := sh.input[0]
	sh.input = sh.input[1:]
	list := false
	var names []string
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			list = list || strings.Contains(a, "a")
		} else {
			names = append(names, a)
		}
	}
	if list && len(names) > 0 {
		fields := expand.ReadFields(cfg, line, -1, true)
		sh.assign(names[0], expand.Variable{Set: true, Kind: expand.Indexed, List: fields}, sure)
		return yes
	}
	for i, value := range expand.ReadFields(cfg, line, len(names), true) {
		sh.assign(names[i], stringValue(value), sure)
	}
	return yes
}

// outputs is what commands print, where that can be told: echo and printf, piped through cut, tr and sed.
func (sh *shell) outputs(list []*syntax.Stmt) (string, bool) {
	if len(list) != 1 {
		return "", false
	}
	return sh.output(list[0])
}

func (sh *shell) output(s *syntax.Stmt) (string, bool) {
	switch c := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		if c.Op != syntax.Pipe {
			return "", false
		}
		text, known := sh.output(c.X)
		if !known {
			return "", false
		}
		return filtered(text, sh.words(c.Y))
	case *syntax.CallExpr:
		words := sh.words(s)
		if len(words) == 0 || words[0] != "echo" && words[0] != "printf" || slices.ContainsFunc(words, dynamic) {
			return "", false
		}
		return printed(words), true
	}
	return "", false
}

// words are a simple command's, nil for any other.
func (sh *shell) words(s *syntax.Stmt) []string {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok {
		return nil
	}
	var words []string
	for _, w := range c.Args {
		words = append(words, sh.fields(w)...)
	}
	return words
}

// printed is what echo and printf make of their words.
func printed(words []string) string {
	args := words[1:]
	for len(args) > 0 && (args[0] == "-n" || args[0] == "-e") {
		args = args[1:]
	}
	if words[0] == "echo" {
		return strings.ReplaceAll(strings.Join(args, " "), `\n`, "\n") + "\n"
	}
	if len(args) == 0 {
		return ""
	}
	format := strings.ReplaceAll(args[0], `\n`, "\n")
	if !strings.Contains(format, "%s") {
		return format
	}
	var b strings.Builder
	for _, a := range args[1:] {
		b.WriteString(strings.ReplaceAll(format, "%s", a))
	}
	return b.String()
}

var sedCommand = lazyregexp.New(`^s(.)(.)(.)(.*?)(.)g?$`)

// filtered is a text after cut, tr or sed, in the ways that lists are split by them.
func filtered(text string, words []string) (string, bool) {
	if len(words) == 0 {
		return "", false
	}
	unescaped := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\`, "")
	switch words[0] {
	case "cut":
		line := strings.TrimSuffix(text, "\n")
		joined := strings.Join(words[1:], " ")
		m := cutFlags.FindStringSubmatch(joined)
		if m == nil {
			return "", false
		}
		n, _ := strconv.Atoi(m[2] + m[3])
		if parts := strings.Split(line, m[1]+m[4]); n > 0 && n <= len(parts) {
			return parts[n-1] + "\n", true
		}
	case "tr":
		if len(words) == 3 && words[1] == "-d" {
			return strings.ReplaceAll(text, unescaped.Replace(words[2]), ""), true
		}
		if len(words) == 3 && len(words[1]) == 1 {
			return strings.ReplaceAll(text, words[1], unescaped.Replace(words[2])), true
		}
	case "sed":
		if m := sedCommand.FindStringSubmatch(words[len(words)-1]); m != nil && m[1] == m[3] && m[3] == m[5] {
			return strings.ReplaceAll(text, m[2], unescaped.Replace(m[4])), true
		}
	}
	return "", false
}

// cutFlags are cut's, in either order.
var cutFlags = lazyregexp.New(`^(?:-d ?(\S) -f ?(\d)|-f ?(\d) -d ?(\S))$`)
