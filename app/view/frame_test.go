package view

import (
	"fmt"
	"strings"
	"testing"

	"streamtray/app/i18n"
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
		golden(t, "frame."+lang+".txt", b.String())
	}
}
