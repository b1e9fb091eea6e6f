package rig

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Packages were looked for in Debian's own list: what a person had put there otherwise counted as missing, and on another
// system everything did.
func TestWhatIsThereIsSeenWhoeverPutItThere(t *testing.T) {
	bin := t.TempDir()
	file := filepath.Join(bin, "made-by-hand")
	compiler := filepath.Join(bin, "cc")
	for path, text := range map[string]string{file: "", compiler: "#!/bin/sh\n[ \"$3\" = there.h ]\n"} {
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+"/bin")
	t.Setenv("CC", compiler)
	missing := Missing(t.Context(), []Need{
		{Package: "a", Program: "made-by-hand"},
		{Package: "b", Program: "no-such-program"},
		{Package: "c", Files: []string{"/no/such/*", filepath.Join(bin, "made-*")}},
		{Package: "d", Files: []string{"/no/such/*"}},
		{Package: "e", Header: "there.h"},
		{Package: "f", Header: "missing.h"},
	})
	if want := []string{"b", "d", "f"}; !slices.Equal(missing, want) {
		t.Errorf("missing: %v, want %v", missing, want)
	}
}

func TestWhatIsMissingIsNamedWithTheWayToGetIt(t *testing.T) {
	r := &Rig{}
	var lacks *Unavailable
	if err := r.installed(t.Context(), []string{"one", "two"}); !errors.As(err, &lacks) || !strings.Contains(lacks.How, "apt-get install one two") {
		t.Errorf("got %v, want an Unavailable that names both", err)
	}
	if err := r.installed(t.Context(), nil); err != nil {
		t.Errorf("nothing is missing, and yet: %v", err)
	}
}
