package pack

import (
	"context"
	"os"
	"os/exec"
)

// cyclonedx lists what a program is made of, in this version.
const cyclonedx = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"

// writeSBOM writes the bill of materials (CycloneDX, JSON) of a program: its modules with versions, sums and licences,
// and Go itself, as the program's own build information has them.
func writeSBOM(ctx context.Context, s Source, program, file string) error {
	cmd := exec.CommandContext(ctx, "go", "run", cyclonedx, "bin",
		"-json", "-std", "-licenses", "-short-purls", "-noserial", "-notimestamp", "-version", s.Version(), "-output", file, program)
	cmd.Dir = s.Root
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath", "CGO_ENABLED=0") // the list has a sum of the tool, which is to be the same everywhere
	return quietly(cmd)
}
