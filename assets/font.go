package assets

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

// chinese is made of Droid Sans Fallback by `go run ./build font`; font/LICENSE is the font's own.
//
//go:embed font/chinese.ttf.gz
var chinese []byte

// ChineseFont is a font with the Chinese characters of GB 2312, and none that other fonts have too.
func ChineseFont() []byte {
	r, err := gzip.NewReader(bytes.NewReader(chinese))
	if err != nil {
		panic("assets: " + err.Error())
	}
	font, err := io.ReadAll(r)
	if err != nil {
		panic("assets: " + err.Error())
	}
	return font
}
