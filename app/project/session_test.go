package project

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/app/story"
)

func TestTheSessionOfAKafkaThatWasKilledIsWaitedForOnceAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []app.Note
		var s session
		out := func() time.Duration {
			begin := time.Now()
			if err := s.outwait(t.Context(), func(n app.Note) { told = append(told, n) }); err != nil {
				t.Fatal(err)
			}
			return time.Since(begin)
		}
		if d := out(); d != 0 {
			t.Errorf("with none: waited %v", d)
		}
		s.found(5 * time.Second)
		time.Sleep(time.Second)
		if d := out(); d != 12*time.Second {
			t.Errorf("waited %v, want the rest of %v", d, sessionLasts)
		}
		if len(told) != 1 || told[0].ID != "project.zk_session" || told[0].Args["Seconds"] != 12 {
			t.Errorf("told %+v", told)
		}
		s.found(0)
		if d := out(); d != 0 {
			t.Errorf("found again at once: waited %v more", d)
		}
		time.Sleep(sessionAgain)
		s.found(time.Hour) // by another clock, or long ago
		if d := out(); d != 0 {
			t.Errorf("of long ago: waited %v", d)
		}
		s.found(-time.Hour)
		if d := out(); d != sessionLasts {
			t.Errorf("of the future: waited %v, want %v at most", d, sessionLasts)
		}
	})
}

func TestWhoStopsDoesNotWaitForTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s session
		s.found(0)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := s.outwait(ctx, func(app.Note) {}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestASessionLeftOverIsNoticedInTheLog(t *testing.T) {
	p := shop(t, engineOf(t, crashedKafka(leftover)), free(t), free(t))
	if d := p.explainer.Explain(within(t), story.StepInfra, exited); d.Cause != "zk-node-exists" || d.Action != "auto" {
		t.Fatalf("got %+v", d)
	}
	if !p.stack.session.until.IsZero() {
		t.Error("who only explains changed what is waited for")
	}
	if _, yes := p.stack.leftSession(within(t)); !yes {
		t.Error("nothing is waited for")
	}
	p = shop(t, engineOf(t, crashedKafka(otherCluster)), free(t), free(t))
	if _, yes := p.stack.leftSession(within(t)); yes {
		t.Error("another failure is waited for")
	}
}
