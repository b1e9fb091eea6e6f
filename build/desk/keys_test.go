//go:build desk

package desk

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestEveryPageIsReachedByKeysAlone(t *testing.T) {
	p := run(t, desktop(t, Options{}), "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	id, err := p.Window(t.Context(), "Overview")
	must(t, err)
	for _, page := range Pages {
		_, err = p.Page(t.Context(), page.Key, page.Title)
		must(t, err)
	}
	must(t, p.Press(t.Context(), id, "ctrl+o"))
	_, err = p.Window(t.Context(), "Welcome to StreamTray") // the choice of another project
	must(t, err)
	must(t, p.Press(t.Context(), id, "Escape"))
	_, err = p.Window(t.Context(), "Overview")
	must(t, err)
	must(t, p.Press(t.Context(), id, "ctrl+w"))
	must(t, Until(t.Context(), soon, "the window closed", func() (bool, error) {
		all, err := p.Windows(t.Context())
		return len(all) == 0, err
	}))
	must(t, p.Click("Open StreamTray"))
	id, err = p.Window(t.Context(), "Overview")
	must(t, err)
	must(t, p.Press(t.Context(), id, "ctrl+q"))
	if code, err := p.Wait(soon); code != 0 || err != nil {
		t.Errorf("Ctrl+Q: exit code %d, %v; want 0", code, err)
	}
}

// Who has neither a project nor Docker saw nothing of what StreamTray does.
func TestTheDemoIsReachedFromTheWelcomeByKeysAlone(t *testing.T) {
	p := run(t, desktop(t, Options{}))
	id, err := p.Window(t.Context(), "Welcome to StreamTray")
	must(t, err)
	const primary = 0x2b5fd0
	must(t, Until(t.Context(), soon, "the first button", func() (bool, error) {
		m, err := p.seen(t.Context(), id)
		return err == nil && coloured(m, primary) > 1000, err
	}))
	must(t, p.Press(t.Context(), id, "Tab", "Tab", "Tab", "space")) // the projects, a folder, the demo
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	_, err = p.Window(t.Context(), "Overview · demo")
	must(t, err)
	quit(t, p)
}

func TestLanguageAndThemeChangeAtOnceByKeysAlone(t *testing.T) {
	d := desktop(t, Options{})
	p := run(t, d, "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	_, err := p.Window(t.Context(), "Overview")
	must(t, err)
	id, err := p.Page(t.Context(), "ctrl+5", "Settings")
	must(t, err)
	before, err := p.brightness(t.Context(), id)
	must(t, err)
	must(t, p.Press(t.Context(), id, "Tab", "Left")) // the theme: system, light, dark
	must(t, Until(t.Context(), soon, "a dark window", func() (bool, error) {
		now, err := p.brightness(t.Context(), id)
		return now < before/2, err
	}))
	must(t, p.Press(t.Context(), id, "shift+Tab", "Left")) // the language: system, English, Chinese
	_, err = p.Window(t.Context(), "设置")
	must(t, err)
	must(t, p.UntilTooltip(t.Context(), "条/秒", soon))
	must(t, p.Click("退出"))
	if code, err := p.Wait(soon); code != 0 || err != nil {
		t.Errorf("exit code %d, %v; want 0", code, err)
	}
	text, err := os.ReadFile(filepath.Join(d.dir, "home", "config", "settings.json"))
	must(t, err)
	for _, want := range []string{`"language": "zh"`, `"theme": "dark"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("settings %s; want %s", text, want)
		}
	}
}

// brightness is how bright a window is on the whole, from 0 to 1.
func (p *Program) brightness(ctx context.Context, id string) (float64, error) {
	file := filepath.Join(p.display.dir, "brightness.png")
	if err := p.Shoot(ctx, id, file); err != nil {
		return 0, err
	}
	out, err := p.display.tool(ctx, "convert", file, "-colorspace", "Gray", "-format", "%[fx:mean]", "info:")
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(out), 64)
}
