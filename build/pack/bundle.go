package pack

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"streamtray/build/zig"
)

// The papers that go with the programs, by the names that Windows opens with a double-click.
const (
	readme     = "README.txt"
	licence    = "LICENSE.txt"
	thirdParty = "THIRD-PARTY.txt"
)

// bundle fills a folder with programs of j.Out and the papers, and hands it over.
func (j Job) bundle(ctx context.Context, programs []string, use func(dir string, files []string) error) (err error) {
	compiler, err := zig.Get(ctx, j.Say)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "streamtray-bundle-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var files, built []string
	for _, p := range programs {
		built = append(built, filepath.Join(j.Out, p))
		files = append(files, filepath.Base(p))
		if err := copyFile(filepath.Join(j.Out, p), filepath.Join(dir, filepath.Base(p))); err != nil {
			return err
		}
	}
	err = errors.Join(
		copyFile(filepath.Join(j.Source.Root, "build", "windows", readme), filepath.Join(dir, readme)),
		copyFile(filepath.Join(j.Source.Root, "LICENSE"), filepath.Join(dir, licence)),
		writeLicences(ctx, j.Source, compiler.Runtime(), built, filepath.Join(dir, thirdParty)),
	)
	if err != nil {
		return err
	}
	return use(dir, append(files, readme, licence, thirdParty))
}

func (j Job) zip(ctx context.Context, file string) error {
	return j.bundle(ctx, []string{Program, Terminal}, j.zipped(file))
}

func (j Job) armZip(ctx context.Context, file string) error {
	return j.bundle(ctx, []string{ArmProgram, ArmTerminal}, j.zipped(file))
}

// zipped zips a bundle, below one folder: some programs unpack right where the zip lies.
func (j Job) zipped(file string) func(dir string, files []string) error {
	return func(dir string, files []string) error {
		var entries []entry
		for _, name := range files {
			entries = append(entries, entry{"StreamTray/" + name, filepath.Join(dir, name)})
		}
		return writeZip(file, j.Source.Instant, entries)
	}
}

func (j Job) setup(ctx context.Context, file string) error {
	err := j.bundle(ctx, []string{Program, Terminal}, func(dir string, _ []string) error {
		return writeInstaller(ctx, j.Source, dir, file, j.Sign)
	})
	if err != nil {
		return err
	}
	return j.sign(ctx, filepath.Base(file))
}
