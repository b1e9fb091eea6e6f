package rig

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// python makes a virtual environment with the sample's requirements, which hold an independent Kafka client too.
func (r *Rig) python(ctx context.Context) error {
	began := time.Now()
	requirements := filepath.Join(r.Root, "assets", "sample", "requirements.txt")
	pins, err := os.ReadFile(requirements)
	if err != nil {
		return err
	}
	base := "python3"
	if runtime.GOOS == "windows" {
		base = "python"
	}
	version, err := r.output(ctx, base, "-c", "import ensurepip, venv, sys; print(sys.version)")
	if err != nil {
		if err := r.installed(ctx, packageOf("python3")); err != nil {
			return err
		}
		if version, err = r.output(ctx, base, "-c", "import ensurepip, venv, sys; print(sys.version)"); err != nil {
			return err
		}
	}
	dir, err := r.cached("venv", digest(pins, []byte(version)), func(dir string) error {
		r.say("python", "installing the sample's requirements")
		return r.environment(ctx, base, dir, "pip", "-r", requirements)
	})
	if err != nil {
		return err
	}
	r.Python = interpreter(dir)
	r.took("python", "the sample's requirements are in "+dir, began)
	return nil
}

// environment makes a virtual environment in dir, and installs into it.
func (r *Rig) environment(ctx context.Context, base, dir, log string, install ...string) error {
	if _, err := r.output(ctx, base, "-m", "venv", dir); err != nil {
		return err
	}
	_, err := r.run(ctx, command{log: log, args: append([]string{interpreter(dir), "-m", "pip", "install"}, install...)})
	return err
}

func interpreter(venv string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(venv, "Scripts", "python.exe")
	}
	return filepath.Join(venv, "bin", "python")
}

// digest is a short name for some content.
func digest(parts ...[]byte) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
