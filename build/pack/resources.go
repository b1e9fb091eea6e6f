package pack

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"streamtray/build/rig"
)

// goWinres writes the resources of a Windows program, in this version.
const goWinres = "github.com/tc-hib/go-winres@v0.3.3"

// What is put in, by the names of their files.
const (
	icon     = "app.ico"
	manifest = "streamtray.manifest"
)

// Languages of Windows by their numbers.
const (
	neutral = "0000"
	english = "0409"
)

// describe puts into an executable what Windows wants to know of it: icon, version and manifest. They are put into the
// finished file, because the way by a .syso file beside main.go would leave one in the source tree, for every build.
func describe(ctx context.Context, s Source, file string) error {
	dir, err := os.MkdirTemp("", "streamtray-resources-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	list, err := json.Marshal(resources(s, filepath.Base(file)))
	if err != nil {
		return err
	}
	in := filepath.Join(dir, "winres.json")
	err = errors.Join(
		os.WriteFile(in, list, 0o644),
		copyFile(filepath.Join(s.Root, "assets", "icons", icon), filepath.Join(dir, icon)), // it reads below its list only
		copyFile(filepath.Join(s.Root, "build", "windows", manifest), filepath.Join(dir, manifest)),
	)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "run", goWinres, "patch", "--in", in, "--no-backup", file)
	cmd.Dir = dir // and not in a module, whose versions would count
	return rig.Quietly(cmd)
}

// resources are what goWinres is to write, by kind, name and language.
func resources(s Source, program string) map[string]any {
	picture := map[string]any{neutral: icon}
	return map[string]any{
		"RT_GROUP_ICON": map[string]any{
			"#1":        picture,
			"GLFW_ICON": picture, // where GLFW looks for the icon of a window's frame
		},
		"RT_MANIFEST": map[string]any{"#1": map[string]any{english: manifest}},
		"RT_VERSION": map[string]any{"#1": map[string]any{neutral: map[string]any{
			"fixed": map[string]any{"file_version": s.Number + ".0", "product_version": s.Number + ".0"},
			"info": map[string]any{english: map[string]string{
				"ProductName":      "StreamTray",
				"FileDescription":  "StreamTray", // the name that task manager and notifications show
				"ProductVersion":   s.Version(),
				"FileVersion":      s.Number + ".0",
				"OriginalFilename": program,
				"InternalName":     "StreamTray",
				"LegalCopyright":   "Apache-2.0",
			}},
		}}},
	}
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}
