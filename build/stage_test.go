package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/build/rig"
)

func saying(text string, err error) func(context.Context, io.Writer) error {
	return func(_ context.Context, out io.Writer) error {
		_, _ = io.WriteString(out, text)
		return err
	}
}

// proving proves the rounds and returns what was shown.
func proving(ctx context.Context, t *testing.T, rounds ...round) (shown string, err error) {
	t.Helper()
	var out bytes.Buffer
	err = prove(ctx, t.TempDir(), &lines{out: &out}, rounds...)
	return out.String(), err
}

// lastLine is the one that counts.
func lastLine(shown string) string {
	all := strings.Split(strings.TrimSuffix(shown, "\n"), "\n")
	return all[len(all)-1]
}

func TestWhatIsMissingIsSkippedForAPersonAndFailsInCI(t *testing.T) {
	lacking := round{{{name: "race detector", run: saying("", &rig.Unavailable{What: "no C compiler", How: "Install gcc."})}}}
	for ci, want := range map[string]string{"": "0 passed, 0 failed, 1 skipped", "true": "0 passed, 1 failed, 0 skipped"} {
		t.Setenv("CI", ci)
		shown, err := proving(t.Context(), t, lacking)
		if (err != nil) != (ci == "true") || lastLine(shown) != want {
			t.Errorf("CI=%q: %q and %v, want %q", ci, lastLine(shown), err, want)
		}
		for _, part := range []string{"race detector", "no C compiler", "Install gcc."} {
			if !strings.Contains(shown, part) {
				t.Errorf("CI=%q: got %q, want it to say %q", ci, shown, part)
			}
		}
	}
}

func TestAFailedStageStopsNoOtherAndIsNamed(t *testing.T) {
	ran := 0
	count := func(context.Context, io.Writer) error { ran++; return nil }
	shown, err := proving(t.Context(), t,
		round{{{name: "first", run: saying("why", errors.New("boom"))}, {name: "second", run: count}}},
		round{{{name: "third", run: count}}},
	)
	if ran != 2 || err == nil || err.Error() != "failed: first" || lastLine(shown) != "2 passed, 1 failed, 0 skipped" {
		t.Errorf("got %d more stages run, %v and %q; want 2, and the name of the first", ran, err, lastLine(shown))
	}
}

func TestAFailedStageShowsItsLastWordsAndWhereTheRestIs(t *testing.T) {
	var said strings.Builder
	for i := range 500 {
		fmt.Fprintf(&said, "line %d\n", i)
	}
	logs := t.TempDir()
	var out bytes.Buffer
	err := prove(t.Context(), logs, &lines{out: &out}, round{{{name: "the stage", run: saying(said.String(), errors.New("exit status 1"))}}})
	file := filepath.Join(logs, "the-stage.log")
	if shown := out.String(); err == nil || !strings.Contains(shown, "line 499\n") || strings.Contains(shown, "line 459\n") || !strings.Contains(shown, file) {
		t.Errorf("got %v, %s; want the last %d lines, and %s", err, shown, lastWords, file)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != said.String() {
		t.Errorf("the log has %d bytes (%v), want all %d", len(text), err, said.Len())
	}
}

// What never ran was told as FAILED when the whole was ended.
func TestWhatNeverRanIsNotTakenForFailed(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	under := func(ctx context.Context, _ io.Writer) error {
		end()
		return ctx.Err()
	}
	shown, err := proving(ctx, t,
		round{{{name: "before", run: saying("", nil)}, {name: "under way", run: under}, {name: "after", run: saying("", nil)}}},
		round{{{name: "later", run: saying("", nil)}}},
	)
	if err == nil || strings.Contains(err.Error(), "failed") || strings.Contains(shown, failed) {
		t.Errorf("got %v and %s, want nothing failed", err, shown)
	}
	for _, want := range []string{"ok       before", "stopped  under way", "not run  after", "not run  later"} {
		if !strings.Contains(shown, want) {
			t.Errorf("got %s, want %q in it", shown, want)
		}
	}
	if lastLine(shown) != "1 passed, 0 failed, 0 skipped" {
		t.Errorf("got %q, want the one that passed", lastLine(shown))
	}
}

func TestTheLastLineCountsTestsWhereAStageHasSome(t *testing.T) {
	with := func(how tests, err error) stage {
		s := &tests{}
		return stage{name: fmt.Sprint(how.passed), tests: s, run: func(context.Context, io.Writer) error { *s = how; return err }}
	}
	for _, c := range []struct {
		stages lane
		want   string
	}{
		{lane{{name: "lint", run: saying("", nil)}, with(tests{passed: 7, skipped: 2}, nil)}, "8 passed, 0 failed, 2 skipped"},
		{lane{with(tests{passed: 5, failed: 2}, errors.New("exit status 1"))}, "5 passed, 2 failed, 0 skipped"},
		{lane{with(tests{passed: 5}, errors.New("does not build"))}, "5 passed, 1 failed, 0 skipped"},
		{lane{with(tests{}, &rig.Unavailable{What: "no engine"})}, "0 passed, 0 failed, 1 skipped"},
	} {
		t.Setenv("CI", "")
		if shown, _ := proving(t.Context(), t, round{c.stages}); lastLine(shown) != c.want {
			t.Errorf("got %q, want %q, of:\n%s", lastLine(shown), c.want, shown)
		}
	}
}
