//go:build !linux

package agentrpc

import (
	"context"
	"io"
)

// announce does nothing: on Windows the folder does not depend on the environment, and elsewhere there are only folders.
func announce(string, string) (io.Closer, error) { return nil, nil } //nolint:nilnil // there is nothing to close

func announcement(context.Context, string) (address string, ours bool) { return "", false }
