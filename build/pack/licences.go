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
	"strings"
)

// licenceFile is what a project calls its licence, and what it asks to be passed on with it.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)(s?|[-.].*)$`)

// writeLicences puts the licences of everything that is linked into the programs into one file: nearly all of them ask
// to be passed on with a copy.
func writeLicences(ctx context.Context, s Source, programs []string, file string) error {
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
	}
	return os.WriteFile(file, text.Bytes(), 0o644)
}

// moduleFolders is where the source of each module lies, by its path; Go's own is "std".
func moduleFolders(ctx context.Context, s Source) (map[string]string, error) {
	list := exec.CommandContext(ctx, "go", "list", "-m", "-json", "all")
	list.Dir = s.Root
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("modules: %w", err)
	}
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	folders := map[string]string{"std": strings.TrimSpace(string(goroot))}
	for modules := json.NewDecoder(bytes.NewReader(out)); ; {
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
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(text, "\n\n==== %s: %s ====\n\n%s\n", name, f.Name(), bytes.TrimSpace(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))))
		found = true
	}
	if !found {
		return fmt.Errorf("%s: no licence in %s: %w", name, dir, fs.ErrNotExist)
	}
	return nil
}
