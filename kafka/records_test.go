package kafka

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// soon is a context that ends before the test's patience does.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// fill sends records numbered from 0 to n-1.
func fillTopic(t testing.TB, c *Cluster, topic string, n int) {
	t.Helper()
	ctx := soon(t)
	p, err := c.NewProducer(ctx, func(_ Record, err error) {
		if err != nil {
			t.Errorf("delivery: %v", err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := p.Send(ctx, Record{Topic: topic, Key: []byte(fmt.Sprint(i)), Value: []byte(fmt.Sprintf("record %d", i))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsSentIsReadAsItWas(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(3, "t"))
	want := Record{
		Topic: "t", Key: []byte("键"), Value: []byte("检测\x00结果"),
		Headers: []Header{{"a", []byte("1")}, {"a", []byte("2")}},
	}
	sent, err := c.Send(soon(t), want)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range c.Tail(soon(t), "t", FromStart) {
		if err != nil {
			t.Fatal(err)
		}
		if string(r.Key) != string(want.Key) || string(r.Value) != string(want.Value) || fmt.Sprint(r.Headers) != fmt.Sprint(want.Headers) ||
			r.Offset != sent.Offset || r.Partition != sent.Partition || time.Since(r.Time) > time.Minute {
			t.Errorf("got %+v, want %+v", r, sent)
		}
		break
	}
}

func TestTailBeginsWhereItIsTold(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	fillTopic(t, c, "t", 100)
	for _, tt := range []struct {
		from From
		want string
	}{{FromStart, "record 0"}, {3, "record 97"}, {1000, "record 0"}} {
		for r, err := range c.Tail(soon(t), "t", tt.from) {
			if err != nil || string(r.Value) != tt.want {
				t.Errorf("from %d: got %q (%v), want %q", tt.from, r.Value, err, tt.want)
			}
			break
		}
	}
}

func TestTailFromTheEndSeesOnlyWhatIsNew(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	fillTopic(t, c, "t", 10)
	reading := make(chan struct{})
	var once sync.Once
	fake.ControlKey(kmsg.Fetch.Int16(), func(kmsg.Request) (kmsg.Response, error, bool) {
		fake.KeepControl()
		once.Do(func() { close(reading) })
		return nil, nil, false
	})
	ctx, sent := soon(t), make(chan error, 1)
	go func() {
		<-reading
		_, err := c.Send(ctx, Record{Topic: "t", Value: []byte("new")})
		sent <- err
	}()
	for r, err := range c.Tail(ctx, "t", FromEnd) {
		if err != nil || string(r.Value) != "new" {
			t.Errorf("got %q (%v), want the new record", r.Value, err)
		}
		break
	}
	if err := <-sent; err != nil { // the record may be read before its sender hears of it
		t.Errorf("send: %v", err)
	}
}

func TestTailCreatesNothing(t *testing.T) {
	fake, c := fakeKafka(t, kfake.AllowAutoTopicCreation())
	for _, err := range c.Tail(soon(t), "missing", FromStart) {
		wantFault(t, err, TopicMissing)
	}
	_, err := c.Send(soon(t), Record{Topic: "missing"})
	wantFault(t, err, TopicMissing)
	if fake.TopicInfo("missing") != nil {
		t.Error("the topic exists now")
	}
}

func TestTheCanaryComesBack(t *testing.T) {
	fake, c := fakeKafka(t)
	for range 2 {
		got, err := c.Canary(soon(t))
		if err != nil {
			t.Fatal(err)
		}
		if got.RoundTrip() <= 0 || got.Written <= 0 {
			t.Errorf("got %+v, want its times", got)
		}
	}
	info := fake.TopicInfo(CanaryTopic)
	if info == nil || len(fake.PartitionInfos(CanaryTopic)) != 1 {
		t.Errorf("got %+v, want a topic of one partition", info)
	}
}

func TestAProducerReportsEveryDelivery(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(3, "t"))
	const n = 5000
	seen := map[int32]int64{}
	failed := 0
	p, err := c.NewProducer(soon(t), func(r Record, err error) {
		if err != nil {
			failed++
			wantFault(t, err, TopicForbidden)
			return
		}
		seen[r.Partition]++
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := p.Send(soon(t), Record{Topic: "t", Value: []byte(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
	}
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "forbidden", Err: kerr.TopicAuthorizationFailed, Count: -1})
	if err := errors.Join(p.Close(soon(t)), p.Close(soon(t))); err != nil {
		t.Fatal(err)
	}
	if got := seen[0] + seen[1] + seen[2]; got != n || failed != 0 {
		t.Errorf("got %d delivered, %d failed; want %d, 0", got, failed, n)
	}
	if err := p.Send(t.Context(), Record{Topic: "t"}); err == nil {
		t.Error("a closed producer takes records")
	}
}

func TestAProducerTellsWhatFailed(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	var got error
	p, err := c.NewProducer(soon(t), func(_ Record, err error) { got = err })
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Send(soon(t), Record{Topic: "t"}), p.Close(soon(t))); err != nil {
		t.Fatal(err)
	}
	wantFault(t, got, TopicForbidden)
	_, err = c.Send(soon(t), Record{Topic: "t", Value: make([]byte, 2<<20)})
	wantFault(t, err, RecordTooLarge)
}

func TestAGroupReadsEveryRecordOnceAcrossRestarts(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(2, "t"))
	const n = 300
	fillTopic(t, c, "t", n)
	var mu sync.Mutex
	seen := map[string]int{}
	run := func(until int) error {
		ctx, cancel := context.WithCancel(soon(t))
		defer cancel()
		return c.Consume(ctx, "g", []string{"t"}, FromStart, func(r Record) error {
			mu.Lock()
			defer mu.Unlock()
			seen[string(r.Value)]++
			if len(seen) >= until {
				cancel()
			}
			return nil
		})
	}
	if err := errors.Join(run(n/3), run(n)); err != nil {
		t.Fatal(err)
	}
	twice := 0
	for _, times := range seen {
		if times > 1 {
			twice++
		}
	}
	if len(seen) != n || twice > 0 {
		t.Errorf("got %d records, %d of them more than once; want %d, 0", len(seen), twice, n)
	}
	groups, err := c.Groups(soon(t))
	if err != nil || len(groups) != 1 || groups[0].Name != "g" || groups[0].Behind() != 0 || groups[0].Members != 0 {
		t.Errorf("got groups %+v (%v), want g, empty, with no lag", groups, err)
	}
	fillTopic(t, c, "t", 7)
	groups, err = c.Groups(soon(t))
	if err != nil || len(groups) != 1 || groups[0].Lag["t"] != 7 {
		t.Errorf("got groups %+v (%v), want g 7 behind", groups, err)
	}
}

func TestTheHandlersErrorEndsConsuming(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	fillTopic(t, c, "t", 5)
	full := errors.New("disk full")
	if err := c.Consume(soon(t), "g", []string{"t"}, FromStart, func(Record) error { return full }); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	err := c.Consume(soon(t), "g", []string{"t"}, FromStart, func(r Record) error {
		if r.Offset != 0 {
			t.Errorf("got offset %d, want the record whose handling failed", r.Offset)
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

func TestReadingAndWritingLeaveNothingBehind(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(2, "t"))
	var n atomic.Int64
	run := func() {
		fillTopic(t, c, "t", 20)
		for range c.Tail(soon(t), "t", FromStart) {
			break
		}
		if _, err := c.Canary(soon(t)); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(soon(t))
		defer cancel()
		if err := c.Consume(ctx, fmt.Sprint("g", n.Add(1)), []string{"t"}, FromStart, func(Record) error {
			cancel()
			return nil
		}); err != nil {
			t.Error(err)
		}
	}
	run()
	before := runtime.NumGoroutine()
	for range 5 {
		run()
	}
	eventually(t, func() bool { return runtime.NumGoroutine() <= before })
}

func TestCountsFollowTheRecords(t *testing.T) {
	_, c := fakeKafka(t, kfake.NumBrokers(3), kfake.SeedTopics(5, "t", "empty"))
	fillTopic(t, c, "t", 50)
	counts, err := c.Counts(soon(t), []string{"t", "empty"})
	if err != nil {
		t.Fatal(err)
	}
	var all int64
	var parts []int32
	for _, o := range counts["t"] {
		all += o.Latest - o.Earliest
		parts = append(parts, o.Partition)
	}
	if all != 50 || !slices.Equal(parts, []int32{0, 1, 2, 3, 4}) || len(counts["empty"]) != 5 {
		t.Errorf("got %v, want 50 records on partitions 0 to 4", counts)
	}
}
