package wine

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"streamtray/build/rig"
)

// CPython for Windows as the Maven repository has it: python.exe, its libraries and its standard library. It lacks the
// launchers: py.exe, and the one that the module venv makes Scripts\python.exe of.
const (
	cpython    = "org.bytedeco:cpython:3.11.3-1.5.9:jar:windows-x86_64"
	cpythonSum = "3263a50b256447bb7b9e604d6587627e419891370fc33b94469e6a06ff4de834"
	cpythonIn  = "org/bytedeco/cpython/windows-x86_64" // where it is in its archive
)

// Python is one of Windows' own.
type Python struct {
	dir string // where python.exe is
	// packages is a folder with what the sample project requires, as a site-packages is.
	packages string
}

// GetPython gives the Python, which is fetched once, with what the sample project requires on Windows.
func GetPython(ctx context.Context, say func(part, text string)) (Python, error) {
	root, err := rig.SourceTree()
	if err != nil {
		return Python{}, err
	}
	requirements, err := os.ReadFile(filepath.Join(root, "assets", "sample", "requirements.txt"))
	if err != nil {
		return Python{}, err
	}
	sum := sha256.Sum256([]byte(cpython + string(requirements)))
	dir, err := rig.Cached(ctx, "winpython", fmt.Sprintf("%x", sum[:6]), func(dir string) error {
		if err := unpackPython(ctx, say, dir); err != nil {
			return err
		}
		return requirePackages(ctx, say, string(requirements), dir)
	})
	return Python{dir: filepath.Join(dir, "python"), packages: filepath.Join(dir, "packages")}, err
}

func unpackPython(ctx context.Context, say func(part, text string), dir string) error {
	file, err := rig.Artefact(ctx, say, cpython, cpythonSum, dir)
	if err != nil {
		return err
	}
	err = rig.Unzip(file, dir, func(name string) (string, bool) {
		name, ours := strings.CutPrefix(name, cpythonIn+"/")
		return "python/" + name, ours
	})
	return errors.Join(err, os.Remove(file))
}

// requirePackages has this computer's pip fetch what Windows' one would: the list has everything by its exact version, and
// what it marks as Windows' is wanted too.
func requirePackages(ctx context.Context, say func(part, text string), requirements, dir string) error {
	list := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(list, []byte(strings.ReplaceAll(requirements, " ; sys_platform == 'win32'", "")), 0o644); err != nil {
		return err
	}
	python, err := rig.Python(ctx, say)
	if err != nil {
		return err
	}
	return rig.Quietly(exec.CommandContext(ctx, python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes",
		"--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp", "--only-binary=:all:",
		"--target", filepath.Join(dir, "packages"), "-r", list))
}

// Environment makes the Python's own environment in a project: .venv, with what the sample requires. The module venv
// makes it, and misses its launcher; what that would start is put in its place, and finds by pyvenv.cfg where it belongs.
func (p Python) Environment(ctx context.Context, w *Windows, project string) error {
	env := filepath.Join(project, ".venv")
	out, err := w.Output(w.Command(ctx, filepath.Join(p.dir, "python.exe"), "-m", "venv", "--without-pip", Path(env)))
	if err != nil {
		return fmt.Errorf("venv: %s: %w", out, err)
	}
	files, err := filepath.Glob(filepath.Join(p.dir, "*.dll"))
	if err != nil {
		return err
	}
	for _, file := range append(files, filepath.Join(p.dir, "python.exe")) {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(env, "Scripts", filepath.Base(file)), text, 0o644); err != nil {
			return err
		}
	}
	site := filepath.Join(env, "Lib", "site-packages")
	return errors.Join(os.Remove(site), os.Symlink(p.packages, site))
}
