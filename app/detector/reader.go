package detector

import (
	"bytes"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"streamtray/internal/termtext"
)

// read turns src into lines until it ends, and gives them to take a batch at a time: as many as one read brought.
// It never keeps the writer waiting for anybody but take.
func read(src io.Reader, stream Stream, take func([]Line)) {
	s := splitter{stream: stream}
	buf := make([]byte, MaxLine)
	for {
		n, err := src.Read(buf)
		s.feed(buf[:n], time.Now())
		if err != nil {
			s.finish()
		}
		if len(s.lines) > 0 {
			take(s.lines)
			clear(s.lines) // let go of the texts
			s.lines = s.lines[:0]
		}
		if err != nil {
			return
		}
	}
}

// splitter cuts bytes into lines.
type splitter struct {
	stream Stream
	tracer tracer
	carry  []byte // a line's beginning, its end being still to come
	cut    bool   // carry is full; the rest of the line is dropped
	at     time.Time
	lines  []Line // complete ones
}

func (s *splitter) feed(b []byte, at time.Time) {
	s.at = at
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			s.keep(b)
			return
		}
		if len(s.carry) == 0 && end <= MaxLine {
			s.line(b[:end])
		} else {
			s.keep(b[:end])
			s.line(s.carry)
			s.carry = s.carry[:0]
		}
		s.cut = false
		b = b[end+1:]
	}
}

// finish makes a line of what has no end.
func (s *splitter) finish() {
	if len(s.carry) > 0 {
		s.line(s.carry)
		s.carry = nil
	}
}

func (s *splitter) keep(b []byte) {
	if room := MaxLine - len(s.carry); len(b) > room {
		b, s.cut = b[:room], true
	}
	s.carry = append(s.carry, b...)
}

func (s *splitter) line(raw []byte) {
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
