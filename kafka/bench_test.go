package kafka

import (
	"fmt"
	"testing"
)

func BenchmarkCheckReadiness(b *testing.B) {
	_, c := fakeKafka(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Ready(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefused(b *testing.B) {
	c := &Cluster{Bootstrap: []string{closedPort(b)}}
	b.ReportAllocs()
	for b.Loop() {
		if c.Ready(b.Context()) == nil {
			b.Fatal("something listens")
		}
	}
}

// thousand are topics enough for a company.
func thousand() []Topic {
	topics := make([]Topic, 1000)
	for i := range topics {
		topics[i] = Topic{Name: fmt.Sprintf("topic-%04d", i), Partitions: 3, Replication: 1}
	}
	return topics
}

func BenchmarkPlanThousandTopics(b *testing.B) {
	_, c := fakeKafka(b)
	if _, err := c.Apply(b.Context(), thousand(), false); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Plan(b.Context(), thousand()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCreateThousandTopics(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		fake, c := fakeKafka(b)
		b.StartTimer()
		if _, err := c.Apply(b.Context(), thousand(), false); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		fake.Close()
		b.StartTimer()
	}
}

func BenchmarkCountsOfThousandTopics(b *testing.B) {
	_, c := fakeKafka(b)
	if _, err := c.Apply(b.Context(), thousand(), false); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := c.Counts(b.Context(), names(thousand())); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProduce(b *testing.B) {
	e := embedded(b, EmbeddedOptions{})
	c := e.Cluster()
	if _, err := c.Apply(b.Context(), []Topic{{Name: "t", Partitions: 3}}, false); err != nil {
		b.Fatal(err)
	}
	p, err := c.NewProducer(b.Context(), func(_ Record, err error) {
		if err != nil {
			b.Error(err)
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	value := make([]byte, 500)
	b.SetBytes(int64(len(value)))
	for b.Loop() {
		if err := p.Send(b.Context(), Record{Topic: "t", Value: value}); err != nil {
			b.Fatal(err)
		}
	}
	if err := p.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
}
