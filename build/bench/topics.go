package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/IBM/sarama"
)

const topicsWanted = 1000

// What is measured with topics.
const (
	planMissing = "`streamtray topics plan`, none exists"
	applyAll    = "`streamtray topics apply`, each with its leader"
	planThere   = "`streamtray topics plan`, all exist"
	oneByOne    = "one CreateTopics request after the other (sarama's ClusterAdmin)"
	byScript    = "`kafka-topics --create`"
)

func topicName(n int) string { return fmt.Sprintf("bench-%04d", n) }

// writeThousand writes a project that declares the topics on the broker, wherever that came from.
func writeThousand(dir string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nname: thousand\nkafka:\n  mode: remote\n  bootstrap: [%q]\n  topics:\n", address)
	for n := range topicsWanted {
		fmt.Fprintf(&b, "    - name: %s\n", topicName(n)) // the broker makes one partition
	}
	b.WriteString("app: {command: [python, app.py]}\n")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "streamtray.yaml"), []byte(b.String()), 0o644)
}

// productTopics measures plan, apply and plan again on a new broker, each from the program's start to its end.
func (s *stand) productTopics(ctx context.Context, r *results) error {
	if _, _, err := s.up(ctx); err != nil {
		return err
	}
	for _, step := range []struct{ name, verb, state string }{
		{planMissing, "plan", "create"}, {applyAll, "apply", "created"}, {planThere, "plan", "same"},
	} {
		began := time.Now()
		out, err := output(s.product(ctx, "topics", step.verb, "--project", s.thousand, "--trust"))
		took := time.Since(began).Seconds()
		if err := errors.Join(err, expect(out, step.state)); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		r.topics[step.name] = append(r.topics[step.name], took)
	}
	return nil
}

// expect makes sure that the answer is about all topics and that each has come to this state.
func expect(answer, state string) error {
	var a struct {
		Topics []struct{ Name, State string }
	}
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		return err
	}
	if len(a.Topics) != topicsWanted {
		return fmt.Errorf("%d topics, want %d", len(a.Topics), topicsWanted)
	}
	for _, t := range a.Topics {
		if t.State != state {
			return fmt.Errorf("%s is %q, want %q", t.Name, t.State, state)
		}
	}
	return nil
}

// peersTopics creates as many on a new broker by a client that asks for one at a time, and one by Kafka's own script.
func (s *stand) peersTopics(ctx context.Context, r *results) error {
	if _, _, err := s.up(ctx); err != nil {
		return err
	}
	began := time.Now()
	if err := createOneByOne(); err != nil {
		return fmt.Errorf("%s: %w", oneByOne, err)
	}
	r.topics[oneByOne] = append(r.topics[oneByOne], time.Since(began).Seconds())
	began = time.Now()
	err := s.compose(ctx, s.project, "exec", "-T", "kafka", "kafka-topics", "--bootstrap-server", address,
		"--create", "--topic", "bench-script", "--partitions", "1", "--replication-factor", "1")
	r.topics[byScript] = append(r.topics[byScript], time.Since(began).Seconds())
	return err
}

func createOneByOne() error {
	conf := sarama.NewConfig()
	conf.Version = sarama.V3_5_0_0
	admin, err := sarama.NewClusterAdmin([]string{address}, conf)
	if err != nil {
		return err
	}
	defer admin.Close()
	for n := range topicsWanted {
		err := admin.CreateTopic(topicName(n), &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false)
		if err != nil {
			return fmt.Errorf("%s: %w", topicName(n), err)
		}
	}
	return nil
}
