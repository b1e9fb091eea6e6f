package detector

import (
	"bytes"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"streamtray/internal/termtext"
)

// quietWithin is how long nothing comes before a line without an end is shown: a prompt, the last state of a progress bar.
const quietWithin = 300 * time.Millisecond

// chunk is what one read brought.
type chunk struct {
	bytes []byte
	at    time.Time
	err   error
}

// read turns src into lines until it ends, and gives them to take a batch at a time: as many as one read brought.
// It never keeps the writer waiting for anybody but take. A line whose end does not come is given as it is once it is
// quiet, and again, whole, when it went on.
func read(src io.Reader, stream Stream, take func([]Line)) {
	s := splitter{stream: stream}
	chunks, free := make(chan chunk), make(chan []byte, 2)
	free <- make([]byte, MaxLine)
	free <- make([]byte, MaxLine)
	go func() { // ends with src
		for {
			buf := <-free
			n, err := src.Read(buf)
			chunks <- chunk{buf[:n], time.Now(), err}
			if err != nil {
				return
			}
		}
	}()
	quiet := time.NewTimer(quietWithin)
	defer quiet.Stop()
	for ended := false; !ended; {
		came := false
		select {
		case c := <-chunks:
			came = true
			s.feed(c.bytes, c.at)
			if ended = c.err != nil; ended {
				s.finish()
			}
			free <- c.bytes[:cap(c.bytes)]
		case <-quiet.C:
			s.show()
		}
		if len(s.lines) > 0 {
			take(s.lines)
			clear(s.lines) // let go of the texts
			s.lines = s.lines[:0]
		}
		if came { // only now: what comes while the lines are taken does not come late
			quiet.Reset(quietWithin)
		}
	}
}

// splitter cuts bytes into lines.
type splitter struct {
	stream Stream
	tracer tracer
	carry  []byte // a line's beginning, its end being still to come
	cut    bool   // carry is full; the rest of the line is dropped
	shown  []byte // what was given of carry while it was quiet
	at     time.Time
	lines  []Line // complete ones
}

func (s *splitter) feed(b []byte, at time.Time) {
	s.at = at
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			s.buffer(b)
			return
		}
		if len(s.carry) == 0 && end <= MaxLine {
			s.line(b[:end])
		} else {
			s.buffer(b[:end])
			s.line(s.carry)
			s.carry = s.carry[:0]
		}
		s.cut = false
		b = b[end+1:]
	}
}

// show gives the line whose end has not come, unless it was given as it is. What a line is to a traceback only its end
// decides.
func (s *splitter) show() {
	if len(s.carry) == 0 || bytes.Equal(s.carry, s.shown) {
		return
	}
	before := s.tracer
	s.line(s.carry)
	s.tracer, s.shown = before, append(s.shown[:0], s.carry...)
}

// finish makes a line of what has no end.
func (s *splitter) finish() {
	if len(s.carry) > 0 {
		s.line(s.carry)
		s.carry = nil
	}
}

func (s *splitter) buffer(b []byte) {
	// A progress bar paints over itself: the state before counts no more.
	if i := bytes.LastIndexByte(b, '\r'); i >= 0 && i < len(b)-1 {
		s.carry, s.cut, b = s.carry[:0], false, b[i+1:]
	} else if len(b) > 0 && bytes.HasSuffix(s.carry, []byte("\r")) {
		s.carry, s.cut = s.carry[:0], false
	}
	if room := MaxLine - len(s.carry); len(b) > room {
		b, s.cut = b[:room], true
	}
	s.carry = append(s.carry, b...)
}

func (s *splitter) line(raw []byte) {
	if len(s.shown) > 0 && bytes.Equal(bytes.TrimRight(raw, "\r"), s.shown) { // only its end came
		s.shown = s.shown[:0]
		return
	}
	s.shown = s.shown[:0]
	text := readable(raw, s.cut)
	h, part := s.tracer.classify(text)
	s.lines = append(s.lines, Line{
		At: s.at, Stream: s.stream, Level: h.level, Source: h.source, Text: text, message: h.message, part: part,
	})
}

// readable is raw as a person would have seen it on a terminal, without its colours.
func readable(raw []byte, cut bool) string {
	raw = bytes.TrimRight(raw, "\r")
	if i := bytes.LastIndexByte(raw, '\r'); i >= 0 {
		raw = raw[i+1:] // a progress bar paints over itself
	}
	if cut {
		raw = trimHalfRune(raw)
	}
	return termtext.Clean(decode(raw))
}

// trimHalfRune drops the bytes of a character that was cut in two.
func trimHalfRune(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// decode reads UTF-8, or else what programs on this system print that do not know of UTF-8.
func decode(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	if text, ok := decodeLocal(raw); ok {
		return text
	}
	return strings.ToValidUTF8(string(raw), "\uFFFD")
}
