package main

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

// `go vet ./...` without a C compiler ended with "build constraints exclude all Go files" of a library of the windows.
func TestEveryPackageCanBeBuiltWithGoAlone(t *testing.T) {
	listed := []string{"go", "list", "-deps", "-test", "./..."}
	for _, c := range []struct {
		system string
		args   []string
	}{
		{"linux", listed},
		{"windows", listed},
		{"darwin", listed},
		{runtime.GOOS, []string{"go", "build", "-o", os.DevNull, "."}},
	} {
		var said strings.Builder
		if err := tool([]string{"GOOS=" + c.system}, c.args...)(t.Context(), &said); err != nil {
			t.Errorf("%s: %v: %v: %s", c.system, c.args, err, said.String())
		}
	}
}
