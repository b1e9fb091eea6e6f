package project

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Bounds of looking for an address in a project's files.
const (
	mostSearched  = 2000      // files
	largestSource = 256 << 10 // bytes of one
)

// settingsIn are the files that may tell an app its Kafka's address, and unsearched the folders that are others' code.
var (
	settingsIn = []string{".py", ".env", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".json", ".properties"}
	unsearched = []string{"node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist"}
)

// variable reads the environment variable that a line of Python takes a value from.
var variable = regexp.MustCompile(`(?:environ(?:\.get)?|getenv)\s*[(\[]\s*["'](\w+)["']`)

// decides tells what leads the app to an address: a variable of its environment, or the place in the project's files
// where it is written. Empty: that was not found.
func (p *Project) decides(addr string) string {
	for _, kv := range p.options.Environ {
		if name, value, _ := strings.Cut(kv, "="); value == addr {
			return name
		}
	}
	found, n := "", 0
	root := p.Config.App.Dir
	_ = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what may not be read is passed over
		case d.IsDir() && file != root && (strings.HasPrefix(d.Name(), ".") || slices.Contains(unsearched, d.Name())):
			return fs.SkipDir
		case !d.Type().IsRegular() || !slices.Contains(settingsIn, filepath.Ext(d.Name())) || sameFile(file, p.Config.Compose.Files):
			return nil
		}
		if n++; n > mostSearched {
			return fs.SkipAll
		}
		if at := where(file, root, addr); at != "" {
			found = at
			return fs.SkipAll
		}
		return nil
	})
	return found
}

func sameFile(file string, others []string) bool {
	return slices.ContainsFunc(others, func(o string) bool { return filepath.Clean(o) == filepath.Clean(file) })
}

// where finds the line of a file that holds the address: "app.py:12", with the variable that it is the default of.
func where(file, root, addr string) string {
	info, err := os.Stat(file)
	if err != nil || info.Size() > largestSource {
		return ""
	}
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, largestSource)
	for n := 1; s.Scan(); n++ {
		if !strings.Contains(s.Text(), addr) {
			continue
		}
		name := file
		if rel, err := filepath.Rel(root, file); err == nil {
			name = filepath.ToSlash(rel)
		}
		at := name + ":" + strconv.Itoa(n)
		if m := variable.FindStringSubmatch(s.Text()); m != nil {
			return m[1] + " (" + at + ")"
		}
		return at
	}
	return ""
}
