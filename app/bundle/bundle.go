// Package bundle puts together what a colleague needs to see what is wrong: versions, settings, the doctor's findings,
// what happened, and the last lines of every log, in one zip file, without passwords, keys and tokens. It can be made
// when nothing works: without an engine, with a project that cannot be opened, without a project.
package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"streamtray/app/redact"
	"streamtray/internal/atomicfile"
	"streamtray/internal/lazyregexp"
	"streamtray/internal/usererr"
)

// Bounds in bytes.
const (
	mostEntry = 512 << 10 // of one file in the bundle
	mostTotal = 8 << 20   // of all of them, before they are packed
)

// Entry is one file of a bundle, without secrets.
type Entry struct {
	Name  string `json:"name"`  // with slashes
	About string `json:"about"` // names the text that tells what it is
	Bytes int    `json:"bytes"`

	text string
}

// Bundle is what is to be sent, read and cleaned, and not written yet.
type Bundle struct {
	Entries []Entry
	Masked  int               // places where a secret was taken out
	Summary map[string]string // ten lines, by language
	now     time.Time
}

// raw is a file of a bundle before it is cleaned.
type raw struct {
	name, about, text string
	tail              bool                // of a text that is too long, the end counts
	clean             func(string) string // takes out what only the kind of file tells; nil: nothing more
}

// assemble cleans all texts. What one of them shows to be a secret is taken out of the others as well, so all are learnt
// from before the first is cleaned.
func assemble(s *scrubber, all []raw, now time.Time) *Bundle {
	for i, r := range all {
		s.learn(r.text)
		if r.clean != nil {
			all[i].text = r.clean(r.text)
		}
	}
	b := &Bundle{now: now}
	for _, r := range all {
		b.add(fileName(s.text(r.name)), r.about, s.text(r.text), r.tail)
	}
	return b
}

// add adds a cleaned text, as much of it as there is room for.
func (b *Bundle) add(name, about, text string, tail bool) {
	room := mostTotal
	for _, e := range b.Entries {
		room -= e.Bytes
	}
	text = bounded(text, min(mostEntry, room), tail)
	if text == "" {
		return
	}
	b.Entries = append(b.Entries, Entry{Name: unused(name, b.Entries), About: about, Bytes: len(text), text: text})
	b.Masked += strings.Count(text, redact.Mark)
}

// bounded is at most n bytes of t: its end or its beginning, in whole lines where it has some.
func bounded(t string, n int, tail bool) string {
	if len(t) <= n {
		return t
	}
	const cut = "[…]\n"
	n -= len(cut)
	if n <= 0 {
		return ""
	}
	if tail {
		t = t[len(t)-n:]
		if i := strings.IndexByte(t, '\n'); i >= 0 {
			t = t[i+1:]
		}
		return cut + strings.ToValidUTF8(t, "")
	}
	t = t[:n]
	if i := strings.LastIndexByte(t, '\n'); i >= 0 {
		t = t[:i+1]
	}
	return strings.ToValidUTF8(t, "") + cut
}

// longestName is how long a part of a name may be, in bytes: with the folder that it is unpacked to, Windows takes some 250
// characters in all.
const longestName = 80

// fileName is a name, with slashes, that every system can unpack.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '.' || r == '-' || r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			return r
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			return r
		}
		return '_'
	}, strings.ReplaceAll(name, "..", "_"))
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
	for i, p := range parts {
		parts[i] = part(p)
	}
	return strings.Join(parts, "/")
}

// part is one part of a name: not too long, not with a dot at its end, and not what Windows takes for a device, with
// whatever ending.
func part(p string) string {
	if len(p) > longestName {
		sum := sha256.Sum256([]byte(p))
		end := path.Ext(p)
		if len(end) > 10 {
			end = ""
		}
		p = strings.ToValidUTF8(p[:longestName-len(end)-9], "") + "-" + hex.EncodeToString(sum[:4]) + end
	}
	if strings.HasSuffix(p, ".") {
		p += "_"
	}
	if stem, _, _ := strings.Cut(strings.ToLower(p), "."); device.MatchString(stem) {
		p = "_" + p
	}
	return p
}

var device = lazyregexp.New(`^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$`)

// unused is name, with a number where another entry has it already, in whatever case.
func unused(name string, entries []Entry) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(entries, func(e Entry) bool { return strings.EqualFold(e.Name, name) })
	}
	end := path.Ext(name)
	stem := strings.TrimSuffix(name, end)
	for i := 2; taken(name); i++ {
		name = fmt.Sprintf("%s-%d%s", stem, i, end)
	}
	return name
}

// Zip is the bundle as one file. The same bundle gives the same bytes.
func (b *Bundle) Zip() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range b.Entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.Name, Method: zip.Deflate, Modified: b.now.UTC().Truncate(2 * time.Second)})
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// Write writes the bundle to path, whole or not at all, for the user alone. A file that is there is left
// (bundle.exists) unless it may be overwritten.
func (b *Bundle) Write(path string, overwrite bool) (size int, err error) {
	packed, err := b.Zip()
	if err != nil {
		return 0, err
	}
	unwritable := func(err error) error { return usererr.New("bundle.unwritable", map[string]any{"File": path}, err) }
	if info, err := os.Stat(path); err == nil && (!info.Mode().IsRegular() || !overwrite) {
		return 0, usererr.New("bundle.exists", map[string]any{"File": path}, nil)
	}
	if overwrite {
		err = atomicfile.Write(path, packed, 0o600)
	} else {
		err = atomicfile.Create(path, packed, 0o600)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return 0, usererr.New("bundle.exists", map[string]any{"File": path}, err)
	case err != nil:
		return 0, unwritable(err)
	}
	return len(packed), nil
}

// DefaultName is what a bundle made at the given time is called.
func DefaultName(now time.Time) string {
	return fmt.Sprintf("streamtray-bundle-%s.zip", now.Format("20060102-150405"))
}
