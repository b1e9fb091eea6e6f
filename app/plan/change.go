package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"streamtray/app/redact"
)

// Changes are what differs between the plan that the person agreed to last and another one.
type Changes struct {
	Gone    []Line
	New     []Line
	Content []Line // files that are still read and hold something else now
}

// None reports whether there is nothing to show.
func (c Changes) None() bool { return len(c.Gone)+len(c.New)+len(c.Content) == 0 }

// mostTold are the changes that a sentence tells.
const mostTold = 6

// Text tells the changes without words of any language: what went with -, what came with +, what has another content with
// ~ before it.
func (c Changes) Text() string {
	var all []string
	for _, of := range []struct {
		sign  string
		lines []Line
	}{{"-", c.Gone}, {"+", c.New}, {"~", c.Content}} {
		for _, l := range of.lines {
			if l.Text != "" {
				all = append(all, of.sign+" "+l.Text)
			}
		}
	}
	if len(all) > mostTold {
		all = append(all[:mostTold], "…")
	}
	return strings.Join(all, "; ")
}

// Compare tells in what the plan differs from one that was remembered. Nothing is known where nothing was.
func (p Plan) Compare(remembered []string) Changes { return compare(remembered, p.Remembered()) }

// Bounds of a plan that is remembered.
const (
	maxLines = 300
	maxLine  = 400 // bytes
)

// Remembered is the plan as it is kept with what the person trusts: its first lines, without secrets.
func (p Plan) Remembered() []string {
	var kept []string
	for _, l := range p.Lines() {
		if len(kept) == maxLines {
			break
		}
		kept = append(kept, l.kept())
	}
	return kept
}

// kept is a line as it is remembered: kind, text and hash with tabs between them. The hash tells two secrets, or two long
// lines, apart that are kept alike.
func (l Line) kept() string {
	text := l.Text
	if k, v, ok := strings.Cut(text, "="); ok && l.Kind == "env" {
		text = k + "=" + redact.Value(k, v)
	} else if l.Kind != "file" {
		text = redact.Text(text)
	}
	if len(text) > maxLine {
		text = text[:maxLine]
		for !utf8.ValidString(text) && len(text) > maxLine-utf8.UTFMax {
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
func (l Line) Remembered() Line { return Recall(l.kept()) }

// Recall is a line that was remembered.
func Recall(kept string) Line {
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
			c.New = append(c.New, Recall(l))
		}
	}
	for _, l := range before {
		if slices.Contains(now, l) {
			continue
		}
		gone := Recall(l)
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
