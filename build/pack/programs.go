package pack

import (
	"context"
	"os"
	"os/exec"

	"streamtray/build/desk"
	"streamtray/build/rig"
	"streamtray/build/zig"
)

// Both for computers with an Arm processor, below the folder of everything. Windows there runs the others too, by
// emulation.
const (
	ArmProgram  = "arm64/" + Program
	ArmTerminal = "arm64/" + Terminal
)

// program is one executable.
type program struct {
	name    string
	arch    string
	windows bool // with tray and windows, which are drawn by a library in C
}

func programs() []program {
	return []program{
		{name: Terminal, arch: "amd64"},
		{name: ArmTerminal, arch: "arm64"},
		{name: Program, arch: "amd64", windows: true},
		{name: ArmProgram, arch: "arm64", windows: true},
	}
}

// executables are the names of all programs.
func executables() (names []string) {
	for _, p := range programs() {
		names = append(names, p.name)
	}
	return names
}

// build compiles and links the program as the file named, and puts icon, version and manifest into it. Nothing of the
// folder, the user, the computer or the hour gets in: two builds of one source are the same bytes.
func (p program) build(ctx context.Context, s Source, c zig.Compiler, file string) error {
	link := "-s -w -buildid= -X main.version=" + s.Version() // a build's id is of its environment too
	env := []string{"GOOS=windows", "GOARCH=" + p.arch, "CGO_ENABLED=0"}
	tags := "headless"
	if p.windows {
		tags, link, env = desk.Tags, link+" "+zig.Linking, c.Environ(p.arch)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", tags, rig.Small, "-ldflags", link, "-o", file, ".")
	cmd.Dir = s.Root
	cmd.Env = append(append(os.Environ(), "GOAMD64=v1", "GOARM64=v8.0"), env...)
	if err := rig.Quietly(cmd); err != nil {
		return err
	}
	return describe(ctx, s, file)
}
