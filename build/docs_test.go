package main

import (
	"os"
	"path/filepath"
	"testing"

	"streamtray/app/diagnose"
	"streamtray/build/rig"
)

func TestTheGeneratedPagesAreUpToDate(t *testing.T) {
	for name, want := range pages() {
		got, err := os.ReadFile(filepath.Join("..", "docs", name))
		if err != nil || string(got) != want {
			t.Errorf("docs/%s is not what its sources give (%v): go run ./build docs, and read what changed", name, err)
		}
	}
}

func TestEveryProvokedFailureHasARuleThatSaysTheSame(t *testing.T) {
	list := rig.Provocations()
	if len(list) < 30 {
		t.Errorf("got %d failures, want at least 30", len(list))
	}
	seen := map[string]bool{}
	for _, p := range list {
		told, known := diagnose.Recall(p.Code, nil)
		if !known || told.Cause != p.Cause || string(told.Action) != p.Action {
			t.Errorf("%s: %s is %q, %q; want %q, %q", p.Name, p.Code, told.Cause, told.Action, p.Cause, p.Action)
		}
		if seen[p.Name] || p.En == "" || p.Zh == "" {
			t.Errorf("%s: named twice, or not told in both languages", p.Name)
		}
		seen[p.Name] = true
	}
}
