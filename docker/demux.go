package docker

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"time"
)

// demux reads a container's log as the engine sends it. Of a container without a terminal it comes in frames, each
// headed by its stream (1 stdout, 2 stderr), three zeros and a big endian length; with a terminal it comes bare. Each
// line begins with its time, and so does each frame that goes on with a line, which long lines need.
type demux struct {
	in      *bufio.Reader
	yield   func(LogLine) bool
	streams [2]unended
}

// unended is the line of one stream whose end has not come yet.
type unended struct {
	Stderr bool
	text   []byte
	cut    bool
}

// errEnough is how a reader that was given enough ends a loop.
var errEnough = errors.New("enough")

// maxStamp is more than the bytes of a time, so that a line's time does not count against its length.
const maxStamp = 64

// read hands on every line; nil at the log's proper end.
func (d *demux) read(tty bool) error {
	next := d.frame
	if tty {
		next = d.bare
	}
	buf := make([]byte, 32<<10)
	for {
		err := next(buf)
		if err == nil {
			continue
		}
		for i := range d.streams {
			if u := &d.streams[i]; len(u.text) > 0 && !errors.Is(err, errEnough) && !d.yield(u.take()) {
				return errEnough
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
}

// bare reads what a terminal wrote.
func (d *demux) bare(buf []byte) error {
	n, err := d.in.Read(buf)
	if !d.add(&d.streams[0], buf[:n]) {
		return errEnough
	}
	return err
}

// frame reads one frame.
func (d *demux) frame(buf []byte) error {
	var head [8]byte
	if _, err := io.ReadFull(d.in, head[:]); err != nil {
		return err
	}
	if head[0] > 2 || head[1] != 0 || head[2] != 0 || head[3] != 0 {
		return errors.New("container log: not a frame")
	}
	u := &d.streams[0]
	if head[0] == 2 {
		u = &d.streams[1]
	}
	first := true
	for left := int64(binary.BigEndian.Uint32(head[4:])); left > 0; first = false {
		part := buf[:min(left, int64(len(buf)))]
		if _, err := io.ReadFull(d.in, part); err != nil {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
		left -= int64(len(part))
		if first && len(u.text) > 0 {
			_, part = cutStamp(part)
		}
		if !d.add(u, part) {
			return errEnough
		}
	}
	return nil
}

// add appends to a stream's line and hands on the lines that end; false when no more is wanted.
func (d *demux) add(u *unended, data []byte) bool {
	for len(data) > 0 {
		part, after, whole := bytes.Cut(data, []byte("\n"))
		room := maxLine + maxStamp - len(u.text)
		u.cut = u.cut || len(part) > room
		u.text = append(u.text, part[:min(len(part), room)]...)
		if whole && !d.yield(u.take()) {
			return false
		}
		data = after
	}
	return true
}

// take makes a LogLine of what has come and begins the next.
func (u *unended) take() LogLine {
	at, text := cutStamp(u.text)
	line := LogLine{At: at, Stderr: u.Stderr, Text: strings.ToValidUTF8(strings.TrimRight(string(text), "\r"), "\uFFFD")}
	line.Cut = u.cut || len(line.Text) > maxLine
	line.Text = clip(line.Text, maxLine)
	u.text, u.cut = u.text[:0], false
	return line
}

// cutStamp takes the time off the beginning of text; text without one stays as it is.
func cutStamp(text []byte) (time.Time, []byte) {
	stamp, rest, found := bytes.Cut(text[:min(len(text), maxStamp)], []byte(" "))
	if !found {
		stamp, rest = text[:min(len(text), maxStamp)], nil
	}
	at, err := time.Parse(time.RFC3339Nano, string(bytes.TrimRight(stamp, "\r")))
	if err != nil {
		return time.Time{}, text
	}
	if !found {
		return at, rest
	}
	return at, text[len(stamp)+1:]
}
