package rig

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Release is a part of a Debian release that this computer may not have: programs that its own release lacks, or has too
// old.
type Release struct {
	Name     string   // as "trixie"
	Packages []string // that are there with what they need, the one that it is about first
	SetUp    []string // packages, of these or that they need, whose own script for it runs; of others only the files are there
}

// Get gives a folder that is what /usr is where the packages are installed. It is made once and kept, and takes a minute
// and not five since almost nothing is set up. See Inside.
func (d Release) Get(ctx context.Context, say func(part, text string)) (usr string, err error) {
	hash := digest(fmt.Appendf(nil, "%v %s", d, runtime.GOARCH))
	dir, err := Cached(ctx, "release", hash, func(dir string) error {
		r, err := locate(say)
		if err != nil {
			return err
		}
		return r.makeRelease(ctx, d, dir)
	})
	return filepath.Join(dir, "usr"), err
}

func (r *Rig) makeRelease(ctx context.Context, d Release, dir string) error {
	began := time.Now()
	what := fmt.Sprintf("%s of Debian's %s", d.Packages[0], d.Name)
	if !r.install {
		return &Unavailable{What: "no " + what, How: "As root on Debian this fetches it by itself."}
	}
	for _, there := range []string{"/bin", "/lib"} {
		if to, err := os.Readlink(there); err != nil || strings.TrimPrefix(to, "/") != "usr"+there {
			return &Unavailable{What: "no " + what, How: "All programs have to be below /usr, as on Debian 12.", Err: err}
		}
	}
	if err := r.need(ctx, "debootstrap"); err != nil {
		return err
	}
	mirror, _, err := r.mirror(ctx)
	if err != nil {
		return err
	}
	r.say("packages", fmt.Sprintf("fetching %s, once, into %s", what, dir))
	_, err = r.run(ctx, command{log: "release", args: []string{
		"debootstrap", "--foreign", "--variant=minbase", "--include=" + strings.Join(d.Packages, ","), d.Name, dir, mirror,
	}})
	if err != nil {
		return err
	}
	if err := extract(ctx, d, dir); err != nil {
		return err
	}
	r.took("packages", what, began)
	return nil
}

// extract puts the files of all packages that debootstrap fetched in their places.
func extract(ctx context.Context, d Release, dir string) error {
	archives, err := filepath.Glob(filepath.Join(dir, "var", "cache", "apt", "archives", "*.deb"))
	if err != nil {
		return err
	}
	var scripts []string
	for _, archive := range archives {
		if err := Quietly(exec.CommandContext(ctx, "dpkg-deb", "--extract", archive, dir)); err != nil {
			return err
		}
		name, _, _ := strings.Cut(filepath.Base(archive), "_")
		if slices.Contains(d.SetUp, name) {
			control := filepath.Join(dir, "control-"+name)
			if err := Quietly(exec.CommandContext(ctx, "dpkg-deb", "--control", archive, control)); err != nil {
				return err
			}
			scripts = append(scripts, filepath.Join(control, "postinst"))
		}
		if err := os.Remove(archive); err != nil {
			return err
		}
	}
	if len(scripts) != len(d.SetUp) {
		return fmt.Errorf("of the packages %v to set up only %v are there", d.SetUp, scripts)
	}
	for _, script := range scripts {
		if err := Quietly(Inside(ctx, filepath.Join(dir, "usr"), "sh", script, "configure")); err != nil {
			return err
		}
	}
	return nil
}

// Inside is a program that finds another folder at /usr, and all else as it is: the files of this computer, its network
// and its displays. Its process is the program itself.
func Inside(ctx context.Context, usr, program string, args ...string) *exec.Cmd {
	const enter = `mount --bind "$0" /usr && exec "$@"`
	return exec.CommandContext(ctx, "unshare", append([]string{"--mount", "sh", "-c", enter, usr, program}, args...)...)
}

// mirror is where this computer has Debian from, and which release it is.
func (r *Rig) mirror(ctx context.Context) (address, release string, err error) {
	list, err := r.output(ctx, "apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages", "Component: main")
	if err != nil {
		return "", "", err
	}
	address, release, found := strings.Cut(strings.SplitN(list, "\n", 2)[0], " ")
	if !found {
		return "", "", fmt.Errorf("apt: no mirror of Debian is configured")
	}
	return address, release, nil
}
