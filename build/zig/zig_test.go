package zig

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// archive is a wheel with files, and what Get would have to know of it.
func archive(t *testing.T, files ...string) (content []byte, w wheel) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range files {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		h.SetMode(0o644)
		if path.Base(name) == "zig" {
			h.SetMode(0o755)
		}
		f, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, "content of "+name)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), wheel{"ziglang-1-py3-none-any.whl", fmt.Sprintf("%x", sha256.Sum256(b.Bytes())), int64(b.Len())}
}

// serve is an index with one wheel, for those who know its password. It returns how it was asked.
func serve(t *testing.T, name string, content []byte) (asked *[]string) {
	t.Helper()
	asked = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		*asked = append(*asked, user+":"+password+" "+r.URL.Path)
		switch r.URL.Path {
		case "/simple/ziglang/":
			fmt.Fprintf(w, `<html><a href="../../files/other-%s">other</a><a class="x" href="../../files/%s?a=1&amp;b=2#sha256=00">it</a></html>`, name, name)
		case "/files/" + name:
			_, _ = w.Write(content)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	t.Setenv("PIP_INDEX_URL", strings.Replace(server.URL, "://", "://me:secret@", 1)+"/simple/")
	return asked
}

func quiet(string, string) {}

// files are those below a folder, sorted.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestTheCompilerComesFromTheIndexThatPipUses(t *testing.T) {
	content, w := archive(t, "ziglang/zig", "ziglang/LICENSE", "ziglang/lib/std/std.zig",
		"ziglang/lib/libc/include/any-windows-any/windows.h", "ziglang/lib/libc/include/generic-glibc/stdio.h",
		"ziglang/lib/libc/mingw/COPYING", "ziglang-1.dist-info/METADATA")
	asked := serve(t, w.file, content)
	dir := t.TempDir()
	if err := fetch(t.Context(), w, dir, quiet); err != nil {
		t.Fatal(err)
	}
	if want := []string{"me:secret /simple/ziglang/", "me:secret /files/" + w.file}; !slices.Equal(*asked, want) {
		t.Errorf("asked %q, want %q", *asked, want)
	}
	want := []string{"LICENSE", "lib/libc/include/any-windows-any/windows.h", "lib/libc/mingw/COPYING", "lib/std/std.zig", "zig"}
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: the compiler, without the headers of other systems and the wheel", got, want)
	}
	info, err := os.Stat(filepath.Join(dir, "zig"))
	if err != nil || info.Mode()&0o100 == 0 && os.PathSeparator == '/' {
		t.Errorf("zig: %v, %v; want a program", info, err)
	}
}

func TestAnArchiveThatIsNotTheKnownOneIsNotUnpacked(t *testing.T) {
	content, w := archive(t, "ziglang/zig")
	for name, served := range map[string][]byte{
		"a byte is another": append(bytes.Clone(content[:len(content)-1]), content[len(content)-1]^1),
		"it is shorter":     content[:len(content)-1],
		"it is longer":      append(bytes.Clone(content), 0),
		// No more than a connection holds: Wine does not end a write whose reader has gone.
		"it never ends": bytes.Repeat([]byte("x"), 1<<16),
	} {
		t.Run(name, func(t *testing.T) {
			serve(t, w.file, served)
			dir := t.TempDir()
			err := fetch(t.Context(), w, dir, quiet)
			if err == nil || !strings.Contains(err.Error(), "expected "+w.sha256) {
				t.Errorf("got %v, want an error with the sum that was expected", err)
			}
			if _, err := os.Stat(filepath.Join(dir, "zig")); err == nil {
				t.Error("it was unpacked")
			}
		})
	}
}

func TestAnIndexWithoutTheWheelIsNamedWithoutItsPassword(t *testing.T) {
	content, w := archive(t, "ziglang/zig")
	serve(t, "another.whl", content)
	err := fetch(t.Context(), w, t.TempDir(), quiet)
	if err == nil || !strings.Contains(err.Error(), w.file) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want an error that names %s and no password", err, w.file)
	}
}

func TestANameThatLeadsOutOfTheArchiveIsRefused(t *testing.T) {
	content, w := archive(t, "ziglang/../../out")
	serve(t, w.file, content)
	dir := filepath.Join(t.TempDir(), "in", "in")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := fetch(t.Context(), w, dir, quiet); err == nil {
		t.Error("it was unpacked")
	}
	if _, err := os.Stat(filepath.Join(dir, "..", "..", "out")); err == nil {
		t.Error("a file was written outside")
	}
}

func TestWhatIsFetchedIsSaidBeforeAndAsItComes(t *testing.T) {
	var told []string
	p := &progress{of: 3 * step, say: func(_, text string) { told = append(told, text) }}
	for range 6 {
		_, _ = p.Write(make([]byte, step/2))
	}
	if want := []string{"25 of 75 MB", "50 of 75 MB", "75 of 75 MB"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestAFolderWithASpaceIsNoWordOfTheCompilersCommand(t *testing.T) {
	t.Setenv("PATH", "before")
	dir := filepath.Join("C", "A User", "zig")
	env := Compiler{dir}.Environ("arm64")
	for _, want := range []string{
		"CC=zig cc -target aarch64-windows-gnu", "GOARCH=arm64", "GOOS=windows", "CGO_ENABLED=1",
		"PATH=" + dir + string(os.PathListSeparator) + "before",
	} {
		if !slices.Contains(env, want) {
			t.Errorf("no %q in %q", want, env)
		}
	}
}
