package pack

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"streamtray/build/rig"
	"streamtray/build/zig"
)

// licenceFile is what a project calls its licence, and what it asks to be passed on with it.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)(s?|[-.].*)$`)

// writeLicences puts the licences of everything that is linked into the programs into one file: nearly all of them ask
// to be passed on with a copy. The C runtime is in those of the programs that say they have C.
func writeLicences(ctx context.Context, s Source, runtime []zig.Component, programs []string, file string) error {
	folders, err := moduleFolders(ctx, s)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprint(&text, "StreamTray is made with the following, under their own licences.\n")
	seen := map[string]bool{}
	for _, p := range programs {
		info, err := buildinfo.ReadFile(p)
		if err != nil {
			return err
		}
		for _, m := range append([]*debug.Module{{Path: "std", Version: info.GoVersion}}, info.Deps...) {
			if m.Replace != nil {
				m = m.Replace
			}
			if seen[m.Path] {
				continue
			}
			seen[m.Path] = true
			if err := addLicence(&text, m.Path+" "+m.Version, folders[m.Path]); err != nil {
				return err
			}
		}
		if !hasC(info) {
			continue
		}
		for _, c := range runtime {
			if seen[c.Name] {
				continue
			}
			seen[c.Name] = true
			if err := addFile(&text, c.Name+" "+c.Version, c.Licence); err != nil {
				return err
			}
		}
	}
	if err := addFile(&text, "Droid Sans Fallback", filepath.Join(s.Root, "assets", "font", "LICENSE")); err != nil {
		return err
	}
	return os.WriteFile(file, text.Bytes(), 0o644)
}

// hasC reports whether a program was built with C in it.
func hasC(info *buildinfo.BuildInfo) bool {
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "CGO_ENABLED", Value: "1"})
}

// moduleFolders is where the source of each module lies, by its path; Go's own is "std".
func moduleFolders(ctx context.Context, s Source) (map[string]string, error) {
	list := exec.CommandContext(ctx, "go", "list", "-m", "-json", "all")
	list.Dir = s.Root
	out, err := rig.Output(list)
	if err != nil {
		return nil, err
	}
	goroot, err := rig.Output(exec.CommandContext(ctx, "go", "env", "GOROOT"))
	if err != nil {
		return nil, err
	}
	folders := map[string]string{"std": goroot}
	for modules := json.NewDecoder(strings.NewReader(out)); ; {
		var m struct{ Path, Dir string }
		if err := modules.Decode(&m); errors.Is(err, io.EOF) {
			return folders, nil
		} else if err != nil {
			return nil, err
		}
		folders[m.Path] = m.Dir
	}
}

// addLicence adds what stands at the top of a module's folder.
func addLicence(text *bytes.Buffer, name, dir string) error {
	found := false
	files, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, f := range files {
		if !f.Type().IsRegular() || !licenceFile.MatchString(f.Name()) {
			continue
		}
		if err := addFile(text, name, filepath.Join(dir, f.Name())); err != nil {
			return err
		}
		found = true
	}
	if !found {
		return fmt.Errorf("%s: no licence in %s: %w", name, dir, fs.ErrNotExist)
	}
	return nil
}

// addFile adds one file with a licence.
func addFile(text *bytes.Buffer, name, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	content = bytes.TrimSpace(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))
	fmt.Fprintf(text, "\n\n==== %s: %s ====\n\n%s\n", name, filepath.Base(file), content)
	return nil
}
