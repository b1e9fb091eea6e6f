package project

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"streamtray/app/redact"
)

// Changes are what differs between the card that the person trusted last and another one.
type Changes struct {
	Gone    []Line
	New     []Line
	Content []Line // files that are still read and hold something else now
}

// None reports whether there is nothing to show.
func (c Changes) None() bool { return len(c.Gone)+len(c.New)+len(c.Content) == 0 }

// Changes compares a card with the one that the person trusted last. Nothing is known of one trusted long ago.
func (p *Project) Changes(c Card) Changes {
	return compare(p.options.Settings.Cards[p.Dir], remembered(c))
}

// Bounds of a card that is remembered.
const (
	maxCardLines = 200
	maxCardLine  = 400 // bytes
)

// remembered is a card as settings keep it: its first lines, without secrets.
func remembered(c Card) []string {
	var kept []string
	for _, l := range c.Lines() {
		if len(kept) == maxCardLines {
			break
		}
		kept = append(kept, l.kept())
	}
	return kept
}

// kept is a line as settings keep it: kind, text and hash with tabs between them. The hash tells two secrets, or two
// long lines, apart that are kept alike.
func (l Line) kept() string {
	text := l.Text
	if k, v, ok := strings.Cut(text, "="); ok && l.Kind == "env" {
		text = k + "=" + redact.Value(k, v)
	} else if l.Kind != "file" {
		text = redact.Text(text)
	}
	if len(text) > maxCardLine {
		text = text[:maxCardLine]
		for !utf8.ValidString(text) && len(text) > maxCardLine-utf8.UTFMax {
			text = text[:len(text)-1]
		}
		text += "…"
	}
	if text != l.Text && l.Hash == "" {
		sum := sha256.Sum256([]byte(l.Text))
		l.Hash = hex.EncodeToString(sum[:4])
	}
	return l.Kind + "\t" + strings.ReplaceAll(text, "\t", " ") + "\t" + l.Hash
}

// Remembered is the line as it is remembered, and as Changes tells it: cut, and without secrets.
func (l Line) Remembered() Line { return lineOf(l.kept()) }

func lineOf(kept string) Line {
	parts := append(strings.SplitN(kept, "\t", 3), "", "")
	return Line{parts[0], parts[1], parts[2]}
}

func compare(before, now []string) Changes {
	var c Changes
	if len(before) == 0 {
		return c
	}
	for _, l := range now {
		if !slices.Contains(before, l) {
			c.New = append(c.New, lineOf(l))
		}
	}
	for _, l := range before {
		if slices.Contains(now, l) {
			continue
		}
		gone := lineOf(l)
		same := func(n Line) bool { return n.Kind == gone.Kind && n.Text == gone.Text }
		if i := slices.IndexFunc(c.New, same); i >= 0 {
			c.Content = append(c.Content, c.New[i])
			c.New = slices.Delete(c.New, i, i+1)
			continue
		}
		c.Gone = append(c.Gone, gone)
	}
	return c
}
