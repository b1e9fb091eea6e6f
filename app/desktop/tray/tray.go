// Package tray shows a view.Menu as the icon in the tray: its picture, its tooltip and its menu.
package tray

import (
	"unicode/utf16"

	"fyne.io/fyne/v2"

	"streamtray/app/view"
	"streamtray/assets"
)

// Icon is the part of a desktop's tray that Fyne offers; the tests have one of their own.
type Icon interface {
	SetSystemTrayMenu(m *fyne.Menu)
	SetSystemTrayIcon(icon fyne.Resource)
	SetIcon(icon fyne.Resource) // the program's, which Fyne puts into the tray when it is ready
}

// Tray shows a view.Menu. It touches only what changed: on Windows a menu that is set anew is rebuilt whole.
type Tray struct {
	icon       Icon
	setTooltip func(string)
	do         func(view.Act, string)
	root       *fyne.Menu
	shown      view.Menu
	icons      map[string]fyne.Resource // Windows keeps a handle for each picture that it ever saw
}

// New is a tray that has do carry out what is chosen in its menu.
func New(icon Icon, setTooltip func(string), do func(view.Act, string)) *Tray {
	t := &Tray{icon: icon, setTooltip: setTooltip, do: do, root: fyne.NewMenu(""), icons: map[string]fyne.Resource{}}
	for _, s := range assets.States {
		t.icons[s] = fyne.NewStaticResource(s+".png", assets.Icon(s))
	}
	return t
}

// Show shows m.
func (t *Tray) Show(m view.Menu) {
	before := t.shown
	t.shown = m
	if before.Icon == "" { // else Fyne begins with one of its own, which Windows cannot read
		t.icon.SetIcon(t.icons[m.Icon])
	}
	items := view.Menu{Items: m.Items}
	if !items.Same(view.Menu{Items: before.Items}) {
		t.root.Items = t.items(m.Items)
		t.icon.SetSystemTrayMenu(t.root)
	}
	if m.Icon != before.Icon {
		t.icon.SetSystemTrayIcon(t.icons[m.Icon])
	}
	if m.Tooltip != before.Tooltip {
		t.setTooltip(tooltip(m.Tooltip))
	}
}

// Sweep takes away what showing the icons left behind.
func (t *Tray) Sweep() {
	for _, s := range assets.States {
		sweepIcon(assets.Icon(s))
	}
}

// labelLength is how many characters of a label are shown: a reason may be long, a menu must not be wide.
const labelLength = 64

func (t *Tray) items(all []view.Item) []*fyne.MenuItem {
	items := make([]*fyne.MenuItem, len(all))
	for i, m := range all {
		if m.Label == "" {
			items[i] = fyne.NewMenuItemSeparator()
			continue
		}
		items[i] = fyne.NewMenuItem(menuLabel(shorten(m.Label, labelLength)), func() { t.do(m.Act, m.Arg) })
		items[i].Checked, items[i].Disabled = m.Ticked, m.Disabled
		items[i].IsQuit = m.Act == view.ActQuit // or Fyne adds one of its own, which ends at once
		if m.Items != nil {
			items[i].ChildMenu = fyne.NewMenu("", t.items(m.Items)...)
		}
	}
	return items
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// tooltip cuts s to what Windows takes: 127 units of UTF-16.
func tooltip(s string) string {
	const most = 127
	for u := utf16.Encode([]rune(s)); len(u) > most; u = utf16.Encode([]rune(s)) {
		s = shorten(s, len([]rune(s))-1)
	}
	return s
}
