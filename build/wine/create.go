package wine

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"streamtray/build/desk"
	"streamtray/build/rig"
	"streamtray/build/zig"
)

// creating is this file: what it makes is made anew when it changes.
//
//go:embed create.go
var creating string

// standIn is a library of Windows that Go programs load and that Wine 8 does not have.
//
//go:embed dll/bcryptprimitives.c
var standIn string

// create makes a Windows in a folder.
func create(ctx context.Context, dir string) error {
	w := at(dir)
	if out, err := w.Output(w.Command(ctx, "wineboot", "--init")); err != nil {
		return fmt.Errorf("wineboot: %s: %w", out, err)
	}
	for _, value := range [][]string{{`HKCU\Software\Wine\Explorer`, "Desktop", desktop}, {`HKCU\Software\Wine\Explorer\Desktops`, desktop, "1200x860"}} {
		if out, err := w.Output(w.Command(ctx, "reg", "add", value[0], "/v", value[1], "/d", value[2], "/f")); err != nil {
			return fmt.Errorf("desktop: %s: %w", out, err)
		}
	}
	if err := chinese(ctx, dir); err != nil {
		return err
	}
	source := filepath.Join(dir, "bcryptprimitives.c")
	if err := os.WriteFile(source, []byte(standIn), 0o644); err != nil {
		return err
	}
	library := filepath.Join(dir, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	compiler, err := zig.Get(ctx, func(string, string) {})
	if err != nil {
		return err
	}
	if err := rig.Quietly(compiler.Command(ctx, "amd64", "-shared", "-O1", "-s", "-o", library, source, "-ladvapi32")); err != nil {
		return err
	}
	return w.Close()
}

// chinese puts a Chinese font into this Windows, and beside it the locale that makes it a Chinese one, see InChina.
func chinese(ctx context.Context, dir string) error {
	font, err := os.ReadFile(desk.Chinese)
	if err != nil {
		return err
	}
	fonts, locales := filepath.Join(dir, "drive_c", "windows", "Fonts"), filepath.Join(dir, "locales")
	if err := errors.Join(os.MkdirAll(fonts, 0o755), os.MkdirAll(locales, 0o755)); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(fonts, "msyh.ttc"), font, 0o644); err != nil { // the name that Windows has it by
		return err
	}
	cmd := exec.CommandContext(ctx, "localedef", "-i", "zh_CN", "-f", "UTF-8", filepath.Join(locales, "zh_CN.UTF-8"))
	return rig.Quietly(cmd)
}
