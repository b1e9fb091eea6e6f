//go:build !windows

package detector

import (
	"syscall"

	"streamtray/internal/procgroup"
)

// aside has a program run apart from our terminal's Ctrl-C.
func aside() *syscall.SysProcAttr { return procgroup.Own() }
