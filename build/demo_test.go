package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestTheDemoHasWindowsOnlyWhereThereCanBeSome(t *testing.T) {
	for _, c := range []struct {
		name, os string
		env      map[string]string
		has      string // the one compiler there is
		want     string // in the reason; empty: windows
	}{
		{"Linux with a display and gcc", "linux", map[string]string{"DISPLAY": ":0"}, "gcc", ""},
		{"Linux over ssh", "linux", nil, "gcc", "no display"},
		{"Linux with Go alone", "linux", map[string]string{"DISPLAY": ":0"}, "", "no C compiler"},
		{"Windows with Go alone, where a compiler is fetched", "windows", nil, "", ""},
		{"Windows with a compiler", "windows", nil, "gcc", ""},
		{"a compiler of another name", "linux", map[string]string{"DISPLAY": ":0", "CC": "zig-cc"}, "zig-cc", ""},
		{"macOS", "darwin", nil, "clang", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			look := func(p string) (string, error) {
				if p == c.has && p != "" {
					return "/bin/" + p, nil
				}
				return "", errors.New("not found")
			}
			got := machine{func(k string) string { return c.env[k] }, look, c.os}.lacks()
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("reason %q; want %q", got, c.want)
			}
		})
	}
}

func TestACompilerIsFetchedOnlyWhereThereIsNone(t *testing.T) {
	for _, has := range []string{"gcc", "clang", ""} {
		look := func(p string) (string, error) {
			if p == has {
				return "/bin/" + p, nil
			}
			return "", errors.New("not found")
		}
		m := machine{func(string) string { return "" }, look, "windows"}
		if got, want := m.compiles(), has != ""; got != want {
			t.Errorf("with %q: compiles %v, want %v", has, got, want)
		}
	}
}

func TestTheProgramDoesNotHearThatItIsInTheTerminal(t *testing.T) {
	if got, want := storyArgs([]string{"--terminal", "--for", "20s"}), []string{"--for", "20s"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
