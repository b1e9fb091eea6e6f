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

// reopen closes a window and opens it again by the menu.
func (p *Program) reopen(ctx context.Context, title string) error {
	id, err := p.Window(ctx, title)
	if err != nil {
		return err
	}
	if err := p.Close(ctx, id); err != nil {
		return err
	}
	if err := p.Click(title); err != nil {
		return err
	}
	_, err = p.Window(ctx, title)
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
				// The key reaches the window that has the focus by then; a window that is gone meanwhile is no error.
				_, _ = p.display.tool(ctx, "xdotool", "windowactivate", id, "key", "alt+F4")
				return false, nil
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
func recent(settings, dir string) error {
	text, err := os.ReadFile(settings)
	if err != nil {
		return err
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	all["recent"] = []string{dir}
	if text, err = json.Marshal(all); err != nil {
		return err
	}
	return os.WriteFile(settings, text, 0o600)
}
