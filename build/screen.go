package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// screen shows stages to whoever waits for them.
type screen interface {
	begins(stage string)
	ends(stage, text string) // text is whole lines
	last(text string)        // nothing follows
}

// screenOn is a screen for a file: a terminal has a line that is kept up to date, all else has only lines that last.
func screenOn(out *os.File) screen {
	if !term.IsTerminal(int(out.Fd())) {
		return &lines{out: out}
	}
	s := &live{out: out, width: func() int {
		width, _, err := term.GetSize(int(out.Fd()))
		if err != nil {
			return 80
		}
		return width
	}, over: make(chan struct{})}
	s.ticking.Go(s.tick)
	return s
}

// lines is a screen of which nothing is taken back.
type lines struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *lines) begins(stage string) { l.last(fmt.Sprintf("%-8s %s\n", "begins", stage)) }

func (l *lines) ends(_, text string) { l.last(text) }

func (l *lines) last(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = io.WriteString(l.out, text)
}

// live is a terminal. Its last line names the stages that run, with the time since each began. It takes a carriage
// return and blanks, which every terminal understands, and no control sequence.
type live struct {
	out     io.Writer
	width   func() int
	over    chan struct{}
	ticking sync.WaitGroup

	mu      sync.Mutex
	running []running
	shown   int // characters on the last line
}

type running struct {
	stage string
	since time.Time
}

// tick keeps the last line up to date until the end.
func (l *live) tick() {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-l.over:
			return
		case <-every.C:
			l.mu.Lock()
			l.draw()
			l.mu.Unlock()
		}
	}
}

func (l *live) begins(stage string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = append(l.running, running{stage, time.Now()})
	l.draw()
}

func (l *live) ends(stage, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = slices.DeleteFunc(l.running, func(r running) bool { return r.stage == stage })
	l.wipe()
	_, _ = io.WriteString(l.out, text)
	l.draw()
}

func (l *live) last(text string) {
	close(l.over)
	l.ticking.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipe()
	_, _ = io.WriteString(l.out, text)
}

// draw puts the line anew. One that is as wide as the terminal would go on to the next.
func (l *live) draw() {
	var all []string
	for _, r := range l.running {
		all = append(all, fmt.Sprintf("%s %s", r.stage, time.Since(r.since).Truncate(time.Second)))
	}
	line := strings.Join(all, ", ")
	if room := max(l.width()-1, 0); len([]rune(line)) > room {
		line = string([]rune(line)[:room])
	}
	l.wipe()
	_, _ = io.WriteString(l.out, line)
	l.shown = len([]rune(line))
}

// wipe leaves the last line empty.
func (l *live) wipe() {
	if l.shown > 0 {
		_, _ = io.WriteString(l.out, "\r"+strings.Repeat(" ", l.shown)+"\r")
	}
	l.shown = 0
}
