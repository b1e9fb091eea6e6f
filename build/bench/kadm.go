package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// sizes are how many topics are planned, made and listed.
var sizes = []int{10, 100, 1000}

// The steps of a comparison, each by the product and by franz-go's kadm.
const (
	stepPlan   = "plan"
	stepCreate = "create"
	stepList   = "list"
)

func topicsStep(step string, n int, ours bool) string {
	verb := map[string]string{stepPlan: "topics plan", stepCreate: "topics apply", stepList: "topics list"}[step]
	way := "`streamtray " + verb + "`"
	if !ours {
		way = map[string]string{stepPlan: "kadm's ListTopics", stepCreate: "kadm's CreateTopics", stepList: "kadm's ListTopics and both ends of each partition"}[step]
	}
	return fmt.Sprintf("%d topics: %s", n, way)
}

// topicsTurn has the product and kadm plan, make and list as many topics each, on one new broker. The product is measured from
// the program's start to its end, kadm from its client's.
func (s *stand) topicsTurn(ctx context.Context, r *results) error {
	if _, _, err := s.up(ctx); err != nil {
		return err
	}
	for i, n := range sizes {
		ways := []func(context.Context, *results, int) error{s.ourTopics, kadmTopics}
		if (r.turns+i)%2 == 1 { // who comes second finds a broker that is warmer and fuller
			ways[0], ways[1] = ways[1], ways[0]
		}
		for _, way := range ways {
			if err := way(ctx, r, n); err != nil {
				return err
			}
		}
	}
	r.turns++
	return nil
}

func (s *stand) ourTopics(ctx context.Context, r *results, n int) error {
	dir := filepath.Join(s.home, fmt.Sprint("ours-", n))
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nname: ours\nkafka:\n  mode: remote\n  bootstrap: [%q]\n  topics:\n", address)
	for i := range n {
		fmt.Fprintf(&b, "    - name: %s\n", nameOf("ours", n, i)) // the broker makes one partition
	}
	b.WriteString("app: {command: [python, app.py]}\n")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "streamtray.yaml"), []byte(b.String()), 0o644); err != nil {
		return err
	}
	for _, step := range []struct{ name, verb string }{{stepPlan, "plan"}, {stepCreate, "apply"}, {stepList, "list"}} {
		began := time.Now()
		out, err := output(s.product(ctx, "topics", step.verb, "--project", dir, "--trust"))
		took := time.Since(began).Seconds()
		if err == nil && strings.Count(out, fmt.Sprintf(`"ours-%d-`, n)) < n {
			err = errors.New("topics are missing")
		}
		if err != nil {
			return fmt.Errorf("%d topics, %s: %w", n, step.verb, err)
		}
		name := topicsStep(step.name, n, true)
		r.topics[name] = append(r.topics[name], took)
	}
	return nil
}

func nameOf(whose string, n, i int) string { return fmt.Sprintf("%s-%d-%04d", whose, n, i) }

// kadmTopics asks for all topics at once, which is kadm's best.
func kadmTopics(ctx context.Context, r *results, n int) error {
	names := make([]string, n)
	for i := range names {
		names[i] = nameOf("kadm", n, i)
	}
	for _, step := range []struct {
		name string
		do   func(*kadm.Client) error
	}{
		{stepPlan, func(c *kadm.Client) error {
			found, err := c.ListTopics(ctx, names...)
			if err == nil && len(found) != n {
				err = fmt.Errorf("it says something of %d topics", len(found))
			}
			return err
		}},
		{stepCreate, func(c *kadm.Client) error {
			made, err := c.CreateTopics(ctx, 1, 1, nil, names...)
			return errors.Join(err, made.Error())
		}},
		{stepList, func(c *kadm.Client) error {
			found, err := c.ListTopics(ctx)
			if err != nil {
				return err
			}
			begin, err := c.ListStartOffsets(ctx, found.Names()...)
			if err != nil {
				return err
			}
			end, err := c.ListEndOffsets(ctx, found.Names()...)
			return errors.Join(err, begin.Error(), end.Error())
		}},
	} {
		began := time.Now()
		client, err := kgo.NewClient(kgo.SeedBrokers(address))
		if err != nil {
			return err
		}
		admin := kadm.NewClient(client)
		admin.SetTimeoutMillis(120_000)
		err = step.do(admin)
		client.Close()
		if err != nil {
			return fmt.Errorf("kadm, %d topics, %s: %w", n, step.name, err)
		}
		name := topicsStep(step.name, n, false)
		r.topics[name] = append(r.topics[name], time.Since(began).Seconds())
	}
	return nil
}

// topicsReport compares the two, step by step.
func topicsReport(m machine, r *results) string {
	var b strings.Builder
	b.WriteString(head(m, r))
	for _, step := range []string{stepPlan, stepCreate, stepList} {
		for _, n := range sizes {
			fmt.Fprintf(&b, "%s\n", r.timesTable(step, r.topics, topicsStep(step, n, true), topicsStep(step, n, false)))
		}
	}
	return b.String()
}
