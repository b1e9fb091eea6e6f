package project

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/kafka"
)

// With half a second to Kafka and back no look ever saw a record: it takes three answers, and a look was given one second.
func TestAMeasurementThatTakesLongerThanALookIsForTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told, asked := errors.New("so it came to"), 0
		c := &cluster{at: func() (*kafka.Cluster, error) {
			asked++
			time.Sleep(1500 * time.Millisecond)
			return nil, told
		}}
		look := func() ([]Flow, error) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return c.measure(ctx)
		}
		if _, err := look(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nothing is known yet: %v", err)
		}
		time.Sleep(time.Second)
		if _, err := look(); !errors.Is(err, told) {
			t.Errorf("the next look: %v", err)
		}
		synctest.Wait()
		if asked != 2 {
			t.Errorf("measured %d times, want the next one begun", asked)
		}
		c.known, c.knownAt = []Flow{{Topic: "results"}}, time.Now()
		if flows, err := look(); err != nil || !slices.Equal(flows, c.known) {
			t.Errorf("while it is measured: %v, %v; want what is known", flows, err)
		}
		time.Sleep(time.Hour)
		if _, err := look(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("what was measured an hour ago: %v", err)
		}
		time.Sleep(time.Second) // it ends
	})
}
