package tray

import (
	"strings"
	"testing"
	"unicode/utf16"

	"fyne.io/fyne/v2"

	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// panel records what a tray was told.
type panel struct {
	menus, icons, tooltips int
	menu                   *fyne.Menu
	icon, first            string
}

var _ Icon = (*panel)(nil)

func (p *panel) SetSystemTrayMenu(m *fyne.Menu)     { p.menus, p.menu = p.menus+1, m }
func (p *panel) SetSystemTrayIcon(r fyne.Resource)  { p.icons, p.icon = p.icons+1, r.Name() }
func (p *panel) SetIcon(r fyne.Resource)            { p.first = r.Name() }
func (p *panel) tooltip(string)                     { p.tooltips++ }
func (p *panel) told() (menus, icons, tooltips int) { return p.menus, p.icons, p.tooltips }

func TestTheTrayIsToldOnlyWhatChanged(t *testing.T) {
	w := uitest.English(t)
	p := &panel{}
	tr := New(p, p.tooltip, func(view.Act, string) {})
	menu := func(scene string) view.Menu { return view.MenuOf(uitest.State(scene), uitest.Facts(), w, uitest.Now) }
	tr.Show(menu("streaming"))
	tr.Show(menu("streaming"))
	if m, i, tt := p.told(); m != 1 || i != 1 || tt != 1 {
		t.Errorf("the same twice: menu %d, icon %d, tooltip %d times; want each once", m, i, tt)
	}
	if p.first != p.icon {
		t.Errorf("the tray begins with %s, want %s: Fyne has none that Windows can read", p.first, p.icon)
	}
	faster := menu("streaming")
	faster.Tooltip += "!"
	tr.Show(faster)
	if m, i, tt := p.told(); m != 1 || i != 1 || tt != 2 {
		t.Errorf("another rate: menu %d, icon %d, tooltip %d times; want 1, 1, 2", m, i, tt)
	}
	tr.Show(menu("failed"))
	if m, i, _ := p.told(); m != 2 || i != 2 || p.icon != "problem.png" {
		t.Errorf("failed: menu %d, icon %d times, %s; want 2, 2, problem.png", m, i, p.icon)
	}
}

func TestTheLastItemIsOurQuit(t *testing.T) {
	p := &panel{}
	var done []view.Act
	tr := New(p, p.tooltip, func(a view.Act, _ string) { done = append(done, a) })
	tr.Show(view.MenuOf(uitest.State("streaming"), uitest.Facts(), uitest.English(t), uitest.Now))
	last := p.menu.Items[len(p.menu.Items)-1]
	last.Action()
	if !last.IsQuit || len(done) != 1 || done[0] != view.ActQuit {
		t.Errorf("last item: quit %v, did %v; want ours", last.IsQuit, done)
	}
}

func TestATooltipFitsWindows(t *testing.T) {
	for _, s := range []string{strings.Repeat("流", 200), strings.Repeat("🙂", 100), "short"} {
		got := tooltip(s)
		if n := len(utf16.Encode([]rune(got))); n > 127 || s == "short" && got != s {
			t.Errorf("%d units: %q", n, got)
		}
	}
}
