package pack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// ArmTerminal is the terminal twin for computers with an Arm processor, below the folder of everything. Windows there
// runs Program too, by emulation.
const ArmTerminal = "arm64/streamtray.com"

// program is one executable.
type program struct {
	name string
	arch string
	tags string
	link string // further words for the linker
	env  []string
}

func programs() []program {
	return []program{
		{name: Terminal, arch: "amd64", tags: "headless", env: []string{"CGO_ENABLED=0"}},
		{name: ArmTerminal, arch: "arm64", tags: "headless", env: []string{"CGO_ENABLED=0"}},
		{name: Program, arch: "amd64", link: " -H=windowsgui", env: []string{"CGO_ENABLED=1", "CC=" + compiler(), "CGO_CFLAGS=", "CGO_LDFLAGS="}},
	}
}

// build compiles and links the program as the file named, and puts icon, version and manifest into it. Nothing of the
// folder, the user or the hour gets in: two builds of one source by one compiler are the same bytes.
func (p program) build(ctx context.Context, s Source, file string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", p.tags,
		"-ldflags", "-s -w -X main.version="+s.Version()+p.link, "-o", file, ".")
	cmd.Dir = s.Root
	cmd.Env = append(append(os.Environ(), "GOOS=windows", "GOARCH="+p.arch, "GOAMD64=v1", "GOARM64=v8.0"), p.env...)
	if err := quietly(cmd); err != nil {
		return err
	}
	return describe(ctx, s, file)
}

// quietly runs a program and returns what it said only if it failed.
func quietly(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %s: %w", strings.Join(cmd.Args[:2], " "), strings.TrimSpace(string(out)), err)
	}
	return nil
}
