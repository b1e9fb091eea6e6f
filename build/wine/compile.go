package wine

import (
	"context"
	"os"
	"os/exec"

	"streamtray/build/rig"
	"streamtray/build/zig"
)

// Terminal builds the terminal program for Windows as the file named.
func Terminal(ctx context.Context, program string) error {
	return compile(ctx, "build", "-tags", "headless", "-ldflags", "-s -w", "-o", program, ".")
}

// Program builds the program with windows, whose C parts take minutes the first time, as the file named. Of the changes
// it has only the one to pipes: with the one to Go, all C would be compiled anew.
func Program(ctx context.Context, program string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	flags, err := changed(ctx, root)
	if err != nil {
		return err
	}
	compiler, err := zig.Get(ctx, func(string, string) {})
	if err != nil {
		return err
	}
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w " + zig.Linking, "-o", program}, flags[2:]...)
	return goTool(ctx, root, append(compiler.Environ("amd64"), "GOAMD64=v1"), append(args, ".")...)
}

// Tests builds the tests of packages, by their folders in the source tree, into dir: compose.test.exe for docker/compose.
func Tests(ctx context.Context, dir string, folders ...string) error {
	args := []string{"-c", "-tags", "headless", "-o", dir + "/"}
	for _, f := range folders {
		args = append(args, "./"+f)
	}
	return compile(ctx, "test", args...)
}

// compile runs go for Windows, without cgo, at the root of the source tree, with what Wine 8 needs changed.
func compile(ctx context.Context, verb string, args ...string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	flags, err := changed(ctx, root)
	if err != nil {
		return err
	}
	return goTool(ctx, root, []string{"CGO_ENABLED=0"}, append(append([]string{verb}, flags...), args...)...)
}

// goTool runs go for 64-bit Windows in root, with env besides the usual.
func goTool(ctx context.Context, root string, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(append(os.Environ(), "GOOS=windows", "GOARCH=amd64"), env...)
	return rig.Quietly(cmd)
}
