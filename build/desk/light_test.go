//go:build desk

package desk

import (
	"context"
	"image"
	"image/draw"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"streamtray/internal/pause"
)

// Limits of one window whose numbers move. Most of the memory is Mesa's, which draws without a graphics card: an empty window
// of the toolkit has 135 MB. BENCHMARKS.md tells what is whose. How much of a core the drawing takes differs by two from one
// machine to the next, and with what else that does; so the limit is a ratio to other drawing that is done at the same time.
// It was 11, where the window took 7.5 % of a core, and as much with both cores busy.
const (
	lightDrawing = 14 // pictures a second
	lightMemory  = 195 << 20
)

// A window took 213 MB and drew itself up to four times a second for the next number.
func TestTheOverviewIsLightWhileTheDemoStreams(t *testing.T) {
	p := run(t, desktop(t, Options{}), "demo", "--window")
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	_, err := p.Window(t.Context(), "Overview")
	must(t, err)
	_, err = p.Measure(t.Context(), 10*time.Second) // to settle
	must(t, err)
	drawing := drawingCost(t)
	l, err := p.Measure(t.Context(), 30*time.Second)
	must(t, err)
	one := drawing()
	took := time.Duration(l.CPU / 100 * float64(time.Second))
	t.Logf("%.2f %% of a core, %d MB resident, %d MB its own; drawing a picture took %v, so this is %.1f a second",
		l.CPU, l.Resident>>20, l.Own>>20, one, float64(took)/float64(one))
	if took > lightDrawing*one {
		t.Errorf("%v in a second; want at most %d times %v", took, lightDrawing, one)
	}
	if l.Resident > lightMemory {
		t.Errorf("%d MB resident; want at most %d", l.Resident>>20, lightMemory>>20)
	}
}

// drawingCost lays one picture of a window's size over another, four times a second, until the function that it returns is
// called, which says what processor time one took.
func drawingCost(t *testing.T) (end func() time.Duration) {
	ctx, cancel := context.WithCancel(t.Context())
	cost := make(chan time.Duration)
	go func() {
		runtime.LockOSThread() // the kernel counts the time of a thread
		below, above := image.NewRGBA(image.Rect(0, 0, 1024, 768)), image.NewRGBA(image.Rect(0, 0, 1024, 768))
		for i := range above.Pix {
			above.Pix[i] = 0x7f // half seen through
		}
		var sum time.Duration
		for n := 1; ; n++ {
			before := threadTime()
			draw.Draw(below, below.Bounds(), above, image.Point{}, draw.Over)
			sum += threadTime() - before
			if !pause.For(ctx, time.Second/4) {
				cost <- sum / time.Duration(n)
				return
			}
		}
	}()
	return func() time.Duration {
		cancel()
		return <-cost
	}
}

// threadTime is the processor time of this thread so far.
func threadTime() time.Duration {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &at); err != nil {
		panic(err)
	}
	return time.Duration(at.Nano())
}

// While a project was started, a window could be drawn at its old size after it had got a new one: its upper part was empty.
func TestAWindowIsDrawnAtItsNewSizeAlsoWhenMinimisedBefore(t *testing.T) {
	d := desktop(t, Options{})
	trusted(t, d, written(t, d, "never", strings.Replace(calm, "'600']", "'600'], ready: {log: never}", 1)))
	p := run(t, d)
	_, err := p.Window(t.Context(), "") // the keys go nowhere before
	must(t, err)
	must(t, p.Click("Start"))
	must(t, p.UntilTooltip(t.Context(), "Starting", soon))
	id, err := p.Page(t.Context(), "ctrl+5", "Settings") // where nothing moves
	must(t, err)
	whole := func(size string) {
		t.Helper()
		must(t, p.Resize(t.Context(), id, size))
		must(t, Until(t.Context(), 1500*time.Millisecond, "the header at "+size, func() (bool, error) {
			m, err := p.seen(t.Context(), id)
			if err != nil {
				return false, err
			}
			top := m.(interface {
				SubImage(r image.Rectangle) image.Image
			}).SubImage(image.Rect(0, 0, m.Bounds().Dx(), 40))
			return coloured(top, 0xffffff) > m.Bounds().Dx()*40/2, nil
		}))
	}
	for range 4 {
		for _, size := range []string{"800x500", "1060x700", "1000x640"} {
			whole(size)
		}
	}
	_, err = d.tool(t.Context(), "xdotool", "windowminimize", "--sync", id)
	must(t, err)
	l, err := p.Measure(t.Context(), 4*time.Second)
	must(t, err)
	t.Logf("minimised: %.2f %% of a core", l.CPU)
	_, err = d.tool(t.Context(), "xdotool", "windowmap", "--sync", id)
	must(t, err)
	must(t, p.Raise(t.Context(), id))
	whole("800x500")
	quit(t, p)
}
