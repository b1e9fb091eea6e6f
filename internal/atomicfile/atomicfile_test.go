package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestWriteReplacesWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, text := range []string{"first", "second, which is longer", "3"} {
		if err := Write(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		want(t, path, text)
	}
	leftovers(t, dir, "file")
	if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode() != 0o640) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestWriteKeepsTheMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o751); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o751 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestWriteLeavesAReadOnlyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("old"), 0o400); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("new"), 0o600); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Write: %v, want fs.ErrPermission", err)
	}
	want(t, path, "old")
}

func TestWriteLeavesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "folder")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("new"), 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	if err := Write(filepath.Join(dir, "none", "file"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Write to a folder that is not there: %v", err)
	}
	leftovers(t, dir, "folder")
}

// Links stay: the file they point to is replaced, where it lies, also through a second link and where it is still to come.
func TestWriteGoesThroughLinks(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o700); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"one": filepath.Join("real", "file"), "two": "one", "round": "round"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("no links here:", err)
		}
		if _, err := os.Readlink(filepath.Join(dir, link)); err != nil {
			t.Skip("this system says that it made a link, and made none:", err)
		}
	}
	for _, text := range []string{"created", "replaced"} {
		if err := Write(filepath.Join(dir, "two"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		want(t, filepath.Join(dir, "real", "file"), text)
	}
	for _, link := range []string{"one", "two"} {
		if info, err := os.Lstat(filepath.Join(dir, link)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is no link any more: %v, %v", link, info.Mode(), err)
		}
	}
	if err := Write(filepath.Join(dir, "round"), nil, 0o600); err == nil {
		t.Error("a link to itself was written")
	}
}

func TestCreateLeavesWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Create(path, []byte("first"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("second"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second Create: %v, want fs.ErrExist", err)
	}
	want(t, path, "first")
	leftovers(t, dir, "file")
}

func TestWhatPassesIsWaitedForAndNothingElse(t *testing.T) {
	passing, lasting := errors.New("held"), errors.New("disk full")
	passes := func(err error) bool { return errors.Is(err, passing) }
	for _, c := range []struct {
		name  string
		until time.Duration // it is held so long
		then  error
		want  error
		took  time.Duration // at most
	}{
		{"free", 0, nil, nil, 0},
		{"held for a moment", 700 * time.Millisecond, nil, nil, 800 * time.Millisecond},
		{"held for good", time.Hour, nil, passing, heldWithin},
		{"held, then failing", 50 * time.Millisecond, lasting, lasting, 100 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := again(func() error {
					if time.Since(began) < c.until {
						return passing
					}
					return c.then
				}, passes)
				if took := time.Since(began); !errors.Is(err, c.want) || took > c.took {
					t.Errorf("got %v after %v, want %v within %v", err, took, c.want, c.took)
				}
			})
		})
	}
}

func want(t *testing.T, path, text string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("%s holds %q, %v; want %q", path, got, err, text)
	}
}

// leftovers fails if the folder holds anything but the names.
func leftovers(t *testing.T, dir string, names ...string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != len(names) {
		t.Errorf("folder holds %v, %v; want %v", list, err, names)
	}
}
