package compose

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// Bounds of reading a script.
const (
	maxScript     = 256 << 10 // bytes of one text
	maxNested     = 200       // brackets and keywords that open inside each other
	maxCommands   = 2000
	maxSteps      = 20_000
	maxShellDepth = 8
	maxValue      = 4096 // bytes of a variable
	maxReferences = 64   // in one word
)

// ran is what a script would do, as far as that can be told without running anything.
type ran struct {
	commands [][]string        // simple commands by their words, those of a branch that cannot be taken left out
	sets     map[string]string // variables that the program it starts certainly gets
	perhaps  map[string]string // variables that it gets if a condition holds that only a running container knows
}

// runScript follows a script with a container's environment and the files that are put into it: expansions, loops,
// functions, sourced files, and conditions as far as they ask for variables. A variable that nothing sets counts as
// unset in conditions and stays as written in words.
func runScript(text string, environment, files map[string]string) *ran {
	sh := newShell(environment, files)
	sh.text(text, true)
	return &sh.ran
}

// script is what a service's entrypoint and command do.
func (s *Service) script() *ran {
	if s.ran == nil {
		s.ran = runWords(slices.Concat(s.Entrypoint, s.Command), s.Environment, s.files)
	}
	return s.ran
}

// runWords is runScript for the words of a command. One word with blanks in it is a text for a shell all the same.
func runWords(words []string, environment, files map[string]string) *ran {
	if len(words) == 1 && strings.ContainsAny(words[0], " \n") {
		return runScript(words[0], environment, files)
	}
	sh := newShell(environment, files)
	sh.command(words, true)
	return &sh.ran
}

func newShell(environment, files map[string]string) *shell {
	sh := &shell{
		ran:   ran{sets: map[string]string{}, perhaps: map[string]string{}},
		files: files, functions: map[string]*syntax.Stmt{}, vars: variables{},
	}
	for k, v := range environment {
		sh.vars[k] = expand.Variable{Set: true, Exported: true, Kind: expand.String, Str: v}
	}
	return sh
}

// variables are a shell's, with its parameters under their digits.
type variables map[string]expand.Variable

// Get implements expand.Environ. No home folder is ever looked up.
func (v variables) Get(name string) expand.Variable {
	if value, set := v[name]; set || !strings.HasPrefix(name, "HOME") {
		return value
	}
	return expand.Variable{Set: true, Kind: expand.String, Str: "~"}
}

// Each implements expand.Environ.
func (v variables) Each(f func(string, expand.Variable) bool) {
	for k, value := range v {
		if !f(k, value) {
			return
		}
	}
}

// Set implements expand.WriteEnviron, for ${NAME:=value}.
func (v variables) Set(name string, value expand.Variable) error {
	value.Exported = value.Exported || v[name].Exported
	value.Str = value.Str[:min(len(value.Str), maxValue)]
	v[name] = value
	return nil
}

// shell follows one script.
type shell struct {
	ran
	files     map[string]string
	functions map[string]*syntax.Stmt
	vars      variables
	input     []string // lines that read gets
	allExport bool     // set -a
	ended     bool     // by exec or exit
	steps     int
	depth     int // of functions, files and shells in shells
}

// text follows a script's text. What comes after a mistake in it is left out.
func (sh *shell) text(text string, sure bool) truth {
	if sh.depth > maxShellDepth || len(text) > maxScript || nested(text) > maxNested {
		return unknown
	}
	sh.depth++
	defer func() { sh.depth-- }()
	list, err := parseScript(text)
	if spaced := strings.ReplaceAll(text, "((", "( ("); err != nil && spaced != text {
		// What opens like arithmetic and is none is a subshell in a subshell.
		if again, err := parseScript(spaced); err == nil {
			list = again
		}
	}
	return sh.statements(list, sure)
}

// parseScript gives a text's statements, up to the first mistake.
func parseScript(text string) (list []*syntax.Stmt, err error) {
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	for s, err := range parser.StmtsSeq(strings.NewReader(strings.ReplaceAll(text, "\r\n", "\n"))) {
		if err != nil {
			return list, err
		}
		if list = append(list, s); len(list) >= maxSteps {
			break
		}
	}
	return list, nil
}

// nested is at least how deep a text's constructs open in each other; the parser recurses with them.
func nested(text string) int {
	depth, deepest := 0, 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n;", r) }) {
		switch word {
		case "if", "while", "until", "for", "case", "select", "!", "function", "time", "coproc":
			depth++
		case "fi", "done", "esac":
			depth = max(0, depth-1)
		}
		depth += strings.Count(word, "(") + strings.Count(word, "{") + strings.Count(word, "`") + strings.Count(word, "[")
		deepest = max(deepest, depth)
		depth = max(0, depth-strings.Count(word, ")")-strings.Count(word, "}")-strings.Count(word, "`")-strings.Count(word, "]"))
	}
	return deepest
}

func (sh *shell) statements(list []*syntax.Stmt, sure bool) truth {
	result := yes
	for _, s := range list {
		if sh.ended {
			break
		}
		result = sh.statement(s, sure)
	}
	return result
}

func (sh *shell) statement(s *syntax.Stmt, sure bool) truth {
	if sh.steps++; sh.steps > maxSteps || len(sh.commands) >= maxCommands || sh.ended {
		return unknown
	}
	for _, r := range s.Redirs {
		if r.Op == syntax.WordHdoc {
			sh.input = strings.Split(sh.literal(r.Word), "\n")
		} else if r.Hdoc != nil {
			sh.input = strings.Split(strings.TrimSuffix(sh.literal(r.Hdoc), "\n"), "\n")
		}
	}
	result := sh.compound(s.Cmd, sure)
	if s.Negated {
		return result.not()
	}
	return result
}

func (sh *shell) compound(c syntax.Command, sure bool) truth {
	switch c := c.(type) {
	case *syntax.CallExpr:
		return sh.call(c, sure)
	case *syntax.DeclClause:
		return sh.declare(c, sure)
	case *syntax.Block:
		return sh.statements(c.Stmts, sure)
	case *syntax.Subshell:
		outer := sh.vars
		sh.vars = maps.Clone(outer)
		result := sh.statements(c.Stmts, sure)
		sh.vars, sh.ended = outer, false
		return result
	case *syntax.FuncDecl:
		sh.functions[c.Name.Value] = c.Body
		return yes
	case *syntax.BinaryCmd:
		return sh.binary(c, sure)
	case *syntax.IfClause:
		return sh.conditional(c, sure)
	case *syntax.CaseClause:
		return sh.choice(c, sure)
	case *syntax.ForClause:
		return sh.loop(c, sure)
	case *syntax.WhileClause:
		return sh.while(c, sure)
	case *syntax.TestClause:
		return sh.test(c.X)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			return sh.statement(c.Stmt, sure)
		}
	}
	return unknown
}

// binary follows `a && b`, `a || b` and pipes. Scripts are written for success: what stands behind && runs unless it
// is known not to.
func (sh *shell) binary(c *syntax.BinaryCmd, sure bool) truth {
	switch c.Op {
	case syntax.AndStmt:
		if left := sh.statement(c.X, sure); left == no {
			return no
		}
		return sh.statement(c.Y, sure)
	case syntax.OrStmt:
		left := sh.statement(c.X, sure)
		if left == yes {
			return yes
		}
		return sh.branch(func(sure bool) truth { return sh.statement(c.Y, sure) }, sure, left == no)
	}
	lines, known := sh.output(c.X)
	if !known {
		sh.statement(c.X, sure)
	}
	sh.input = strings.Split(strings.TrimSuffix(lines, "\n"), "\n")
	return sh.statement(c.Y, sure)
}

// branch follows what runs if a condition holds. When that is not known, variables that were set keep their values:
// those of the branch are only noted.
func (sh *shell) branch(follow func(sure bool) truth, sure, known bool) truth {
	if known {
		return follow(sure)
	}
	outer, ended := sh.vars, sh.ended
	sh.vars = maps.Clone(outer)
	follow(false)
	for k, v := range sh.vars {
		if !outer[k].IsSet() {
			outer[k] = v
		}
	}
	sh.vars, sh.ended = outer, ended
	return unknown
}

func (sh *shell) conditional(c *syntax.IfClause, sure bool) truth {
	holds := yes
	if len(c.Cond) > 0 { // else has none
		holds = sh.statements(c.Cond, sure)
	}
	result := unknown
	if holds != no {
		result = sh.branch(func(sure bool) truth { return sh.statements(c.Then, sure) }, sure, holds == yes)
	}
	if holds != yes && c.Else != nil {
		return sh.branch(func(sure bool) truth { return sh.conditional(c.Else, sure) }, sure, holds == no)
	}
	return result
}

func (sh *shell) choice(c *syntax.CaseClause, sure bool) truth {
	word := sh.tested(c.Word)
	certain := !dynamic(word)
	for _, item := range c.Items {
		match := unknown
		if certain {
			match = no
			for _, p := range item.Patterns {
				if sh.matches(p, word) {
					match = yes
				}
			}
		}
		if match != no {
			sh.branch(func(sure bool) truth { return sh.statements(item.Stmts, sure) }, sure, match == yes)
		}
		if match == yes && item.Op == syntax.Break {
			break
		}
	}
	return unknown
}

func (sh *shell) matches(word *syntax.Word, text string) bool {
	p, err := expand.Pattern(sh.config(false), word)
	if err != nil || len(p) > maxValue {
		return false
	}
	expr, err := pattern.Regexp(p, pattern.EntireString)
	if err != nil {
		return false
	}
	re, err := regexp.Compile(expr)
	return err == nil && re.MatchString(text)
}

func (sh *shell) loop(c *syntax.ForClause, sure bool) truth {
	over, list := c.Loop.(*syntax.WordIter)
	if !list || sh.depth > maxShellDepth {
		return sh.branch(func(sure bool) truth { return sh.statements(c.Do, sure) }, sure, false)
	}
	sh.depth++
	defer func() { sh.depth-- }()
	var items []string
	for _, w := range over.Items {
		items = append(items, sh.fields(w)...)
	}
	if !over.InPos.IsValid() {
		items = sh.vars["@"].List
	}
	for _, item := range items {
		sh.assign(over.Name.Value, stringValue(item), sure)
		sh.statements(c.Do, sure)
	}
	return yes
}

// while follows a loop's body once, or once for each line that its condition reads.
func (sh *shell) while(c *syntax.WhileClause, sure bool) truth {
	if sh.depth > maxShellDepth {
		return unknown
	}
	sh.depth++
	defer func() { sh.depth-- }()
	reads := false
	for range maxSteps {
		before := len(sh.input)
		holds := sh.statements(c.Cond, sure)
		if c.Until {
			holds = holds.not()
		}
		reads = reads || len(sh.input) < before
		if holds == no || sh.ended || sh.steps > maxSteps {
			return yes
		}
		sh.branch(func(sure bool) truth { return sh.statements(c.Do, sure) }, sure, reads)
		if !reads {
			break
		}
	}
	return yes
}
