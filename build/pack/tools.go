package pack

import (
	"context"
	"os/exec"
	"runtime"

	"streamtray/build/rig"
)

// tool is a program that Go does not bring.
type tool struct {
	program string
	debian  string // the package that brings it
	windows string // how one gets it there
}

// need makes sure that tools are there: on Debian as root by installing them, elsewhere by saying what is missing and
// how to get it (*rig.Unavailable).
func need(ctx context.Context, say func(part, text string), tools ...tool) error {
	var packages []string
	for _, t := range tools {
		if _, err := exec.LookPath(t.program); err == nil {
			continue
		}
		if runtime.GOOS == "windows" {
			return &rig.Unavailable{What: "not installed: " + t.program, How: t.windows}
		}
		packages = append(packages, t.debian)
	}
	if packages == nil {
		return nil
	}
	return rig.Installed(ctx, say, packages)
}
