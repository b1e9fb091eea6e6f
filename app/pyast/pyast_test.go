package pyast

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

// told is a module as lines of what later reading stands on.
func told(m *Module) []string {
	var all []string
	add := func(line int, format string, a ...any) {
		all = append(all, fmt.Sprintf("%d "+format, append([]any{line}, a...)...))
	}
	Walk(m.Body, func(s *Stmt) bool {
		switch s.Word {
		case Import, From:
			for _, i := range s.Imports {
				add(s.Line, "import %s%s:%s as %s", strings.Repeat(".", s.Level), s.From, i.Name, i.As)
			}
		case Def, Class:
			add(s.Line, "def %s", s.Name)
			for _, p := range s.Params {
				add(s.Line, "param %s %v", p.Name, p.Default != nil)
			}
		default:
		}
		for _, e := range s.Exprs() {
			e.Walk(func(e *Expr) bool {
				if e.Kind == Call && e.Dotted() == "" && e.X.Dotted() != "" && !(s.Word == Class && e == s.Value) {
					add(0, "call %s %d %s", e.X.Dotted(), len(e.Items), strings.Join(slices.DeleteFunc(slices.Clone(e.Keys), func(k string) bool { return k == "" || k[0] == '*' }), ","))
				}
				if e.Kind == String {
					add(0, "text %q", e.Text)
				}
				return true
			})
		}
		return true
	})
	slices.Sort(all)
	return all
}

func TestReadsWhatAPersonWrites(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"calls and words", "x = f(a, b='c')\n", `0 call f 2 b, 0 text "c"`},
		{"a comment is no code", "# f(1)\n'g(2)'\n", `0 text "g(2)"`},
		{"texts side by side", "f('a' \"b\"\n  'c')\n", `0 call f 1 , 0 text "abc"`},
		{"a block on one line", "if a: f(); g()\nelse: h()\n", `0 call f 0 , 0 call g 0 , 0 call h 0 `},
		{"a decorator", "@b.sub('t')\nasync def go(m: str = 'x') -> int:\n  return 1\n", `0 call b.sub 1 , 0 text "t", 0 text "x", 2 def go, 2 param m true`},
		{"an f-string", "f(f\"{h}:{p!r:>{w}}{{x}}\")\n", `0 call f 1 , 0 text ":", 0 text "x}", 0 text "{"`},
		{"an f-string with a call", "f'{os.getenv(\"A\")}'\n", `0 call os.getenv 1 , 0 text "A"`},
		{"match is a name, too", "match = f(1)\nmatch (x):\n  case 1 | 2:\n    g()\n", "0 call f 1 , 0 call g 0 "},
		{"relative imports", "from ..a import (b as c,\n  d)\nimport e.f as g, h.i\n", "1 import ..a:b as c, 1 import ..a:d as d, 3 import :e.f as g, 3 import :h.i as h"},
		{"what is broken does not hide what follows", "x = (1,\ndef f(:\n  g(\n", ""},
		{"an unclosed text ends with its line", "x = 'abc\nf()\n", `0 call f 0 , 0 text "abc"`},
		{"a bracket that nothing opened", ")\nf()\n", "0 call f 0 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(told(Parse(c.source)), ", ")
			if c.want != "" && got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// reference is what Python's own parser says of files, in the form of told.
const reference = `
import ast, json, sys
def dotted(n):
    if isinstance(n, ast.Name): return n.id
    if isinstance(n, ast.Attribute):
        b = dotted(n.value)
        return b and b + "." + n.attr
    return ""
for file in sys.argv[1:]:
    try: tree = ast.parse(open(file, "rb").read())
    except (SyntaxError, ValueError, RecursionError): continue
    out = []
    for n in ast.walk(tree):
        if isinstance(n, ast.Import):
            out += ["%d import :%s as %s" % (n.lineno, a.name, a.asname or a.name.split(".")[0]) for a in n.names]
        elif isinstance(n, ast.ImportFrom):
            out += ["%d import %s%s:%s as %s" % (n.lineno, "." * n.level, n.module or "", a.name, a.asname or a.name) for a in n.names]
        elif isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            out.append("%d def %s" % (n.lineno, n.name))
        elif isinstance(n, ast.Call) and dotted(n.func):
            out.append("0 call %s %d %s" % (dotted(n.func), len(n.args) + len(n.keywords), ",".join(k.arg for k in n.keywords if k.arg)))
    print(json.dumps({"file": file, "lines": sorted(out)}))
`

// The standard library of whatever Python is here is read as Python itself reads it: every import, definition and call.
func TestReadsTheStandardLibraryAsPythonDoes(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		testenv.Of(t, "no python3")
	}
	where, err := exec.CommandContext(t.Context(), python, "-I", "-S", "-c", "import os; print(os.path.dirname(os.__file__))").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(where)), "*.py"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files of the standard library: %v", len(files), err)
	}
	cmd := exec.CommandContext(t.Context(), python, append([]string{"-I", "-S", "-W", "ignore", "-c", reference}, files...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var of struct {
			File  string
			Lines []string
		}
		if err := json.Unmarshal(lines.Bytes(), &of); err != nil {
			t.Fatal(err)
		}
		source, err := os.ReadFile(of.File)
		if err != nil {
			t.Fatal(err)
		}
		read++
		got := slices.DeleteFunc(told(Parse(string(source))), func(l string) bool { return strings.Contains(l, " text ") || strings.Contains(l, " param ") })
		slices.Sort(got)
		slices.Sort(of.Lines)
		missing, extra := minus(of.Lines, got), minus(got, of.Lines)
		if len(missing)+len(extra) > 0 {
			t.Errorf("%s: missing %.300q, extra %.300q", of.File, missing, extra)
		}
	}
	if read < len(files)/2 {
		t.Errorf("only %d of %d files were read", read, len(files))
	}
}

// minus is what a has more of than b; both are sorted.
func minus(a, b []string) []string {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	var more []string
	for _, s := range a {
		if count[s]--; count[s] < 0 {
			more = append(more, s)
		}
	}
	return more
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"x = f(a)\n", "f'{a!r:{b}}'", "class A(B): x: int = 1\n", "if a:\n\tb\nelif c: d\nelse:\n e", "((((", "lambda x=1, *a: x", "@\n@a\nx", "match x:\n case {'a': 1}: pass"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { Parse(s) })
}
