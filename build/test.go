package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"streamtray/build/desk"
	"streamtray/build/rig"
	"streamtray/build/wine"
)

// These end a run that hangs; each scenario has its own, far shorter deadlines.
const (
	testsWithin     = "20m" // for a package, on a busy machine
	scenariosWithin = "40m"
)

// check proves what can be proved quickly.
func check(ctx context.Context, _ []string) error {
	hint(ctx, os.Stderr)
	return proved(ctx, round{static(), unitTests()})
}

// test proves everything. What waits, for downloads and for windows, goes beside what computes. The scenarios have the
// machine for themselves, since some of them are about time.
func test(ctx context.Context, _ []string) error {
	hint(ctx, os.Stderr)
	had := rig.EngineRuns()
	err := proved(ctx,
		round{
			{{name: "desktop packages", run: prepareDesktop}, {name: "Wine packages", run: prepareWine}, {name: "rig", run: prepare}},
			append(static(), stage{name: "tests for Windows compile", run: compileForWindows}),
		},
		round{unitTests()},
		round{
			{{name: "lint with cgo", run: lintWithCgo}, suite("desktop", prepareDesktop, []string{"CGO_ENABLED=1"}, "-tags", "desk", "-count=1", "-timeout", "20m", "./build/desk")},
			{{name: "package", run: packageIt}, packageContents(), suite("README", nil, nil, "-tags", "headless,readme", "-count=1", "-timeout", "10m", "-run", "Readme", "./build")},
		},
		round{{suite("Wine", prepareWine, nil, "-tags", "wine", "-count=1", "-timeout", "30m", "./build/wine")}},
		round{{suite("scenarios", prepare, nil, "-tags", "headless,rig", "-count=1", "-timeout", scenariosWithin, "./build/rig")}},
	)
	if !had {
		err = errors.Join(err, rig.StopEngine(context.WithoutCancel(ctx)))
	}
	return err
}

// proved proves the rounds before the eyes of whoever waits.
func proved(ctx context.Context, rounds ...round) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	return prove(ctx, filepath.Join(root, "build", "cache", "logs"), screenOn(os.Stdout), rounds...)
}

// raced is the environment of tests under the race detector. By itself it has each process, the programs that tests start
// among them, wait for a second at its end, for reports that are under way.
var raced = []string{"CGO_ENABLED=1", "GORACE=atexit_sleep_ms=50"}

// unitTests are the tests of all packages, once: under the race detector where there is a C compiler, which it needs.
// What is skipped under it is tried without.
func unitTests() lane {
	s := suite("tests", nil, nil, "-timeout", testsWithin, "-tags", "headless", "./...")
	without := s.run
	s.run = func(ctx context.Context, out io.Writer) error {
		if noCompiler(ctx, out) != nil {
			return without(ctx, out)
		}
		flags := []string{"-race", "-timeout", testsWithin, "-tags", "headless"}
		err := s.tests.run(ctx, out, raced, append(flags, "./...")...)
		if err := s.tests.retry(ctx, out, raced, err, flags...); err != nil {
			return err
		}
		return s.tests.again(ctx, out, nil, "-tags", "headless")
	}
	return lane{{name: "C compiler", run: noCompiler}, s}
}

// noCompiler says what is lacking where the go command finds no C compiler, and so sets CGO_ENABLED=0 by itself.
func noCompiler(ctx context.Context, _ io.Writer) error {
	if enabled, err := rig.Output(exec.CommandContext(ctx, "go", "env", "CGO_ENABLED")); err == nil && enabled == "1" {
		return nil
	}
	return &rig.Unavailable{What: "no C compiler: the tests run without the race detector", How: "On Debian or Ubuntu: sudo apt-get install gcc libc6-dev"}
}

// hint says what to do where a C compiler is there, and so the go command builds the windows, which then end with an error
// about a header.
func hint(ctx context.Context, out io.Writer) {
	if runtime.GOOS != "linux" || noCompiler(ctx, out) != nil {
		return
	}
	if missing := strings.Join(rig.Missing(ctx, desk.Headers), " "); missing != "" {
		fmt.Fprintf(out, "There is a C compiler here, but not all headers that the windows are built with: `go build .` fails.\n"+
			"On Debian or Ubuntu: sudo apt-get install %s. Or leave the windows out: go build -tags headless .\n\n", missing)
	}
}

// onLinux is what is lacking elsewhere.
func onLinux(what string) error {
	if runtime.GOOS == "linux" {
		return nil
	}
	return &rig.Unavailable{What: what, How: "Run this in WSL, or on Linux."}
}

// prepare makes the rig ready.
func prepare(ctx context.Context, out io.Writer) error {
	if err := onLinux("the scenarios look at processes as Linux shows them"); err != nil {
		return err
	}
	_, err := rig.Setup(ctx, sayTo(out))
	return err
}

// prepareDesktop gets what a display and a program with windows need.
func prepareDesktop(ctx context.Context, out io.Writer) error {
	if err := onLinux("the display that nobody sees is X11's"); err != nil {
		return err
	}
	return rig.Ready(ctx, sayTo(out), desk.Needs)
}

// prepareWine gets what it takes to run Windows programs.
func prepareWine(ctx context.Context, out io.Writer) error {
	if err := onLinux("Wine is for Linux"); err != nil {
		return err
	}
	return wine.Get(ctx, sayTo(out))
}
