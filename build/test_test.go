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
		want     []string // empty: not a word
	}{
		"no compiler":         {"", nil},
		"one without headers": {"#!/bin/sh\nexit 1\n", []string{"libgl1-mesa-dev", "libxcursor-dev", "go build -tags headless"}},
		"one that finds all":  {"#!/bin/sh\nexit 0\n", nil},
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
