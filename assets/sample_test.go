package assets

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

// leftBehind is what running, testing and linting the sample leave in its folder.
func leftBehind(name string) bool {
	for _, n := range []string{"__pycache__", ".venv", ".env", ".ruff_cache"} {
		if name == n {
			return true
		}
	}
	return false
}

func files(t *testing.T, of fs.FS, root string) string {
	t.Helper()
	var names []string
	err := fs.WalkDir(of, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case leftBehind(d.Name()) && d.IsDir():
			return fs.SkipDir
		case !leftBehind(d.Name()) && !d.IsDir():
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}

// A file that the list in sample.go forgets would be missing in the sample of everybody but us.
func TestTheWholeSampleIsInTheProgram(t *testing.T) {
	got, want := files(t, Sample, "sample"), files(t, os.DirFS("."), "sample")
	if got != want {
		t.Errorf("embedded:\n%s\n\nin the folder:\n%s", got, want)
	}
}
