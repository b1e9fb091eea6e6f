package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// PageOf is a page of the window: the key that opens it, and how its title begins in English.
type PageOf struct{ Key, Title string }

// Pages are the window's.
var Pages = []PageOf{{"ctrl+1", "Overview"}, {"ctrl+2", "Logs"}, {"ctrl+3", "Topics"}, {"ctrl+4", "Diagnose"}, {"ctrl+5", "Settings"}}

// Press types keys into a window, as a person does who has no mouse.
func (p *Program) Press(ctx context.Context, id string, keys ...string) error {
	_, err := p.display.tool(ctx, "xdotool", append([]string{"windowactivate", "--sync", id, "key", "--delay", "80"}, keys...)...)
	return err
}

// Page opens a page of the one window by its key, and returns the window's number.
func (p *Program) Page(ctx context.Context, key, title string) (id string, err error) {
	all, err := p.Windows(ctx)
	if err != nil {
		return "", err
	}
	for _, id := range all {
		if err := p.Press(ctx, id, key); err != nil {
			return "", err
		}
	}
	return p.Window(ctx, title)
}

// turn goes to the settings and back to the logs.
func (p *Program) turn(ctx context.Context) error {
	if _, err := p.Page(ctx, "ctrl+5", "Settings"); err != nil {
		return err
	}
	_, err := p.Page(ctx, "ctrl+2", "Logs")
	return err
}

// Close closes a window as its frame's button does, and waits until it is gone.
func (p *Program) Close(ctx context.Context, id string) error {
	return Until(ctx, 20*time.Second, "window closed", func() (bool, error) {
		all, err := p.Windows(ctx)
		if err != nil {
			return false, err
		}
		for _, open := range all {
			if open == id {
				// The key reaches the window that has the focus by then; a window that is gone meanwhile is no longer looked for.
				_, err := p.display.tool(ctx, "xdotool", "windowactivate", id, "key", "--delay", "0", "alt+F4", "alt+F4")
				return false, err
			}
		}
		return true, nil
	})
}

// Open starts the program on a project that its user trusts already.
func (d *Display) Open(ctx context.Context, program string, env []string, dir string) (*Program, error) {
	if err := d.Trust(ctx, program, env, dir); err != nil {
		return nil, err
	}
	return d.Run(ctx, program, env)
}

// Trust has the user trust a project, and the program open it the next time.
func (d *Display) Trust(ctx context.Context, program string, env []string, dir string) error {
	trust, err := d.Run(ctx, program, env, "doctor", "--trust", "--project", dir)
	if err != nil {
		return err
	}
	if _, err := trust.Wait(time.Minute); err != nil {
		trust.Kill()
		return err
	}
	for _, e := range env {
		if home, ok := strings.CutPrefix(e, "STREAMTRAY_HOME="); ok {
			err = recent(filepath.Join(home, "config", "settings.json"), dir)
		}
	}
	if err != nil {
		return fmt.Errorf("%w; the program said: %s", err, trust.Output())
	}
	return nil
}

// recent writes into the settings that a project was the last to be opened.
func recent(settings string, dirs ...string) error {
	text, err := os.ReadFile(settings)
	if err != nil {
		return err
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	all["recent"] = dirs
	if text, err = json.Marshal(all); err != nil {
		return err
	}
	return os.WriteFile(settings, text, 0o600)
}
