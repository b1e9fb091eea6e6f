package main

import (
	"image"
	"image/color"
	"image/gif"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The README's first screen shows the start in motion: a picture that moves, below 1 MB, in both languages.
func TestTheReadmesPictureMoves(t *testing.T) {
	for page, name := range map[string]string{"README.md": "start-en.gif", "README.zh-CN.md": "start-zh.gif"} {
		text, err := os.ReadFile(filepath.Join("..", page))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n## ")
		if !strings.Contains(first, "](docs/pictures/"+name+")") {
			t.Errorf("the first screen of %s does not show %s", page, name)
		}
		path := filepath.Join("..", "docs", "pictures", name)
		if now, err := os.Stat(path); err != nil || now.Size() >= filmMost {
			t.Fatalf("%s: %v, want it there and below %d bytes", name, err, filmMost)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		g, err := gif.DecodeAll(file)
		if err != nil {
			t.Fatal(err)
		}
		if !drawn(g.Image[0]) {
			t.Errorf("%s begins before anything is drawn", name)
		}
		if len(g.Image) < 10 {
			t.Errorf("%s has %d different frames, want a start to be followed", name, len(g.Image))
		}
		for i, part := range g.Image[1:] {
			if part.Rect.Empty() {
				t.Errorf("%s: frame %d changes nothing", name, i+1)
			}
		}
	}
}

func TestAFilmKeepsWhatChanges(t *testing.T) {
	still := func(x int) image.Image {
		m := image.NewRGBA(image.Rect(0, 0, 20, 10))
		if x >= 0 {
			m.Set(x, 5, color.White)
		}
		return m
	}
	g := animate([]image.Image{still(-1), still(-1), still(3), still(4), still(4)})
	if len(g.Image) != 3 || g.Image[0].Rect != image.Rect(0, 0, 20, 10) || g.Image[1].Rect != image.Rect(3, 5, 4, 6) || g.Image[2].Rect != image.Rect(3, 5, 5, 6) {
		t.Errorf("%d frames, want the first whole, then what changed: %v", len(g.Image), g.Image)
	}
	if g.Delay[0] != 2*hundredths(filmEvery) || g.Delay[2] != 3*hundredths(filmHold) {
		t.Errorf("shown for %v", g.Delay)
	}
}
