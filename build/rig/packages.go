package rig

import (
	"context"
	"os/exec"
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
		return &Unavailable{What: "not installed: " + names, How: "Install " + names + ", or run as root."}
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

// Installed makes sure that Debian packages are there, or says what is missing (*Unavailable).
func Installed(ctx context.Context, say func(part, text string), packages []string) error {
	r, err := locate(say)
	if err != nil {
		return err
	}
	var missing []string
	for _, p := range packages {
		status, err := exec.CommandContext(ctx, "dpkg-query", "--show", "--showformat=${db:Status-Status}", p).Output()
		if err != nil || string(status) != "installed" { // one that dpkg has never heard of is an error
			missing = append(missing, p)
		}
	}
	return r.installed(ctx, missing)
}
