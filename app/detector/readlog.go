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

// EachLine gives all lines that are kept of the log that a Launch named to take, oldest first, as they are read and until
// take has enough.
func EachLine(path string, take func(Line) bool) error {
	f := follower{path: path}
	on := true
	for n := logParts - 1; n >= 0 && on; n-- {
		err := f.read(partPath(path, n), func(l Line) bool {
			on = take(l)
			return on
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// FollowLog gives the lines that are written to the log from now on, until ctx ends. It looks four times a second and
// holds no file open between looks, so that the writer can turn over.
func FollowLog(ctx context.Context, path string) iter.Seq2[Line, error] {
	f := follower{path: path}
	file, info, err := openPart(path)
	if file != nil {
		f.seen, f.offset = info, info.Size()
		err = file.Close()
	}
	return func(yield func(Line, error) bool) {
		if err != nil && !yield(Line{}, err) {
			return
		}
		f.follow(ctx, yield)
	}
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
	for n := logParts - 1; n >= 0; n-- {
		if err := f.read(partPath(f.path, n), keep); err != nil {
			return nil, err
		}
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
			on = on && yield(l, nil)
			return on
		})
		if !on || err != nil && !yield(Line{}, err) {
			return
		}
	}
}

// look gives what is new.
func (f *follower) look(take func(Line) bool) error {
	file, now, err := openPart(f.path)
	if file == nil {
		return err
	}
	defer file.Close()
	if f.seen != nil && !os.SameFile(f.seen, now) { // turned over: its end is in the first older part
		if err := f.lookBack(take); err != nil {
			return err
		}
		f.offset = 0
	}
	if now.Size() < f.offset {
		f.offset = 0
	}
	f.seen = now
	if now.Size() > f.offset {
		f.offset, err = f.parser.read(file, f.offset, take)
	}
	return err
}

// lookBack gives the end of the file that was the log at the last look.
func (f *follower) lookBack(take func(Line) bool) error {
	older, info, err := openPart(partPath(f.path, 1))
	if older == nil {
		return err
	}
	defer older.Close()
	if os.SameFile(f.seen, info) {
		_, err = f.parser.read(older, f.offset, take)
	}
	return err
}

// read gives all of the part at path, as the file that was seen last.
func (f *follower) read(path string, take func(Line) bool) error {
	file, info, err := openPart(path)
	if file == nil {
		return err
	}
	defer file.Close()
	f.seen = info
	f.offset, err = f.parser.read(file, 0, take)
	return err
}

// openPart opens a file of the log; none if it does not exist. What it is comes from the open file: Windows would
// tell that of a path only when asked to compare, and by then another file may stand there.
func openPart(path string) (*os.File, fs.FileInfo, error) {
	file, err := openShared(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("app log: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("app log: %w", err), file.Close())
	}
	return file, info, nil
}

// logParser makes lines of what writeLog wrote.
type logParser struct{ tracers [3]tracer }

// read gives the whole lines that the file has from offset on while take wants them, and where they end.
func (p *logParser) read(file *os.File, offset int64, take func(Line) bool) (end int64, err error) {
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
		if err == io.EOF || len(whole) == 0 {
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
		for _, s := range []Stream{Stderr, Output} {
			if stream == s.String() {
				l.Stream = s
			}
		}
	}
	h, part := p.tracers[l.Stream].classify(l.Text)
	l.Level, l.Source, l.message, l.part = h.level, h.source, h.message, part
	return l
}
