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

func TestTheSituationsAreTheOnesThatAreTried(t *testing.T) {
	got, err := os.ReadFile(filepath.Join("..", "docs", evidencePage))
	if err != nil || string(got) != withSituations(string(got)) {
		t.Errorf("docs/%s does not end with the list of situations (%v): go run ./build docs", evidencePage, err)
	}
	right, wrong := 0, 0
	for _, s := range rig.Situations() {
		if green := s.Phase == "connected" || s.Phase == "streaming"; green != s.True {
			t.Errorf("%s: %s, and green would be %v", s.Name, s.Phase, s.True)
		}
		if s.True {
			right++
		} else {
			wrong++
		}
	}
	if right < 10 || wrong < 10 {
		t.Errorf("%d in which the app is connected and %d in which it is not; want ten of each", right, wrong)
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
