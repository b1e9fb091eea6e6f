package project

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// running is a project on an embedded broker that runs, with the topic "results" of two partitions.
func running(t *testing.T) *Project {
	t.Helper()
	p := agreed(t, opening(t, projectDir(t, "kafka: {mode: embedded, topics: [{name: results, partitions: 2}]}\n"), t.TempDir()))
	broker := p.Parts(true).Stack
	if err := broker.Up(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	if _, err := p.ApplyTopics(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return p
}

// within bounds what a test waits for.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func offset(n int64) *int64 { return &n }

func eachRecord(ctx context.Context, p *Project, what Reading) iter.Seq2[Record, error] {
	return kafka.Each(p.Read(ctx, what))
}

// tail is the values of the next n records of a topic, in order.
func tail(t *testing.T, p *Project, back kafka.From, n int) []string {
	t.Helper()
	var got []string
	for r, err := range eachRecord(within(t), p, Reading{Topic: "results", Back: back}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(r.Value))
		if len(got) == n {
			break
		}
	}
	slices.Sort(got) // partitions come as they come
	return got
}

func send(t *testing.T, p *Project, values ...string) {
	t.Helper()
	for _, v := range values {
		if _, err := p.Send(within(t), Record{Topic: "results", Key: []byte("one key, one partition"), Value: []byte(v)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARecordThatIsSentIsReadBackWhole(t *testing.T) {
	p := running(t)
	want := Record{
		Topic: "results", Key: []byte("cam-1"), Value: []byte(`{"label": "人"}`),
		Headers: []Header{{Key: "trace", Value: []byte("a")}, {Key: "trace", Value: []byte("b")}},
	}
	sent, err := p.Send(within(t), want)
	if err != nil {
		t.Fatal(err)
	}
	for got, err := range eachRecord(within(t), p, Reading{Topic: "results", Back: FromStart}) {
		if err != nil {
			t.Fatal(err)
		}
		if got.Time.IsZero() || got.Partition != sent.Partition || got.Offset != sent.Offset {
			t.Errorf("read at %v from %d:%d, want a time and where it was sent: %d:%d", got.Time, got.Partition, got.Offset, sent.Partition, sent.Offset)
		}
		want.Partition, want.Offset, want.Time = got.Partition, got.Offset, got.Time
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
		break
	}
}

func TestTailBeginsWhereItIsAskedTo(t *testing.T) {
	p := running(t)
	send(t, p, "1", "2", "3", "4")
	for _, c := range []struct {
		back kafka.From
		want string
	}{{FromStart, "1 2 3 4"}, {2, "3 4"}, {100, "1 2 3 4"}} {
		want := strings.Fields(c.want)
		if got := tail(t, p, c.back, len(want)); !slices.Equal(got, want) {
			t.Errorf("%d back: got %q, want %q", c.back, got, want)
		}
	}
}

func TestTailBeginsAtAnOffsetOrATime(t *testing.T) {
	p := running(t)
	send(t, p, "1", "2")
	var second Record
	for r, err := range eachRecord(within(t), p, Reading{Topic: "results", Back: FromStart}) { // what Kafka calls the time of the second
		if err != nil {
			t.Fatal(err)
		}
		if second = r; string(r.Value) == "2" {
			break
		}
	}
	<-time.After(time.Until(second.Time.Add(5 * time.Millisecond))) // the next ones have a later time
	send(t, p, "3", "4")
	for _, c := range []struct {
		name string
		read Reading
		want string
	}{
		{"an offset", Reading{At: offset(1)}, "2 3 4"},
		{"an offset before all", Reading{At: offset(-7)}, "1 2 3 4"},
		{"a time", Reading{Since: second.Time.Add(time.Millisecond)}, "3 4"},
		{"a time before all", Reading{Since: second.Time.Add(-time.Hour)}, "1 2 3 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.Fields(c.want)
			c.read.Topic = "results"
			next, stop := iter.Pull2(eachRecord(within(t), p, c.read))
			defer stop()
			var got []string
			for range want {
				r, err, _ := next()
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(r.Value))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestReadingCommitsNothingAndCreatesNothing(t *testing.T) {
	p := running(t)
	send(t, p, "1")
	tail(t, p, FromStart, 1)
	if groups, err := p.Groups(within(t)); len(groups) != 0 || err != nil {
		t.Errorf("reading left the groups %+v, %v", groups, err)
	}
	var missing error
	for _, missing = range p.Read(within(t), Reading{Topic: "absent", Back: FromStart}) {
	}
	_, sent := p.Send(within(t), Record{Topic: "absent"})
	for verb, err := range map[string]error{"Read": missing, "Send": sent} {
		var told *kafka.Error
		if !errors.As(err, &told) || told.ID != "project.unknown_topic_of" || told.Args["Topics"] != "results" || !errors.Is(err, &kafka.Error{ID: kafka.TopicMissing}) {
			t.Errorf("%s of a topic that is missing: got %v, want those that are there, and %s behind it", verb, err, kafka.TopicMissing)
		}
	}
	topics, err := p.ListTopics(within(t))
	if err != nil || len(topics) != 1 || topics[0].Name != "results" {
		t.Errorf("topics %+v, %v; want results alone", topics, err)
	}
}

// "topics apply" would not create a topic that the project does not declare.
func TestAMistypedTopicIsRecognized(t *testing.T) {
	p := running(t)
	for batch, err := range p.Read(within(t), Reading{Topic: "result", Back: FromStart}) {
		var told *usererr.Error
		if !errors.As(err, &told) || told.ID != "project.unknown_topic_near" || told.Args["Near"] != "results" {
			t.Errorf("got %v, %v; want results named", batch, err)
		}
	}
}

func TestManyRecordsAreSentUntilOneFails(t *testing.T) {
	p := running(t)
	many := func(n int, end error) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			for i := range n {
				if !yield(Record{Value: fmt.Append(nil, i)}, nil) {
					return
				}
			}
			if end != nil {
				yield(Record{}, end)
			}
		}
	}
	if n, err := p.SendAll(within(t), "results", many(2000, nil)); n != 2000 || err != nil {
		t.Errorf("%d arrived, %v; want 2000", n, err)
	}
	if got := tail(t, p, FromStart, 2000); len(got) != 2000 {
		t.Errorf("%d are read back", len(got))
	}
	broken := errors.New("the disk is gone")
	if n, err := p.SendAll(within(t), "results", many(3, broken)); n != 3 || !errors.Is(err, broken) {
		t.Errorf("%d arrived, %v; want 3 and what broke", n, err)
	}
	if n, err := p.SendAll(within(t), "absent", many(3, nil)); n != 0 || !errors.Is(err, &kafka.Error{ID: kafka.TopicMissing}) {
		t.Errorf("%d arrived, %v; want none on a topic that is missing", n, err)
	}
}

func TestAGroupTellsHowFarItIsBehind(t *testing.T) {
	p := running(t)
	send(t, p, "1", "2")
	k, err := p.cluster.at()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	seen := 0
	if err := k.Consume(ctx, "readers", []string{"results"}, kafka.FromStart, func(kafka.Record) error {
		if seen++; seen == 2 {
			cancel()
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	send(t, p, "3", "4", "5")
	groups, err := p.Groups(within(t))
	if err != nil || len(groups) != 1 {
		t.Fatalf("groups %+v, %v; want one", groups, err)
	}
	g := groups[0]
	if g.Name != "readers" || g.State != "Empty" || g.Members != 0 || g.Behind() != 3 || g.Lag["results"] != 3 {
		t.Errorf("got %+v, want readers, empty and 3 behind on results", g)
	}
}

func TestReadingAKafkaThatDoesNotRunSaysSo(t *testing.T) {
	p := agreed(t, opening(t, projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()))
	var read error
	for _, read = range p.Read(t.Context(), Reading{Topic: "results", Back: 1}) {
	}
	_, sent := p.Send(t.Context(), Record{Topic: "results"})
	_, groups := p.Groups(t.Context())
	for verb, err := range map[string]error{"Read": read, "Send": sent, "Groups": groups} {
		if id(err) != "project.embedded_stopped" {
			t.Errorf("%s: got %v, want project.embedded_stopped", verb, err)
		}
	}
}

func TestTheTopicsAreSeenWithWhatCameSinceTheAppStarted(t *testing.T) {
	p := running(t)
	if !p.Began().IsZero() {
		t.Error("an app began that nobody started")
	}
	send(t, p, "before")
	p.cluster.begin(within(t)) // as when the app is started
	send(t, p, "1", "2")
	k, err := p.cluster.at()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Apply(within(t), []kafka.Topic{{Name: "debug", Partitions: 1}}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Send(within(t), Record{Topic: "debug", Value: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	p.cluster.mu.Lock()
	p.cluster.flow.others.looked = time.Time{} // they are looked at now and then
	p.cluster.mu.Unlock()
	all, err := p.TopicsSeen(within(t))
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v; want the two topics", all, err)
	}
	for i, want := range []TopicSeen{{Name: "results", Partitions: 2, Records: 3, Declared: true, Run: 2}, {Name: "debug", Partitions: 1, Records: 1, Run: 1}} {
		if all[i].Rate = 0; all[i] != want {
			t.Errorf("got %+v, want %+v", all[i], want)
		}
	}
	if p.Began().IsZero() {
		t.Error("nobody knows when the app began")
	}
}
