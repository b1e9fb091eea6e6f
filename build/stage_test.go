package main

import (
	"bytes"
	"context"
	"errors"
	"io"
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

func TestWhatIsMissingIsSkippedForAPersonAndFailsInCI(t *testing.T) {
	lacking := result{stage: stage{name: "race detector"}, err: &rig.Unavailable{What: "no C compiler", How: "Install gcc."}}
	for ci, want := range map[string]string{"": "skipped", "true": "FAILED"} {
		t.Setenv("CI", ci)
		var out bytes.Buffer
		lacking.tell(&out, 0)
		for _, part := range []string{want, "race detector", "no C compiler", "Install gcc."} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("CI=%q: got %q, want it to say %q", ci, out.String(), part)
			}
		}
		if failed := conclude(io.Discard, []result{lacking}) != nil; failed != (ci == "true") {
			t.Errorf("CI=%q: got failed %v", ci, failed)
		}
	}
}

func TestAFailedStageStopsNoOtherAndIsNamed(t *testing.T) {
	ran := 0
	count := func(context.Context, io.Writer) error { ran++; return nil }
	err := prove(t.Context(),
		round{{{name: "first", run: saying("why", errors.New("boom"))}, {name: "second", run: count}}},
		round{{{name: "third", run: count}}},
	)
	if ran != 2 || err == nil || err.Error() != "failed: first" {
		t.Errorf("got %d more stages run and %v, want 2 and the name of the first", ran, err)
	}
}

func TestWhatIsWorthReadingComesLast(t *testing.T) {
	var out bytes.Buffer
	err := conclude(&out, []result{
		{stage: stage{name: "tests", shown: true}, text: "ok  \tstreamtray/app\t0.1s\n"},
		{stage: stage{name: "vet"}, text: "nothing"},
	})
	if want := "\ntests:\nok  \tstreamtray/app\t0.1s\n"; err != nil || out.String() != want {
		t.Errorf("got %q, %v; want %q", out.String(), err, want)
	}
}
