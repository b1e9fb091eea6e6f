package pack

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// checkout is a git checkout with one commit of a known date.
func checkout(t *testing.T, about string) string {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", "")
	root := t.TempDir()
	write(t, filepath.Join(root, "FyneApp.toml"), about)
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "."},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "first"},
	} {
		cmd := exec.Command("git", append([]string{"-C", root}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE=1700000000 +0800", "GIT_AUTHOR_DATE=1600000000 +0000")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
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
