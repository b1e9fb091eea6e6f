package rig

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

const composeVersion = "v2.40.3"

// plugin makes `docker compose` work; what the scenarios take is installed beside it: the hyphenated client of Debian, for
// a machine that has nothing newer, kcat, and ip, for an app whose network is cut.
func (r *Rig) plugin(ctx context.Context) error {
	began := time.Now()
	if r.install {
		if err := r.need(ctx, "docker-compose", "kcat", "ip"); err != nil {
			return err
		}
	}
	if r.composeAnswers(ctx) == nil {
		r.took("compose", "docker compose "+r.Compose, began)
		return nil
	}
	if !r.install {
		return &Unavailable{What: "docker compose does not answer", How: "Install Docker's compose plugin and run this again."}
	}
	r.say("compose", "building docker compose "+composeVersion)
	dir, err := r.cached("compose", composeVersion, func(dir string) error { return r.buildCompose(ctx, dir, "docker-compose") })
	if err != nil {
		return err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return err
	}
	plugins := filepath.Join(home, ".docker", "cli-plugins")
	if err := os.MkdirAll(plugins, 0o755); err != nil {
		return err
	}
	link := filepath.Join(plugins, "docker-compose")
	if err := os.Remove(link); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Symlink(filepath.Join(dir, "docker-compose"), link); err != nil {
		return err
	}
	if err := r.composeAnswers(ctx); err != nil {
		return err
	}
	r.took("compose", "docker compose "+r.Compose, began)
	return nil
}

func (r *Rig) composeAnswers(ctx context.Context) error {
	version, err := r.output(ctx, "docker", "compose", "version", "--short")
	if err == nil {
		r.Compose = version
	}
	return err
}

// ComposeForWindows is a folder with the compose client built for Windows, where the plugin is a program by itself.
func ComposeForWindows(ctx context.Context) (string, error) {
	r, err := locate(func(string, string) {})
	if err != nil {
		return "", err
	}
	return Cached(ctx, "wincompose", composeVersion, func(dir string) error {
		return r.buildCompose(ctx, dir, "docker-compose.exe", "GOOS=windows", "GOARCH=amd64")
	})
}

// buildCompose builds the plugin from its Go module as the program in dir, for this system or the target that variables
// name. It takes a module of its own to do so: the plugin's go.mod has replacements, which `go install` refuses.
func (r *Rig) buildCompose(ctx context.Context, dir, program string, target ...string) error {
	const pkg = "github.com/docker/compose/v2"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module plugin\n\ngo 1.26\n"), 0o644); err != nil {
		return err
	}
	env := append([]string{"CGO_ENABLED=0", "GOFLAGS=-mod=mod"}, target...)
	for _, args := range [][]string{
		{"go", "get", "-tool", pkg + "/cmd@" + composeVersion},
		{"go", "build", "-ldflags", "-s -w -X " + pkg + "/internal.Version=" + composeVersion, "-o", program, pkg + "/cmd"},
	} {
		if _, err := r.run(ctx, command{dir: dir, env: env, log: "compose", args: args}); err != nil {
			return err
		}
	}
	return nil
}
