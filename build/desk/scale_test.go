//go:build desk

package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/internal/pause"
)

func TestWindowsAreDrawnAtEveryScale(t *testing.T) {
	// Fyne rounds a scale to a tenth: 1.25 is 1.3.
	for scale, want := range map[string]int{"1.25": 1378, "1.5": 1590, "2": 2120} {
		t.Run(scale, func(t *testing.T) {
			d := desktop(t, Options{Screen: "2560x1800"})
			env := []string{"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light", "FYNE_SCALE=" + scale}
			p, err := d.Run(t.Context(), program, env, "demo", "--window")
			must(t, err)
			t.Cleanup(p.Kill)
			must(t, p.UntilTooltip(t.Context(), "records/s", soon))
			id, err := p.Window(t.Context(), "Overview")
			must(t, err)
			out, err := d.tool(t.Context(), "xdotool", "getwindowgeometry", "--shell", id)
			must(t, err)
			if !strings.Contains(out, fmt.Sprintf("WIDTH=%d\n", want)) {
				t.Errorf("at %s, the window is %q; want %d pixels wide", scale, out, want)
			}
			for _, page := range Pages {
				title := page.Title
				_, err := p.Page(t.Context(), page.Key, page.Title)
				must(t, err)
				if pictures := os.Getenv("DESK_PICTURES"); pictures != "" { // for a person to look at
					must(t, p.Raise(t.Context(), id))
					pause.For(t.Context(), time.Second)
					must(t, p.Shoot(t.Context(), id, filepath.Join(pictures, title+"-"+scale+".png")))
				}
			}
		})
	}
}
