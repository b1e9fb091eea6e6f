package pycheck

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/app/testenv"
	"streamtray/internal/usererr"
)

// gbk is "检测" as Chinese Windows writes it.
const gbk = "\xbc\xec\xb2\xe2"

// call is what nasty files have wrong: found where it stands, and mended without another byte changed.
const (
	call   = "logger.error('%s', 1)"
	mended = "logger.error('{}', 1)"
)

// readable are files that Python reads, each with call once.
var readable = map[string]string{
	"bom.py":           "\ufeff" + loguru + call + "\n",
	"crlf.py":          "from loguru import logger\r\n\r\nif 1:\r\n\t" + call + "\r\n",
	"mixed.py":         "from loguru import logger\r\n# x\n" + call + "\r\n",
	"no_end.py":        loguru + call,
	"crlf_no_end.py":   "from loguru import logger\r\n" + call,
	"chinese.py":       loguru + "检测 = '检测'; " + call + "  # 检测\n",
	"emoji.py":         loguru + "x = '😀😀'; " + call + "\n",
	"gbk.py":           "# -*- coding: gbk -*-\n" + loguru + "x = '" + gbk + "'; " + call + "  # " + gbk + "\n",
	"latin.py":         "# coding: latin-1\n" + loguru + "x = '\xe9\xff'; " + call + "\n",
	"second_line.py":   "#!/usr/bin/env python\n# vim: set fileencoding=gb18030 :\n" + loguru + "# " + gbk + "\n" + call + "\n",
	"bom_cookie.py":    "\ufeff# coding: utf-8\n" + loguru + call + "\n",
	"form_feed.py":     loguru + "\f\n" + call + "\n",
	"separators.py":    loguru + "x = 'a\u2028b\u2029c\u0085d\v'; " + call + "\n",
	"continued.py":     loguru + "x = 1 + \\\n  2; " + call + "\n",
	"triple.py":        loguru + "x = '''\n" + "%s\n" + "'''; " + call + "\n",
	"tabs.py":          loguru + "def f():\n\tif 1:\n\t\t" + call + "\n",
	"long_line.py":     loguru + "x = '" + strings.Repeat("检", 30000) + "'; " + call + "\n",
	"many_lines.py":    loguru + strings.Repeat("x = 1\n", 5000) + call + "\n",
	"deep_names.py":    loguru + "x = a" + strings.Repeat(".b", 200) + "\n" + call + "\n",
	"f_string.py":      loguru + "x = 1\ny = f'检{x!r:>{x}}{{}}'; " + call + "\n",
	"raw.py":           loguru + `x = r'\'; '` + "; " + call + "\n",
	"decorated.py":     loguru + "def d(x):\n    return lambda f: f\n@d(" + call + ")\nclass A:\n    pass\n",
	"名字 with space.py": loguru + call + "\n",
	"script.pyw":       loguru + call + "\n",
}

// unreadable are files that Python does not read, with the line that it blames where all versions agree on it.
var unreadable = map[string]string{
	"broken.py":    "x = 1\ndef f(:\n    pass\n",
	"open.py":      "x = (\n",
	"quote.py":     "x = '''\n",
	"print.py":     "print 'x'\n",
	"indent.py":    "if 1:\npass\n",
	"nul.py":       "x = 1\x00\n",
	"bytes.py":     "x = '\xff\xfe'\n",
	"cookie.py":    "# coding: nonsense\nx = 1\n",
	"lies.py":      "# coding: utf-8\nx = '" + gbk + "'\n",
	"utf16.py":     "\xff\xfex\x00=\x001\x00\n\x00",
	"brackets.py":  "x = " + strings.Repeat("(", 300) + strings.Repeat(")", 300) + "\n",
	"conflict.py":  "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
	"binary.py":    "\x7fELF\x02\x01\x01\x00\x00\x00",
	"too_large.py": strings.Repeat("x = 1\n", 200000),
}

// silent are files that are read and have nothing to say.
var silent = map[string]string{
	"empty.py": "", "blank.py": "\n\n\n", "bom_only.py": "\ufeff", "comment.py": "# x", "sum.py": "x = " + strings.Repeat("1+", 300) + "1\n",
	"cr.py": "x = 1\ry = 2\r", ".venv/lib/x.py": "(", "site-packages/x.py": "(", "own/pyvenv.cfg": "home = x\n", "own/lib/x.py": "(", ".git/x.py": "(",
	"node_modules/x.py": "(", "text.txt": "(", "endless.py": "x = x.y\ny = z\nz = y\nlogger = logger\nlogger.info('%s', 1)\n",
	"recursive.py": "import os\nV = os.getenv('ALGO_ENABLE_KAFKA_STREAMING')\n" + calls(15), "doubled.py": "logger = 1\n" + doubled(40),
	"ring/one.py":   "from ring.two import *\nfrom ring.two import x, y\nx = x.a\ny = y.b or x.c\nx.y.info('%s', 1)\n",
	"ring/two.py":   "from ring.one import *\nfrom ring.one import x, y\nx = y.d or x.e\ny = x.f or y.g\ny.x.info('%s', 1)\n",
	"a/__init__.py": "from .a import *\nfrom . import logger\n", "a/a.py": "from . import *\nfrom . import logger\nlogger.info('%s', 1)\n",
}

// calls are functions that call each other in every way: what their parameters stand for has no end.
func calls(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "def f%d(a, b):\n    if a == b:\n        return a\n", i)
		for j := range n {
			fmt.Fprintf(&b, "    f%d(a + b, a or b)\n", j)
		}
	}
	return b.String()
}

// doubled are names that each stand for the one before twice.
func doubled(n int) string {
	var b strings.Builder
	b.WriteString("from loguru import logger\nx0 = 'x'\ny0 = logger\n")
	for i := range n {
		fmt.Fprintf(&b, "x%d = x%d + x%d\ny%d = y%d or y%d\n", i+1, i, i, i+1, i, i)
	}
	fmt.Fprintf(&b, "y%d.info(x%d, 1)\n", n, n)
	return b.String()
}

func TestNastyFilesAreReadAsPythonReadsThem(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		files := map[string]string{}
		for _, group := range []map[string]string{readable, unreadable, silent} {
			for n, text := range group {
				files[n] = text
			}
		}
		dir := project(t, files)
		o := options(python, dir)
		r := checked(t, o)
		found, unread := map[string]Finding{}, map[string]bool{}
		for _, f := range r.Findings {
			if _, twice := found[f.File]; twice || readable[f.File] == "" {
				t.Errorf("%s:%d: got a finding too many: %s", f.File, f.Line, f.Code)
			}
			found[f.File] = f
		}
		for _, u := range r.Unread {
			unread[u.File] = true
			if unreadable[u.File] == "" {
				t.Errorf("%s cannot be read: %s", u.File, u.Error)
			}
		}
		for n, text := range readable {
			f := found[n]
			lines := strings.Count(text[:strings.Index(text, call)+1], "\n") + 1
			if f.Line != lines || !f.Fixable() {
				t.Errorf("%s: got line %d, fixable %v, want line %d and that it is", n, f.Line, f.Fixable(), lines)
			}
		}
		for n := range unreadable {
			if !unread[n] {
				t.Errorf("%s: got nothing, want that it cannot be read", n)
			}
		}
		if _, err := Fix(t.Context(), o, r.Findings, t.TempDir(), time.Now()); err != nil {
			t.Fatal(err)
		}
		for n, text := range files {
			want := text
			if readable[n] != "" {
				want = strings.Replace(text, call, mended, 1)
			}
			if got := content(t, filepath.Join(dir, filepath.FromSlash(n))); got != want {
				t.Errorf("%s: other bytes than the placeholder changed", n)
			}
		}
		if again := checked(t, o); len(again.Findings) > 0 {
			t.Errorf("after mending: got\n%s", said(again))
		}
	})
}

func TestALineOfASyntaxErrorIsTold(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		r := checked(t, options(python, project(t, map[string]string{"a.py": unreadable["broken.py"]})))
		if len(r.Unread) != 1 || r.Unread[0].Line != 2 || r.Unread[0].Error == "" {
			t.Errorf("got %+v, want line 2", r.Unread)
		}
	})
}

func TestALinkOutOfTheProjectIsNotFollowed(t *testing.T) {
	outside := project(t, map[string]string{"x.py": loguru + call + "\n"})
	each(t, func(t *testing.T, python string) {
		dir := project(t, map[string]string{"app.py": "\n"})
		if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
			t.Skip("no links here: ", err)
		}
		if r := checked(t, options(python, dir)); len(r.Findings) > 0 {
			t.Errorf("got %s", said(r))
		}
	})
}

func TestTheNumberOfFilesIsBounded(t *testing.T) {
	files := map[string]string{}
	for i := range mostFiles + 5 {
		files[fmt.Sprintf("d%d/f%d.py", i%50, i)] = ""
	}
	dir := project(t, files)
	for _, python := range installed() {
		if r := checked(t, options(python, dir)); r.Files != mostFiles || !r.More {
			t.Errorf("got %d files, more %v", r.Files, r.More)
		}
		return
	}
}

// one is a project with one thing wrong, checked by any interpreter.
func one(t *testing.T, text string) (Options, Report) {
	t.Helper()
	for _, python := range installed() {
		o := options(python, project(t, map[string]string{"app.py": text}))
		return o, checked(t, o)
	}
	testenv.Of(t, "no Python here")
	return Options{}, Report{}
}

func TestAFileThatChangedSinceIsNotTouched(t *testing.T) {
	o, r := one(t, loguru+call+"\n")
	path := filepath.Join(o.Dir, "app.py")
	later := loguru + "# later\n" + call + "\n"
	if err := os.WriteFile(path, []byte(later), 0o644); err != nil {
		t.Fatal(err)
	}
	backups := t.TempDir()
	_, err := Fix(t.Context(), o, r.Findings, backups, time.Now())
	var f *usererr.Error
	if !errors.As(err, &f) || f.ID != "pycheck.changed" {
		t.Errorf("got %v, want pycheck.changed", err)
	}
	if got := content(t, path); got != later {
		t.Errorf("got %q", got)
	}
	if left, _ := os.ReadDir(backups); len(left) > 0 {
		t.Errorf("got a backup of nothing: %v", left)
	}
}

func TestABackupHasTheFileAsItWas(t *testing.T) {
	text := "# coding: gbk\r\n# " + gbk + "\r\n" + loguru + call + "\n"
	o, r := one(t, text)
	path := filepath.Join(o.Dir, "app.py")
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 10, 20, 21, 30, 0, 123e6, time.Local)
	done, err := Fix(t.Context(), o, r.Findings, t.TempDir(), now)
	if err != nil || len(done) != 1 || done[0].Count != 1 || done[0].File != "app.py" {
		t.Fatalf("got %+v, %v", done, err)
	}
	if got := content(t, done[0].Backup); got != text {
		t.Errorf("got backup %q, want %q", got, text)
	}
	if !strings.Contains(done[0].Backup, "20251020-213000.123") {
		t.Errorf("got %s, want the time in it", done[0].Backup)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o100 == 0 && os.PathSeparator == '/' {
		t.Errorf("got mode %v, %v, want that it can still be run", info.Mode(), err)
	}
}

func TestAReadOnlyFileIsLeft(t *testing.T) {
	o, r := one(t, loguru+call+"\n")
	path := filepath.Join(o.Dir, "app.py")
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	_, err := Fix(t.Context(), o, r.Findings, t.TempDir(), time.Now())
	var f *usererr.Error
	if !errors.As(err, &f) || f.ID != "pycheck.unwritable" {
		t.Errorf("got %v, want pycheck.unwritable", err)
	}
	if got := content(t, path); !strings.Contains(got, call) {
		t.Errorf("got %q", got)
	}
}

func TestSeveralEditsOfAFileAreMadeTogether(t *testing.T) {
	o, r := one(t, imported+loguru+"P = DetectionResultProducer('h')\n"+call+"\nlogger.info('%s %d', 1, 2)\n")
	done, err := Fix(t.Context(), o, r.Findings, t.TempDir(), time.Now())
	if err != nil || len(done) != 1 || done[0].Count != 3 {
		t.Fatalf("got %+v, %v, want three in one file", done, err)
	}
	if again := checked(t, o); len(again.Findings) > 0 {
		t.Errorf("after mending: got\n%s", said(again))
	}
}
