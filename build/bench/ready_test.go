package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"streamtray/kafka"
)

func TestABrokerThatServesEveryClientIsReady(t *testing.T) {
	b, err := kafka.StartEmbedded(kafka.EmbeddedOptions{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	began := time.Now()
	m, err := watchReadiness(t.Context(), b.Cluster().Bootstrap[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{m.answers, m.controller, m.coordinator} {
		if at.Before(began) {
			t.Errorf("a milestone at %v, want all after %v in order: %+v", at, began, m)
		}
		began = at
	}
}

func TestWhatIsNotKafkaIsNeverReady(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	for _, addr := range []string{strings.TrimPrefix(web.URL, "http://"), "127.0.0.1:1"} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		m, err := watchReadiness(ctx, addr)
		if !errors.Is(err, context.DeadlineExceeded) || m != (milestones{}) {
			t.Errorf("%s: got %+v, %v; want no milestone until the time was over", addr, m, err)
		}
	}
}

func TestAnAnswerThatIsCutOffIsNotBelieved(t *testing.T) {
	for _, payload := range []string{"", "\x00", "\x00\x00\x00"} {
		a := answer{rest: []byte(payload)}
		a.int32()
		if !a.short || a.code() == nil {
			t.Errorf("%q: got %+v, want it found short", payload, a)
		}
	}
}
