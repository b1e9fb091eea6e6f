package detector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Bounds of a log file: with its older parts it takes at most logParts*logBytes.
const (
	logBytes = 8 << 20
	logParts = 4 // "app.log", and "app.1.log" (the newest of the older) to "app.3.log"
)

// stampLayout begins every line of a log file.
const stampLayout = "2006-01-02T15:04:05.000Z07:00"

// writeLog writes the ring's lines after the one numbered after to the file path, until ctx ends and no line is left. As
// a follower it never delays the app: a disk too slow for a flood costs lines, and the file says how many.
func writeLog(ctx context.Context, ring *Ring, after uint64, path string) error {
	f, err := openLog(path, logBytes)
	if err != nil {
		return err
	}
	for lines, skipped := range ring.Follow(ctx, after) {
		after += skipped + uint64(len(lines))
		if err := f.write(lines, skipped); err != nil {
			return errors.Join(err, f.close())
		}
	}
	return errors.Join(f.write(ring.Since(after)), f.close())
}

// logFile is a file of lines that turns over when it is full.
type logFile struct {
	path  string
	limit int64
	file  *os.File
	size  int64
	buf   bytes.Buffer
}

func openLog(path string, limit int64) (*logFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("app log: %w", err)
	}
	f := &logFile{path: path, limit: limit}
	return f, f.open(os.O_APPEND)
}

func (f *logFile) open(mode int) error {
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_WRONLY|mode, 0o600)
	if err != nil {
		return fmt.Errorf("app log: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("app log: %w", err), file.Close())
	}
	f.file, f.size = file, info.Size()
	return nil
}

func (f *logFile) write(lines []Line, skipped uint64) error {
	if skipped > 0 {
		fmt.Fprintf(&f.buf, "%s %s … %d lines missed here …\n", time.Now().Format(stampLayout), Stderr, skipped)
	}
	for _, l := range lines {
		f.buf.Write(l.At.AppendFormat(f.buf.AvailableBuffer(), stampLayout))
		f.buf.WriteByte(' ')
		f.buf.WriteString(l.Stream.String())
		f.buf.WriteByte(' ')
		f.buf.WriteString(l.Text)
		f.buf.WriteByte('\n')
		if f.buf.Len() >= 64<<10 {
			if err := f.flush(); err != nil {
				return err
			}
		}
	}
	return f.flush()
}

func (f *logFile) flush() error {
	if f.size > 0 && f.size+int64(f.buf.Len()) > f.limit {
		if err := f.turn(); err != nil {
			return err
		}
	}
	n, err := f.buf.WriteTo(f.file)
	f.size += n
	if err != nil {
		return fmt.Errorf("app log: %w", err)
	}
	return nil
}

// turn moves every part one on and begins a new one. A part that cannot be moved, being open elsewhere on Windows, is
// overwritten: the bound comes before the history.
func (f *logFile) turn() error {
	if err := f.file.Close(); err != nil {
		return fmt.Errorf("app log: %w", err)
	}
	for n := logParts - 1; n > 0; n-- {
		_ = os.Rename(partPath(f.path, n-1), partPath(f.path, n))
	}
	return f.open(os.O_TRUNC)
}

func (f *logFile) close() error { return f.file.Close() }

// partPath is the path of a log's n-th older part; the 0th is the log itself.
func partPath(path string, n int) string {
	if n == 0 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s.%d%s", strings.TrimSuffix(path, ext), n, ext)
}
