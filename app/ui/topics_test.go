package ui

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app/i18n"
	"streamtray/app/ui/uitest"
	"streamtray/internal/usererr"
)

// scriptedCluster answers as it is told to.
type scriptedCluster struct {
	plans   []TopicPlan
	records []Record
	groups  []Group
	err     error
	grown   bool
	sent    []Record
	from    []From // that was read, in order
}

var (
	_ Planner = (*scriptedCluster)(nil)
	_ Reader  = (*scriptedCluster)(nil)
)

func (c *scriptedCluster) Plan(context.Context) ([]TopicPlan, error) { return c.plans, c.err }

func (c *scriptedCluster) Apply(_ context.Context, grow bool) ([]TopicPlan, error) {
	c.grown = grow
	return c.plans, c.err
}

func (c *scriptedCluster) Tail(ctx context.Context, _ string, from From) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		c.from = append(c.from, from)
		for _, r := range c.records {
			if !yield(r, nil) {
				return
			}
		}
		if c.err != nil {
			yield(Record{}, c.err)
			return
		}
		<-ctx.Done()
	}
}

func (c *scriptedCluster) Send(_ context.Context, r Record) (Record, error) {
	c.sent = append(c.sent, r)
	r.Partition, r.Offset = 2, 41
	return r, c.err
}

func (c *scriptedCluster) Groups(context.Context) ([]Group, error) { return c.groups, c.err }

func detectionCluster() *scriptedCluster {
	at := uitest.Now.Add(-time.Second)
	return &scriptedCluster{
		plans: []TopicPlan{
			{Name: "detection-results", Want: Shape{3, 1}, Have: Shape{3, 1}, Deed: "same"},
			{Name: "llm-analysis-tasks", Want: Shape{3, 1}, Have: Shape{1, 1}, Deed: "differ"},
			{Name: "llm-analysis-results", Want: Shape{3, 1}, Deed: "create"},
			{Name: "bad name", Want: Shape{3, 1}, Deed: "failed", Err: usererr.New("kafka.topic_policy", map[string]any{"Topic": "bad name", "Answer": "no"}, nil)},
		},
		records: []Record{
			{Topic: "detection-results", Partition: 1, Offset: 40110, Time: at, Key: "camera-1", Value: `{"frame":40110,"boxes":[{"label":"person","score":0.91}]}`, Headers: []string{"source: camera-1"}},
			{Topic: "detection-results", Partition: 2, Offset: 40111, Time: at.Add(100 * time.Millisecond), Key: "camera-2", Value: `{"frame":40111,"boxes":[],"note":"没有目标"}`},
			{Topic: "detection-results", Partition: 0, Offset: 40112, Time: at.Add(200 * time.Millisecond), Value: `{"frame":40112,"boxes":[{"label":"car","score":0.77}]}`},
		},
		groups: []Group{{Name: "llm-analysis", State: "Stable", Members: 2, Lag: 12}, {Name: "dashboard", State: "Empty", Lag: 48213}},
	}
}

var topicsSize = fyne.NewSize(980, 620)

func newTestTopics(t *testing.T, w *i18n.Words, c *scriptedCluster) *Topics {
	t.Helper()
	topics := NewTopics(t.Context(), w, c, c, []string{"detection-results", "llm-analysis-tasks"})
	test.NewTempWindow(t, topics.Content).Resize(topicsSize)
	return topics
}

func TestTheTopicsWindow(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		c := detectionCluster()
		topics := newTestTopics(t, w, c)
		topics.plan.show(c.plans, nil)
		golden(t, "topics-plan-"+name, topics.Content, topicsSize)

		topics.records.take(t.Context(), c.records)
		topics.records.list.Select(2)
		topics.records.sender.told(Record{Partition: 2, Offset: 41}, nil)
		topics.tabs.SelectIndex(1)
		golden(t, "topics-records-"+name, topics.Content, topicsSize)

		topics.groups.show(c.groups, nil)
		topics.tabs.OnSelected = nil
		topics.tabs.SelectIndex(2)
		golden(t, "topics-groups-"+name, topics.Content, topicsSize)
	})
}

func TestRecordsAreFilteredByTextAndByPath(t *testing.T) {
	records := detectionCluster().records
	for typed, want := range map[string]int{
		"": 3, "person": 1, "PERSON": 1, "camera-": 2, "没有目标": 1, "nothing": 0,
		"$.boxes[0].label=person": 1, "$.boxes[0].label": 2, "$.frame=40112": 1, "$.note": 1,
		"$.boxes[7]": 0, "$.frame.deeper": 0, `$['frame']="40110"`: 1, "$": 3,
	} {
		got := 0
		pass := recordFilter(typed)
		for _, r := range records {
			if pass(r) {
				got++
			}
		}
		if got != want {
			t.Errorf("%q passes %d records, want %d", typed, got, want)
		}
	}
}

func FuzzNoFilterStumblesOverARecord(f *testing.F) {
	f.Add("$.a[0]=x", `{"a":[1]}`)
	f.Add("$", `[`)
	f.Fuzz(func(_ *testing.T, typed, value string) {
		recordFilter(typed)(Record{Value: value})
		pretty(value)
	})
}

func TestWhatIsMissingIsCreatedOnlyWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := detectionCluster()
	topics := NewTopics(ctx, english(t), c, c, nil)
	if !topics.plan.apply.Disabled() {
		t.Error("one can create before one has compared")
	}
	topics.plan.show(c.plans, nil)
	topics.plan.grow.SetChecked(true)
	test.Tap(topics.plan.apply)
	topics.Wait()
	cancel()
	if !c.grown {
		t.Error("partitions were not to be added, though that was ticked")
	}
	same := []TopicPlan{c.plans[0]}
	topics.plan.apply.Disable()
	if topics.plan.show(same, nil); !topics.plan.apply.Disabled() {
		t.Error("there is nothing to create, and yet one can")
	}
}

func TestACuriousReaderCommitsNothingAndEndsWithTheWindow(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := detectionCluster()
	topics := NewTopics(ctx, english(t), c, c, []string{"detection-results"})
	test.Tap(topics.records.read)
	cancel()
	topics.Wait() // the reading goroutine ends with the window
	if len(c.sent) != 0 {
		t.Errorf("reading sent %v", c.sent)
	}
}

// Another topic was chosen while records of the one before were on their way: these took the first ones of the new topic
// with them.
func TestTheRecordsOfAnotherTopicAreShownAlone(t *testing.T) {
	if raced {
		t.Skip("Fyne's test driver runs what Do queues at once, on the goroutine that queues it: two then draw at a time")
	}
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := detectionCluster()
		topics := NewTopics(ctx, english(t), c, c, []string{"detection-results", "llm-analysis-tasks"})
		r := topics.records
		test.Tap(r.read)
		synctest.Wait() // the first are on their way
		c.records = []Record{{Topic: "llm-analysis-tasks", Offset: 7}, {Topic: "llm-analysis-tasks", Offset: 8, Time: uitest.Now}}
		r.topic.SetSelected("llm-analysis-tasks")
		time.Sleep(2 * recordsEvery) // virtual
		synctest.Wait()
		if len(r.kept) != 2 || r.kept[0].Offset != 8 || r.kept[1].Offset != 7 {
			t.Errorf("kept %+v, want the new topic's two, the newest first", r.kept)
		}
		cancel()
		topics.Wait()
	})
}

func TestAFaultIsToldWithItsRemedy(t *testing.T) {
	topics := NewTopics(t.Context(), english(t), nil, &scriptedCluster{}, []string{"a"})
	topics.records.failed(usererr.New("kafka.refused", map[string]any{"Addr": "localhost:9092"}, errors.New("refused")))
	if got, want := topics.records.note.segment.Text, "Nothing listens on localhost:9092. Kafka is not running, is still starting, or uses another port."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestThePickedRecordStaysPickedWhileOthersCome(t *testing.T) {
	topics := newTestTopics(t, english(t), detectionCluster())
	r := topics.records
	at := uitest.Now
	r.take(t.Context(), []Record{{Topic: "a", Offset: 1, Time: at, Value: "one"}, {Topic: "a", Offset: 2, Time: at.Add(time.Second), Value: "two"}})
	r.list.Select(1)
	r.take(t.Context(), []Record{{Topic: "a", Offset: 3, Time: at.Add(2 * time.Second), Value: "three"}})
	if r.picked == nil || r.picked.Offset != 1 || r.whole.Text != "one" {
		t.Fatalf("picked %+v, shown %q; want record 1", r.picked, r.whole.Text)
	}
	for i, want := range []bool{false, false, true} {
		o := newRecordLine()
		r.fill(i, o)
		if marked := o.(*fyne.Container).Objects[0].Visible(); marked != want {
			t.Errorf("row %d is marked: %v; want %v", i, marked, want)
		}
	}
}

func TestReadingBeginsWhereOneChoosesAndThePastEndsWhenThereIsEnough(t *testing.T) {
	if raced {
		t.Skip("Fyne's test driver runs what Do queues at once, on the goroutine that queues it: two then draw at a time")
	}
	w := english(t)
	zero := int64(0)
	for _, c := range []struct {
		name    string
		choose  func(f *fromChoice)
		want    From
		kept    string // offsets of the newest and the oldest that are kept, of 2,000
		reading bool
	}{
		{"latest", func(*fromChoice) {}, From{Back: tailBack}, "1999 1500", true},
		{"now", func(f *fromChoice) { f.choice.SetSelectedIndex(fromNow) }, From{}, "1999 1500", true},
		{"oldest", func(f *fromChoice) { f.choice.SetSelectedIndex(fromOldest) }, From{Back: -1}, "499 0", false},
		{"offset", func(f *fromChoice) { f.choice.SetSelectedIndex(fromOffset) }, From{At: &zero}, "499 0", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				cluster := &scriptedCluster{}
				for i := range 2000 {
					cluster.records = append(cluster.records, Record{Topic: "a", Offset: int64(i), Time: uitest.Now.Add(time.Duration(i) * time.Millisecond)})
				}
				topics := NewTopics(ctx, w, cluster, cluster, []string{"a"})
				r := topics.records
				c.choose(r.from)
				test.Tap(r.read)
				time.Sleep(2 * recordsEvery) // virtual
				synctest.Wait()
				if !reflect.DeepEqual(cluster.from, []From{c.want}) {
					t.Errorf("read from %+v; want %+v", cluster.from, c.want)
				}
				if got := fmt.Sprint(r.kept[0].Offset, " ", r.kept[len(r.kept)-1].Offset); got != c.kept || (r.stop != nil) != c.reading {
					t.Errorf("kept %s, reading %v; want %s, %v", got, r.stop != nil, c.kept, c.reading)
				}
				cancel()
				topics.Wait()
			})
		})
	}
}

func TestATestRecordHasTheKeyAndTheHeadersThatWereTyped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := detectionCluster()
	topics := NewTopics(ctx, english(t), c, c, []string{"detection-results"})
	s := topics.records.sender
	s.key.SetText("camera-1")
	s.headers.SetText("trace: a:b, ,empty, n:1")
	s.value.SetText("{}")
	test.Tap(s.send)
	topics.Wait()
	cancel()
	want := []Record{{Topic: "detection-results", Key: "camera-1", Value: "{}", Headers: []string{"trace: a:b", "empty: ", "n: 1"}}}
	if !reflect.DeepEqual(c.sent, want) {
		t.Errorf("sent %+v; want %+v", c.sent, want)
	}
}

func TestTheFocusGoesAsOneReads(t *testing.T) {
	topics := newTestTopics(t, english(t), detectionCluster())
	topics.Choose(1)
	win := test.NewTempWindow(t, topics.Content)
	r := topics.records
	for i, want := range []fyne.Focusable{r.topic, r.from.choice, r.filter, r.read} {
		if win.Canvas().FocusNext(); win.Canvas().Focused() != want {
			t.Errorf("Tab %d goes to %T; want %T", i+1, win.Canvas().Focused(), want)
		}
	}
}
