package rig

import (
	"context"
	"os"
	"os/exec"
)

// Small is what go build is told of each program that is handed out. Inlined, the embedded broker's requests, of which there
// are all that Kafka knows, would make it larger by 1.4 MB.
const Small = "-gcflags=github.com/twmb/franz-go/...=-l"

// BuildProduct builds the terminal program, which needs no C compiler, as the file named by program.
func BuildProduct(ctx context.Context, program string) error {
	root, err := SourceTree()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-tags", "headless", Small, "-ldflags", "-s -w", "-o", program, ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return Quietly(cmd)
}
