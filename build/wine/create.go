package wine

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"streamtray/build/desk"
	"streamtray/build/rig"
)

// creating is this file: what it makes is made anew when it changes.
//
//go:embed create.go
var creating string

// create makes a Windows in a folder, as the programs in usr have it.
func create(ctx context.Context, usr, dir string) error {
	w := at(usr, dir)
	if out, err := w.Output(w.Command(ctx, "wineboot", "--init")); err != nil {
		return fmt.Errorf("wineboot: %s: %w", out, err)
	}
	for _, value := range [][]string{{`HKCU\Software\Wine\Explorer`, "Desktop", desktop}, {`HKCU\Software\Wine\Explorer\Desktops`, desktop, desktopSize}} {
		if out, err := w.Output(w.Command(ctx, "reg", "add", value[0], "/v", value[1], "/d", value[2], "/f")); err != nil {
			return fmt.Errorf("desktop: %s: %w", out, err)
		}
	}
	if err := w.chinese(ctx); err != nil {
		return err
	}
	return w.Close()
}

// chinese puts a Chinese font into this Windows, and beside it the locale that makes it a Chinese one, see InChina.
func (w *Windows) chinese(ctx context.Context) error {
	font, err := os.ReadFile(desk.Chinese)
	if err != nil {
		return err
	}
	fonts, locales := filepath.Join(w.dir, "drive_c", "windows", "Fonts"), filepath.Join(w.dir, "locales")
	if err := errors.Join(os.MkdirAll(fonts, 0o755), os.MkdirAll(locales, 0o755)); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(fonts, "msyh.ttc"), font, 0o644); err != nil { // the name that Windows has it by
		return err
	}
	return rig.Quietly(rig.Inside(ctx, w.usr, "localedef", "-i", "zh_CN", "-f", "UTF-8", filepath.Join(locales, "zh_CN.UTF-8")))
}
