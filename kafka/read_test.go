package kafka

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// put sends values to a partition's topic of one partition, or by key.
func put(t testing.TB, c *Cluster, topic string, values ...string) {
	t.Helper()
	for _, v := range values {
		if _, err := c.Send(soon(t), Record{Topic: topic, Key: []byte("k"), Value: []byte(v)}); err != nil {
			t.Fatal(err)
		}
	}
}

// all reads to the end: the values, how many records were looked at, and whether the end was told once.
func all(t testing.TB, c *Cluster, what Reading) (values []string, scanned int) {
	t.Helper()
	what.ToEnd = true
	caught := 0
	for b, err := range c.Read(soon(t), what) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range b.Records {
			values = append(values, string(r.Value))
		}
		scanned += b.Scanned
		if b.Caught {
			caught++
		}
	}
	if caught != 1 {
		t.Errorf("the end was told %d times, want once", caught)
	}
	return values, scanned
}

func TestReadingEndsWhereTheTopicDid(t *testing.T) {
	_, c := fakeKafka(t, kfake.NumBrokers(3), kfake.SeedTopics(5, "t"), kfake.SeedTopics(3, "empty"))
	fillTopic(t, c, "t", 3000)
	if got, scanned := all(t, c, Reading{Topic: "t", Back: FromStart}); len(got) != 3000 || scanned != 3000 {
		t.Errorf("got %d records of %d looked at, want 3000", len(got), scanned)
	}
	if got, _ := all(t, c, Reading{Topic: "empty", Back: FromStart}); len(got) != 0 {
		t.Errorf("got %q of an empty topic", got)
	}
	if got, _ := all(t, c, Reading{Topic: "t"}); len(got) != 0 {
		t.Errorf("got %q from the end to the end", got)
	}
}

func TestOnePartitionIsRead(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(4, "t"))
	fillTopic(t, c, "t", 400)
	counts, err := c.Counts(soon(t), []string{"t"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range counts["t"] {
		got, _ := all(t, c, Reading{Topic: "t", Back: FromStart, Partition: &o.Partition})
		if int64(len(got)) != o.Latest-o.Earliest {
			t.Errorf("partition %d: %d records, want %d", o.Partition, len(got), o.Latest-o.Earliest)
		}
	}
	ninth := int32(9)
	for _, err := range c.Read(soon(t), Reading{Topic: "t", Partition: &ninth}) {
		if e := wantFault(t, err, NoPartition); e.Args["Count"] != 4 {
			t.Errorf("got %v, want 4 partitions", e.Args)
		}
	}
}

func TestRecordsAreChosenWhereTheyAreRead(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	put(t, c, "t", `{"boxes":[{"label":"car"},{"label":"person"}]}`, `{"boxes":[{"label":"car"}]}`, "person, as text")
	f, err := ParseFilter("$.boxes[*].label=person")
	if err != nil {
		t.Fatal(err)
	}
	got, scanned := all(t, c, Reading{Topic: "t", Back: FromStart, Match: f.Match})
	if len(got) != 1 || !strings.Contains(got[0], "person") || scanned != 3 {
		t.Errorf("got %q of %d, want the first of 3", got, scanned)
	}
}

// A partition is led by another broker from a moment on: what was read is not read again, nothing is left out.
func TestReadingGoesOnAtTheNewLeader(t *testing.T) {
	fake, c := fakeKafka(t, kfake.NumBrokers(3), kfake.SeedTopics(1, "t"))
	fillTopic(t, c, "t", 100)
	ctx, cancel := context.WithCancel(soon(t))
	defer cancel()
	var got []string
	for b, err := range c.Read(ctx, Reading{Topic: "t", Back: FromStart}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range b.Records {
			got = append(got, string(r.Value))
		}
		if len(got) == 100 && b.Scanned > 0 {
			next := (fake.LeaderFor("t", 0) + 1) % 3
			if err := fake.MoveTopicPartition("t", 0, next); err != nil {
				t.Fatal(err)
			}
			put(t, c, "t", "after the move")
		}
		if len(got) > 100 {
			break
		}
	}
	if len(got) != 101 || got[100] != "after the move" || got[0] != "record 0" {
		t.Errorf("got %d records, the last %q", len(got), got[len(got)-1])
	}
}

func TestAReadingThatIsRefusedSaysSoOnce(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	fillTopic(t, c, "t", 10)
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	n := 0
	for _, err := range c.Read(soon(t), Reading{Topic: "t", Back: FromStart}) {
		n++
		wantFault(t, err, TopicForbidden)
	}
	if n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestNoOffsetIsCommittedByReading(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(2, "t"))
	fillTopic(t, c, "t", 50)
	seen := map[kmsg.Key]bool{}
	fake.Control(func(r kmsg.Request) (kmsg.Response, error, bool) {
		fake.KeepControl()
		seen[kmsg.Key(r.Key())] = true
		return nil, nil, false
	})
	all(t, c, Reading{Topic: "t", Back: FromStart})
	for key := range seen {
		switch key {
		case kmsg.Metadata, kmsg.Fetch, kmsg.ListOffsets, kmsg.ApiVersions:
		default:
			t.Errorf("reading asked for %s", key.Name())
		}
	}
	if !seen[kmsg.Fetch] {
		t.Error("nobody fetched")
	}
}

func TestALoopThatBreaksEndsSoon(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	fillTopic(t, c, "t", 10)
	hold, first := make(chan struct{}), true
	defer close(hold)
	fake.ControlKey(kmsg.Fetch.Int16(), func(kmsg.Request) (kmsg.Response, error, bool) {
		fake.KeepControl()
		if !first {
			<-hold
		}
		first = false
		return nil, nil, false
	})
	began := time.Now()
	for range c.Read(soon(t), Reading{Topic: "t", Back: FromStart}) {
		break
	}
	if took := time.Since(began); took > c.Answer/2 {
		t.Errorf("took %v: it waited for a fetch that nobody needs", took)
	}
}

func TestFilters(t *testing.T) {
	const value = `{"label":"Person","conf":0.75,"n":3,"err":null,"ok":false,"boxes":[{"id":7,"x.y":"z"},{"id":9}],"esc":"\u4eba"}`
	for _, c := range []struct {
		typed string
		want  bool
	}{
		{"", true},
		{"person", true},
		{"PERSON", true},
		{"cam-1", true},   // the key
		{"trace-9", true}, // a header
		{"dog", false},
		{"$.label", true},
		{"$.label=person", true},
		{"$.label == 'Person'", true},
		{"$.label!=person", false},
		{"$.err", false},
		{"$.err=null", true},
		{"$.ok", true},
		{"$.ok=false", true},
		{"$.conf>0.5", true},
		{"$.conf >= 0.75", true},
		{"$.conf=0.750", true},
		{"$.conf<0.5", false},
		{"$.label>0.5", false},
		{"$.n<=3", true},
		{"$.boxes[1].id=9", true},
		{"$.boxes[0].id=9", false},
		{"$.boxes[*].id=9", true},
		{"$.boxes[*].id=8", false},
		{"$.boxes[*].id>8", true},
		{"$.boxes[0]['x.y']=z", true},
		{"$.*", true},
		{"$.boxes[2]", false},
		{"$.missing", false},
		{"$.esc=人", true},
	} {
		f, err := ParseFilter(c.typed)
		if err != nil {
			t.Errorf("%s: %v", c.typed, err)
			continue
		}
		r := Record{Key: []byte("cam-1"), Value: []byte(value), Headers: []Header{{"trace", []byte("trace-9")}}}
		if got := f.Match(&r); got != c.want {
			t.Errorf("%s: got %v, want %v", c.typed, got, c.want)
		}
		if f.path && f.Match(&Record{Value: []byte("no JSON: " + value)}) {
			t.Errorf("%s: chooses what is no JSON", c.typed)
		}
	}
	for _, bad := range []string{"$.", "$.a[", "$[a]", "$.a ~ b", "$x", "$.a..b"} {
		if _, err := ParseFilter(bad); err == nil {
			t.Errorf("%s is taken", bad)
		} else {
			wantFault(t, err, BadFilter)
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	r := Record{Value: fmt.Appendf(nil, `{"frame":1,"boxes":[{"label":"person","conf":0.9},{"label":"car"}],"pad":"%0200d"}`, 1)}
	for _, typed := range []string{"nothing like it", "$.boxes[*].label=dog", "$.boxes[*].label=car"} {
		f, _ := ParseFilter(typed)
		b.Run(typed, func(b *testing.B) {
			for b.Loop() {
				f.Match(&r)
			}
		})
	}
}

func TestATopicIsDescribedWithWhereItIsAndHowFarItIsRead(t *testing.T) {
	_, c := fakeKafka(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "t"))
	fillTopic(t, c, "t", 90)
	d, err := c.Describe(soon(t), "t")
	if err != nil || len(d.Partitions) != 3 {
		t.Fatalf("%+v, %v; want three partitions", d, err)
	}
	var sum int64
	for i, p := range d.Partitions {
		sum += p.Latest - p.Earliest
		if int(p.Partition) != i || p.Addr == "" || p.Leader < 0 || len(p.Replicas) == 0 || len(p.InSync) == 0 {
			t.Errorf("partition %d: %+v", i, p)
		}
	}
	if sum != 90 || len(d.Options) == 0 {
		t.Errorf("%d records, %d options; want 90, and some", sum, len(d.Options))
	}
	_, err = c.Describe(soon(t), "absent")
	wantFault(t, err, TopicMissing)

	ctx, cancel := context.WithCancel(soon(t))
	defer cancel()
	var n atomic.Int64 // each partition has a goroutine
	if err := c.Consume(ctx, "g", []string{"t"}, FromStart, func(Record) error {
		if n.Add(1) == 90 {
			cancel()
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	fillTopic(t, c, "t", 10)
	groups, err := c.Groups(soon(t))
	if err != nil || len(groups) != 1 || len(groups[0].Reads) != 3 {
		t.Fatalf("%+v, %v; want one group on three partitions", groups, err)
	}
	var lag int64
	for i, p := range groups[0].Reads {
		if lag += p.Lag(); int(p.Partition) != i || p.Topic != "t" || p.End < p.Next {
			t.Errorf("read %+v", p)
		}
	}
	if lag != 10 || groups[0].Lag["t"] != 10 {
		t.Errorf("lag %d, %v; want 10", lag, groups[0].Lag)
	}
}
