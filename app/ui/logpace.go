package ui

import (
	"context"
	"time"

	"streamtray/app/view"
)

// logsEvery is the pause between two looks at a log that moves: fast enough to read along, slow enough to cost little.
const logsEvery = 300 * time.Millisecond

// A flood is more lines between two looks than anybody reads. Each drawing of it is all new text, which Fyne keeps a
// picture of for seconds: fewer drawings are less memory.
const (
	flood        = 40 // about a window of them
	floodEvery   = time.Second
	torrent      = 5000 // nobody reads any of it
	torrentEvery = 2 * time.Second
)

// untilNext is how long a log that got so many lines since the last look is left alone.
func untilNext(fresh int64) time.Duration {
	switch {
	case fresh > torrent:
		return torrentEvery
	case fresh > flood:
		return floodEvery
	}
	return logsEvery
}

// Run keeps the window up to date until ctx ends. A log that stands still costs nothing.
func (l *Logs) Run(ctx context.Context) {
	if !rulesRead.Load() {
		view.Explained("app", "", l.words)
		rulesRead.Store(true)
		Later(l.draw)
	}
	t := time.NewTimer(logsEvery)
	defer t.Stop()
	var shown int64 = -1
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		last := l.log.last()
		t.Reset(untilNext(last - shown))
		if last == shown || !l.drawing.CompareAndSwap(false, true) { // the last drawing has not had its turn yet
			continue
		}
		shown = last
		Later(func() {
			defer l.drawing.Store(false)
			l.drawn()
			l.refresh()
		})
	}
}
