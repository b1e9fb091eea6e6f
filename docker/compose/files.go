package compose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v4"
)

const maxIncludes = 16 // how deep files may include each other

var (
	errNoMapping = errors.New("the file is not a mapping of names to values")
	errDeep      = errors.New("files include each other too deeply, or in a circle")
)

// file is one compose file with its includes. The error is the reader's or YAML's; what could be read is still given.
func (l *loading) file(ctx context.Context, path, dir string, from []string) (*value, error) {
	if len(from) >= maxIncludes || slices.Contains(from, path) {
		return nil, errDeep
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	text, err := l.reader.read(path, "compose")
	if err != nil {
		return nil, err
	}
	l.dirs[path] = dir
	if len(from) == 0 {
		l.contents = append(l.contents, text)
	}
	if at := notUTF8(text); at > 0 {
		l.project.Unreadable = true
		return nil, &encodingError{line: at}
	}
	root, err := l.parse(path, text)
	if root == nil {
		return nil, err
	}
	root = l.include(ctx, root, append(slices.Clone(from), path))
	l.parsed[path] = root
	return root, err
}

// parse reads every document of a text; later documents override. A text that is no YAML is read as far as it goes.
func (l *loading) parse(path string, text []byte) (*value, error) {
	var root *value
	nodes, broken := documents(text)
	if broken != nil {
		l.project.Unreadable = true
		l.project.guess = modeByWords(text)
	}
	for _, n := range nodes {
		b := builder{file: path, left: l.left, open: nil}
		b.substitute = func(s string, line int) string { return l.substitute(path, s, line) }
		b.complain = func(line int, err error) { l.refuse(path, line, err) }
		b.unset = l.vars.unset
		v, err := b.build(n)
		l.left = b.left
		if err != nil {
			l.noStrict, l.project.Unreadable = true, true
			return nil, err
		}
		if v.kind == null {
			continue
		}
		if v.kind != dict {
			l.project.Unreadable = true
			return nil, errNoMapping
		}
		v = l.sections(v)
		if root != nil {
			v = merge("/", root, v)
		}
		root = v
	}
	return root, broken
}

// modeByWords guesses how Kafka keeps its metadata from a text that cannot be parsed.
func modeByWords(text []byte) string {
	for _, w := range [][2]string{{"PROCESS_ROLES", "kraft"}, {"ZOOKEEPER", "zookeeper"}, {"redpanda", "redpanda"}} {
		if bytes.Contains(text, []byte(w[0])) {
			return w[1]
		}
	}
	return ""
}

func (l *loading) substitute(path, text string, line int) string {
	out, refusal := l.vars.apply(text)
	if refusal != nil {
		l.refuse(path, line, refusal)
	}
	l.noStrict = l.noStrict || l.vars.unsafe
	return out
}

// documents parses a text into YAML documents. When it is no YAML, the lines where the parser gives up are left out,
// as long as that gets it further.
func documents(text []byte) ([]*yaml.Node, error) {
	nodes, first := decode(text)
	if first == nil {
		return nodes, nil
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	at := lineOf(first)
	for range maxRepairs {
		var ok bool
		if nodes, at, ok = repair(lines, at); ok || at == 0 {
			return nodes, first
		}
	}
	nodes, _ = decode(bytes.Join(lines[:min(at, len(lines))-1], nil))
	return nodes, first
}

const maxRepairs = 12

// repair blanks the line where parsing fails, or one of the two before it. It gives the next failing line, or 0 when
// that helps nothing.
func repair(lines [][]byte, at int) (nodes []*yaml.Node, next int, ok bool) {
	for n := at; n > 0 && n > at-3; n-- {
		if n > len(lines) || len(bytes.TrimSpace(lines[n-1])) == 0 {
			continue
		}
		kept := lines[n-1]
		lines[n-1] = []byte("\n")
		nodes, err := decode(bytes.Join(lines, nil))
		if err == nil {
			return nodes, 0, true
		}
		if l := lineOf(err); l > at {
			return nil, l, false
		}
		lines[n-1] = kept
	}
	return nil, 0, false
}

func decode(text []byte) (nodes []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(text))
	for {
		n := new(yaml.Node)
		switch err := d.Decode(n); {
		case errors.Is(err, io.EOF):
			return nodes, nil
		case err != nil:
			return nodes, err
		}
		nodes = append(nodes, n)
	}
}

// sections puts the services of a file of the first format, which has no sections, where later formats keep them.
func (l *loading) sections(root *value) *value {
	if root.at("services") != nil || root.at("include") != nil {
		return root
	}
	services := &value{kind: dict, dict: map[string]*value{}, file: root.file, line: root.line}
	for _, k := range root.keys {
		if v := root.dict[k]; v.at("image") != nil || v.at("build") != nil || v.at("extends") != nil {
			services.keys = append(services.keys, k)
			services.dict[k] = v
		}
	}
	if len(services.keys) == 0 {
		return root
	}
	l.complain(root.file, root.line, "compose.v1_file", nil)
	return &value{
		kind: dict, keys: []string{"services"}, dict: map[string]*value{"services": services},
		file: root.file, line: root.line,
	}
}

// include joins what a file includes beneath what it says itself.
func (l *loading) include(ctx context.Context, root *value, from []string) *value {
	include := root.at("include")
	if include == nil {
		return root
	}
	l.apart = true
	dir := l.dirs[from[len(from)-1]]
	var base *value
	for _, item := range include.items {
		item = under("path", item)
		inner := ""
		if p := item.at("project_directory").str(); p != "" {
			inner = abs(dir, p)
		}
		outer := l.env
		for _, path := range texts(item.at("path")) {
			if l.remote(path) {
				l.noStrict = true
				l.complain(item.file, item.line, "compose.include", map[string]any{"Path": path, "Reason": elsewhereReason})
				continue
			}
			if inner == "" {
				inner = filepath.Dir(abs(dir, path))
			}
			l.includeEnv(item, dir, inner)
			v, err := l.file(ctx, abs(dir, path), inner, from)
			if err != nil {
				id, args := l.fileRefusal("compose.include", path, abs(dir, path), err)
				l.complain(item.file, item.line, id, args)
			}
			base = merge("/", base, v)
		}
		l.env = outer
	}
	if root = without(root, "include"); base == nil {
		return root
	}
	return merge("/", base, root)
}

// includeEnv adds the variables that an included file is read with, beneath those that are set already.
func (l *loading) includeEnv(item *value, dir, inner string) {
	var files []string
	for _, f := range texts(item.at("env_file")) {
		files = append(files, abs(dir, f))
	}
	if own := filepath.Join(inner, ".env"); len(files) == 0 && l.reader.takes(own) {
		files = []string{own}
	}
	l.env = maps.Clone(l.env)
	for _, f := range files {
		l.addEnv(f)
	}
}

// texts are the scalars of a list, or a lone scalar.
func texts(v *value) []string {
	if v == nil {
		return nil
	}
	var out []string
	for _, item := range listed(v).items {
		if s := item.str(); s != "" {
			out = append(out, s)
		}
	}
	return out
}
