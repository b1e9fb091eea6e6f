// Command build makes and checks StreamTray: `go run ./build demo` shows it, `go run ./build test` proves it.
// It needs Go and nothing else; what a stage needs beyond that it gets by itself or names.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"streamtray/build/pack"
)

type command struct {
	name string
	does string
	run  func(ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"demo", "build it and show the whole story, without Docker or Python: in the tray and a window, or in the terminal (--terminal)", demo},
		{"check", "the fast checks: format, linter for Linux and Windows, all tests that need Go alone", check},
		{"test", "everything: check, the packages for Windows, the windows on a display, Wine, and the scenarios on a real engine and broker", test},
		{"package", "make what Windows users download (programs, zip, installer, sums, SBOM), into build/dist", packages},
		{"icons", "draw the icons anew from their sources", icons},
		{"font", "make the font anew that draws Chinese where a computer has none", makeFont},
		{"docs", "write the pages of docs/ that are made from the program's own rules and from the list of what the tests break", docs},
		{"screenshots", "take the pictures of every window in both languages and themes, on a desktop nobody sees", screenshots},
		{"bench", "measure it against its peers on the real rig, and write BENCHMARKS.md", bench},
		{"figures", "measure the tray and its windows on that desktop, and write BENCHMARKS.md's part about them", figures},
		{"soak", "wear it down for half an hour, or --for as long: what it holds, loses and leaves behind", soak},
		{"faults", "try every fault on the real rig, the slow ones too, and write docs/faults.md", faults},
		{"setup", "only prepare the real rig; `setup stop` ends the engine that it started", setup},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := chosen(ctx, os.Args[1:]); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && err.Error() == exit.Error() {
			os.Exit(exit.ExitCode()) // nobody added a word: the program that ran has said why
		}
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func chosen(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == pack.SignVerb {
		return signForInstaller(ctx, args[1:])
	}
	for _, c := range append(commands(), command{"pour", "", pour}) {
		if len(args) > 0 && args[0] == c.name {
			return c.run(ctx, args[1:])
		}
	}
	fmt.Fprintln(os.Stderr, "usage: go run ./build COMMAND")
	for _, c := range commands() {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", c.name, c.does)
	}
	return errors.New("which command?")
}
