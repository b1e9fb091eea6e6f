package zig

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"streamtray/build/rig"
)

// index is where pip looks for packages when nobody told it otherwise. Who set PIP_INDEX_URL for pip, because the
// network has a mirror of its own, has set it for this too.
const index = "https://pypi.org/simple"

const (
	stall = time.Minute // a connection that brings nothing for so long is given up
	page  = 10 << 20    // no page of an index is longer, in bytes
	step  = 25_000_000  // after so many bytes the next word about progress
)

// fetch fills dir with the compiler of a wheel.
func fetch(ctx context.Context, w wheel, dir string, say func(part, text string)) error {
	from := cmp.Or(os.Getenv("PIP_INDEX_URL"), index)
	link, err := find(ctx, strings.TrimSuffix(from, "/")+"/ziglang/", w.file)
	if err != nil {
		return err
	}
	archive := filepath.Join(dir, "wheel")
	if err := download(ctx, link, w, archive, say); err != nil {
		return err
	}
	if err := rig.Unzip(archive, dir, part); err != nil {
		return err
	}
	return os.Remove(archive)
}

// get opens an address for use, which is told what it was redirected to. It ends when nothing comes for a while.
func get(ctx context.Context, address string, use func(at *url.URL, body io.Reader) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stall, func() { cancel(fmt.Errorf("nothing came for %v", stall)) })
	defer watch.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", request.URL.Redacted(), response.Status)
	}
	err = use(response.Request.URL, alive{response.Body, watch})
	return errors.Join(err, context.Cause(ctx))
}

// alive is a body whose every sign of life puts off the moment at which it is given up.
type alive struct {
	io.Reader
	watch *time.Timer
}

// Read reads.
func (a alive) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if n > 0 {
		a.watch.Reset(stall)
	}
	return n, err
}

// href is a link on a page of an index (PEP 503).
var href = regexp.MustCompile(`(?i)<a\s[^>]*?href\s*=\s*["']([^"']+)["']`)

// find returns the address of a file to which the page of its package links.
func find(ctx context.Context, project, file string) (address string, err error) {
	err = get(ctx, project, func(at *url.URL, body io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(body, page))
		if err != nil {
			return err
		}
		for _, match := range href.FindAllSubmatch(text, -1) {
			link, err := at.Parse(html.UnescapeString(string(match[1])))
			if err != nil || path.Base(link.Path) != file {
				continue
			}
			if link.Host == at.Host && link.User == nil {
				link.User = at.User // who may read the page may read its files
			}
			address = link.String()
			return nil
		}
		return fmt.Errorf("%s does not have %s: %w", at.Redacted(), file, fs.ErrNotExist)
	})
	return address, err
}

// download writes what an address has as a file, if it is the wheel.
func download(ctx context.Context, address string, w wheel, file string, say func(part, text string)) error {
	return get(ctx, address, func(_ *url.URL, body io.Reader) (err error) {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		sum := sha256.New()
		heard := &progress{of: w.size, say: say}
		if _, err := io.Copy(io.MultiWriter(f, sum, heard), io.LimitReader(body, w.size+1)); err != nil {
			return err
		}
		if got := fmt.Sprintf("%x", sum.Sum(nil)); got != w.sha256 {
			return fmt.Errorf("%s: its SHA-256 is %s with %d bytes, expected %s with %d: it is not used", w.file, got, heard.came, w.sha256, w.size)
		}
		return nil
	})
}

// progress tells how much came.
type progress struct {
	came, told, of int64
	say            func(part, text string)
}

// Write takes note of what came.
func (p *progress) Write(b []byte) (int, error) {
	p.came += int64(len(b))
	if p.came >= p.told+step {
		p.told = p.came
		p.say("compiler", fmt.Sprintf("%d of %d MB", p.came/1e6, p.of/1e6))
	}
	return len(b), nil
}

// part is where a file of a wheel belongs in the compiler's folder, which has the program zig, its lib and its LICENSE. A
// header of another system than Windows belongs nowhere: they are half of the files, which a virus scanner takes its time
// over.
func part(name string) (string, bool) {
	name, ours := strings.CutPrefix(name, "ziglang/")
	header, isHeader := strings.CutPrefix(name, "lib/libc/include/")
	return name, ours && (!isHeader || strings.HasPrefix(header, "any-windows-any/"))
}
