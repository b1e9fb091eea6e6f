// Package pyast reads Python source into a syntax tree without any Python: a project's code can be understood before its
// owner trusts it and on a computer that has no interpreter.
//
// It is a reader, not a judge. It takes all of Python 3 as far as names, calls, literals and blocks go, and forgives the
// rest: what it cannot read becomes an expression of the kind Unknown, and the lines behind it are read as ever.
package pyast

// Kind is what an expression is.
type Kind uint8

// The kinds of expressions.
const (
	Unknown  Kind = iota
	Name          // Text
	String        // Text is what it stands for
	Format        // an f-string: Items are its parts, String for what is written
	Number        // Text
	Call          // X(Items), Keys by position: "" for one without a name, "*" and "**" for what is unpacked
	Attr          // X.Text
	Index         // X[Items[0]]
	List          // of Items: list, tuple, set
	Dict          // Items with their Names, nil for what is unpacked
	Operator      // Text of Items: "or", "and", "not", "==", "+", "if" (value, test, else), "await", ...
	Lambda        // Items[0] is what it gives
	Loop          // a comprehension: Items[0] is what it gives, Items[1:] what it goes through and asks for
)

// Expr is an expression.
type Expr struct {
	Kind  Kind
	Text  string
	X     *Expr
	Items []*Expr
	Keys  []string // of a Call, by item
	Names []*Expr  // of a Dict, by item
	Line  int
}

// Arg is a call's argument of a name, else the one at position at (-1: none); nil when there is neither.
func (e *Expr) Arg(key string, at int) *Expr {
	position := 0
	for i, item := range e.Items {
		switch {
		case key != "" && e.Keys[i] == key:
			return item
		case e.Keys[i] == "" && position == at:
			return item
		case e.Keys[i] == "":
			position++
		}
	}
	return nil
}

// Dotted is a name or a chain of attributes as it is written ("os.environ.get"); "" for anything else.
func (e *Expr) Dotted() string {
	switch {
	case e == nil:
		return ""
	case e.Kind == Name:
		return e.Text
	case e.Kind == Attr:
		if base := e.X.Dotted(); base != "" {
			return base + "." + e.Text
		}
	}
	return ""
}

// Walk calls visit with e and all below it, from the outside in, until visit returns false for one: what is below that is
// left out.
func (e *Expr) Walk(visit func(*Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	e.X.Walk(visit)
	for _, n := range e.Names {
		n.Walk(visit)
	}
	for _, i := range e.Items {
		i.Walk(visit)
	}
}

// Word is what a statement is.
type Word uint8

// The words of statements.
const (
	Other  Word = iota // Value, if any: an expression by itself, del, raise, assert
	Assign             // Targets = Value, or Targets: Type = Value
	Return             // Value
	Import             // Imports
	From               // From, Level, Imports
	Def                // Name, Params, Body
	Class              // Name, Bases in Value (a Call), Body
	If                 // Value, Body, Else
	For                // Targets in Value
	While              // Value
	With               // Value is a List of what is entered, Targets
	Try                // Body, Else: handlers and all that follows
	Block              // any other word with a body: match, case, except
)

// Stmt is a statement.
type Stmt struct {
	Word       Word
	Line       int
	Name       string
	Value      *Expr
	Type       *Expr // an annotation
	Targets    []*Expr
	Params     []Param
	Decorators []*Expr
	From       string // "" with a Level: the package itself
	Level      int    // dots before From
	Imports    []Imported
	Body, Else []*Stmt
}

// Param is a parameter of a function, in order, "self" included.
type Param struct {
	Name    string
	Default *Expr // nil: none
	Type    *Expr // nil: none
}

// Imported is one thing that is imported, under the name As.
type Imported struct {
	Name, As string // of `import a.b`, As is "a"
	Line     int
}

// Module is one file.
type Module struct {
	Body []*Stmt
}

// Walk calls visit with every statement, each before what is in it, which is left out where visit is false.
func Walk(body []*Stmt, visit func(*Stmt) bool) {
	for _, s := range body {
		if visit(s) {
			Walk(s.Body, visit)
			Walk(s.Else, visit)
		}
	}
}

// Exprs calls visit with every expression in the statements and in what is in them.
func Exprs(body []*Stmt, visit func(*Expr)) {
	Walk(body, func(s *Stmt) bool {
		s.Each(visit)
		return true
	})
}

// Each calls visit with every expression of the statement itself, those in others included, and not of its body.
func (s *Stmt) Each(visit func(*Expr)) {
	for _, e := range s.Exprs() {
		e.Walk(func(e *Expr) bool {
			visit(e)
			return true
		})
	}
}

// Exprs are the expressions that stand in the statement itself, not in its body.
func (s *Stmt) Exprs() []*Expr {
	var all []*Expr
	for _, e := range append([]*Expr{s.Value, s.Type}, s.Targets...) {
		if e != nil {
			all = append(all, e)
		}
	}
	all = append(all, s.Decorators...)
	for _, p := range s.Params {
		if p.Default != nil {
			all = append(all, p.Default)
		}
	}
	return all
}

// Parse reads source, which is UTF-8. It always gives a module; of source that is no Python, one that says little.
func Parse(source string) *Module {
	p := &parser{tokens: lex(source)}
	m := &Module{}
	for p.peek().kind != end {
		m.Body = append(m.Body, p.block(p.peek().indent)...)
	}
	return m
}
