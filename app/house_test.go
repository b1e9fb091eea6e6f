package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that this module's own imports begin with.
const module = "streamtray/"

// pkg is one package of the module as its files import it, tests left out.
type pkg struct {
	dir     string // "app/story", "." for main
	doc     string
	imports map[string]string // path -> a file that imports it
}

// house reads every package of the module.
func house(t *testing.T) map[string]*pkg {
	t.Helper()
	pkgs := map[string]*pkg{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != "."):
			return fs.SkipDir
		case d.IsDir() && file != "." && exists(root, path.Join(file, "go.mod")): // a module of its own
			return fs.SkipDir
		case !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		return add(pkgs, file)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) < 5 {
		t.Fatalf("only %d packages found: is the walk looking in the right place?", len(pkgs))
	}
	return pkgs
}

func exists(root fs.FS, file string) bool {
	_, err := fs.Stat(root, file)
	return err == nil
}

func add(pkgs map[string]*pkg, file string) error {
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", file), nil, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return err
	}
	dir := path.Dir(file)
	p := pkgs[dir]
	if p == nil {
		p = &pkg{dir: dir, imports: map[string]string{}}
		pkgs[dir] = p
	}
	if f.Doc != nil {
		p.doc = f.Doc.Text()
	}
	for _, i := range f.Imports {
		p.imports[unquote(i)] = file
	}
	return nil
}

func unquote(i *ast.ImportSpec) string {
	s, _ := strconv.Unquote(i.Path.Value)
	return s
}

// A rule names who alone may import what. The reason is what a person is told who breaks it.
var rules = []struct {
	what  string   // an import path, or the beginning of several when it ends in "/"
	by    []string // folders, with all below them where one ends in "/"
	since string
}{
	{"github.com/docker/docker/", []string{"docker"}, "the module ends at v28; a move to its successor must stay a small change"},
	{"github.com/compose-spec/compose-go/", []string{"docker/"}, "what a compose file means is known in one place"},
	{"github.com/IBM/sarama", []string{"kafka"}, "sarama stays inside kafka: its defaults wait and create topics"},
	{"github.com/twmb/franz-go/", []string{"kafka"}, "the embedded broker is kafka's"},
	{"fyne.io/fyne/v2/app", []string{"app/desktop"}, "it needs cgo and OpenGL; the rest builds without"},
	{"fyne.io/", []string{"app/ui", "app/ui/uitest", "app/desktop/"}, "facts are told without a toolkit"},
	{module + "app/desktop", []string{"."}, "the desktop is one of two ways in"},
	{module + "app/desktop/", []string{"app/desktop/"}, "they are parts of the desktop, and know nothing of the whole"},
	{module + "app/cli", []string{".", "build"}, "the terminal is one of two ways in, and build writes down its commands"},
	{module + "app/project", []string{"app/bundle", "app/cli", "app/desktop/", "app/doctor", "app/ui", "."}, "below it nobody knows what a project is made of"},
	{module + "app/plan", []string{"app/project", "app/cli", "app/desktop/"}, "who makes it and who shows it; what it says is done by the project alone"},
	{module + "app/doctor", []string{"app/bundle", "app/cli", "app/desktop", "app/selftest", "app/ui"}, "it examines what all the others are made of"},
	{module + "docker", []string{"app/project", "app/explain", "app/doctor", "app/selftest", "docker/", "build/"}, "only a project knows the engine, and who examines it"},
	{module + "kafka", []string{"app/project", "app/explain", "app/doctor", "app/sample", "kafka/", "build/"}, "only a project, who examines it, and the sample talk to Kafka"},
}

func within(dir string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool {
		return dir == strings.TrimSuffix(f, "/") || strings.HasSuffix(f, "/") && strings.HasPrefix(dir, f)
	})
}

func TestImportsGoInTheDirectionsOfTheDesign(t *testing.T) {
	for dir, p := range house(t) {
		for imp, file := range p.imports {
			for _, r := range rules {
				if imp != r.what && (!strings.HasSuffix(r.what, "/") || !strings.HasPrefix(imp, r.what)) {
					continue
				}
				if !within(dir, r.by) {
					t.Errorf("%s imports %s, which is for %v alone: %s", file, imp, r.by, r.since)
				}
			}
			below := dir == "docker" || dir == "kafka" || strings.HasPrefix(dir, "docker/") || strings.HasPrefix(dir, "kafka/")
			if below && strings.HasPrefix(imp, module+"app") {
				t.Errorf("%s imports %s: docker and kafka are usable without this program", file, imp)
			}
			if dir == "app" && strings.Contains(strings.Split(imp, "/")[0], ".") || dir == "app" && strings.HasPrefix(imp, module) {
				t.Errorf("%s imports %s: the engine needs the standard library only", file, imp)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for dir, p := range house(t) {
		if dir == "." {
			continue
		}
		first, _, _ := strings.Cut(p.doc, "\n")
		if !strings.HasPrefix(first, "Package ") && !strings.HasPrefix(first, "Command ") {
			t.Errorf("%s has no package comment that begins with what it is for: %q", dir, first)
		}
	}
}

// Three packages were made and never put into the house.
func TestTheDocListsEveryPackage(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for dir := range house(t) {
		if last := path.Base(dir); dir != "." && !strings.Contains(string(doc), " "+last+"/") && !strings.Contains(string(doc), dir) && dir != "app" {
			t.Errorf("%s is not in doc.go", dir)
		}
	}
}

// What doc.go sends a reader to was renamed more than once, and the reader found nothing.
func TestWhatTheDocNamesIsThere(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b(?:app|docker|kafka|build|internal|assets)/[\w/]+(?:\.\w+)?`).FindAllString(string(doc), -1)
	if len(named) < 20 {
		t.Fatalf("only %d places are named: is the test looking for the right thing?", len(named))
	}
	for _, place := range named {
		if !exists(os.DirFS(".."), strings.TrimSuffix(place, "/")) {
			t.Errorf("%s is not there", place)
		}
	}
}
