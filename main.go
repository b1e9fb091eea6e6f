// Command streamtray brings a streaming detection project from nothing to streaming.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/sirupsen/logrus"

	"streamtray/app/cli"
	"streamtray/internal/procgroup"
)

// version is set by the build; a plain `go build` leaves it to what the go command notes of the source's revision.
var version = "dev"

func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if version != "dev" || !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return version
	}
	return info.Main.Version
}

func main() {
	logrus.SetOutput(io.Discard)                         // compose-go's remarks; what they mean is told as findings
	if code, done := procgroup.Keep(os.Args[1:]); done { // the keeper of an app, not the user's program
		os.Exit(code)
	}
	os.Exit(run())
}

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if code, done := gui(ctx, os.Args[1:]); done {
		return code
	}
	dir, _ := os.Getwd() // it may have been deleted
	env := cli.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Environ: os.Environ(), Dir: dir, Version: programVersion()}
	return cli.Run(ctx, env, os.Args[1:])
}
