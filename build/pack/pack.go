// Package pack makes what Windows users download: the program with its windows, its twin for terminals, a portable zip,
// an installer, and the papers that go with them. From Linux or Windows, and the same bytes each time from one commit.
package pack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"streamtray/build/rig"
	"streamtray/build/zig"
)

// Program is StreamTray with tray and windows.
//
// Terminal is its twin for terminals: the same sources without the windows, not the same file. A program is either of
// the subsystem for windows, and then a shell does not wait for it and it has no console to print to, or of that for
// consoles, and then a double-click opens a black window. So there are two. Without the windows the twin needs no OpenGL
// either and runs on a server. It is a .com because a shell that is told "streamtray" tries .com before .exe (PATHEXT),
// so both can be called what they are called.
const (
	Program  = "StreamTray.exe"
	Terminal = "streamtray.com"
)

// The other artefacts, by the number of their version.

// Zip is the portable program: unpacked anywhere, it runs.
func Zip(number string) string { return "StreamTray-" + number + "-windows-amd64.zip" }

// ArmZip is the same for Windows on Arm.
func ArmZip(number string) string { return "StreamTray-" + number + "-windows-arm64.zip" }

// Setup is the installer.
func Setup(number string) string { return "StreamTray-" + number + "-setup.exe" }

// SBOM is what an artefact is made of, for who must know.
func SBOM(artefact string) string { return artefact + ".cdx.json" }

// Job says what to pack.
type Job struct {
	Source Source
	Out    string                  // where it goes
	Sign   *Signature              // nil: unsigned
	URL    string                  // below which all of it will be had: manifests tell package managers of it; empty: none do
	Say    func(part, text string) // hears a line about each part that is ready
}

// All makes everything, anew.
func All(ctx context.Context, j Job) error {
	if err := j.checkURL(); err != nil {
		return err
	}
	tools := []rig.Need{nsis()}
	if j.Sign != nil {
		tools = append(tools, osslsigncode())
	}
	if err := rig.Ready(ctx, j.Say, tools); err != nil {
		return err
	}
	if err := j.clear(); err != nil {
		return err
	}
	if err := Programs(ctx, j); err != nil {
		return err
	}
	if err := j.sign(ctx, executables()...); err != nil {
		return err
	}
	artefacts := j.artefacts()
	for _, a := range artefacts {
		if a.make == nil {
			continue
		}
		began := time.Now()
		if err := a.make(ctx, filepath.Join(j.Out, a.name)); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		j.ready(a.name, began)
	}
	if err := j.bills(ctx, artefacts); err != nil {
		return err
	}
	if j.URL != "" {
		if err := writeManifests(j.Source, j.URL, j.Out); err != nil {
			return err
		}
	}
	var names []string
	for _, a := range artefacts {
		names = append(names, a.name, SBOM(a.name))
	}
	slices.Sort(names)
	return writeSums(j.Out, names)
}

// artefact is a file that is handed out.
type artefact struct {
	name     string
	programs []string                                     // those that are in it
	make     func(ctx context.Context, file string) error // nil: it is a program, and there already
}

func (j Job) artefacts() []artefact {
	n := j.Source.Number
	all := []artefact{
		{Zip(n), []string{Program, Terminal}, j.zip},
		{ArmZip(n), []string{ArmProgram, ArmTerminal}, j.armZip},
		{Setup(n), []string{Program, Terminal}, j.setup},
	}
	for _, p := range executables() {
		all = append(all, artefact{p, []string{p}, nil})
	}
	return all
}

// clear takes away what an earlier run made, of whatever version.
func (j Job) clear() error {
	for _, pattern := range append(executables(), "StreamTray*.*", "*/*.cdx.json", "*.cdx.json", Winget+"/*.yaml", Scoop+"/*.json", Sums) {
		old, err := filepath.Glob(filepath.Join(j.Out, pattern))
		if err != nil {
			return err
		}
		for _, file := range old {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// Installer makes only the installer and the programs that are in it, unsigned.
func Installer(ctx context.Context, j Job) error {
	if err := rig.Ready(ctx, j.Say, []rig.Need{nsis()}); err != nil {
		return err
	}
	if err := Programs(ctx, j, Program, Terminal); err != nil {
		return err
	}
	return j.setup(ctx, filepath.Join(j.Out, Setup(j.Source.Number)))
}

// Programs builds the executables of these names into j.Out, unsigned; without names all of them: Program, Terminal,
// ArmProgram and ArmTerminal.
func Programs(ctx context.Context, j Job, names ...string) error {
	compiler, err := zig.Get(ctx, j.Say)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(j.Out, 0o755); err != nil {
		return err
	}
	for _, p := range programs() {
		if len(names) > 0 && !slices.Contains(names, p.name) {
			continue
		}
		began := time.Now()
		if err := p.build(ctx, j.Source, compiler, filepath.Join(j.Out, p.name)); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		j.ready(p.name, began)
	}
	return nil
}

// sign signs files of j.Out, if anybody does.
func (j Job) sign(ctx context.Context, names ...string) error {
	if j.Sign == nil {
		return nil
	}
	for _, name := range names {
		if err := j.Sign.Sign(ctx, filepath.Join(j.Out, name)); err != nil {
			return err
		}
	}
	return nil
}

// ready tells a finished file, its size, and how long it took since began.
func (j Job) ready(name string, began time.Time) {
	text := fmt.Sprintf("%.1fs", time.Since(began).Seconds())
	if info, err := os.Stat(filepath.Join(j.Out, name)); err == nil {
		text = fmt.Sprintf("%.1f MB, %s", float64(info.Size())/1e6, text)
	}
	j.Say(name, text)
}
