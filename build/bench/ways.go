package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// The ways to start Kafka and to learn that it is ready.
const (
	byStreamTray   = "`streamtray up --no-app`"
	byCompose      = "`docker compose up -d --wait`, the sample's health check"
	byQuickCompose = "`docker compose up -d --wait`, that check every second"
	byLog          = "testcontainers-go, `wait.ForLog` on ZooKeeper's Kafka"
	byModule       = "testcontainers-go's Kafka module (KRaft)"
	warmCompose    = "`docker compose up -d --wait`"
	stoppedBefore  = ", containers stopped before"
	withTopics     = "`streamtray up --no-app`, three topics included"
	startWithin    = 3 * time.Minute
	sleepOfScript  = 30 * time.Second
)

// start is one start of Kafka: how long after the order the way said "ready", and how long after it the broker was.
type start struct {
	verdict, answers, controller, ready time.Duration
}

// lag is how long the broker was ready before the way said so; negative: it was said too early.
func (s start) lag() time.Duration { return s.verdict - s.ready }

// timed starts Kafka in one way beside the independent poller. order returns when the way says "ready", and when that
// was heard.
func timed(ctx context.Context, name string, order func(context.Context) (time.Time, error)) (start, error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	type watched struct {
		milestones
		err error
	}
	seen := make(chan watched, 1)
	began := time.Now()
	go func() {
		m, err := watchReadiness(ctx, address)
		seen <- watched{m, err}
	}()
	at, err := order(ctx)
	if err != nil {
		cancel()
		<-seen
		return start{}, fmt.Errorf("%s: %w", name, err)
	}
	w := <-seen
	if w.err != nil {
		return start{}, fmt.Errorf("%s: %w", name, w.err)
	}
	s := start{at.Sub(began), w.answers.Sub(began), w.controller.Sub(began), w.coordinator.Sub(began)}
	fmt.Fprintf(os.Stderr, "%-75s %6.2fs, ready at %.2fs\n", name, s.verdict.Seconds(), s.ready.Seconds())
	return s, nil
}

// try measures one start and keeps it.
func (r *results) try(ctx context.Context, name string, order func(context.Context) (time.Time, error)) error {
	s, err := timed(ctx, name, order)
	if err == nil {
		r.starts[name] = append(r.starts[name], s)
	}
	return err
}

// streamtrayTurn starts Kafka by the product: from nothing, and after it was stopped.
func (s *stand) streamtrayTurn(ctx context.Context, r *results) error {
	var all time.Duration
	up := func(ctx context.Context) (time.Time, error) {
		began := time.Now()
		at, ready, err := s.up(ctx)
		all = ready.Sub(began)
		return at, err
	}
	if err := r.try(ctx, byStreamTray, up); err != nil {
		return err
	}
	r.warm[withTopics] = append(r.warm[withTopics], all.Seconds())
	if err := s.stop(ctx); err != nil {
		return err
	}
	return r.try(ctx, byStreamTray+stoppedBefore, up)
}

// up has the product start Kafka. at: it said that the broker answers; ready: that the topics are there too.
func (s *stand) up(ctx context.Context) (at, ready time.Time, err error) {
	c, err := s.start(ctx, "up", "--project", s.project, "--trust", "--no-app", "--detach")
	if err != nil {
		return at, ready, err
	}
	if at, err = c.until("the broker answered", kept("broker")); err != nil {
		return at, ready, err
	}
	if ready, err = c.until("all was ready", func(e event) bool { return e.Phase == "ready" }); err != nil {
		return at, ready, err
	}
	return at, ready, c.end()
}

// warmRuns is how often a round orders again what runs already.
const warmRuns = 4

// upAgain measures the order to start what runs already and is healthy, from the program's start to its end.
func (s *stand) upAgain(ctx context.Context, r *results) error {
	if _, _, err := s.up(ctx); err != nil { // it makes the topics, which compose does not know
		return err
	}
	for range warmRuns {
		began := time.Now()
		if _, _, err := s.up(ctx); err != nil {
			return err
		}
		r.warm[byStreamTray] = append(r.warm[byStreamTray], time.Since(began).Seconds())
		began = time.Now()
		if err := s.compose(ctx, s.project, "up", "-d", "--wait"); err != nil {
			return err
		}
		r.warm[warmCompose] = append(r.warm[warmCompose], time.Since(began).Seconds())
	}
	return nil
}

// composeTurn starts Kafka as its own health check tells it: from nothing, and after it was stopped. In between, when
// compose too knows that it is healthy, it is ordered again.
func (s *stand) composeTurn(ctx context.Context, r *results) error {
	if err := r.try(ctx, byCompose, s.composeUp(s.project)); err != nil {
		return err
	}
	if err := s.upAgain(ctx, r); err != nil {
		return err
	}
	if err := s.stop(ctx); err != nil {
		return err
	}
	return r.try(ctx, byCompose+stoppedBefore, s.composeUp(s.project))
}

func (s *stand) quickComposeTurn(ctx context.Context, r *results) error {
	return r.try(ctx, byQuickCompose, s.composeUp(s.quick))
}

func (s *stand) composeUp(project string) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) {
		err := s.compose(ctx, project, "up", "-d", "--wait")
		return time.Now(), err
	}
}
