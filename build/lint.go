package main

import (
	"context"
	"io"
	"path/filepath"

	"streamtray/build/rig"
)

// actionlint checks .github/workflows. It does not build with the linter's release candidate of a YAML library, and so
// stands for itself.
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

// static are the checks that run nothing: the format of all files, the workflows, and the linter for Linux and for Windows, with all
// tags that choose among the files there. The suites of Wine, of a display and of the rig are for Linux.
func static() lane {
	return lane{
		{name: "tools", run: tools},
		{name: "format", run: linter(nil, "fmt", "--diff")},
		{name: "workflows", run: tool(nil, "go", "run", actionlint)},
		{name: "lint", run: linter([]string{"GOOS=linux"}, "run", "--build-tags", "headless,rig,package,desk,wine,engine")},
		{name: "lint for Windows", run: linter([]string{"GOOS=windows", trimmed()}, "run", "--build-tags", "headless,package,engine")},
	}
}

// tools builds the tools that build/tools/go.mod names, in its versions. They are a module of their own: the linter's two
// hundred dependencies would be the product's, too, which then had to use the versions that the linter needs.
func tools(ctx context.Context, out io.Writer) error {
	bin, err := toolsFolder()
	if err != nil {
		return err
	}
	return tool([]string{"GOBIN=" + bin}, "go", "install", "-modfile=build/tools/go.mod", "tool")(ctx, out)
}

func toolsFolder() (string, error) {
	root, err := rig.SourceTree()
	return filepath.Join(root, "build", "cache", "bin"), err
}

// linter runs golangci-lint, which holds what gofumpt, vet and staticcheck say as well.
func linter(env []string, args ...string) func(context.Context, io.Writer) error {
	return func(ctx context.Context, out io.Writer) error {
		bin, err := toolsFolder()
		if err != nil {
			return err
		}
		return tool(env, append([]string{filepath.Join(bin, "golangci-lint")}, args...)...)(ctx, out)
	}
}

// lintWithCgo has the linter read those files of main and of the desktop that are left out without cgo.
func lintWithCgo(ctx context.Context, out io.Writer) error {
	if err := prepareDesktop(ctx, out); err != nil {
		return err
	}
	return linter([]string{"CGO_ENABLED=1"}, "run", ".", "./app/desktop/...")(ctx, out)
}
