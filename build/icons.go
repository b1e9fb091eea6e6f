package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"streamtray/build/rig"
)

// iconSizes are the sizes that desktops ask for, from a panel at 100% to an installer's first page.
var iconSizes = []int{16, 24, 32, 48, 64, 128, 256}

// icons renders every assets/icons/*.svg to PNGs of all sizes and to one ICO that holds them.
func icons(context.Context, []string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "assets", "icons")
	sources, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "png"), 0o755); err != nil {
		return err
	}
	for _, source := range sources {
		files, err := renderIcon(source)
		if err != nil {
			return err
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// renderIcon is what is made of one SVG: contents by path below its folder.
func renderIcon(source string) (map[string][]byte, error) {
	drawing, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(source), ".svg")
	files := map[string][]byte{}
	var images [][]byte
	for _, size := range iconSizes {
		picture, err := rasterise(drawing, size)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		var b bytes.Buffer
		if err := png.Encode(&b, picture); err != nil {
			return nil, err
		}
		files[fmt.Sprintf("png/%s-%d.png", name, size)] = b.Bytes()
		images = append(images, b.Bytes())
	}
	files[name+".ico"] = ico(images)
	return files, nil
}

func rasterise(svg []byte, size int) (image.Image, error) {
	icon, err := oksvg.ReadIconStream(bytes.NewReader(svg))
	if err != nil {
		return nil, err
	}
	icon.SetTarget(0, 0, float64(size), float64(size))
	picture := image.NewRGBA(image.Rect(0, 0, size, size))
	icon.Draw(rasterx.NewDasher(size, size, rasterx.NewScannerGV(size, size, picture, picture.Bounds())), 1)
	return picture, nil
}

// ico puts PNGs of iconSizes into one ICO file, which Windows reads since Vista.
func ico(images [][]byte) []byte {
	var b bytes.Buffer
	write := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // to memory: it cannot fail
	write([3]uint16{0, 1, uint16(len(images))})
	offset := 6 + 16*len(images)
	for i, p := range images {
		side := uint8(iconSizes[i] % 256) // 0 stands for 256
		write([4]uint8{side, side})       // no palette
		write([2]uint16{1, 32})           // planes, bits a pixel
		write([2]uint32{uint32(len(p)), uint32(offset)})
		offset += len(p)
	}
	for _, p := range images {
		b.Write(p)
	}
	return b.Bytes()
}
