package facts

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"streamtray/internal/projectfile"
)

// tree is the files of a project, by their paths from its root on, with slashes.
type tree struct {
	root    string
	files   []string // sorted by depth, then by name
	has     map[string]bool
	dirs    map[string]bool // folders that hold a virtual environment, by their paths
	partial bool

	saids  []said                 // the command lines that the files name, once they were looked for
	read   map[string]string      // texts, once they were read
	stacks map[string]composeFile // compose files, once they were asked for
}

// passed over are folders that hold nothing of the project's own.
var passedOver = []string{
	"node_modules", "__pycache__", "site-packages", "dist", "build", "target", "vendor", "third_party", "venv", "env", "virtualenv",
}

// kept are hidden folders in which tools keep what they know of the project. Others are looked at last, and what there is no room for
// in them is not missed.
var kept = []string{".git", ".hg", ".svn", ".github", ".idea", ".tox", ".nox", ".cache", ".eggs", ".ipynb_checkpoints", ".history", ".terraform"}

// readTree lists the files below root, folder by folder, what lies higher first.
func readTree(ctx context.Context, root string) *tree {
	t := &tree{root: root, has: map[string]bool{}, dirs: map[string]bool{}, read: map[string]string{}, stacks: map[string]composeFile{}}
	queue, hidden := []string{"."}, []string(nil)
	for last := false; len(queue) > 0; {
		dir := queue[0]
		queue = queue[1:]
		if ctx.Err() != nil || len(t.files) >= mostFiles {
			t.partial = !last
			return t
		}
		list, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir))) // sorted
		if err != nil {
			continue // what may not be read shows nothing
		}
		for _, e := range list {
			name := join(dir, e.Name())
			switch {
			case e.IsDir() && t.isEnvironment(name):
				t.dirs[name] = true
			case e.IsDir() && (skipped(e.Name()) || t.isProject(name)):
			case e.IsDir() && strings.HasPrefix(e.Name(), ".") && e.Name() != ".vscode":
				hidden = append(hidden, name)
			case e.IsDir():
				queue = append(queue, name)
			case e.Type().IsRegular() && len(t.files) < mostFiles:
				t.files = append(t.files, name)
				t.has[name] = true
			}
		}
		if len(queue) == 0 {
			queue, hidden, last = hidden, nil, true
		}
	}
	return t
}

func skipped(name string) bool {
	return slices.Contains(kept, name) || strings.HasSuffix(name, "_cache") || slices.Contains(passedOver, name) || strings.HasSuffix(name, ".egg-info")
}

// isEnvironment reports whether a folder is a Python environment: what is in it is not the project's.
func (t *tree) isEnvironment(dir string) bool {
	for _, mark := range []string{"pyvenv.cfg", "conda-meta"} {
		if _, err := os.Lstat(filepath.Join(t.root, filepath.FromSlash(dir), mark)); err == nil {
			return true
		}
	}
	return false
}

// isProject reports whether a folder is a project of its own.
func (t *tree) isProject(dir string) bool {
	_, err := os.Lstat(filepath.Join(t.root, filepath.FromSlash(dir), "streamtray.yaml"))
	return err == nil
}

// text is what a file says, as UTF-8; empty for one that is too large, or cannot be read.
func (t *tree) text(file string) string {
	if s, ok := t.read[file]; ok {
		return s
	}
	s := readText(t.root, filepath.FromSlash(file))
	t.read[file] = s
	return s
}

// readText is what a file of the project in root says.
func readText(root, file string) string {
	b, err := projectfile.In(root).ReadInside(filepath.Join(root, file), mostBytes)
	if err != nil {
		return ""
	}
	// Windows' editors write a byte order mark, and PowerShell UTF-16.
	b, _, err = transform.Bytes(unicode.BOMOverride(transform.Nop), b)
	if err != nil {
		return ""
	}
	if !utf8.Valid(b) { // a Chinese Windows writes its scripts in its own code page
		if han, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b); err == nil {
			b = han
		}
	}
	return strings.ToValidUTF8(string(b), "�")
}

// named are the files whose own name is one of these, what lies higher first.
func (t *tree) named(names ...string) []string {
	var all []string
	for _, f := range t.files {
		if slices.Contains(names, path.Base(f)) {
			all = append(all, f)
		}
	}
	return all
}

// moduleFile is the file of a module that is looked for in a folder; empty: it is not there.
func (t *tree) moduleFile(root, module string) string {
	rel := join(root, strings.ReplaceAll(module, ".", "/"))
	for _, f := range []string{rel + ".py", rel + "/__init__.py"} {
		if t.has[f] {
			return f
		}
	}
	return ""
}

// above is the nearest folder above a file that holds one of this name; empty: none does.
func (t *tree) above(file, name string) string {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if t.has[join(dir, name)] {
			return dir
		}
		if dir == "." {
			return ""
		}
	}
}

// line is the number of the first line that contains part; 1 where none does.
func (t *tree) line(file, part string) int {
	before, _, ok := strings.Cut(t.text(file), part)
	if !ok {
		return 1
	}
	return 1 + strings.Count(before, "\n")
}

// onward is the first place from another one on, in its file, that names part; that place itself where none does.
func (t *tree) onward(from Place, part string) Place {
	for n, line := range strings.Split(t.text(from.File), "\n") {
		if n+1 >= from.Line && strings.Contains(line, part) {
			return Place{from.File, n + 1}
		}
	}
	return from
}

// keyLine is the number of the line in YAML that the last of some keys begins, each of them behind the one before; 1 where they
// do not.
func (t *tree) keyLine(file string, keys ...string) int {
	for n, line := range strings.Split(t.text(file), "\n") {
		if rest := strings.TrimLeft(line, " "); rest == line || !strings.HasPrefix(rest, keys[0]+":") {
			continue
		}
		if keys = keys[1:]; len(keys) == 0 {
			return n + 1
		}
	}
	return 1
}

// python are the files of Python source, those of tests left out that nothing says to start.
func (t *tree) python() []string {
	said := map[string]bool{}
	for _, s := range t.saids {
		for _, w := range s.words {
			if w = join(s.dir, strings.ReplaceAll(w, `\`, "/")); !t.has[w] { // the folder may be another one
				w = path.Base(w)
			}
			said[w] = true
		}
	}
	var all []string
	for _, f := range t.files {
		if strings.HasSuffix(f, ".py") && (!isTest(f) || said[f] || said[path.Base(f)]) {
			all = append(all, f)
		}
	}
	return all
}

// isTest reports whether a file belongs to the project's tests.
func isTest(file string) bool {
	for _, part := range strings.Split(path.Dir(file), "/") {
		if part == "tests" || part == "test" {
			return true
		}
	}
	base := path.Base(file)
	return strings.HasPrefix(base, "test_") || strings.HasSuffix(base, "_test.py") || base == "conftest.py"
}

func isThere(root, file string) bool {
	return projectfile.In(root).Exists(filepath.Join(root, filepath.FromSlash(file)))
}
