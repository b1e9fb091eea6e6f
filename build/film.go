package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"streamtray/build/desk"
)

const (
	filmEvery = 200 * time.Millisecond // how often the window is looked at
	filmAfter = 20 * time.Second       // how long the film goes on once records arrive
	filmHold  = time.Second            // the longest that a still moment is shown, and the last one three times
	filmMost  = 1 << 20                // bytes
)

// film shows the demo from its start to streaming as an animated picture, for the first screen of the README.
func (s *shoot) film(ctx context.Context, display *desk.Display, env []string) error {
	p, err := display.Run(ctx, s.program, env, "demo", "--window")
	if err != nil {
		return err
	}
	defer p.Kill()
	id, err := p.Window(ctx, titles[s.lang]["overview"])
	if err != nil {
		return err
	}
	var frames []image.Image
	end := time.Now().Add(time.Minute)
	streams := false
	look := time.NewTicker(filmEvery)
	defer look.Stop()
	for time.Now().Before(end) {
		frame, err := s.frame(ctx, p, id)
		if err != nil {
			return err
		}
		if len(frames) > 0 || drawn(frame) {
			frames = append(frames, frame)
		}
		if !streams && p.UntilTooltip(ctx, titles[s.lang]["streaming"], time.Millisecond) == nil {
			streams, end = true, time.Now().Add(filmAfter)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
	if !streams {
		return errors.New("the demo does not stream within a minute")
	}
	file, err := os.Create(filepath.Join(s.into, "start-"+s.lang+".gif"))
	if err != nil {
		return err
	}
	if err := errors.Join(gif.EncodeAll(file, animate(frames)), file.Close()); err != nil {
		return err
	}
	if now, err := os.Stat(file.Name()); err != nil || now.Size() >= filmMost {
		return fmt.Errorf("%s: %w, or larger than %d bytes", file.Name(), err, filmMost)
	}
	return nil
}

// drawn reports whether there is anything in a window: it may be looked at before it is drawn.
func drawn(frame image.Image) bool { return len(palette([]image.Image{frame})) > 1 }

// frame is the window as it looks now.
func (s *shoot) frame(ctx context.Context, p *desk.Program, id string) (image.Image, error) {
	name := filepath.Join(s.dir, "frame.png")
	if err := p.Shoot(ctx, id, name); err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return png.Decode(file)
}

// animate makes one picture of the frames: each only where it differs from the one before, in the colours that are used
// most; a still moment is one frame that is shown for longer.
func animate(frames []image.Image) *gif.GIF {
	colours := palette(frames)
	known := map[color.Color]uint8{}
	g := &gif.GIF{}
	var before *image.Paletted
	for _, frame := range frames {
		now := image.NewPaletted(frame.Bounds(), colours)
		for y := now.Rect.Min.Y; y < now.Rect.Max.Y; y++ {
			for x := now.Rect.Min.X; x < now.Rect.Max.X; x++ {
				c := frame.At(x, y)
				index, ok := known[c]
				if !ok {
					index = uint8(colours.Index(c)) //nolint:gosec // of 256 at most
					known[c] = index
				}
				now.SetColorIndex(x, y, index)
			}
		}
		changed := now.Rect
		if before != nil {
			changed = differs(before, now)
		}
		last := len(g.Delay) - 1
		if changed.Empty() {
			g.Delay[last] = min(g.Delay[last]+hundredths(filmEvery), hundredths(filmHold))
			continue
		}
		part, _ := now.SubImage(changed).(*image.Paletted)
		g.Image, g.Delay, g.Disposal = append(g.Image, part), append(g.Delay, hundredths(filmEvery)), append(g.Disposal, gif.DisposalNone)
		before = now
	}
	g.Delay[len(g.Delay)-1] = 3 * hundredths(filmHold)
	return g
}

func hundredths(d time.Duration) int { return int(d / (10 * time.Millisecond)) }

// palette are the colours that the frames use most, 128 at most.
func palette(frames []image.Image) color.Palette {
	used := map[color.Color]int{}
	for _, frame := range frames {
		for y := frame.Bounds().Min.Y; y < frame.Bounds().Max.Y; y++ {
			for x := frame.Bounds().Min.X; x < frame.Bounds().Max.X; x++ {
				used[frame.At(x, y)]++
			}
		}
	}
	all := slices.SortedFunc(maps.Keys(used), func(a, b color.Color) int {
		return cmp.Or(cmp.Compare(used[b], used[a]), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	return all[:min(len(all), 128)]
}

// differs is the smallest part in which two frames of the same size are not the same.
func differs(a, b *image.Paletted) image.Rectangle {
	var r image.Rectangle
	for y := a.Rect.Min.Y; y < a.Rect.Max.Y; y++ {
		for x := a.Rect.Min.X; x < a.Rect.Max.X; x++ {
			if a.ColorIndexAt(x, y) != b.ColorIndexAt(x, y) {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}
