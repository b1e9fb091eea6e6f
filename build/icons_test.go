package main

import (
	"bytes"
	"image"
	_ "image/png"
	"os"
	"path/filepath"
	"testing"
)

func TestCommittedIconsAreWhatTheirSourcesGive(t *testing.T) {
	dir := filepath.Join("..", "assets", "icons")
	sources, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	if err != nil || len(sources) != 7 {
		t.Fatalf("%d sources (%v), want six states and the program's own", len(sources), err)
	}
	for _, source := range sources {
		files, err := renderIcon(source)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range files {
			got, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) == ".png" {
				samePicture(t, name, got, want)
			}
		}
	}
}

// samePicture allows for the last bit of a blend, which differs between processors.
func samePicture(t *testing.T, name string, got, want []byte) {
	t.Helper()
	a, _, errA := image.Decode(bytes.NewReader(got))
	b, _, errB := image.Decode(bytes.NewReader(want))
	if errA != nil || errB != nil || a.Bounds() != b.Bounds() {
		t.Fatalf("%s: %v, %v, %v, %v", name, errA, errB, a.Bounds(), b.Bounds())
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if !near(a.At(x, y).RGBA())(b.At(x, y).RGBA()) {
				t.Fatalf("%s differs from its source at %d,%d: go run ./build icons", name, x, y)
			}
		}
	}
}

func near(r, g, b, a uint32) func(r, g, b, a uint32) bool {
	const bit = 0x300
	close := func(x, y uint32) bool { return max(x, y)-min(x, y) <= bit }
	return func(r2, g2, b2, a2 uint32) bool { return close(r, r2) && close(g, g2) && close(b, b2) && close(a, a2) }
}

func TestAnIconFileTellsItsSizes(t *testing.T) {
	b := ico([][]byte{{1}, {2, 2}})
	want := []byte{
		0, 0, 1, 0, 2, 0,
		16, 16, 0, 0, 1, 0, 32, 0, 1, 0, 0, 0, 38, 0, 0, 0,
		24, 24, 0, 0, 1, 0, 32, 0, 2, 0, 0, 0, 39, 0, 0, 0,
		1, 2, 2,
	}
	if !bytes.Equal(b, want) {
		t.Errorf("got  % x\nwant % x", b, want)
	}
}
