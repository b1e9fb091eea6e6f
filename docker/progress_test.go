package docker

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/internal/golden"
)

func TestProgressOfEveryClientIsTold(t *testing.T) {
	files, err := filepath.Glob("testdata/compose/*.txt")
	must(t, err)
	if len(files) < 4 {
		t.Fatalf("got %d recordings, want those of every kind of client", len(files))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			said, err := os.ReadFile(file)
			must(t, err)
			useFake(t, fakeScript{Plugin: "2.40.3", Output: string(said)})
			s := infra(t)
			var b strings.Builder
			s.Progress = func(p Progress) { fmt.Fprintln(&b, describeProgress(p)) }
			must(t, s.Up(t.Context()))
			golden.Compare(t, "compose/"+name+".golden", b.String())
		})
	}
}

func describeProgress(p Progress) string {
	if p.Text != "" {
		return "text " + p.Text
	}
	line := strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.Kind, p.Name, p.Action, p.Detail))
	if p.Parent != "" {
		line += " of " + p.Parent
	}
	if p.Total > 0 {
		line += fmt.Sprintf(" %d/%d", p.Current, p.Total)
	}
	return line
}

func TestVersionsAreReadAndCompared(t *testing.T) {
	for text, want := range map[string]version{
		"2.40.3": {2, 40, 3}, "v2.29.1-desktop.1": {2, 29, 1}, " 2.40.3+ds1-0ubuntu1\n": {2, 40, 3}, "1.41": {1, 41, 0},
		"v5.0.0-rc.1": {5, 0, 0}, "": {}, "help": {}, "99999999999999999999.1": {9999999, 1, 0},
	} {
		if got := versionOf(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	ordered := []version{{}, {1, 24}, {1, 100}, {2, 28, 9}, {2, 29}, {2, 29, 1}, {5}}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := a.less(b); got != (i < j) {
				t.Errorf("%v less than %v: got %v", a, b, got)
			}
		}
	}
}

func TestFailuresAreKnownByTheirWords(t *testing.T) {
	data, err := os.ReadFile("testdata/failures.txt")
	must(t, err)
	var known []string
	for block := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
		head, text, _ := strings.Cut(block, "\n")
		want := strings.Fields(strings.TrimPrefix(head, "# "))
		talk := &composeOutput{}
		for line := range strings.SplitSeq(text, "\n") {
			talk.line(line)
		}
		e := causeOf(talk.tail, facts{}, &ComposeError{Tail: talk.tail})
		got := []string{e.ID}
		for _, group := range want[1:] {
			key, _, _ := strings.Cut(group, "=")
			got = append(got, fmt.Sprintf("%s=%v", key, e.Args[key]))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
		known = append(known, e.ID)
	}
	for _, c := range causes {
		if !slices.Contains(known, c.id) {
			t.Errorf("%s has no example in testdata/failures.txt", c.id)
		}
	}
}

func FuzzProgressOfAnyBytes(f *testing.F) {
	f.Add([]byte(`{"id":"Container a","status":"Creating"}` + "\n Container b  Started\n\x1b[1mx\x1b[0m"))
	f.Add([]byte(`{"id":"abc","parent_id":"Image k","status":"Working","text":"Downloading","current":1,"total":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		heard := &composeOutput{progress: func(p Progress) {
			if p.Current < 0 || p.Total < 0 || p == (Progress{}) {
				t.Errorf("got %+v, want something with bytes of no less than 0", p)
			}
		}}
		out := &lines{each: heard.line}
		if n, err := out.Write(data); n != len(data) || err != nil {
			t.Errorf("wrote %d of %d, %v", n, len(data), err)
		}
		out.flush()
		for _, line := range heard.tail {
			if len(line) > maxQuote || strings.ContainsAny(line, "\n\x1b") {
				t.Errorf("got %q in the tail, want one bounded plain line", line)
			}
		}
		_ = causeOf(heard.tail, facts{}, &ComposeError{Tail: heard.tail}).Error()
	})
}
