package pyast

import "strings"

// exprs reads one expression, or several with commas between them, which are a List.
func (p *parser) exprs() *Expr {
	first := p.expr()
	if !p.is(",") {
		return first
	}
	list := &Expr{Kind: List, Items: []*Expr{first}, Line: first.Line}
	for p.accept(",") {
		if p.ended() || p.is("=", ")", "]", "}", ":", ";") {
			break
		}
		list.Items = append(list.Items, p.expr())
	}
	return list
}

// targets reads what a for or a with binds: operators like "in" end it.
func (p *parser) targets() *Expr {
	first := p.primary()
	if !p.is(",") {
		return first
	}
	list := &Expr{Kind: List, Items: []*Expr{first}, Line: first.Line}
	for p.accept(",") && !p.is("in") && !p.ended() {
		p.accept("*")
		list.Items = append(list.Items, p.primary())
	}
	return list
}

// expr reads one expression: lambda, a choice, or what operators join.
func (p *parser) expr() *Expr {
	if p.depth++; p.depth > deepest {
		p.depth--
		return &Expr{Line: p.take().line}
	}
	defer func() { p.depth-- }()
	line := p.peek().line
	switch {
	case p.is("lambda"):
		p.at++
		p.params(":")
		p.accept(":")
		return &Expr{Kind: Lambda, Items: []*Expr{p.expr()}, Line: line}
	case p.is("yield"):
		p.at++
		p.accept("from")
		if p.ended() || p.is(")", "=") {
			return &Expr{Kind: Operator, Text: "yield", Line: line}
		}
		return &Expr{Kind: Operator, Text: "yield", Items: []*Expr{p.exprs()}, Line: line}
	case p.is("*", "**"):
		p.at++
		return p.expr()
	}
	e := p.binary(0)
	if p.is("if") {
		p.at++
		choice := &Expr{Kind: Operator, Text: "if", Items: []*Expr{e, p.binary(0)}, Line: line}
		if p.accept("else") {
			choice.Items = append(choice.Items, p.expr())
		}
		return choice
	}
	if e.Kind == Name && p.is(":=") {
		p.at++
		return &Expr{Kind: Operator, Text: ":=", Items: []*Expr{e, p.expr()}, Line: line}
	}
	return e
}

// levels are the binary operators, those that bind least first.
var levels = [][]string{
	{"or"},
	{"and"},
	{"in", "is", "not", "<", ">", "<=", ">=", "==", "!="},
	{"|"},
	{"^"},
	{"&"},
	{"<<", ">>"},
	{"+", "-"},
	{"*", "/", "//", "%", "@"},
	{"**"},
}

// negation is the level at which a "not" before an expression stands.
const negation = 2

func (p *parser) binary(level int) *Expr {
	if level == len(levels) {
		return p.unary()
	}
	if level == negation && p.is("not") {
		line := p.take().line
		return &Expr{Kind: Operator, Text: "not", Items: []*Expr{p.binary(level)}, Line: line}
	}
	e := p.binary(level + 1)
	for p.is(levels[level]...) {
		o := p.take().text
		if o == "not" || o == "is" {
			p.accept("in")
			p.accept("not")
		}
		e = &Expr{Kind: Operator, Text: o, Items: []*Expr{e, p.binary(level + 1)}, Line: e.Line}
	}
	return e
}

func (p *parser) unary() *Expr {
	if p.is("-", "+", "~", "await", "not") {
		t := p.take()
		return &Expr{Kind: Operator, Text: t.text, Items: []*Expr{p.unary()}, Line: t.line}
	}
	return p.primary()
}

// primary reads an atom with the calls, attributes and indexes behind it.
func (p *parser) primary() *Expr {
	e := p.atom()
	for {
		line := p.peek().line
		switch {
		case p.is(".") && p.ahead(1).kind == name:
			p.at++
			e = &Expr{Kind: Attr, X: e, Text: p.take().text, Line: line}
		case p.is("("):
			p.at++
			call := &Expr{Kind: Call, X: e, Line: e.Line}
			p.arguments(call)
			e = call
		case p.is("["):
			p.at++
			e = &Expr{Kind: Index, X: e, Items: p.items("]"), Line: e.Line}
			if len(e.Items) == 0 {
				e.Items = []*Expr{{Line: line}}
			}
		default:
			return e
		}
	}
}

// arguments reads a call's arguments and its closing bracket.
func (p *parser) arguments(call *Expr) {
	for !p.is(")") && p.peek().kind != end && p.peek().kind != newline {
		before, key := p.at, ""
		switch {
		case p.is("*", "**"):
			key = p.take().text
		case p.peek().kind == name && p.ahead(1).kind == op && p.ahead(1).text == "=":
			key = p.take().text
			p.at++
		}
		e := p.comprehension(p.expr())
		call.Items, call.Keys = append(call.Items, e), append(call.Keys, key)
		if !p.accept(",") && !p.is(")") && p.at == before {
			p.at++
		}
	}
	p.accept(")")
}

// comprehension is e, or the loop that follows it.
func (p *parser) comprehension(e *Expr) *Expr {
	if !p.is("for", "async") {
		return e
	}
	loop := &Expr{Kind: Loop, Items: []*Expr{e}, Line: e.Line}
	for p.is("for", "async", "if") {
		switch p.take().text {
		case "async":
			p.accept("for")
			fallthrough
		case "for":
			p.targets()
			if p.accept("in") {
				loop.Items = append(loop.Items, p.binary(0))
			}
		case "if":
			loop.Items = append(loop.Items, p.binary(0))
		}
	}
	return loop
}

// items reads up to a closing bracket and takes it; the parts of a slice are items too.
func (p *parser) items(closing string) []*Expr {
	var all []*Expr
	for !p.is(closing) && p.peek().kind != end && p.peek().kind != newline {
		if p.is(",", ":") {
			p.at++
			continue
		}
		before := p.at
		all = append(all, p.comprehension(p.expr()))
		if p.at == before {
			p.at++
		}
	}
	p.accept(closing)
	return all
}

func (p *parser) atom() *Expr {
	t := p.peek()
	if p.ended() {
		return &Expr{Line: t.line}
	}
	switch t.kind {
	case name:
		p.at++
		return &Expr{Kind: Name, Text: t.text, Line: t.line}
	case number:
		p.at++
		return &Expr{Kind: Number, Text: t.text, Line: t.line}
	case text, fstring:
		return p.strings()
	case op, newline, end:
	}
	switch t.text {
	case "(":
		p.at++
		before := p.at
		items := p.items(")")
		comma := p.at-2 >= before && p.tokens[p.at-2].text == "," && p.tokens[p.at-2].kind == op
		if len(items) == 1 && !comma {
			return items[0]
		}
		return &Expr{Kind: List, Items: items, Line: t.line}
	case "[":
		p.at++
		return &Expr{Kind: List, Items: p.items("]"), Line: t.line}
	case "{":
		p.at++
		return p.dict(t.line)
	case ")", "]", "}", ",", ":", "=", ";":
		return &Expr{Line: t.line} // for whoever waits for it
	}
	p.at++
	return &Expr{Line: t.line}
}

// dict reads a dict or a set behind its opening bracket.
func (p *parser) dict(line int) *Expr {
	d := &Expr{Kind: Dict, Line: line}
	for !p.is("}") && p.peek().kind != end && p.peek().kind != newline {
		before := p.at
		if p.accept("**") {
			d.Names, d.Items = append(d.Names, nil), append(d.Items, p.expr())
		} else {
			key := p.comprehension(p.expr())
			if p.accept(":") {
				d.Names, d.Items = append(d.Names, key), append(d.Items, p.comprehension(p.expr()))
			} else {
				d.Kind = List
				d.Items = append(d.Items, key)
			}
		}
		if !p.accept(",") && p.at == before {
			p.at++
		}
	}
	p.accept("}")
	if d.Kind == List {
		d.Names = nil
	}
	return d
}

// strings reads literals that stand side by side and are one.
func (p *parser) strings() *Expr {
	e := &Expr{Kind: String, Line: p.peek().line}
	var parts []*Expr
	for p.peek().kind == text || p.peek().kind == fstring {
		t := p.take()
		if t.kind == text {
			e.Text += t.text
			parts = append(parts, &Expr{Kind: String, Text: t.text, Line: t.line})
			continue
		}
		e.Kind = Format
		parts = append(parts, formatted(t)...)
	}
	if e.Kind == Format {
		e.Text, e.Items = "", parts
	}
	return e
}

// formatted gives the parts of an f-string.
func formatted(t token) []*Expr {
	var parts []*Expr
	written := func(s string) {
		if s != "" {
			parts = append(parts, &Expr{Kind: String, Text: unescape(s), Line: t.line})
		}
	}
	rest := t.raw
	for {
		i := strings.IndexByte(rest, '{')
		switch {
		case i < 0:
			written(strings.ReplaceAll(rest, "}}", "}"))
			return parts
		case strings.HasPrefix(rest[i:], "{{"):
			written(rest[:i+1])
			rest = rest[i+2:]
			continue
		}
		written(strings.ReplaceAll(rest[:i], "}}", "}"))
		value, after := placeholder(rest[i+1:])
		m := Parse(value)
		if len(m.Body) == 1 && m.Body[0].Value != nil {
			e := m.Body[0].Value
			e.Walk(func(e *Expr) bool { e.Line = t.line; return true })
			parts = append(parts, e)
		} else {
			parts = append(parts, &Expr{Line: t.line})
		}
		rest = after
	}
}

// placeholder cuts what stands in an f-string's braces: the value without its format and conversion, and what follows.
func placeholder(s string) (value, after string) {
	depth, stop, quote := 0, -1, byte(0)
	for i := range len(s) {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == '}' && depth == 0:
			if stop < 0 {
				stop = i
			}
			return strings.TrimSuffix(s[:stop], "="), s[i+1:]
		case c == ')' || c == ']' || c == '}':
			depth--
		case stop < 0 && depth == 0 && (c == ':' || c == '!' && !strings.HasPrefix(s[i:], "!=")):
			stop = i
		}
	}
	return s, ""
}
