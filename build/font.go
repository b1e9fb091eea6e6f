package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/text/encoding/simplifiedchinese"

	"streamtray/build/rig"
)

// fontPackage is Debian's, and droid its font that assets/font is made of, under the Apache licence beside it.
const (
	fontPackage = "fonts-droid-fallback"
	droid       = "/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf"
)

// makeFont writes the font that draws Chinese where a computer has none.
func makeFont(ctx context.Context, _ []string) error {
	if err := rig.Ready(ctx, sayTo(os.Stderr), []rig.Need{{Package: fontPackage, Files: []string{droid}}}); err != nil {
		return err
	}
	whole, err := os.ReadFile(droid)
	if err != nil {
		return err
	}
	small, err := subset(whole, chinese())
	if err != nil {
		return fmt.Errorf("%s: %w", droid, err)
	}
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, err = w.Write(small)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "assets", "font", "chinese.ttf.gz"), packed.Bytes(), 0o644)
}

// chinese are the characters of GB 2312 that Fyne's own font, which draws all others, has not.
func chinese() (all []rune) {
	for row := byte(0xa1); row <= 0xf7; row++ {
		for cell := byte(0xa1); cell <= 0xfe; cell++ {
			text, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{row, cell})
			if r := []rune(string(text)); err == nil && len(r) == 1 && r[0] >= 0x3000 {
				all = append(all, r[0])
			}
		}
	}
	return all
}

// subset is a TrueType font with these of another's characters, without what moves points on coarse screens.
func subset(whole []byte, characters []rune) ([]byte, error) {
	loader, err := opentype.NewLoader(bytes.NewReader(whole))
	if err != nil {
		return nil, err
	}
	face, err := font.ParseTTF(bytes.NewReader(whole))
	if err != nil {
		return nil, err
	}
	in := map[string][]byte{}
	for _, tag := range []string{"head", "hhea", "maxp", "hmtx", "loca", "glyf"} {
		if in[tag], err = loader.RawTable(opentype.MustNewTag(tag)); err != nil {
			return nil, err
		}
	}
	be := binary.BigEndian
	offset := func(glyph int) int { // in glyf
		if be.Uint16(in["head"][50:]) == 0 {
			return 2 * int(be.Uint16(in["loca"][2*glyph:]))
		}
		return int(be.Uint32(in["loca"][4*glyph:]))
	}
	widths := int(be.Uint16(in["hhea"][34:]))
	taken, number := []int{}, map[int]int{}
	take := func(glyph int) int {
		if _, known := number[glyph]; !known {
			number[glyph] = len(taken)
			taken = append(taken, glyph)
		}
		return number[glyph]
	}
	take(0) // what stands for all that is missing
	var glyf, loca, hmtx, groups []byte
	add := func(r rune, glyph font.GID) {
		for _, v := range []int{int(r), int(r), take(int(glyph))} {
			groups = be.AppendUint32(groups, uint32(v))
		}
	}
	space, _ := face.NominalGlyph(' ') // drawn by the font of what is before it
	add(' ', space)
	add('\u00a0', space)
	for _, r := range slices.Sorted(slices.Values(characters)) {
		if glyph, ok := face.NominalGlyph(r); ok {
			add(r, glyph)
		}
	}
	for i := 0; i < len(taken); i++ { // more while it goes: what glyphs are made of
		wide := min(taken[i], widths-1)
		outline := unhinted(in["glyf"][offset(taken[i]):offset(taken[i]+1)], take)
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, outline...)
		left := []byte{0, 0}
		if len(outline) > 0 {
			left = outline[2:4] // its least x
		}
		hmtx = append(append(hmtx, in["hmtx"][4*wide:4*wide+2]...), left...)
	}
	loca = be.AppendUint32(loca, uint32(len(glyf)))
	be.PutUint16(in["head"][50:], 1) // long offsets
	be.PutUint16(in["hhea"][34:], uint16(len(taken)))
	be.PutUint16(in["maxp"][4:], uint16(len(taken)))
	cmap := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0} // one table, for all of Unicode, in groups
	for _, v := range []int{16 + len(groups), 0, len(groups) / 12} {
		cmap = be.AppendUint32(cmap, uint32(v))
	}
	in["glyf"], in["loca"], in["hmtx"], in["cmap"] = glyf, loca, hmtx, append(cmap, groups...)
	var out []opentype.Table
	for _, tag := range slices.Sorted(maps.Keys(in)) {
		out = append(out, opentype.Table{Tag: opentype.MustNewTag(tag), Content: in[tag]})
	}
	return opentype.WriteTTF(out), nil
}

// unhinted is a glyph without its instructions, at the next even offset; take numbers those that it is made of.
func unhinted(g []byte, take func(int) int) []byte {
	if len(g) == 0 {
		return nil
	}
	be := binary.BigEndian
	at := 10 + 2*int(int16(be.Uint16(g)))
	if at < 10 { // of parts
		const words, scaled, more, twice, matrix, instructed = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100
		flags := uint16(more)
		for at = 10; flags&more != 0; {
			flags = be.Uint16(g[at:])
			be.PutUint16(g[at:], flags&^instructed)
			be.PutUint16(g[at+2:], uint16(take(int(be.Uint16(g[at+2:])))))
			at += 6
			for bit, bytes := range map[uint16]int{words: 2, scaled: 2, twice: 4, matrix: 8} {
				if flags&bit != 0 {
					at += bytes
				}
			}
		}
		g = g[:at]
	} else {
		end := at + 2 + int(be.Uint16(g[at:]))
		g = slices.Concat(g[:at], []byte{0, 0}, g[end:])
	}
	if len(g)%2 == 1 {
		g = append(slices.Clip(g), 0)
	}
	return g
}
