package detector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"strings"
	"time"
)

// ReadLog gives the last lines, at most last of them (0: all that are kept), of the log that a Launch named; none if
// there is no log yet. Lines have their time, stream, level and source again; Seq counts within the answer.
func ReadLog(path string, last int) ([]Line, error) {
	f := follower{path: path}
	return f.history(last)
}

// FollowLog gives the lines that are written to the log from now on, until ctx ends. It looks four times a second and
// holds no file open between looks, so that the writer can turn over.
func FollowLog(ctx context.Context, path string) iter.Seq2[Line, error] {
	f := follower{path: path}
	if f.seen = stat(path); f.seen != nil {
		f.offset = f.seen.Size()
	}
	return func(yield func(Line, error) bool) { f.follow(ctx, yield) }
}

// TailLog gives what ReadLog gives and goes on as FollowLog does, missing nothing between the two.
func TailLog(ctx context.Context, path string, last int) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		f := follower{path: path}
		lines, err := f.history(last)
		if err != nil {
			yield(Line{}, err)
			return
		}
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
		f.follow(ctx, yield)
	}
}

// follower reads what a log grows by.
type follower struct {
	path   string
	seen   fs.FileInfo // the file as of the last look; nil: there was none
	offset int64       // how much of it is read
	parser logParser
}

// history gives the last lines there are, and leaves off where they end.
func (f *follower) history(last int) ([]Line, error) {
	if last <= 0 {
		last = math.MaxInt
	}
	ring := NewRing(last, math.MaxInt) // the files are bounded
	keep := func(l Line) bool { ring.Append(l); return true }
	for n := logParts - 1; n > 0; n-- {
		if _, err := f.parser.read(partPath(f.path, n), 0, keep); err != nil {
			return nil, err
		}
	}
	f.seen = stat(f.path)
	var err error
	if f.offset, err = f.parser.read(f.path, 0, keep); err != nil {
		return nil, err
	}
	lines, _ := ring.Since(0)
	return lines, nil
}

// follow gives what is new until ctx ends or yield has enough.
func (f *follower) follow(ctx context.Context, yield func(Line, error) bool) {
	look := time.NewTicker(250 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		on := true
		err := f.look(func(l Line) bool {
			on = yield(l, nil)
			return on
		})
		if !on || err != nil && !yield(Line{}, err) {
			return
		}
	}
}

func (f *follower) look(take func(Line) bool) (err error) {
	now := stat(f.path)
	if now == nil {
		return nil
	}
	if f.seen != nil && !os.SameFile(f.seen, now) { // turned over: its end is in the first older part
		older := partPath(f.path, 1)
		if info := stat(older); info != nil && os.SameFile(f.seen, info) {
			if _, err := f.parser.read(older, f.offset, take); err != nil {
				return err
			}
		}
		f.offset = 0
	}
	if now.Size() < f.offset {
		f.offset = 0
	}
	f.seen = now
	if now.Size() > f.offset {
		f.offset, err = f.parser.read(f.path, f.offset, take)
	}
	return err
}

func stat(path string) fs.FileInfo {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	return info
}

// logParser makes lines of what tee wrote.
type logParser struct{ tracers [2]tracer }

// read gives the whole lines that the file has from offset on while take wants them, and where they end. No file has
// no lines.
func (p *logParser) read(path string, offset int64, take func(Line) bool) (end int64, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return offset, nil
	}
	if err != nil {
		return offset, fmt.Errorf("app log: %w", err)
	}
	defer file.Close()
	buf := make([]byte, 8*MaxLine) // more than a line can take in UTF-8
	for {
		n, err := file.ReadAt(buf, offset)
		whole := buf[:bytes.LastIndexByte(buf[:n], '\n')+1]
		for text := range bytes.Lines(whole) {
			offset += int64(len(text))
			if !take(p.line(string(text[:len(text)-1]))) {
				return offset, nil
			}
		}
		if err == io.EOF || len(whole) == 0 { //nolint:errorlint // ReadAt's promise
			return offset, nil
		}
		if err != nil {
			return offset, fmt.Errorf("app log: %w", err)
		}
	}
}

func (p *logParser) line(written string) Line {
	l := Line{Text: written}
	stamp, rest, _ := strings.Cut(written, " ")
	if at, err := time.Parse(stampLayout, stamp); err == nil {
		stream, text, _ := strings.Cut(rest, " ")
		l.At, l.Text = at, text
		if stream == Stderr.String() {
			l.Stream = Stderr
		}
	}
	h, part := p.tracers[l.Stream].classify(l.Text)
	l.Level, l.Source, l.message, l.part = h.level, h.source, h.message, part
	return l
}
