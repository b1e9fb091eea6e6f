package ui

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// thicker is by how much the lines of a bold character are moved outwards, of its height.
const thicker = 0.016

// thicken makes the characters of our font bold, and takes out those that are not asked for; nil: all are. The tables are as
// build/font.go writes them.
func thicken(tables map[string][]byte, characters map[rune]bool) {
	be := binary.BigEndian
	const groupsAt, groupSize = 28, 12
	cmap := slices.Clone(tables["cmap"][:groupsAt])
	taken := map[int]bool{0: true}
	for g := range slices.Chunk(tables["cmap"][groupsAt:], groupSize) {
		if r := rune(be.Uint32(g)); characters == nil || r < firstChinese || characters[r] {
			cmap = append(cmap, g...)
			taken[int(be.Uint32(g[8:]))] = true
		}
	}
	be.PutUint32(cmap[16:], uint32(len(cmap)-12))
	be.PutUint32(cmap[24:], uint32((len(cmap)-groupsAt)/groupSize))

	loca, all := tables["loca"], tables["glyf"]
	count := len(loca)/4 - 1
	outline := func(glyph int) []byte { return all[be.Uint32(loca[4*glyph:]):be.Uint32(loca[4*glyph+4:])] }
	composed := func(glyph int) bool { o := outline(glyph); return len(o) > 0 && int16(be.Uint16(o)) < 0 }
	for _, glyph := range slices.Collect(maps.Keys(taken)) { // Droid's are made of plain ones
		if composed(glyph) {
			for _, part := range parts(outline(glyph)) {
				taken[part] = true
			}
		}
	}
	by := thicker * float64(be.Uint16(tables["head"][18:]))
	var glyf, places []byte
	for i := range count {
		places = be.AppendUint32(places, uint32(len(glyf)))
		switch o := outline(i); {
		case !taken[i] || len(o) == 0:
		case composed(i):
			glyf = append(glyf, o...)
		default:
			glyf = append(glyf, bolder(o, by)...)
		}
	}
	tables["cmap"], tables["glyf"], tables["loca"] = cmap, glyf, be.AppendUint32(places, uint32(len(glyf)))
}

// parts are the glyphs that a glyph is made of.
func parts(outline []byte) (all []int) {
	const words, scaled, more, twice, matrix = 0x1, 0x8, 0x20, 0x40, 0x80
	be := binary.BigEndian
	for at, flags := 10, uint16(more); flags&more != 0; {
		flags = be.Uint16(outline[at:])
		all = append(all, int(be.Uint16(outline[at+2:])))
		at += 6
		for bit, bytes := range map[uint16]int{words: 2, scaled: 2, twice: 4, matrix: 8} {
			if flags&bit != 0 {
				at += bytes
			}
		}
	}
	return all
}

// point is one of an outline.
type point struct {
	x, y float64
	on   byte // 1: the outline goes through it
}

// bolder moves a glyph's outlines outwards.
func bolder(outline []byte, by float64) []byte {
	points, ends := outlinePoints(outline)
	moved := make([]point, 0, len(points))
	first := 0
	for _, end := range ends {
		moved = append(moved, outwards(points[first:end+1], by)...)
		first = end + 1
	}
	return outlineOf(moved, ends)
}

// outwards moves the points of one contour to its left, where nothing is filled: a TrueType outline has what it fills on its
// right.
func outwards(contour []point, by float64) []point {
	moved := slices.Clone(contour)
	n := len(contour)
	direction := func(from, step int) (x, y float64) { // to the next point that stands elsewhere
		for i := 1; i < n; i++ {
			p, q := contour[from], contour[((from+step*i)%n+n)%n]
			if long := math.Hypot(q.x-p.x, q.y-p.y); long > 0 {
				return float64(step) * (q.x - p.x) / long, float64(step) * (q.y - p.y) / long
			}
		}
		return 0, 0
	}
	const sharpest = 0.5 // a corner's point is not moved further than twice as far
	for i := range moved {
		inX, inY := direction(i, -1)
		outX, outY := direction(i, 1)
		far := by / max(1+inX*outX+inY*outY, sharpest)
		moved[i].x -= far * (inY + outY)
		moved[i].y += far * (inX + outX)
	}
	return moved
}

// outlinePoints reads a glyph that is made of points, and the last one of each of its contours.
func outlinePoints(b []byte) (points []point, ends []int) {
	const on, shortX, shortY, repeat, sameX, sameY = 0x1, 0x2, 0x4, 0x8, 0x10, 0x20
	be := binary.BigEndian
	at := 10
	for range int(be.Uint16(b)) {
		ends = append(ends, int(be.Uint16(b[at:])))
		at += 2
	}
	at += 2 + int(be.Uint16(b[at:])) // what moves points on coarse screens
	count := 0
	if len(ends) > 0 {
		count = ends[len(ends)-1] + 1
	}
	var flags []byte
	for len(flags) < count {
		f := b[at]
		at++
		times := 1
		if f&repeat != 0 {
			times += int(b[at])
			at++
		}
		flags = append(flags, slices.Repeat([]byte{f}, times)...)
	}
	coordinates := func(short, same byte) []float64 {
		all, v := make([]float64, count), 0
		for i, f := range flags {
			switch {
			case f&short != 0:
				d := int(b[at])
				at++
				if f&same == 0 {
					d = -d
				}
				v += d
			case f&same == 0:
				v += int(int16(be.Uint16(b[at:])))
				at += 2
			}
			all[i] = float64(v)
		}
		return all
	}
	xs, ys := coordinates(shortX, sameX), coordinates(shortY, sameY)
	for i, f := range flags {
		points = append(points, point{xs[i], ys[i], f & on})
	}
	return points, ends
}

// outlineOf writes a glyph that is made of points, at an even length.
func outlineOf(points []point, ends []int) []byte {
	be := binary.BigEndian
	whole := func(v float64) int16 { return int16(math.Round(v)) }
	var b, flags, xs, ys []byte
	var least, most, last point
	for i, p := range points {
		if i == 0 {
			least, most = p, p
		}
		least.x, least.y, most.x, most.y = min(least.x, p.x), min(least.y, p.y), max(most.x, p.x), max(most.y, p.y)
		flags = append(flags, p.on)
		xs = be.AppendUint16(xs, uint16(whole(p.x)-whole(last.x)))
		ys = be.AppendUint16(ys, uint16(whole(p.y)-whole(last.y)))
		last = p
	}
	for _, v := range []int16{int16(len(ends)), whole(least.x), whole(least.y), whole(most.x), whole(most.y)} {
		b = be.AppendUint16(b, uint16(v))
	}
	for _, e := range ends {
		b = be.AppendUint16(b, uint16(e))
	}
	b = slices.Concat(b, []byte{0, 0}, flags, xs, ys)
	if len(b)%2 == 1 {
		b = append(b, 0)
	}
	return b
}
