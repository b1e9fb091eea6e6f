package rig

import (
	"context"
	"os/exec"
	"path/filepath"
	"time"
)

// managers are programs that make Python environments, as projects of others use them.
var managers = []string{"uv==0.9.17", "poetry==2.2.1"}

// Managers gives the folder with the managers' programs, which are fetched once. The error is Unavailable without a network.
func (r *Rig) Managers(ctx context.Context) (string, error) {
	began := time.Now()
	var pins [][]byte
	for _, m := range managers {
		pins = append(pins, []byte(m))
	}
	dir, err := r.cached("managers", digest(pins...), func(dir string) error {
		r.say("managers", "installing uv and Poetry")
		return r.environment(ctx, r.Python, dir, "managers", managers...)
	})
	if err != nil {
		return "", err
	}
	bin := filepath.Dir(interpreter(dir))
	if _, err := exec.LookPath(filepath.Join(bin, "uv")); err != nil {
		return "", err
	}
	r.took("managers", "uv and Poetry are in "+bin, began)
	return bin, nil
}
