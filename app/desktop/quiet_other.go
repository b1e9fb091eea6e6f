//go:build !windows

package desktop

import "os/exec"

// quiet starts a program without a window of its own, which on this system it has not anyway.
func quiet(*exec.Cmd) {}
