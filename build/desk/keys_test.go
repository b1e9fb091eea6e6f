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

// press types keys into a window, as a person does who has no mouse.
func (p *Program) press(ctx context.Context, id string, keys ...string) error {
	_, err := p.display.tool(ctx, "xdotool", append([]string{"windowactivate", "--sync", id, "key", "--delay", "80"}, keys...)...)
	return err
}

func TestEveryWindowIsReachedByKeysAlone(t *testing.T) {
	p := run(t, desktop(t, Options{}), "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	id, err := p.Window(t.Context(), "Dashboard")
	must(t, err)
	for _, w := range []struct{ key, title string }{{"ctrl+l", "Logs"}, {"ctrl+t", "Topics"}, {"ctrl+comma", "Settings"}} {
		must(t, p.press(t.Context(), id, w.key))
		_, err := p.Window(t.Context(), w.title)
		must(t, err)
	}
	logs, err := p.Window(t.Context(), "Logs")
	must(t, err)
	must(t, p.press(t.Context(), logs, "ctrl+w"))
	must(t, Until(t.Context(), soon, "the logs closed", func() (bool, error) {
		all, err := p.Windows(t.Context())
		for title := range all {
			if strings.HasPrefix(title, "Logs") {
				return false, err
			}
		}
		return true, err
	}))
	must(t, p.press(t.Context(), id, "ctrl+q"))
	if code, err := p.Wait(soon); code != 0 || err != nil {
		t.Errorf("Ctrl+Q: exit code %d, %v; want 0", code, err)
	}
}

func TestLanguageAndThemeChangeAtOnceByKeysAlone(t *testing.T) {
	d := desktop(t, Options{})
	p := run(t, d, "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "Streaming", soon))
	must(t, p.Click("Settings…"))
	id, err := p.Window(t.Context(), "Settings")
	must(t, err)
	before, err := p.brightness(t.Context(), id)
	must(t, err)
	must(t, p.press(t.Context(), id, "Tab", "Tab", "Left")) // the theme: system, light, dark
	must(t, Until(t.Context(), soon, "a dark window", func() (bool, error) {
		now, err := p.brightness(t.Context(), id)
		return now < before/2, err
	}))
	must(t, p.press(t.Context(), id, "shift+Tab", "Left")) // the language: system, English, Chinese
	for _, title := range []string{"设置", "仪表盘"} {
		_, err := p.Window(t.Context(), title)
		must(t, err)
	}
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
