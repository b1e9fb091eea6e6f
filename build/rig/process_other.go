//go:build !linux

package rig

import (
	"errors"
	"os/exec"
)

// Only Linux starts an engine of its own, so there is nothing to detach or to end elsewhere.

func detach(*exec.Cmd) {}

func terminate(int) error { return errors.ErrUnsupported }

func engineAlive(int) bool { return false }
