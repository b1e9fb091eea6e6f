package config

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// Bounds of the file. Ours have some hundred bytes, and the YAML parser's time grows with the square of its work: what
// is larger is not one of ours, and would hang the program.
const (
	maxBytes  = 64 << 10
	maxTokens = 10_000
	maxNested = 32
)

// Load reads a project's file and checks it. Every mistake is an error of its own in the joined error, with file, line
// and column, in the order of the file; with any, nothing may be started. Only what cannot be understood as YAML is
// told alone.
func Load(file string) (Project, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return Project{}, err
	}
	text, err := read(file)
	if err != nil {
		return Project{}, err
	}
	dir := filepath.Dir(file)
	return discover(dir, dir).parse(file, text)
}

func read(file string) ([]byte, error) {
	unreadable := func(err error) error {
		return usererr.New("config.unreadable", map[string]any{"File": file}, err).Terminal()
	}
	b, err := projectfile.In(filepath.Dir(file)).ReadInside(file, maxBytes)
	switch {
	case errors.Is(err, projectfile.ErrTooLarge):
		return nil, tooLarge(file)
	case errors.As(err, new(*usererr.Error)):
		return nil, err // it says already why the file is not read
	case err != nil:
		return nil, unreadable(err)
	}
	// Windows' editors write a byte order mark, and older ones UTF-16.
	text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), b)
	if err != nil {
		return nil, unreadable(err)
	}
	return text, nil
}

func tooLarge(file string) error {
	return usererr.New("config.too_large", map[string]any{"File": file, "Max": maxBytes >> 10, "Tokens": maxTokens}, nil).Terminal()
}

// newlines gives YAML's three line ends the one form that the parser counts well.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// parse is p with what the file says in the place of what was found.
func (p Project) parse(file string, text []byte) (Project, error) {
	if err := isText(file, text); err != nil {
		return Project{}, err
	}
	tokens := lexer.Tokenize(newlines.Replace(string(text)))
	if err := fits(file, tokens); err != nil {
		return Project{}, err
	}
	// A key given twice is found by our own reader, which goes on to the next mistake.
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return Project{}, syntax(file, err)
	}
	r := newReader(file, tree)
	p.File = file
	if body := r.document(tree); body != nil {
		p.keys(r).read(body, "")
	}
	p.Given = map[string]int{}
	for key, at := range r.places {
		if key != "" {
			p.Given[key] = at.Position.Line
		}
	}
	p.several(r)
	p.settle()
	p.check(r)
	if err := r.err(); err != nil {
		return Project{}, err
	}
	return p, nil
}

// isText finds what is not UTF-8: an editor that saves in the system's code page (GBK on Chinese Windows) is the usual
// cause.
func isText(file string, text []byte) error {
	for i, line := range bytes.Split(text, []byte("\n")) {
		if !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0 {
			return usererr.New("config.not_utf8", map[string]any{"File": file, "Line": i + 1}, nil).Terminal()
		}
	}
	return nil
}

// fits refuses what would keep the parser busy for long.
func fits(file string, tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return tooLarge(file)
	}
	nested := 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			nested++
		case token.SequenceEndType, token.MappingEndType:
			nested--
		}
		if nested > maxNested {
			return mistake("config.too_deep", file, t, nil)
		}
	}
	return nil
}

// syntax tells what the parser could not read, and where.
func syntax(file string, err error) error {
	var told yaml.Error
	if errors.As(err, &told) {
		return mistake("config.syntax", file, told.GetToken(), map[string]any{"Why": told.GetMessage()})
	}
	return mistake("config.syntax", file, nil, map[string]any{"Why": err.Error()})
}

// document is the one document that the file may hold; nil when it says nothing.
func (r *reader) document(tree *ast.File) ast.Node {
	var body ast.Node
	for _, doc := range tree.Docs {
		switch _, directive := doc.Body.(*ast.DirectiveNode); {
		case doc.Body == nil || directive:
		case body == nil:
			body = doc.Body
			r.places[""] = place(body)
		default:
			r.problem("config.two_documents", place(doc.Body), nil)
			return body
		}
	}
	return body
}
