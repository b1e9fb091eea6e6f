//go:build wine

package wine

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"streamtray/build/rig"
)

// machine is what all tests share. It is set up once, by TestMain.
type machine struct {
	*Windows
	dir string // for what is built

	mu     sync.Mutex
	proven map[test]bool // the tests that ran and passed
}

var here machine

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	ctx := context.Background()
	let, err := rig.Lock(ctx, "windows.lock") // there is one Windows, and one desktop in it
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer let()
	w, err := Open(ctx)
	var lacks *rig.Unavailable
	if errors.As(err, &lacks) && os.Getenv("CI") != "true" {
		fmt.Printf("Wine tests skipped: %v\n%s\n", err, lacks.How)
		return 0
	}
	dir, dirErr := os.MkdirTemp("", "wine")
	defer os.RemoveAll(dir)
	if err := errors.Join(err, dirErr); err != nil {
		fmt.Println(err)
		return 1
	}
	here.Windows, here.dir, here.proven = w, dir, map[test]bool{}
	code := m.Run()
	if code == 0 && whole() {
		code = unproven()
	}
	if err := w.Close(); err != nil {
		fmt.Println("wineserver:", err)
		code = 1
	}
	return code
}

// whole reports whether all tests were asked for.
func whole() bool {
	for _, name := range []string{"test.run", "test.skip"} {
		if flag.Lookup(name).Value.String() != "" {
			return false
		}
	}
	return true
}

// unproven fails if a test that the proof table names did not run, or did not pass.
func unproven() (code int) {
	root, err := rig.SourceTree()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	text, err := os.ReadFile(filepath.Join(root, pages[0]))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for _, r := range parse(string(text)) {
		for _, named := range r.tests {
			if !here.proven[named] {
				fmt.Printf("%s: row %s: %s of %s did not run under Wine, or did not pass\n", pages[0], r.id, named.name, named.folder)
				code = 1
			}
		}
	}
	return code
}

// proves notes a test of this package as having passed, at its end.
func proves(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		if !t.Failed() && !t.Skipped() {
			here.note("build/wine", t.Name())
		}
	})
}

func (m *machine) note(folder, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.proven[test{folder, name}] = true
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
