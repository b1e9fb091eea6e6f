package doctor

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app/config"
	"streamtray/app/project"
	"streamtray/docker"
	"streamtray/internal/usererr"
)

// transcript is what each result says, in order.
func transcript(results []Result) string {
	var b strings.Builder
	for _, r := range results {
		fmt.Fprintf(&b, "%s %s %s %v\n", r.ID, r.Status, r.Message.ID, r.Took)
	}
	return b.String()
}

func say(t *testing.T, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// takes is a look that heeds its context and would end well after d.
func takes(d time.Duration) func(context.Context) Result {
	return func(ctx context.Context) Result {
		select {
		case <-ctx.Done():
			return fromError(ctx.Err())
		case <-time.After(d):
			return passed("fine", nil)
		}
	}
}

func TestACheckThatHangsHoldsUpOnlyWhatNeedsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		var told []string
		results := run(t.Context(), []check{
			{"hangs", nil, 5 * time.Second, takes(time.Hour)},
			{"heeds.nothing", nil, 5 * time.Second, func(context.Context) Result { <-stuck; return Result{} }},
			{"quick", nil, 5 * time.Second, takes(time.Second)},
			{"needs.hangs", []string{"hangs"}, 5 * time.Second, takes(0)},
			{"needs.both", []string{"quick", "needs.hangs"}, 5 * time.Second, takes(0)},
			{"needs.quick", []string{"quick"}, 5 * time.Second, takes(2 * time.Second)},
		}, func(r Result) { told = append(told, r.ID) })
		close(stuck)
		say(t, transcript(results), `
hangs problem doctor.no_answer 5s
heeds.nothing problem doctor.no_answer 6s
quick ok fine 1s
needs.hangs skipped doctor.hangs.first 0s
needs.both skipped doctor.hangs.first 0s
needs.quick ok fine 2s`)
		if results[4].Because != "hangs" {
			t.Errorf("skipped because of %q, want the root, hangs", results[4].Because)
		}
		if len(told) != 6 || told[0] != "quick" || told[1] != "needs.quick" || told[5] != "heeds.nothing" {
			t.Errorf("told %v, want them as they came", told)
		}
	})
}

// A row of the self-test that did not even end in time was told without what it claims.
func TestATrialThatIsGivenUpIsToldLikeOneThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		late := Try(t.Context(), "claim.", "late", time.Second, func(context.Context) error { <-stuck; return nil })
		close(stuck)
		failed := Try(t.Context(), "claim.", "late", time.Second, func(context.Context) error { return context.DeadlineExceeded })
		if late.Took != 2*time.Second {
			t.Errorf("given up after %v", late.Took)
		}
		if late.Took = 0; late.Message.ID != "claim.late" || !reflect.DeepEqual(late, failed) {
			t.Errorf("got  %+v\nwant %+v", late, failed)
		}
	})
}

func TestWhoIsCutShortIsSkippedAndNothingStaysBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		results := run(ctx, []check{
			{"slow", nil, time.Minute, takes(time.Hour)},
			{"after", []string{"slow"}, time.Minute, takes(0)},
		}, func(Result) {})
		say(t, transcript(results), `
slow skipped doctor.ended 1s
after skipped doctor.ended 0s`)
	})
}

func TestAnErrorIsToldInItsOwnWordsWithWhatElseIsWrong(t *testing.T) {
	f := fromError(fmt.Errorf("look: %w", joined(
		&docker.Error{ID: "docker.service_oom", Args: args{"Service": "kafka"}},
		usererr.New("project.drift", nil, nil),
	)))
	if f.Status != Problem || f.Message.ID != "docker.service_oom" || f.Fix.ID != "docker.service_oom.hint" ||
		len(f.More) != 1 || f.More[0].ID != "project.drift" {
		t.Errorf("got %+v", f)
	}
	f = fromError(fmt.Errorf("dial: password=geheim123 is wrong")) //nolint:perfsprint // an error nobody has words for
	if detail, _ := f.Message.Args["Detail"].(string); f.Message.ID != "doctor.unknown" || strings.Contains(detail, "geheim123") || detail == "" {
		t.Errorf("got %+v, want the words without the password", f)
	}
}

func joined(errs ...error) error { return joinedError(errs) }

type joinedError []error

func (j joinedError) Error() string   { return fmt.Sprint([]error(j)) }
func (j joinedError) Unwrap() []error { return j }

func TestChecksAreInAnOrderThatTheirNeedsAllow(t *testing.T) {
	ids := IDs()
	for i, c := range (&Subject{}).checks() {
		for _, need := range c.needs {
			if n := slices.Index(ids, need); n < 0 || n >= i {
				t.Errorf("%s needs %s, which does not stand before it", c.id, need)
			}
		}
		if slices.Index(ids, c.id) != i {
			t.Errorf("%s is there twice", c.id)
		}
	}
}

// The demo, which runs on the built-in broker, was told that it lacks a compose file, and to try the demo.
func TestAProjectWithoutContainersIsNotAskedForDocker(t *testing.T) {
	s := &Subject{options: project.Options{Dir: "/demo"}, config: config.Default("/demo")}
	s.config.Kafka.Mode = config.Embedded
	ids := s.Applicable()
	for _, id := range ids {
		if strings.HasPrefix(id, "engine.") || strings.HasPrefix(id, "compose.") || strings.HasPrefix(id, "images.") || strings.HasSuffix(id, ".engine") {
			t.Errorf("%s is looked at", id)
		}
	}
	if !slices.Contains(ids, "broker.answers") || !slices.Contains(ids, "python.imports") {
		t.Errorf("checks %v, want those of Kafka and the app", ids)
	}
	s.config.Kafka.Mode = config.Docker
	if got := s.Applicable(); !slices.Equal(got, IDs()) {
		t.Errorf("with containers %v, want all", got)
	}
}
