// Package zig brings a C compiler that makes Windows programs to computers that have none: Zig's, which is Clang with
// the headers and libraries of mingw-w64. The Python package index has it as one archive for each kind of computer,
// which is fetched once, checked against the sum that stands here, and kept in the user's cache.
package zig

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"streamtray/build/rig"
)

// Version is the compiler's. To change it is to change the wheels too.
const Version = "0.17.1"

// wheel is the compiler for one kind of computer, as the index has it.
type wheel struct {
	file   string
	sha256 string
	size   int64 // in bytes
}

// wheels are those of Version, by GOOS/GOARCH of the computer that compiles.
var wheels = map[string]wheel{
	"linux/amd64": {
		"ziglang-0.17.1-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl",
		"ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54", 101083562,
	},
	"linux/arm64": {
		"ziglang-0.17.1-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
		"b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e", 98063064,
	},
	"windows/amd64": {
		"ziglang-0.17.1-py3-none-win_amd64.whl",
		"69c3dfc3aff6a297ec4017aa904782c0e450eb988982d7f675d83edce27526fb", 101924940,
	},
	"windows/arm64": {
		"ziglang-0.17.1-py3-none-win_arm64.whl",
		"27a8da5f8eaa0e76ebbc7c2594130ed4646c1101ada2ce0aa86fe580c74154b9", 97412346,
	},
}

// Compiler is one that is ready to compile.
type Compiler struct {
	dir string // where zig, lib and LICENSE are
}

// Get returns the compiler, fetching it first if the cache does not have it: say hears how much that is before it
// begins. Where there is none for this computer the error is *rig.Unavailable.
func Get(ctx context.Context, say func(part, text string)) (Compiler, error) {
	host := runtime.GOOS + "/" + runtime.GOARCH
	w, ok := wheels[host]
	if !ok {
		return Compiler{}, &rig.Unavailable{
			What: "no C compiler for Windows programs is known for " + host,
			How:  "Run this on Linux or Windows, with a processor of Intel's kind or Arm's.",
		}
	}
	dir, err := rig.Cached(ctx, "zig", Version+"-"+w.sha256[:12], func(dir string) error {
		began := time.Now()
		say("compiler", fmt.Sprintf("fetching Zig %s, a C compiler, %d MB, once, into %s", Version, w.size/1e6, dir))
		if err := fetch(ctx, w, dir, say); err != nil {
			return fmt.Errorf("the C compiler Zig %s: %w", Version, err)
		}
		say("compiler", fmt.Sprintf("Zig %s (%.1fs)", Version, time.Since(began).Seconds()))
		return nil
	})
	return Compiler{dir}, err
}

// targets are what the compiler calls 64-bit Windows, by GOARCH.
var targets = map[string]string{"amd64": "x86_64-windows-gnu", "arm64": "aarch64-windows-gnu"}

// Environ is what go build has to find in its environment to build a Windows program with C for the processor arch (a
// GOARCH, "amd64" or "arm64"). It is added to os.Environ, and goes before what stands there.
func (c Compiler) Environ(arch string) []string {
	cache := filepath.Join(c.dir, "cache")
	return []string{
		"GOOS=windows", "GOARCH=" + arch, "CGO_ENABLED=1",
		// By its name alone and not by its path: that might have a space, and would be in what Go calls the build's id.
		"CC=zig cc -target " + targets[arch],
		"PATH=" + c.dir + string(os.PathListSeparator) + os.Getenv("PATH"),
		// The version is for Go's cache, which asks gcc and clang for theirs and knows no way to ask this one.
		"CGO_CFLAGS=-O2 -DZIG_VERSION=" + Version, "CGO_CPPFLAGS=", "CGO_LDFLAGS=",
		"ZIG_LIB_DIR=" + filepath.Join(c.dir, "lib"), "ZIG_GLOBAL_CACHE_DIR=" + cache, "ZIG_LOCAL_CACHE_DIR=" + cache,
	}
}

// Linking is what go build -ldflags has to have for a program with windows. To Go's own word for it, windowsgui, this
// compiler's linker is deaf, and a program for consoles opens a black window beside its own.
const Linking = "-H=windowsgui -extldflags '-s -Wl,--subsystem,windows'"

// mingw is the version of mingw-w64 in Version, as its own header _mingw_mac.h has it.
const mingw = "15.0.0-alpha"

// Component is a part of the compiler that it links into every program with C.
type Component struct {
	Name, Version, About string
	SPDX                 string // its licence's identifier
	Licence              string // the file with its licence
}

// Runtime is what is in a program with C besides its own sources and what Windows has: the C library itself is Windows'.
func (c Compiler) Runtime() []Component {
	return []Component{
		{"zig", Version, "what the compiler calls by itself: compiler_rt and zigc", "MIT", filepath.Join(c.dir, "LICENSE")},
		{"mingw-w64", mingw, "the program's start and the import of Windows' libraries", "ZPL-2.1", filepath.Join(c.dir, "lib", "libc", "mingw", "COPYING")},
	}
}
