package pack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"streamtray/build/rig"
)

// Source is a source tree at one commit.
type Source struct {
	Root    string
	Number  string    // "1.2.3", from FyneApp.toml
	Commit  string    // short, with ".changed" when the tree is not what was committed; empty outside a git checkout
	Instant time.Time // the commit's, to the second: the date of everything that must have one
}

// Version is what the program calls itself, in the way of semantic versioning: "1.2.3+0123456789ab".
func (s Source) Version() string {
	if s.Commit == "" {
		return s.Number
	}
	return s.Number + "+" + s.Commit
}

// oldest is the earliest date that a zip can hold, which is the date where no commit gives one.
var oldest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Read tells what stands in the folder root. SOURCE_DATE_EPOCH, in seconds, goes before the commit's own date.
func Read(ctx context.Context, root string) (Source, error) {
	s := Source{Root: root, Instant: oldest}
	var err error
	if s.Number, err = number(filepath.Join(root, "FyneApp.toml")); err != nil {
		return s, err
	}
	if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
		if err := s.commit(ctx); err != nil {
			return s, err
		}
	}
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		return s, s.at(epoch)
	}
	return s, nil
}

// threeNumbers is what Windows, which wants four of sixteen bits, can show as well.
var threeNumbers = regexp.MustCompile(`^\d{1,4}\.\d{1,4}\.\d{1,4}$`)

// number is the version in a FyneApp.toml.
func number(file string) (string, error) {
	var about struct {
		Details struct{ Version string }
	}
	if _, err := toml.DecodeFile(file, &about); err != nil {
		return "", err
	}
	if v := about.Details.Version; threeNumbers.MatchString(v) {
		return v, nil
	}
	return "", fmt.Errorf("%s: Version is %q, want three numbers", file, about.Details.Version)
}

// commit asks git.
func (s *Source) commit(ctx context.Context) error {
	said, err := git(ctx, s.Root, "log", "-1", "--format=%H %ct")
	if err != nil {
		return err
	}
	hash, seconds, _ := strings.Cut(said, " ")
	s.Commit = hash[:min(len(hash), 12)]
	changed, err := git(ctx, s.Root, "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		s.Commit += ".changed"
	}
	return s.at(seconds)
}

// at takes seconds since 1970 for the date of everything.
func (s *Source) at(seconds string) error {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("source date: %w", err)
	}
	s.Instant = time.Unix(n, 0).UTC()
	return nil
}

// git asks about the tree in dir. One that belongs to somebody else is asked about as well, which git refuses by itself for
// fear of programs that the tree's settings name: whoever builds the tree runs its code anyway.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	said, err := rig.Output(exec.CommandContext(ctx, "git", append([]string{"-C", dir, "-c", "safe.directory=*"}, args...)...))
	if errors.Is(err, exec.ErrNotFound) {
		err = &rig.Unavailable{What: "git, which knows the commit, is not installed", How: "Install git, or pack from an unpacked archive."}
	}
	return said, err
}
