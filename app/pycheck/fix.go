package pycheck

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"time"

	"streamtray/internal/atomicfile"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// edit replaces the bytes from start to end of a file.
type edit struct {
	start, end int
	text       []byte
}

// Fixed is a file that was mended.
type Fixed struct {
	File   string `json:"file"`   // from the code's folder on, with slashes
	Backup string `json:"backup"` // the file as it was, absolute
	Count  int    `json:"count"`  // findings that were mended
}

// Fix makes the edits of findings, which are of one Report of o, after putting each file as it was into a new folder below
// backups. A file is replaced as a whole or not at all and keeps its mode, encoding and line ends. Afterwards the code is
// checked again: a file that then cannot be parsed is put back (pycheck.put_back).
//
// Nothing is changed unless all files are still what was checked (pycheck.changed) and lie in the code's folder, links
// followed (pycheck.outside). What cannot be written is
// pycheck.unwritable. What was mended before an error is in the result.
func Fix(ctx context.Context, o Options, findings []Finding, backups string, now time.Time) ([]Fixed, error) {
	var all []patch
	for _, f := range findings {
		if !f.Fixable() {
			continue
		}
		i := slices.IndexFunc(all, func(p patch) bool { return p.file == f.File })
		if i < 0 {
			i = len(all)
			all = append(all, patch{file: f.File, at: projectfile.In(o.Dir), path: filepath.Join(o.Dir, filepath.FromSlash(f.File))})
		}
		all[i].add(f)
	}
	for i := range all {
		if err := all[i].prepare(); err != nil {
			return nil, err
		}
	}
	folder := filepath.Join(backups, now.Format("20060102-150405.000"))
	var done []Fixed
	for _, p := range all {
		backup, err := p.write(folder)
		if err != nil {
			return done, usererr.New("pycheck.unwritable", map[string]any{"File": p.file}, err).Terminal()
		}
		done = append(done, Fixed{File: p.file, Backup: backup, Count: p.count})
	}
	if len(done) == 0 {
		return nil, nil
	}
	return verified(ctx, o, all, done)
}

// mostSource is the size in bytes up to which code is looked at; the script has the same bound.
const mostSource = 1 << 20

// patch is what happens to one file.
type patch struct {
	file, path string
	at         projectfile.Folder // of the code
	hash       string
	edits      []edit
	count      int
	old, text  []byte
}

// add takes the edits of a finding in, unless they meet those of another: that one is found again by the next check.
func (p *patch) add(f Finding) {
	for _, e := range f.edits {
		if slices.ContainsFunc(p.edits, func(o edit) bool { return e.start < o.end && o.start < e.end || e.start == o.start && e.end == o.end }) {
			return
		}
	}
	p.hash = f.hash
	p.edits = append(p.edits, f.edits...)
	p.count++
}

// prepare reads the file, which must be what was checked, and makes the edits.
func (p *patch) prepare() error {
	real, inside := p.at.Inside(p.path)
	if !inside {
		return usererr.New("pycheck.outside", map[string]any{"File": p.file, "Real": real}, nil).Terminal()
	}
	p.path = real
	old, err := p.at.Read(real, mostSource)
	if err != nil {
		return usererr.New("pycheck.unwritable", map[string]any{"File": p.file}, err).Terminal()
	}
	if sum := sha256.Sum256(old); hex.EncodeToString(sum[:]) != p.hash {
		return usererr.New("pycheck.changed", map[string]any{"File": p.file}, nil).Terminal()
	}
	slices.SortStableFunc(p.edits, func(a, b edit) int { return a.start - b.start })
	var b bytes.Buffer
	at := 0
	for _, e := range p.edits {
		if e.start < at || e.end < e.start || e.end > len(old) {
			return usererr.New("pycheck.changed", map[string]any{"File": p.file}, nil).Terminal()
		}
		b.Write(old[at:e.start])
		b.Write(e.text)
		at = e.end
	}
	b.Write(old[at:])
	p.old, p.text = old, b.Bytes()
	return nil
}

// write keeps the file as it was in folder and replaces it.
func (p *patch) write(folder string) (backup string, err error) {
	backup = filepath.Join(folder, filepath.FromSlash(p.file))
	if err := os.MkdirAll(filepath.Dir(backup), 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(backup, p.old, 0o600); err != nil {
		return "", err
	}
	return backup, atomicfile.Write(p.path, p.text, 0o600)
}

// verified checks the mended code, and puts back what came out wrong.
func verified(ctx context.Context, o Options, all []patch, done []Fixed) ([]Fixed, error) {
	r, err := Run(ctx, o)
	if err != nil {
		return done, err
	}
	for _, p := range all {
		broken := slices.ContainsFunc(r.Unread, func(u Unread) bool { return u.File == p.file })
		if !broken {
			continue
		}
		if err := atomicfile.Write(p.path, p.old, 0o600); err != nil {
			return done, usererr.New("pycheck.unwritable", map[string]any{"File": p.file}, err).Terminal()
		}
		done = slices.DeleteFunc(done, func(f Fixed) bool { return f.File == p.file })
		return done, usererr.New("pycheck.put_back", map[string]any{"File": p.file}, nil).Terminal()
	}
	return done, nil
}
