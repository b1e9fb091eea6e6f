package desk

import (
	"context"
	"os/exec"
	"strings"
)

// Command is a program that finds this display.
func (d *Display) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = d.env
	return cmd
}

// Number is the display's, as DISPLAY has it.
func (d *Display) Number() string {
	number := ""
	for _, kv := range d.env {
		if value, is := strings.CutPrefix(kv, "DISPLAY="); is {
			number = value // the last one holds
		}
	}
	return number
}
