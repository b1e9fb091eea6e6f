//go:build cgo && !headless

package main

import (
	"context"
	"os"

	"streamtray/app/cli"
	"streamtray/app/desktop"
	"streamtray/app/settings"
)

// gui runs the desktop where the arguments ask for it (none, --hidden, demo --window), and says whether they did.
func gui(ctx context.Context, args []string) (code int, done bool) {
	self, err := os.Executable()
	if err != nil {
		return 0, false
	}
	home, err := settings.Home()
	if err != nil {
		return 0, false
	}
	return desktop.Main(ctx, args, desktop.Options{
		Getenv: os.Getenv, Environ: os.Environ(), Home: home, Self: self, Version: programVersion(), Sample: cli.SampleApp, Exit: os.Exit,
		StopApart: func(dir string) error { return cli.StopApart(self, dir) },
	})
}
