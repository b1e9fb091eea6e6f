package assets

import (
	"bytes"
	"image/png"
	"testing"
)

func TestEveryStateHasAnIconOfItsOwn(t *testing.T) {
	seen := map[string]string{}
	for _, s := range States {
		b := Icon(s)
		c, err := png.DecodeConfig(bytes.NewReader(b))
		if err != nil || c.Width != 64 || c.Height != 64 {
			t.Errorf("icon %s: %dx%d, %v; want a PNG of 64x64", s, c.Width, c.Height, err)
		}
		if other, same := seen[string(b)]; same {
			t.Errorf("%s and %s look the same", s, other)
		}
		seen[string(b)] = s
	}
	if c, err := png.DecodeConfig(bytes.NewReader(AppIcon())); err != nil || c.Width != 256 {
		t.Errorf("app icon: %d wide, %v; want 256", c.Width, err)
	}
}
