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

	counted  map[[2]string]bool   // the tests that passed, by package and test
	broken   map[string][]string  // the tests that failed, by package; an empty name stands for all of them
	flaky    []string             // the names of what failed, and passed when it was run again
	failures []string             // what each failed test said
	names    []string             // of what failed, by package; a package that failed without a test has its last word
	skips    map[[2]string]string // the reason, by package and test
	said     map[[2]string]string // of those that run
	line     []byte               // the beginning of one
	log      io.Writer            // gets everything as people read it
}

// suite is a stage of Go tests; args are go test's, the packages last. ready, which may be nil, goes before them.
func suite(name string, ready func(context.Context, io.Writer) error, env []string, args ...string) stage {
	s := &tests{}
	return stage{name: name, tests: s, run: func(ctx context.Context, out io.Writer) error {
		if ready != nil {
			if err := ready(ctx, out); err != nil {
				return err
			}
		}
		last := len(args) - 1
		return s.retry(ctx, out, env, s.run(ctx, out, env, args...), args[:last]...)
	}}
}

// run runs go test. Only its standard output is read: on the other one the go command tells what it downloads. What the
// failed tests said is repeated at the log's end. There is no vet here: the linter holds it.
func (s *tests) run(ctx context.Context, out io.Writer, env []string, args ...string) error {
	log := &oneAtATime{out: out} // what the go command says on both streams goes there
	s.log, s.said, s.skips, s.broken = log, map[[2]string]string{}, map[[2]string]string{}, map[string][]string{}
	if s.counted == nil {
		s.counted = map[[2]string]bool{}
	}
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
		if e.Test != "" && !s.counted[key] { // once, though the others of its package were run again
			s.counted[key] = true
			s.passed++
		}
	case "fail", "build-fail":
		top, _, part := strings.Cut(e.Test, "/")
		switch {
		case top != "":
			s.failed++
			if !part {
				s.broken[key[0]] = append(s.broken[key[0]], top)
			}
		case s.crashed(key[0]) || s.broken[key[0]] == nil: // else it failed by its tests
			s.broken[key[0]] = append(s.broken[key[0]], "")
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
// failed: the parts first. It reports whether there were any.
func (s *tests) crashed(pkg string) bool {
	running := slices.DeleteFunc(slices.Collect(maps.Keys(s.said)), func(key [2]string) bool { return key[0] != pkg || key[1] == "" })
	slices.SortFunc(running, func(a, b [2]string) int { return strings.Compare(b[1], a[1]) })
	for _, key := range running {
		s.failed++
		s.failures = append(s.failures, s.said[key])
		s.name(key)
		delete(s.said, key)
	}
	return len(running) > 0
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

// mostFlaky is how many tests are run again where they fail: more than a few have a cause of their own.
const mostFlaky = 3

// retry runs the tests of a failed run once more, and nothing beside them. Where they pass they are flaky: a fault to be
// mended, which is named at the end, but none that tells a stranger, or CI, that a change broke something. err is that of
// the first run, and given back unless all of them pass.
func (s *tests) retry(ctx context.Context, log io.Writer, env []string, err error, flags ...string) error {
	if err == nil || ctx.Err() != nil || len(s.broken) == 0 || len(s.names) > mostFlaky {
		return err
	}
	second := tests{counted: s.counted}
	for pkg, names := range s.broken {
		args := slices.Clone(flags)
		if !slices.Contains(names, "") { // else some of them never ran
			args = append(args, "-run", only(names))
		}
		if second.run(ctx, log, env, append(args, pkg)...) != nil {
			return err
		}
		for key, why := range second.skips { // of those that had not run
			if _, known := s.skips[key]; !known {
				s.skips[key] = why
				s.skipped++
			}
		}
	}
	s.flaky, s.names = append(s.flaky, s.names...), nil
	s.passed, s.failed = s.passed+second.passed, 0
	return nil
}

// only is the pattern that tests with these names match, and no others.
func only(names []string) string {
	var all []string
	for _, n := range names {
		all = append(all, regexp.QuoteMeta(n))
	}
	slices.Sort(all)
	return "^(" + strings.Join(slices.Compact(all), "|") + ")$"
}

// again runs those tests once more that were skipped, in another way.
func (s *tests) again(ctx context.Context, log io.Writer, env []string, args ...string) error {
	var packages, names []string
	for key := range s.skips {
		name, _, _ := strings.Cut(key[1], "/")
		packages, names = append(packages, key[0]), append(names, name)
	}
	if names == nil {
		return nil
	}
	slices.Sort(packages)
	s.skipped = 0
	args = append(args, "-run", only(names))
	return s.run(ctx, log, env, append(args, slices.Compact(packages)...)...)
}

func (s *tests) String() string {
	line := fmt.Sprintf("%d passed, %d failed, %d skipped", s.passed, s.failed, s.skipped)
	if len(s.flaky) > 0 {
		line += fmt.Sprintf(", %d flaky", len(s.flaky))
	}
	return line
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
