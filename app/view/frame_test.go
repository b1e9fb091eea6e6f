package view

import (
	"fmt"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/internal/golden"
	"streamtray/internal/usererr"
)

func TestTheFrameOfEachTale(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, tale := range tales() {
			l := liveDetection()
			l.Version = "0.2.0"
			if tale.name == "crashed" {
				l.Crash = Crash{File: "/work/detection/app.py", Name: "app.py", Line: 4}
			}
			f := FrameOf(appTold(stateOf(tale.events)), l, w, evening)
			fmt.Fprintf(&b, "== %s: [%s] %s · %s | streaming %v\n", tale.name, f.Icon, f.Project, f.State, f.Switch)
			for _, i := range append([]Item{f.Primary}, f.Stop...) {
				fmt.Fprintf(&b, "[%s -> %s] ", i.Label, i.Act)
			}
			fmt.Fprintln(&b)
			if f.Banner.Text != "" {
				fmt.Fprintf(&b, "! %s %s", f.Banner.Mark, f.Banner.Text)
				for _, i := range f.Banner.Fixes {
					fmt.Fprintf(&b, " [%s -> %s %s]", i.Label, i.Act, i.Arg)
				}
				fmt.Fprintln(&b)
			}
			for _, i := range f.Status {
				fmt.Fprintf(&b, "%s; ", i.Label)
			}
			fmt.Fprintln(&b)
		}
		golden.Compare(t, "frame."+lang+".txt", b.String())
	}
}

func TestTheBannerOfOneOfSeveralProgramsRestartsThatOne(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	crash := usererr.New("detector.exited", map[string]any{"Code": 1}, nil)
	for _, several := range []bool{false, true} {
		s := app.State{Want: app.Want{Up: true}, Rows: []app.Row{{Step: "app", Kind: app.Done}, {Step: "app:worker", Program: "worker", Kind: app.Failed, Err: crash}}}
		want := "app:worker"
		if !several {
			s.Rows, want = []app.Row{{Step: "app", Kind: app.Failed, Err: crash}}, ""
		}
		fixes := FrameOf(s, Live{Facts: Facts{Project: "p"}}, w, evening).Banner.Fixes
		if len(fixes) == 0 || fixes[len(fixes)-1].Act != ActRestart || fixes[len(fixes)-1].Arg != want {
			t.Errorf("the banner offers %+v; want a restart of %q", fixes, want)
		}
	}
}
