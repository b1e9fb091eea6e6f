package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"streamtray/build/rig"
)

// tests are those of a stage, as `go test -json` tells of them.
type tests struct {
	passed, failed, skipped int

	failures []string             // what each failed test said
	names    []string             // of what failed, by package; a package that failed without a test has its last word
	skips    map[[2]string]string // the reason, by package and test
	said     map[[2]string]string // of those that run
	line     []byte               // the beginning of one
	log      io.Writer            // gets everything as people read it
}

// suite is a stage of Go tests; args are go test's. ready, which may be nil, goes before them.
func suite(name string, ready func(context.Context, io.Writer) error, env []string, args ...string) stage {
	s := &tests{}
	return stage{name: name, tests: s, run: func(ctx context.Context, out io.Writer) error {
		if ready != nil {
			if err := ready(ctx, out); err != nil {
				return err
			}
		}
		return s.run(ctx, out, env, args...)
	}}
}

// run runs go test. Only its standard output is read: on the other one the go command tells what it downloads. What the
// failed tests said is repeated at the log's end. There is no vet here: the linter holds it.
func (s *tests) run(ctx context.Context, out io.Writer, env []string, args ...string) error {
	log := &oneAtATime{out: out} // what the go command says on both streams goes there
	s.log, s.said, s.skips = log, map[[2]string]string{}, map[[2]string]string{}
	err := run(ctx, s, log, env, append([]string{"go", "test", "-vet=off", "-json"}, args...)...)
	for _, f := range s.failures {
		fmt.Fprintf(log, "\n%s", f)
	}
	s.failures = nil
	return err
}

// oneAtATime lets several write to one.
type oneAtATime struct {
	mu  sync.Mutex
	out io.Writer
}

func (w *oneAtATime) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

// Write takes what go test prints, in pieces.
func (s *tests) Write(p []byte) (int, error) {
	s.line = append(s.line, p...)
	for {
		line, rest, whole := bytes.Cut(s.line, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		if err := s.take(line); err != nil {
			return 0, err
		}
		s.line = rest
	}
}

// take takes a line: an event.
func (s *tests) take(line []byte) error {
	var e struct{ Action, Package, Test, Output, ImportPath string }
	if err := json.Unmarshal(line, &e); err != nil {
		return fmt.Errorf("go test -json: %w: %q", err, line)
	}
	key := [2]string{e.Package + e.ImportPath, e.Test} // it builds by path, and tests by package
	switch e.Action {
	case "output", "build-output":
		s.said[key] += e.Output
		_, err := io.WriteString(s.log, e.Output)
		return err
	case "pass":
		if e.Test != "" {
			s.passed++
		}
	case "fail", "build-fail":
		if e.Test == "" {
			s.crashed(key[0])
		} else {
			s.failed++
		}
		s.failures = append(s.failures, s.said[key])
		s.name(key)
	case "skip":
		if e.Test != "" {
			s.skipped++
			s.skips[key] = reason(s.said[key])
		}
	default:
		return nil
	}
	delete(s.said, key)
	return nil
}

// crashed counts the tests of a package that ended with their program, of which go test says no more than that the package
// failed: the parts first.
func (s *tests) crashed(pkg string) {
	running := slices.DeleteFunc(slices.Collect(maps.Keys(s.said)), func(key [2]string) bool { return key[0] != pkg || key[1] == "" })
	slices.SortFunc(running, func(a, b [2]string) int { return strings.Compare(b[1], a[1]) })
	for _, key := range running {
		s.failed++
		s.failures = append(s.failures, s.said[key])
		s.name(key)
		delete(s.said, key)
	}
}

// died is how Go says why a program ended.
var died = regexp.MustCompile(`(?m)^(panic|fatal error): .*`)

// name keeps the name of what failed, and why its program ended with it: not a test's whose part failed, nor a package's whose test failed.
func (s *tests) name(key [2]string) {
	name := strings.TrimSuffix(key[0]+" "+key[1], " ")
	if slices.ContainsFunc(s.names, func(n string) bool {
		return strings.HasPrefix(n, name+"/") || key[1] == "" && strings.HasPrefix(n, name+" ")
	}) {
		return
	}
	if key[1] == "" {
		name += " " + strings.TrimSpace(rig.LastLines(s.said[key], 3))
	}
	s.names = append(s.names, strings.TrimSpace(name+" "+died.FindString(s.said[key])))
}

// place is where in its file a test said something.
var place = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

// reason is what a skipped test said, without the lines that go test adds.
func reason(said string) string {
	var words []string
	for line := range strings.Lines(said) {
		if trimmed := strings.TrimSpace(line); !strings.HasPrefix(trimmed, "===") && !strings.HasPrefix(trimmed, "---") {
			words = append(words, place.ReplaceAllString(line, ""))
		}
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// again runs those tests once more that were skipped, in another way.
func (s *tests) again(ctx context.Context, log io.Writer, env []string, args ...string) error {
	var packages, names []string
	for key := range s.skips {
		name, _, _ := strings.Cut(key[1], "/")
		packages, names = append(packages, key[0]), append(names, regexp.QuoteMeta(name))
	}
	if names == nil {
		return nil
	}
	slices.Sort(packages)
	slices.Sort(names)
	s.skipped = 0
	args = append(args, "-run", "^("+strings.Join(slices.Compact(names), "|")+")$")
	return s.run(ctx, log, env, append(args, slices.Compact(packages)...)...)
}

func (s *tests) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", s.passed, s.failed, s.skipped)
}

// lacking are the reasons why tests were skipped, each with how many.
func (s *tests) lacking() []string {
	count := map[string]int{}
	for _, why := range s.skips {
		count[why]++
	}
	var all []string
	for _, why := range slices.Sorted(maps.Keys(count)) {
		all = append(all, fmt.Sprintf("%d skipped: %s", count[why], why))
	}
	return all
}
