package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamtray/build/desk"
	"streamtray/build/rig"
)

// What is measured, and for how long.
const (
	starts    = 11
	lookAt    = time.Minute
	floodRate = 100_000 // lines a second
	floodOver = time.Minute
)

// figures measures the tray and its windows on a display that nobody sees, and writes BENCHMARKS.md's part about them.
func figures(ctx context.Context, _ []string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "figures-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "streamtray")
	if err := desk.Build(ctx, program); err != nil {
		return err
	}
	f := figuring{program: program, dir: dir}
	if err := errors.Join(f.starts(ctx), f.loads(ctx), f.pour(ctx)); err != nil {
		return withRemedy(err)
	}
	file := filepath.Join(root, "BENCHMARKS.md")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if text, err = between(text, "desktop", f.table()); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// between puts a text between the two marks of a name.
func between(text []byte, name, put string) ([]byte, error) {
	begin, end := []byte("<!-- "+name+": begin"), []byte("<!-- "+name+": end -->")
	i, j := bytes.Index(text, begin), bytes.Index(text, end)
	if i < 0 || j < i {
		return nil, fmt.Errorf("BENCHMARKS.md: no marks of %s", name)
	}
	i += bytes.Index(text[i:], []byte("-->")) + len("-->")
	return slices.Concat(text[:i], []byte("\n\n"+put+"\n"), text[j:]), nil
}

// figuring is one measurement.
type figuring struct {
	program, dir         string
	start                []time.Duration
	tray, window, closed desk.Load
	flood                desk.Flood
}

func (f *figuring) display(ctx context.Context, name string) (*desk.Display, []string, error) {
	dir := filepath.Join(f.dir, name)
	d, err := desk.Start(ctx, dir, desk.Options{})
	return d, []string{"STREAMTRAY_HOME=" + filepath.Join(dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light"}, err
}

// starts measures from the program's start until a panel is offered its icon; the first start is no measure, since the
// program's file is read then.
func (f *figuring) starts(ctx context.Context) error {
	d, env, err := f.display(ctx, "s")
	if err != nil {
		return err
	}
	defer d.Close()
	for i := range starts + 1 {
		began := time.Now()
		p, err := d.Run(ctx, f.program, env, "--hidden")
		if err != nil {
			return err
		}
		err = p.UntilTray(ctx, time.Minute)
		took := time.Since(began)
		p.Kill()
		if err != nil {
			return err
		}
		if i > 0 {
			f.start = append(f.start, took)
		}
	}
	slices.Sort(f.start)
	fmt.Fprintf(os.Stderr, "start to tray %v\n", f.start)
	return nil
}

// loads measures the program with nothing but its tray, with a window, and with that closed again.
func (f *figuring) loads(ctx context.Context) error {
	d, env, err := f.display(ctx, "l")
	if err != nil {
		return err
	}
	defer d.Close()
	p, err := d.Run(ctx, f.program, env, "--hidden")
	if err != nil {
		return err
	}
	defer p.Kill()
	if err := p.UntilTray(ctx, time.Minute); err != nil {
		return err
	}
	measure := func(into *desk.Load) error {
		if _, err := p.Measure(ctx, 3*time.Second); err != nil { // to settle
			return err
		}
		*into, err = p.Measure(ctx, lookAt)
		fmt.Fprintf(os.Stderr, "%+v\n", *into)
		return err
	}
	if err := measure(&f.tray); err != nil {
		return err
	}
	if err := p.Click("Open StreamTray"); err != nil {
		return err
	}
	id, err := p.Window(ctx, "Welcome")
	if err != nil {
		return err
	}
	if err := measure(&f.window); err != nil {
		return err
	}
	if err := p.Close(ctx, id); err != nil {
		return err
	}
	return measure(&f.closed)
}

func (f *figuring) pour(ctx context.Context) error {
	d, env, err := f.display(ctx, "f")
	if err != nil {
		return err
	}
	defer d.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	f.flood, err = d.Flood(ctx, f.program, self, "pour", env, floodOver)
	fmt.Fprintf(os.Stderr, "%+v\n", f.flood)
	return err
}

// pour is the app of a flood, which this program is for itself.
func pour(ctx context.Context, _ []string) error { return desk.Pour(ctx, ".", floodRate, floodOver) }

func mb(bytes int64) string { return strconv.FormatInt(bytes>>20, 10) + " MB" }

// table is the figures as a page shows them.
func (f *figuring) table() string {
	var b strings.Builder
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) + " ms" }
	fmt.Fprintf(&b, "Measured on %s; %d cores, %s/%s, %s; OpenGL in software.\n\n", time.Now().Format(time.DateOnly), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Fprintf(&b, "From the program's start until a panel is offered its icon: %s (%s to %s, %d starts).\n\n",
		ms(f.start[len(f.start)/2]), ms(f.start[0]), ms(f.start[len(f.start)-1]), len(f.start))
	b.WriteString("| state, over a minute | processor, of one core | memory, resident | of it its own (PSS) |\n| --- | --- | --- | --- |\n")
	for _, row := range []struct {
		state string
		load  desk.Load
	}{{"tray only, no project", f.tray}, {"the window open", f.window}, {"that window closed again", f.closed}} {
		fmt.Fprintf(&b, "| %s | %.2f %% | %s | %s |\n", row.state, row.load.CPU, mb(row.load.Resident), mb(row.load.Own))
	}
	fl := f.flood
	fmt.Fprintf(&b, "\nAn app that writes %d lines in %v, with the page of the logs open: the program's memory grew from %s by %s at most, "+
		"it took %.0f %% of a core, and another page opened within %v.\n",
		fl.Lines, fl.Over, mb(fl.Before.Resident), mb(fl.Grown()), fl.During.CPU, fl.Slow.Round(10*time.Millisecond))
	return b.String()
}
