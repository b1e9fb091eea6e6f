package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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

func TestEveryFaultOfTheMatrixIsMeasuredOrTriedElsewhere(t *testing.T) {
	measures, err := rig.Measures()
	if err != nil {
		t.Fatal(err)
	}
	seen, count := map[string]bool{}, 0
	for _, g := range rig.Faults() {
		for _, f := range g.Faults {
			count++
			if seen[f.Name] {
				t.Errorf("%s is listed twice", f.Name)
			}
			seen[f.Name] = true
			m, measured := measures[f.Name]
			switch f.Test {
			case "":
				if !measured || (f.Phase != "") != (m.Seen > 0 && m.En != "" && m.Zh != "") || f.En == "" || f.Zh == "" {
					t.Errorf("%s: %+v measured (%v), and %q is to be shown", f.Name, m, measured, f.Phase)
				}
			case rig.SituationsTest:
				if !slices.ContainsFunc(rig.Situations(), func(s rig.Situation) bool { return s.Name == f.Name }) {
					t.Errorf("%s is not among the situations", f.Name)
				}
			case rig.ProvokedTest:
				if !slices.ContainsFunc(rig.Provocations(), func(p rig.Provoked) bool { return p.Name == f.Name }) {
					t.Errorf("%s is not among the provoked failures", f.Name)
				}
			default:
				suite, test, elsewhere := strings.Cut(f.Test, ": ")
				if !elsewhere || !stands(t, suite, "func "+test+"(") || f.ShownEn == "" || f.ShownZh == "" {
					t.Errorf("%s: there is no test %q, or it is not said what it wants", f.Name, f.Test)
				}
			}
		}
	}
	for name := range measures {
		if !seen[name] {
			t.Errorf("%s is measured, and not in the list", name)
		}
	}
	if count < 60 {
		t.Errorf("got %d faults, want at least 60", count)
	}
}

// stands reports whether a text stands in a file of a folder of build.
func stands(t *testing.T, folder, text string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(name string) bool {
		code, err := os.ReadFile(name)
		return err == nil && strings.Contains(string(code), text)
	})
}
