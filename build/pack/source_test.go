package pack

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"streamtray/app/testenv"
	"streamtray/build/rig"
)

// checkout is a git checkout with one commit of a known date.
func checkout(t *testing.T, about string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		testenv.Of(t, "no git here: install it")
	}
	t.Setenv("SOURCE_DATE_EPOCH", "")
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull) // a person's may have commits signed
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	root := t.TempDir()
	write(t, filepath.Join(root, "FyneApp.toml"), about)
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "."},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "first"},
	} {
		cmd := exec.Command("git", append([]string{"-C", root}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE=1700000000 +0800", "GIT_AUTHOR_DATE=1600000000 +0000")
		if err := rig.Quietly(cmd); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const about = "[Details]\nVersion = \"1.2.3\"\n"

func TestACheckoutTellsItsCommitAndItsDate(t *testing.T) {
	root := checkout(t, about)
	s, err := Read(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Unix(1700000000, 0).UTC(); !s.Instant.Equal(want) {
		t.Errorf("got the date %v, want that of the commit, %v", s.Instant, want)
	}
	if got, want := s.Version(), "1.2.3+"+s.Commit; got != want || len(s.Commit) != 12 {
		t.Errorf("got version %q with commit %q, want twelve digits of it", got, s.Commit)
	}
	write(t, filepath.Join(root, "more"), "")
	changed, err := Read(t.Context(), root)
	if want := s.Version() + ".changed"; err != nil || changed.Version() != want {
		t.Errorf("with a new file: got %q, %v; want %q", changed.Version(), err, want)
	}
}

func TestAnUnpackedArchiveHasItsNumberAndAnyGivenDate(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "FyneApp.toml"), about)
	t.Setenv("SOURCE_DATE_EPOCH", "")
	s, err := Read(t.Context(), root)
	if err != nil || s.Version() != "1.2.3" || !s.Instant.Equal(oldest) {
		t.Errorf("got %q of %v, %v; want 1.2.3 of %v", s.Version(), s.Instant, err, oldest)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1500000000")
	if s, err = Read(t.Context(), root); err != nil || s.Instant.Unix() != 1500000000 {
		t.Errorf("got %v, %v; want the given date", s.Instant, err)
	}
}

func TestAVersionThatWindowsCannotShowIsRefused(t *testing.T) {
	for _, v := range []string{"", "1.2", "1.2.3-beta", "1.2.99999", "v1.2.3"} {
		root := t.TempDir()
		write(t, filepath.Join(root, "FyneApp.toml"), "[Details]\nVersion = \""+v+"\"\n")
		if s, err := Read(t.Context(), root); err == nil {
			t.Errorf("%q: got %q, want an error", v, s.Version())
		}
	}
}

// In a checkout that belongs to somebody else, as in a container, git only says "dubious ownership".
func TestACheckoutOfAnotherUserTellsItsCommitToo(t *testing.T) {
	root := checkout(t, about)
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1") // git's own switch for this
	if s, err := Read(t.Context(), root); err != nil || len(s.Commit) != 12 {
		t.Errorf("got the commit %q, %v; want twelve digits of it", s.Commit, err)
	}
}

func TestACheckoutWithoutGitIsNamedAsSuch(t *testing.T) {
	root := checkout(t, about)
	t.Setenv("PATH", t.TempDir())
	var lacks *rig.Unavailable
	if _, err := Read(t.Context(), root); !errors.As(err, &lacks) {
		t.Errorf("got %v, want that git is lacking", err)
	}
}

// A program may warn at any time, on the stream that is no answer.
func TestWhatGitWarnsOfIsNoPartOfItsAnswer(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script stands between")
	}
	root := checkout(t, about)
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	write(t, filepath.Join(bin, "git"), "#!/bin/sh\necho 'warning: something' >&2\nexec '"+real+"' \"$@\"\n")
	if err := os.Chmod(filepath.Join(bin, "git"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	if s, err := Read(t.Context(), root); err != nil || len(s.Commit) != 12 {
		t.Errorf("got the commit %q, %v; want twelve digits of it, and no change", s.Commit, err)
	}
}
