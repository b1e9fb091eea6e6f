package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWhoHasACompilerWithoutTheHeadersIsToldSoFirst(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a compiler brings its system's headers elsewhere")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		compiler string
		config   bool     // pkg-config is there
		want     []string // empty: not a word
	}{
		"no compiler":            {"", false, nil},
		"one without headers":    {"#!/bin/sh\nexit 1\n", true, []string{"libgl1-mesa-dev", "libxcursor-dev", "go build -tags headless"}},
		"one without pkg-config": {"#!/bin/sh\nexit 0\n", false, []string{"apt-get install pkg-config."}},
		"one that finds all":     {"#!/bin/sh\nexit 0\n", true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			if err := os.Symlink(goTool, filepath.Join(bin, "go")); err != nil {
				t.Fatal(err)
			}
			if c.compiler != "" {
				if err := os.WriteFile(filepath.Join(bin, "gcc"), []byte(c.compiler), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if c.config {
				if err := os.WriteFile(filepath.Join(bin, "pkg-config"), []byte("#!/bin/sh\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", bin)
			t.Setenv("CGO_ENABLED", "")
			t.Setenv("CC", "")
			var out strings.Builder
			hint(t.Context(), &out)
			if c.want == nil && out.Len() > 0 {
				t.Errorf("got %s, want nothing", out.String())
			}
			for _, part := range c.want {
				if !strings.Contains(out.String(), part) {
					t.Errorf("got %q, want %q in it", out.String(), part)
				}
			}
		})
	}
}
