//go:build !linux

package procgroup

import (
	"context"
	"time"
)

// Leftover knows of nobody here: a Job Object leaves none, and other systems do not tell a process's environment.
func Leftover(string) []int { return nil }

// EndLeftover has nobody to end here.
func EndLeftover(context.Context, string, time.Duration) error { return nil }
