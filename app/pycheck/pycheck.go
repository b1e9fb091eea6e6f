// Package pycheck reads the code of a detection app and finds what keeps it from streaming or from saying why: a
// producer that is made without its topic, log calls whose placeholders are never filled, a streaming flag that is not
// understood. What can be mended comes with the edit that mends it.
//
// The app's own interpreter parses the code by its module ast, so what it would not understand is told as it would tell
// it. Nothing of the app is imported or run, and no package that is installed for it is loaded.
//
// Whether the app understands its flag is worked out, not matched: script/6_value.py evaluates the expression around a
// read of the variable for the words of on and off, and script/7_flag.py judges it and makes the edit, 490 lines in all.
// Looking for known forms would miss code that reads in one place and compares in another: without following names and
// parameters, 5 of the 28 wrong forms in the tests are not found.
package pycheck

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"streamtray/internal/limitbuf"
	"streamtray/internal/procgroup"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// The checks, by the names that doctor gives them.
const (
	Topic   = "code.topic"   // the producer is made without its topic
	Logging = "code.logging" // loguru is given placeholders of the logging module
	Flag    = "code.flag"    // the streaming flag is read so that "true" or "false" is not understood
)

// Options say what to check.
type Options struct {
	Python  []string // the interpreter, absolute, and what goes before its own arguments ("-3" for Windows' launcher)
	Dir     string   // the folder of the code, absolute
	Flag    string   // the variable of the streaming flag; empty: ALGO_ENABLE_KAFKA_STREAMING
	On, Off string   // its values; empty: true and false
	Topic   string   // of detection results; empty: detection-results
}

// Report is what was found.
type Report struct {
	Python   string    `json:"python"`   // the interpreter's version
	Files    int       `json:"files"`    // that were looked at
	More     bool      `json:"more"`     // there are more files than are looked at
	Findings []Finding `json:"findings"` // by file and line
	Unread   []Unread  `json:"unread"`   // what could not be judged
}

// Finding is one thing that is wrong with the code.
type Finding struct {
	Check  string         `json:"check"`
	Kind   string         `json:"kind"` // missing; percent; parsed or field
	File   string         `json:"file"` // from Dir on, with slashes
	Line   int            `json:"line"`
	Column int            `json:"column"` // in bytes
	Code   string         `json:"code"`   // the line as it stands
	Args   map[string]any `json:"args,omitempty"`
	// Diff is the edit that mends it, as one hunk of a unified diff; empty where none surely does. The interpreter has
	// parsed the file with it, and found it right.
	Diff string `json:"diff,omitempty"`

	edits []edit
	hash  string // SHA-256 of the file that the edits are for
}

// Message names the sentence that tells the finding, and its values.
func (f Finding) Message() (id string, args map[string]any) {
	args = map[string]any{"File": f.File, "Line": f.Line}
	for k, v := range f.Args {
		args[k] = v
	}
	return "pycheck." + f.Check + "." + f.Kind, args
}

// Fixable reports whether there is an edit that mends it.
func (f Finding) Fixable() bool { return len(f.edits) > 0 }

// Unread is a file that could not be judged.
type Unread struct {
	File  string `json:"file"`
	Line  int    `json:"line,omitempty"`  // 0: not known
	Error string `json:"error,omitempty"` // in the interpreter's words; empty: it is larger than a megabyte
}

// Message names the sentence that tells it, and its values.
func (u Unread) Message() (id string, args map[string]any) {
	id = "pycheck.unread"
	if u.Error == "" {
		id = "pycheck.large"
	}
	return id, map[string]any{"File": u.File, "Line": u.Line, "Error": u.Error}
}

// mostFiles are looked at; no detection app comes near.
const mostFiles = 2000

// Bounds of what is taken from the interpreter, in bytes.
const (
	longestLine  = 4 << 20
	longestError = 4 << 10
)

//go:embed script/*.py
var parts embed.FS

// script is the program that the interpreter runs.
func script() []byte {
	names, err := parts.ReadDir("script")
	if err != nil { // it is part of this program
		panic(err)
	}
	var all []byte
	for _, n := range names {
		part, err := parts.ReadFile("script/" + n.Name())
		if err != nil {
			panic(err)
		}
		all = append(append(all, part...), '\n')
	}
	return all
}

// Run checks the code in o.Dir, virtual environments, hidden folders and installed packages left out. The caller has made
// sure that the user trusts the interpreter. Errors: pycheck.old (no Python 3.7), pycheck.died (it ended in the middle; the
// report is what was found so far).
func Run(ctx context.Context, o Options) (Report, error) {
	given, err := json.Marshal(map[string]any{
		"root": o.Dir, "most": mostFiles, "flag": cmp.Or(o.Flag, "ALGO_ENABLE_KAFKA_STREAMING"), "on": cmp.Or(o.On, "true"),
		"off": cmp.Or(o.Off, "false"), "topic": cmp.Or(o.Topic, "detection-results"),
	})
	if err != nil {
		return Report{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// -I and -S: neither variables, nor the folder, nor packages of the app have a say. -W: the code's warnings are not ours.
	argv := slices.Concat(o.Python[1:], []string{"-I", "-S", "-W", "ignore", "-", string(given)})
	cmd := exec.CommandContext(ctx, o.Python[0], argv...)
	cmd.Dir, cmd.Stdin, cmd.WaitDelay = o.Dir, bytes.NewReader(script()), time.Second
	said := &limitbuf.Buffer{Limit: longestError}
	cmd.Stderr, cmd.SysProcAttr = said, procgroup.Quiet()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Report{}, err
	}
	if err := cmd.Start(); err != nil {
		return Report{}, died(o, "", err)
	}
	r, done, err := read(out)
	if err != nil {
		cancel() // it may still be writing
	}
	ended := cmd.Wait()
	switch {
	case ctx.Err() != nil && err == nil:
		return r, context.Cause(ctx)
	case err != nil:
		return r, err
	case ended != nil || !done:
		return r, died(o, said.String(), ended)
	}
	r.leaveOthers(o.Dir)
	return r, nil
}

// leaveOthers takes the edits from findings whose file is a link that leads out of the code's folder: that file belongs to
// something else.
func (r *Report) leaveOthers(dir string) {
	folder := projectfile.In(dir)
	for i := range r.Findings {
		f := &r.Findings[i]
		if _, inside := folder.Inside(filepath.FromSlash(f.File)); !inside {
			f.edits, f.Diff = nil, ""
		}
	}
}

func died(o Options, said string, cause error) error {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	return usererr.New("pycheck.died", map[string]any{"Python": o.Python[0], "Said": lines[len(lines)-1]}, cause).Terminal()
}

// line is one line of what the script says.
type line struct {
	Finding
	Error   string `json:"error"`
	Skipped string `json:"skipped"`
	SHA256  string `json:"sha256"`
	Edits   []struct {
		Start, End int
		New        string
	} `json:"edits"`
	Old     string `json:"old"`
	Done    bool   `json:"done"`
	Files   int    `json:"files"`
	More    bool   `json:"more"`
	Version string `json:"version"`
}

func read(out io.Reader) (r Report, done bool, err error) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return r, false, usererr.New("pycheck.died", map[string]any{"Python": "", "Said": lines.Text()[:min(200, len(lines.Text()))]}, err).Terminal()
		}
		switch {
		case l.Old != "":
			return r, true, usererr.New("pycheck.old", map[string]any{"Version": l.Old}, nil).Terminal()
		case l.Done:
			r.Files, r.More, r.Python, done = l.Files, l.More, l.Version, true
		case l.Check != "":
			f, err := l.finding()
			if err != nil {
				return r, false, err
			}
			r.Findings = append(r.Findings, f)
		default:
			r.Unread = append(r.Unread, Unread{File: l.File, Line: l.Line, Error: l.Error})
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return r, done, lines.Err()
}

func (l line) finding() (Finding, error) {
	f := l.Finding
	f.hash = l.SHA256
	for _, e := range l.Edits {
		text, err := hex.DecodeString(e.New)
		if err != nil {
			return Finding{}, err
		}
		f.edits = append(f.edits, edit{e.Start, e.End, text})
	}
	if !filepath.IsLocal(filepath.FromSlash(f.File)) {
		return Finding{}, errors.New("a file outside of the project")
	}
	return f, nil
}
