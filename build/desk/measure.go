package desk

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamtray/internal/pause"
)

// Load is what a process takes.
type Load struct {
	CPU      float64 // percent of one core
	Resident int64   // bytes, with what it shares with others
	Own      int64   // bytes, with its part of what it shares (PSS)
}

// clockTick is how long the kernel's unit of a process's time is.
const clockTick = 10 * time.Millisecond

// Measure looks at the program for a time: the processor's over all of it, the memory's at its end.
func (p *Program) Measure(ctx context.Context, over time.Duration) (Load, error) {
	before, err := p.used()
	if err != nil {
		return Load{}, err
	}
	began := time.Now()
	if !pause.For(ctx, over) {
		return Load{}, ctx.Err()
	}
	after, err := p.used()
	if err != nil {
		return Load{}, err
	}
	l := Load{CPU: 100 * float64(after-before) / float64(time.Since(began))}
	if l.Resident, err = p.memory("Rss"); err != nil {
		return l, err
	}
	l.Own, err = p.memory("Pss")
	return l, err
}

// used is the processor's time of all threads so far.
func (p *Program) used() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:])) // a name may hold blanks
	var sum time.Duration
	for _, f := range fields[11:13] { // utime and stime
		n, err := strconv.Atoi(f)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * clockTick
	}
	return sum, nil
}

// memory is a sum that the kernel keeps of a process, in bytes.
func (p *Program) memory(kind string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, kind+":"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("memory of %d: no %s", p.pid, kind)
}

// UntilTray waits, looking every millisecond, until the program's icon is offered to panels.
func (p *Program) UntilTray(ctx context.Context, within time.Duration) error {
	return until(ctx, time.Millisecond, within, "tray icon", func() (bool, error) { return p.display.shown(p.name()) })
}

// shown reports whether the panel's list of icons has the one of a name, which the panel lists by the name's owner.
func (d *Display) shown(name string) (bool, error) {
	var owner string
	if err := d.bus.BusObject().Call("org.freedesktop.DBus.GetNameOwner", 0, name).Store(&owner); err != nil {
		return false, err // it has none yet
	}
	var icons []string
	err := d.bus.Object(watcher, "/StatusNotifierWatcher").StoreProperty(watcher+".RegisteredStatusNotifierItems", &icons)
	return slices.ContainsFunc(icons, func(i string) bool { return strings.HasPrefix(i, owner+"/") || strings.HasPrefix(i, name) }), err
}
