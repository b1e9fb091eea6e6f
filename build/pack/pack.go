// Package pack makes what Windows users download: the program with its windows, its twin for terminals, a portable zip,
// an installer, and the papers that go with them. From Linux or Windows, and the same bytes each time from one commit.
package pack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Program is StreamTray with tray and windows.
//
// Terminal is its twin for terminals: the same sources without the windows, not the same file. A program is either of
// the subsystem for windows, and then a shell does not wait for it and it has no console to print to, or of that for
// consoles, and then a double-click opens a black window. So there are two. Without the windows the twin needs no OpenGL
// either and runs on a server. It is a .com because a shell that is told "streamtray" tries .com before .exe (PATHEXT),
// so both can be called what they are called.
const (
	Program  = "StreamTray.exe"
	Terminal = "streamtray.com"
)

// Job says what to pack.
type Job struct {
	Source Source
	Out    string                  // where it goes
	Say    func(part, text string) // hears a line about each part that is ready
}

// Programs builds the executables into j.Out: Program and Terminal, and ArmTerminal.
func Programs(ctx context.Context, j Job) error {
	if err := need(ctx, j.Say, gcc()); err != nil {
		return err
	}
	if err := os.MkdirAll(j.Out, 0o755); err != nil {
		return err
	}
	for _, p := range programs() {
		began := time.Now()
		if err := p.build(ctx, j.Source, filepath.Join(j.Out, p.name)); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		j.ready(p.name, began)
	}
	return nil
}

// ready tells a finished file, its size, and how long it took since began.
func (j Job) ready(name string, began time.Time) {
	text := fmt.Sprintf("%.1fs", time.Since(began).Seconds())
	if info, err := os.Stat(filepath.Join(j.Out, name)); err == nil {
		text = fmt.Sprintf("%.1f MB, %s", float64(info.Size())/1e6, text)
	}
	j.Say(name, text)
}
