package rig

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
)

// Artefact puts a file from the Maven repository that this computer uses into dir, and refuses one whose sum is not the
// one given. It is named by its coordinates: group:artefact:version:type:classifier.
func Artefact(ctx context.Context, say func(part, text string), coordinates, sum, dir string) (file string, err error) {
	r, err := locate(say)
	if err != nil {
		return "", err
	}
	if err := r.need(ctx, "mvn"); err != nil {
		return "", err
	}
	_, err = r.run(ctx, command{dir: dir, log: "artefact", args: []string{
		"mvn", "--batch-mode", "--quiet", "dependency:copy", "-Dartifact=" + coordinates, "-DoutputDirectory=" + dir,
	}})
	if err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	if err != nil || len(files) != 1 {
		return "", fmt.Errorf("%s: %v in %s: %w", coordinates, files, dir, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return "", err
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(text)); got != sum {
		return "", fmt.Errorf("%s: its SHA-256 is %s, expected %s: it is not used", coordinates, got, sum)
	}
	return files[0], nil
}

// Python gives an interpreter with the sample's requirements, and with pip.
func Python(ctx context.Context, say func(part, text string)) (interpreter string, err error) {
	r, err := locate(say)
	if err != nil {
		return "", err
	}
	unlock, err := lock(ctx, filepath.Join(r.Cache, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	err = r.python(ctx)
	return r.Python, err
}
