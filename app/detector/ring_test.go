package detector

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func texts(lines []Line) string {
	var all []string
	for _, l := range lines {
		all = append(all, fmt.Sprintf("%d:%s", l.Seq, l.Text))
	}
	return strings.Join(all, " ")
}

func TestARingKeepsTheLastLinesWithinItsBounds(t *testing.T) {
	for _, c := range []struct {
		name              string
		maxLines, maxSize int
		lines             string
		want              string
		skipped           uint64
	}{
		{"room for all", 3, 1 << 20, "a b c", "1:a 2:b 3:c", 0},
		{"by lines", 3, 1 << 20, "a b c d e", "3:c 4:d 5:e", 2},
		{"by bytes", 3, 2*lineCost + 4, "aa bb cc dddd", "4:dddd", 3},
		{"the newest is kept at any size", 3, 1, "aa bb", "2:bb", 1},
		{"many times around", 1, 1 << 20, "a b c d e f g", "7:g", 6},
		{"no lines", 3, 1 << 20, "", "", 0},
	} {
		r := NewRing(c.maxLines, c.maxSize)
		for _, text := range strings.Fields(c.lines) {
			r.Append(Line{Text: text})
		}
		lines, skipped := r.Since(0)
		if got := texts(lines); got != c.want || skipped != c.skipped {
			t.Errorf("%s: got %q, %d skipped; want %q, %d", c.name, got, skipped, c.want, c.skipped)
		}
	}
}

func TestAReaderGoesOnWhereItWas(t *testing.T) {
	r := NewRing(3, 1<<20)
	r.Append(Line{Text: "a"}, Line{Text: "b"}, Line{Text: "c"}, Line{Text: "d"})
	for after, want := range map[uint64]string{0: "2:b 3:c 4:d, 1 skipped", 1: "2:b 3:c 4:d, 0 skipped", 3: "4:d, 0 skipped", 4: ", 0 skipped", 9: ", 0 skipped"} {
		lines, skipped := r.Since(after)
		if got := fmt.Sprintf("%s, %d skipped", texts(lines), skipped); got != want {
			t.Errorf("after %d: got %q, want %q", after, got, want)
		}
	}
}

// Whether a follower is quick or slow, lines read and lines missed add up, and the order holds.
func TestAFollowerMissesNothingUnknowingly(t *testing.T) {
	const n = 50_000
	r := NewRing(100, 1<<20)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var writing, following sync.WaitGroup
	for range 3 {
		following.Go(func() {
			var seen, last uint64
			for lines, skipped := range r.Follow(ctx, 0) {
				seen += skipped + uint64(len(lines))
				for _, l := range lines {
					if l.Seq <= last {
						t.Errorf("line %d came after %d", l.Seq, last)
					}
					last = l.Seq
				}
				if last == n {
					break
				}
			}
			if seen != n {
				t.Errorf("got %d lines read or missed, want %d", seen, n)
			}
		})
	}
	writing.Go(func() {
		for range n {
			r.Append(Line{Text: "x"})
		}
	})
	writing.Wait()
	following.Wait()
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	r := NewRing(3, 1<<20)
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if err := r.Wait(ctx, 0); !errors.Is(err, why) {
		t.Errorf("got %v, want %v", err, why)
	}
}

func BenchmarkRing(b *testing.B) {
	line := Line{Text: "2025-10-20 21:30:00.123 | INFO     | algo.detect:run:41 - frame 123456: 3 objects, 12.5 ms"}
	b.Run("append", func(b *testing.B) {
		r := NewRing(RingLines, RingBytes)
		b.ReportAllocs()
		for b.Loop() {
			r.Append(line)
		}
	})
	b.Run("read 1000", func(b *testing.B) {
		r := NewRing(RingLines, RingBytes)
		for range RingLines {
			r.Append(line)
		}
		b.ReportAllocs()
		for b.Loop() {
			r.Since(RingLines - 1000)
		}
	})
}
