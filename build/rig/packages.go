package rig

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// packageOf names the Debian packages that bring a program. What apt only recommends is named where nothing works
// without it.
func packageOf(program string) []string {
	switch program {
	case "dockerd":
		return []string{"docker.io", "cgroupfs-mount"}
	case "debootstrap":
		return []string{"debootstrap", "debian-archive-keyring"}
	case "ip":
		return []string{"iproute2"}
	case "mvn":
		return []string{"maven", "ca-certificates"}
	case "python3":
		return []string{"python3", "python3-venv", "ca-certificates"}
	}
	return []string{program}
}

// need makes sure that the programs are on the PATH. Where nothing may be installed a missing one is *Unavailable.
func (r *Rig) need(ctx context.Context, programs ...string) error {
	var missing []string
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, packageOf(program)...)
		}
	}
	return r.installed(ctx, missing)
}

// installed installs packages, one apt at a time.
func (r *Rig) installed(ctx context.Context, packages []string) error {
	if len(packages) == 0 {
		return nil
	}
	names := strings.Join(packages, " ")
	if !r.install {
		return &Unavailable{What: "not installed: " + names, How: "On Debian or Ubuntu: sudo apt-get install " + names + ". As root this installs it by itself."}
	}
	r.apt.Lock()
	defer r.apt.Unlock()
	began := time.Now()
	r.say("packages", "installing "+names)
	quiet := []string{"DEBIAN_FRONTEND=noninteractive"}
	if !r.updated {
		if _, err := r.run(ctx, command{log: "apt-update", env: quiet, args: []string{"apt-get", "update"}}); err != nil {
			return err
		}
		r.updated = true
	}
	args := append([]string{"apt-get", "install", "-y", "--no-install-recommends"}, packages...)
	if _, err := r.run(ctx, command{log: "apt-install", env: quiet, args: args}); err != nil {
		return err
	}
	r.took("packages", names, began)
	return nil
}

// Need is something that a machine must have, and the Debian package that brings it. One of the others says how to see
// whether it is there, whoever put it there.
type Need struct {
	Package string
	Program string   // on the PATH
	Files   []string // one of these: patterns, as filepath.Glob has them
	Header  string   // that the C compiler finds

	Windows string // how it is had there; empty: it is not needed there
}

// Ready makes sure that all of this is there: as root on Debian it installs what is missing, else it says what is
// and how one gets it (*Unavailable).
func Ready(ctx context.Context, say func(part, text string), needs []Need) error {
	for _, n := range needs {
		if runtime.GOOS == "windows" && n.Windows != "" && !n.there(ctx) {
			return &Unavailable{What: "not installed: " + n.Program, How: n.Windows}
		}
	}
	missing := Missing(ctx, needs)
	if missing == nil {
		return nil
	}
	r, err := locate(say)
	if err != nil {
		return err
	}
	return r.installed(ctx, missing)
}

// Require is Ready that installs nothing.
func Require(ctx context.Context, needs []Need) error {
	if missing := strings.Join(Missing(ctx, needs), " "); missing != "" {
		return &Unavailable{What: "not installed: " + missing, How: "On Debian or Ubuntu: sudo apt-get install " + missing}
	}
	return nil
}

// Missing are the packages of what is not there.
func Missing(ctx context.Context, needs []Need) []string {
	var packages []string
	for _, n := range needs {
		if !n.there(ctx) {
			packages = append(packages, n.Package)
		}
	}
	return packages
}

func (n Need) there(ctx context.Context) bool {
	switch {
	case n.Program != "":
		_, err := exec.LookPath(n.Program)
		return err == nil
	case n.Header != "":
		compile := exec.CommandContext(ctx, cmp.Or(os.Getenv("CC"), "gcc"), "-E", "-include", n.Header, "-x", "c", os.DevNull)
		return compile.Run() == nil
	}
	for _, pattern := range n.Files {
		if found, err := filepath.Glob(pattern); err == nil && found != nil {
			return true
		}
	}
	return false
}
