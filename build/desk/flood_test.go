//go:build desk

package desk

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

const (
	floodRate = 100_000          // lines a second
	floodOver = 25 * time.Second // `go run ./build bench-desktop` takes its time
)

// pourHere is what this test's own program does as the app of a project.
func pourHere() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	seconds, err := strconv.Atoi(os.Args[2])
	if err == nil {
		err = Pour(ctx, ".", floodRate, time.Duration(seconds)*time.Second)
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	return 0
}

func TestAFloodOfLinesNeitherFreezesTheWindowsNorFillsTheMemory(t *testing.T) {
	self, err := os.Executable()
	must(t, err)
	d := desktop(t, Options{})
	env := []string{"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light"}
	f, err := d.Flood(t.Context(), program, self, "pour, "+strconv.Quote(strconv.Itoa(int(floodOver.Seconds()))), env, floodOver)
	must(t, err)
	t.Logf("%d lines; %d MB before, grown by %d MB; %.0f %% of a core; a window opened within %v",
		f.Lines, f.Before.Resident>>20, f.Grown()>>20, f.During.CPU, f.Slow)
	if f.Grown() > 50<<20 {
		t.Errorf("grown by %d MB; want at most 50", f.Grown()>>20)
	}
	if f.Slow > 5*time.Second {
		t.Errorf("a window opened within %v; want 5 s", f.Slow)
	}
	if f.Lines == 0 {
		t.Error("the app wrote nothing")
	}
}
