package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"streamtray/build/desk"
	"streamtray/build/rig"
	"streamtray/build/wine"
)

// The tools are fetched and built by go run, in these versions.
const (
	gofumpt      = "mvdan.cc/gofumpt@v0.12.0"
	staticcheck  = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"
	golangciLint = "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0"
)

// scenariosWithin ends a run that hangs; each scenario has its own, far shorter deadlines.
const scenariosWithin = 40 * time.Minute

// fast is what can be proved in seconds.
func fast() lane {
	return lane{
		{name: "format", run: format},
		{name: "vet", run: tool(nil, "go", "vet", "-tags", "headless,rig,package", "./...")},
		{name: "vet for Windows", run: tool([]string{"GOOS=windows"}, "go", "vet", "-tags", "headless", "./...")},
		{name: "staticcheck", run: tool(nil, "go", "run", staticcheck, "-tags", "headless,rig,package", "./...")},
	}
}

func tests() stage {
	return stage{name: "tests", run: tool(nil, "go", "test", "-tags", "headless", "./..."), shown: true}
}

// check proves what can be proved quickly.
func check(ctx context.Context, _ []string) error {
	return prove(ctx, round{fast()}, round{{tests()}})
}

// test proves everything. The rig is prepared beside the static checks; the scenarios have the machine for themselves,
// since some of them are about time.
func test(ctx context.Context, _ []string) error {
	had := rig.EngineRuns()
	lint := stage{name: "golangci-lint", run: tool(nil, "go", "run", golangciLint, "run")}
	err := prove(ctx,
		round{
			{{name: "rig", run: prepare}, {name: "desktop packages", run: prepareDesktop}, {name: "Wine packages", run: prepareWine}, {name: "package", run: packageIt}, {name: "package contents", run: packageContents}},
			append(append(fast(), lint), forWindows()...),
		},
		round{{tests(), {name: "race detector", run: race}}},
		round{{{name: "desktop", run: desktop}}},
		round{{{name: "Wine", run: onWine}}},
		round{{{name: "scenarios", run: scenarios}}},
	)
	if !had {
		err = errors.Join(err, rig.StopEngine(context.WithoutCancel(ctx)))
	}
	return err
}

// tool runs a program at the root of the source tree, without cgo unless env says otherwise.
func tool(env []string, args ...string) func(context.Context, io.Writer) error {
	return func(ctx context.Context, out io.Writer) error {
		root, err := rig.SourceTree()
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir = root
		cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
		cmd.Stdout, cmd.Stderr = out, out
		return cmd.Run()
	}
}

// format fails on files that gofumpt would change, which it only lists.
func format(ctx context.Context, out io.Writer) error {
	var list bytes.Buffer
	err := tool(nil, "go", "run", gofumpt, "-l", ".")(ctx, io.MultiWriter(out, &list))
	if err == nil && list.Len() > 0 {
		return errors.New("gofumpt -w would change these files")
	}
	return err
}

// race runs the tests once more under the race detector, which needs a C compiler.
func race(ctx context.Context, out io.Writer) error {
	if _, err := exec.LookPath("gcc"); err != nil {
		return &rig.Unavailable{What: "no C compiler", How: "Install gcc and run this again."}
	}
	return tool([]string{"CGO_ENABLED=1"}, "go", "test", "-race", "-tags", "headless", "./...")(ctx, out)
}

// prepare makes the rig ready.
func prepare(ctx context.Context, out io.Writer) error {
	if runtime.GOOS != "linux" {
		return &rig.Unavailable{What: "the scenarios look at processes as Linux shows them", How: "Run this in WSL, or on Linux."}
	}
	_, err := rig.Setup(ctx, sayTo(out))
	return err
}

// prepareDesktop gets what a display and a program with windows need.
func prepareDesktop(ctx context.Context, out io.Writer) error {
	if runtime.GOOS != "linux" {
		return &rig.Unavailable{What: "the display that nobody sees is X11's", How: "Run this in WSL, or on Linux."}
	}
	return rig.Installed(ctx, sayTo(out), desk.Packages)
}

// desktop drives the tray and the windows on a display that nobody sees. The program with windows is C in large
// parts: a cold build takes minutes.
func desktop(ctx context.Context, out io.Writer) error {
	if err := prepareDesktop(ctx, out); err != nil {
		return err
	}
	return tool([]string{"CGO_ENABLED=1"}, "go", "test", "-tags", "desk", "-count=1", "-v", "-timeout", "20m", "./build/desk")(ctx, out)
}

// prepareWine gets what it takes to run Windows programs.
func prepareWine(ctx context.Context, out io.Writer) error {
	if runtime.GOOS != "linux" {
		return &rig.Unavailable{What: "Wine is for Linux", How: "Run this in WSL, or on Linux; here, run the tests themselves."}
	}
	return rig.Installed(ctx, sayTo(out), wine.Packages)
}

// onWine runs the Windows programs under Wine.
func onWine(ctx context.Context, out io.Writer) error {
	if err := prepareWine(ctx, out); err != nil {
		return err
	}
	return tool(nil, "go", "test", "-tags", "wine", "-count=1", "-v", "-timeout", "20m", "./build/wine")(ctx, out)
}

// scenarios drives the product against the real engine, broker and app.
func scenarios(ctx context.Context, _ io.Writer) error {
	if err := prepare(ctx, io.Discard); err != nil {
		return err
	}
	// Shown as it goes: this takes minutes.
	return tool(nil, "go", "test", "-tags", "headless,rig", "-count=1", "-v", "-timeout", scenariosWithin.String(), "./build/rig")(ctx, os.Stdout)
}
