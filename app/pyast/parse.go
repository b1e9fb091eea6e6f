package pyast

// parser reads tokens. It never goes back, and each step takes at least one token, so that it ends.
type parser struct {
	tokens []token
	at     int
	depth  int // of nested expressions and blocks
}

// deepest is how deep expressions and blocks are read; no person writes code like that.
const deepest = 200

func (p *parser) peek() token { return p.tokens[min(p.at, len(p.tokens)-1)] }

func (p *parser) ahead(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }

func (p *parser) take() token {
	t := p.peek()
	p.at++
	return t
}

// is reports whether the next token is one of these operators or words.
func (p *parser) is(texts ...string) bool {
	t := p.peek()
	if t.kind != op && t.kind != name {
		return false
	}
	for _, s := range texts {
		if t.text == s {
			return true
		}
	}
	return false
}

func (p *parser) accept(s string) bool {
	if p.is(s) {
		p.at++
		return true
	}
	return false
}

func (p *parser) ended() bool { k := p.peek().kind; return k == newline || k == end }

// skipLine goes to the next logical line.
func (p *parser) skipLine() {
	for !p.ended() {
		p.at++
	}
	if p.peek().kind == newline {
		p.at++
	}
}

// block reads the statements from here on whose lines are indented by indent or more.
func (p *parser) block(indent int) []*Stmt {
	var all []*Stmt
	var decorators []*Expr
	for t := p.peek(); t.kind != end && t.indent >= indent; t = p.peek() {
		if t.kind == newline {
			p.at++
			continue
		}
		if p.accept("@") {
			decorators = append(decorators, p.expr())
			p.skipLine()
			continue
		}
		before := p.at
		for _, s := range p.statements(indent) {
			s.Decorators, decorators = decorators, nil
			all = attach(all, s)
		}
		if p.at == before { // a bracket that nothing opened
			p.at++
		}
	}
	return all
}

// attach adds a statement; an else, elif, except or finally goes with the statement that it belongs to.
func attach(all []*Stmt, s *Stmt) []*Stmt {
	if s.Word != Block && s.Name != "elif" || len(all) == 0 {
		return append(all, s)
	}
	last := all[len(all)-1]
	switch s.Name {
	case "elif":
		s.Name = ""
		for len(last.Else) == 1 && last.Else[0].Word == If {
			last = last.Else[0]
		}
		last.Else = append(last.Else, s)
	case "else":
		for len(last.Else) == 1 && last.Else[0].Word == If && last.Word == If {
			last = last.Else[0]
		}
		last.Else = append(last.Else, s.Body...)
	case "except", "finally":
		last.Else = append(last.Else, s)
	default:
		return append(all, s)
	}
	return all
}

// statements reads one logical line: one statement with its body, or several with semicolons between them.
func (p *parser) statements(indent int) []*Stmt {
	var all []*Stmt
	for {
		before := p.at
		s := p.statement(indent)
		all = append(all, s)
		if s.Word >= Def && p.at > before && p.ended() { // a compound one has taken its lines
			return all
		}
		if !p.accept(";") {
			break
		}
		if p.ended() {
			break
		}
	}
	if p.at < len(p.tokens) && !p.startsLine() {
		p.skipLine()
	}
	return all
}

// startsLine reports whether the next token is the first of its line.
func (p *parser) startsLine() bool { return p.at > 0 && p.tokens[p.at-1].kind == newline }

func (p *parser) statement(indent int) *Stmt {
	t := p.peek()
	s := &Stmt{Line: t.line}
	if t.kind != name {
		p.simple(s)
		return s
	}
	switch t.text {
	case "import":
		p.at++
		s.Word, s.Imports = Import, p.imported(true)
	case "from":
		p.from(s)
	case "return":
		p.at++
		s.Word = Return
		if !p.ended() {
			s.Value = p.exprs()
		}
	case "del", "raise", "assert", "global", "nonlocal":
		p.at++
		if !p.ended() {
			s.Value = p.exprs()
		}
	case "pass", "break", "continue":
		p.at++
	case "async":
		p.at++
		return p.statement(indent)
	case "def", "class", "if", "elif", "while", "for", "with", "try", "else", "except", "finally":
		p.compound(s, indent)
	case "match", "case":
		if p.header() {
			p.compound(s, indent)
		} else {
			p.simple(s)
		}
	default:
		p.simple(s)
	}
	return s
}

// header reports whether the logical line from here on ends with a colon: match and case are words only there.
func (p *parser) header() bool {
	for i := p.at; i < len(p.tokens); i++ {
		if k := p.tokens[i].kind; k == newline || k == end {
			last := p.tokens[i-1]
			return i > p.at+1 && last.kind == op && last.text == ":"
		}
	}
	return false
}

// simple reads an expression or an assignment.
func (p *parser) simple(s *Stmt) {
	first := p.exprs()
	s.Value = first
	switch {
	case p.accept(":"):
		s.Word, s.Type, s.Value, s.Targets = Assign, p.expr(), nil, []*Expr{first}
		if p.accept("=") {
			s.Value = p.exprs()
		}
	case p.is("="):
		s.Word, s.Targets = Assign, nil
		for p.accept("=") {
			s.Targets = append(s.Targets, s.Value)
			s.Value = p.exprs()
		}
	case p.is("+=", "-=", "*=", "/=", "|=", "&=", "//=", "**=", "%=", "^=", ">>=", "<<=", "@="):
		p.at++
		s.Word, s.Targets, s.Value = Assign, []*Expr{first}, p.exprs()
	}
}

func (p *parser) dotted() (path string, line int) {
	line = p.peek().line
	for p.peek().kind == name {
		path += p.take().text
		if !p.accept(".") {
			break
		}
		path += "."
	}
	return path, line
}

// imported reads what is imported, with commas between. Of whole modules, the name bound is the first part.
func (p *parser) imported(modules bool) []Imported {
	var all []Imported
	for !p.ended() && !p.is(")", ";") {
		if p.accept("*") {
			return append(all, Imported{Name: "*", As: "*", Line: p.peek().line})
		}
		n, line := p.dotted()
		if n == "" {
			break
		}
		i := Imported{Name: n, As: n, Line: line}
		if modules {
			i.As = firstPart(n)
		}
		if p.accept("as") && p.peek().kind == name {
			i.As = p.take().text
		}
		all = append(all, i)
		if !p.accept(",") {
			break
		}
	}
	return all
}

func firstPart(dotted string) string {
	for i := range len(dotted) {
		if dotted[i] == '.' {
			return dotted[:i]
		}
	}
	return dotted
}

func (p *parser) from(s *Stmt) {
	p.at++
	s.Word = From
	for p.is(".", "...") {
		s.Level += len(p.take().text)
	}
	if !p.is("import") {
		s.From, _ = p.dotted()
	}
	if p.accept("import") {
		p.accept("(")
		s.Imports = p.imported(false)
		p.accept(")")
	}
}

// compound reads a statement that has a body.
func (p *parser) compound(s *Stmt, indent int) {
	word := p.take().text
	switch word {
	case "def":
		s.Word, s.Name = Def, p.take().text
		if p.is("[") { // type parameters
			p.primary()
		}
		if p.accept("(") {
			s.Params = p.params(")")
			p.accept(")")
		}
		if p.accept("->") {
			p.expr()
		}
	case "class":
		s.Word, s.Name = Class, p.take().text
		if p.is("[") {
			p.primary()
		}
		s.Value = &Expr{Kind: Call, X: &Expr{Kind: Name, Text: s.Name, Line: s.Line}, Line: s.Line}
		if p.accept("(") {
			p.arguments(s.Value)
		}
	case "if", "elif":
		s.Word, s.Value = If, p.expr()
		if word == "elif" {
			s.Name = word
		}
	case "while":
		s.Word, s.Value = While, p.expr()
	case "for":
		s.Word = For
		s.Targets = []*Expr{p.targets()}
		if p.accept("in") {
			s.Value = p.exprs()
		}
	case "with":
		p.with(s)
	case "try":
		s.Word = Try
	default:
		s.Word, s.Name = Block, word
		switch {
		case word == "case":
			s.Value = p.guard()
		case !p.is(":"):
			s.Value = p.exprs()
			if p.accept("as") {
				p.take()
			}
		}
	}
	for !p.ended() && !p.is(":") {
		p.at++
	}
	p.accept(":")
	s.Body = p.suite(indent)
}

// guard is what a case asks for besides its pattern, which looks like a call and is none; nil: nothing.
func (p *parser) guard() *Expr {
	for depth := 0; !p.ended(); p.at++ {
		switch {
		case p.is("(", "[", "{"):
			depth++
		case p.is(")", "]", "}"):
			depth--
		case depth == 0 && p.is(":"):
			return nil
		case depth == 0 && p.accept("if"):
			return p.expr()
		}
	}
	return nil
}

// suite is what follows a colon: the rest of the line, or an indented block.
func (p *parser) suite(indent int) []*Stmt {
	if p.depth++; p.depth > deepest {
		p.skipLine()
		p.depth--
		return nil
	}
	defer func() { p.depth-- }()
	if !p.ended() {
		return p.statements(indent)
	}
	p.skipLine()
	if t := p.peek(); t.kind != end && t.indent > indent {
		return p.block(t.indent)
	}
	return nil
}

func (p *parser) with(s *Stmt) {
	s.Word, s.Value = With, &Expr{Kind: List, Line: s.Line}
	for !p.ended() && !p.is(":") {
		e := p.expr()
		if e.Kind == List && !p.is("as") { // with (a as b, c as d):
			s.Value.Items = append(s.Value.Items, e.Items...)
		} else {
			s.Value.Items = append(s.Value.Items, e)
		}
		var target *Expr
		if p.accept("as") {
			target = p.targets()
		}
		s.Targets = append(s.Targets, target)
		if !p.accept(",") {
			break
		}
	}
}

// params reads parameters up to a closing token: of a def or a lambda.
func (p *parser) params(until string) []Param {
	var all []Param
	for !p.is(until) && p.peek().kind != end && p.peek().kind != newline {
		if p.is("*", "**", "/", ",") {
			p.at++
			continue
		}
		if p.peek().kind != name {
			p.at++
			continue
		}
		param := Param{Name: p.take().text}
		if until != ":" && p.accept(":") {
			param.Type = p.expr()
		}
		if p.accept("=") {
			param.Default = p.expr()
		}
		all = append(all, param)
	}
	return all
}
