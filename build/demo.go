package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"streamtray/build/desk"
	"streamtray/build/rig"
	"streamtray/build/zig"
)

// demo shows the whole story: in the tray and a window where there is a desktop, else in the terminal. With
// arguments it is the terminal's demo, to which they belong; --terminal says only that.
func demo(ctx context.Context, args []string) error {
	if len(args) == 0 {
		program, why := windowed(ctx, machine{os.Getenv, exec.LookPath, runtime.GOOS})
		if why == "" {
			fmt.Fprintln(os.Stderr, "build: the demo is in the tray, and its window opens. Quit it there, or press Ctrl-C here.")
			return show(program, "demo", "--window")
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintf(os.Stderr, "build: %s; here is the demo in the terminal.\n", why)
	}
	program, err := product(ctx)
	if err != nil {
		return err
	}
	return show(program, append([]string{"demo"}, storyArgs(args)...)...)
}

// inTerminal is the option of demo that declines the windows.
const inTerminal = "--terminal"

// storyArgs are the arguments that the program knows.
func storyArgs(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == inTerminal })
}

// show runs a program before the user's eyes.
func show(program string, args ...string) error {
	cmd := exec.Command(program, args...) //nolint:noctx // a Ctrl-C reaches it by itself; it ends in good order
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// machine is what decides whether there can be windows.
type machine struct {
	getenv func(string) string
	look   func(program string) (path string, err error)
	os     string
}

// lacks is why no windows can be shown or built here; empty: nothing is known against it.
func (m machine) lacks() string {
	if m.os != "windows" && m.os != "darwin" && m.getenv("DISPLAY") == "" {
		return "there is no display (DISPLAY is not set)"
	}
	if m.os != "windows" && !m.compiles() { // for Windows a compiler can be fetched
		return "the windows are drawn by a library in C, and there is no C compiler (gcc) to build it"
	}
	return ""
}

// compiles reports whether there is a C compiler.
func (m machine) compiles() bool {
	compilers := []string{"gcc", "clang"}
	if own := strings.Fields(m.getenv("CC")); len(own) > 0 {
		compilers = own[:1]
	}
	return slices.ContainsFunc(compilers, func(c string) bool {
		_, err := m.look(c)
		return err == nil
	})
}

// compiler is what a build with C needs in its environment: nothing where there is a compiler, else the one that is
// fetched for it.
func (m machine) compiler(ctx context.Context) (env []string, err error) {
	if m.compiles() {
		return nil, nil
	}
	fmt.Fprintf(os.Stderr, "build: the windows are drawn by a library in C, and there is no C compiler here. One is fetched;\n"+
		"build: go run ./build demo %s does without: press Ctrl-C, and run that, if you would rather not.\n", inTerminal)
	c, err := zig.Get(ctx, sayTo(os.Stderr))
	if err != nil {
		return nil, err
	}
	return c.Environ(runtime.GOARCH), nil
}

// gist is the line of a compiler's complaint that says what is wrong.
func gist(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "error") })
	return strings.TrimSpace(lines[max(i, 0)])
}

// patience is after how long a build is explained: the first one compiles C for minutes, later ones take seconds.
const patience = 5 * time.Second

// windowed builds the program with windows and tries whether it can draw one here. A sentence says why there is none.
func windowed(ctx context.Context, m machine) (program, why string) {
	if why := m.lacks(); why != "" {
		return "", why
	}
	root, err := rig.SourceTree()
	if err != nil {
		return "", err.Error()
	}
	program = filepath.Join(root, "build", "dist", "streamtray-window")
	if m.os == "windows" {
		program += ".exe"
	}
	compiler, err := m.compiler(ctx)
	if err != nil {
		return "", err.Error()
	}
	told := time.AfterFunc(patience, func() {
		fmt.Fprintln(os.Stderr, "build: building the program with its windows; the first time this takes some minutes.")
	})
	err = desk.Build(ctx, program, compiler...)
	told.Stop()
	if err != nil {
		return "", "the program with windows could not be built: " + gist(err.Error())
	}
	if err := exec.CommandContext(ctx, program, "--gl-probe").Run(); err != nil {
		return "", "no window can be drawn here (the display does not answer, or has no OpenGL 2.1)"
	}
	return program, ""
}
