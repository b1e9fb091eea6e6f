package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/ui/uitest"
	"streamtray/internal/usererr"
)

// scriptedCluster answers as it is told to.
type scriptedCluster struct {
	plans   []TopicPlan
	topics  []project.TopicSeen
	records []project.Record
	groups  []project.Group
	about   project.Description
	began   time.Time
	err     error
	grown   bool
	sent    []project.Record
	read    []project.Reading // what was, in order
	written bool
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

func (c *scriptedCluster) Declaring(topic string, _ int) (Declaration, error) {
	return Declaration{File: "streamtray.yaml", Diff: "--- streamtray.yaml\n+++ streamtray.yaml\n@@ -3,1 +3,2 @@\n   topics:\n+    - {name: " + topic + "}\n", Write: func() error {
		c.written = true
		return c.err
	}}, nil
}

func (c *scriptedCluster) Read(ctx context.Context, what project.Reading) iter.Seq2[project.Batch, error] {
	return func(yield func(project.Batch, error) bool) {
		c.read = append(c.read, what)
		b := project.Batch{Scanned: len(c.records), Caught: true}
		for _, r := range c.records {
			if what.Match == nil || what.Match(&r) {
				b.Records = append(b.Records, r)
			}
		}
		if !yield(b, nil) {
			return
		}
		if c.err != nil {
			yield(project.Batch{}, c.err)
			return
		}
		<-ctx.Done()
	}
}

func (c *scriptedCluster) Send(_ context.Context, r project.Record) (project.Record, error) {
	c.sent = append(c.sent, r)
	r.Partition, r.Offset = 2, 41
	return r, c.err
}

func (c *scriptedCluster) Groups(context.Context) ([]project.Group, error) { return c.groups, c.err }

func (c *scriptedCluster) Describe(context.Context, string) (project.Description, error) {
	return c.about, c.err
}

func (c *scriptedCluster) TopicsSeen(context.Context) ([]project.TopicSeen, error) {
	return c.topics, c.err
}

func (c *scriptedCluster) Began() time.Time { return c.began }

func detectionCluster() *scriptedCluster {
	at := uitest.Now.Add(-time.Second)
	text := func(s string) []byte { return []byte(s) }
	part := func(id int32, leader int32, addr string, from, to int64, insync ...int32) (p project.Partition) {
		p.Partition, p.Earliest, p.Latest, p.Leader, p.Addr, p.Replicas, p.InSync = id, from, to, leader, addr, []int32{1, 2}, insync
		return p
	}
	return &scriptedCluster{
		began: at.Add(150 * time.Millisecond),
		plans: []TopicPlan{
			{Name: "detection-results", Want: Shape{3, 1}, Have: Shape{3, 1}, Deed: "same"},
			{Name: "llm-analysis-tasks", Want: Shape{3, 1}, Have: Shape{1, 1}, Deed: "differ"},
			{Name: "llm-analysis-results", Want: Shape{3, 1}, Deed: "create"},
			{Name: "bad name", Want: Shape{3, 1}, Deed: "failed", Err: usererr.New("kafka.topic_policy", map[string]any{"Topic": "bad name", "Answer": "no"}, nil)},
		},
		topics: []project.TopicSeen{
			{Name: "detection-results", Partitions: 3, Records: 48213, Declared: true, Run: 1204, Rate: 14.3},
			{Name: "llm-analysis-tasks", Partitions: 1, Records: 12, Declared: true},
			{Name: "llm-analysis-results", Declared: true},
			{Name: "streamtray.detection.debug.front-camera.v1", Partitions: 1, Records: 77, Run: 77, Rate: 0.8},
		},
		records: []project.Record{
			{Topic: "detection-results", Partition: 1, Offset: 40110, Time: at, Key: text("camera-1"), Value: text(`{"frame_id":40110,"boxes":[{"label":"person","score":0.91},{"label":"dog"}],"empty":{},"note":null}`), Headers: []project.Header{{Key: "source", Value: text("camera-1")}}},
			{Topic: "detection-results", Partition: 2, Offset: 40111, Time: at.Add(100 * time.Millisecond), Key: text("camera-2"), Value: text(`{"frame_id":40111,"boxes":[],"note":"没有目标"}`)},
			{Topic: "detection-results", Partition: 0, Offset: 40112, Time: at.Add(200 * time.Millisecond), Value: text(`{"frame_id":40112,"boxes":[{"label":"car","score":0.77}]}`)},
			{Topic: "detection-results", Partition: 0, Offset: 40113, Time: at.Add(300 * time.Millisecond), Key: []byte{0, 1, 0xff}, Value: []byte{0xff, 0xd8, 0xff, 0xe0, 0, 16}},
			{Topic: "detection-results", Partition: 0, Offset: 40114, Time: at.Add(400 * time.Millisecond), Key: text("gone")},
		},
		about: project.Description{
			Partitions: []project.Partition{part(0, 1, "localhost:9092", 0, 16071, 1, 2), part(1, 2, "localhost:9093", 120, 16100, 2), part(2, -1, "", 0, 0)},
			Options:    []project.Option{{Name: "retention.ms", Value: "3600000", Own: true}, {Name: "cleanup.policy", Value: "delete"}},
		},
		groups: []project.Group{
			{Name: "llm-analysis", State: "Stable", Members: 2, Reads: []project.GroupPart{{Topic: "detection-results", Partition: 0, Next: 16065, End: 16071}, {Topic: "detection-results", Partition: 1, Next: 16100, End: 16100}}},
			{Name: "dashboard", State: "Empty", Reads: []project.GroupPart{{Topic: "detection-results", Partition: 0, Next: 12, End: 16071}}},
			{Name: "elsewhere", State: "Stable", Members: 1, Reads: []project.GroupPart{{Topic: "llm-analysis-tasks", Next: 1, End: 1}}},
		},
	}
}

var topicsSize = fyne.NewSize(1040, 640)

func newTestTopics(t *testing.T, w *i18n.Words, c *scriptedCluster) *Topics {
	t.Helper()
	topics := NewTopics(t.Context(), w, c, c, []string{"detection-results", "llm-analysis-tasks"})
	topics.now = func() time.Time { return uitest.Now }
	test.NewTempWindow(t, topics.Content).Resize(topicsSize)
	topics.showTopics(c.topics, nil)
	return topics
}

// queueing is for tests in which time passes: what is queued for the main goroutine is done by pass.
func queueing(t *testing.T) *i18n.Words {
	t.Helper()
	uitest.NewApp(t).Settings().SetTheme(testTheme("light"))
	return uitest.English(t)
}

// pass lets a bubble's time go by.
func pass(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(recordsEvery / 4) {
		synctest.Wait()
		uitest.Settle()
	}
	for again := true; again; again = uitest.Settle() {
		synctest.Wait()
	}
}

// arrive has the records tab take what was read.
func (r *recordsTab) arrive(ctx context.Context, records []project.Record) {
	in := &inbox{first: r.forward, queued: true}
	in.put(project.Batch{Records: records, Scanned: len(records), Caught: true}, nil)
	r.take(ctx, in.empty())
}

func TestTheTopicsPage(t *testing.T) {
	defer setLocal(time.UTC)()
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		c := detectionCluster()
		topics := newTestTopics(t, w, c)
		topics.tabs.OnSelected = nil
		topics.records.arrive(t.Context(), c.records)
		golden(t, "topics-messages-"+name, topics.Content, topicsSize)
		topics.records.list.choose(4, false)
		golden(t, "topics-detail-"+name, topics.Content, fyne.NewSize(740, 480))

		topics.showPartitions(c.about, nil)
		topics.Choose(tabPartitions)
		golden(t, "topics-partitions-"+name, topics.Content, topicsSize)

		topics.showGroups(c.groups, nil)
		topics.Choose(tabConsumers)
		golden(t, "topics-consumers-"+name, topics.Content, topicsSize)

		topics.plan.show(c.plans, nil)
		topics.plan.showOptions(c.about, nil)
		topics.Choose(tabConfig)
		golden(t, "topics-config-"+name, topics.Content, topicsSize)
	})
}

// The topic that is chosen at first stood above what a long list showed.
func TestALongListBeginsAtItsTop(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	var names []string
	for i := range 30 {
		names = append(names, fmt.Sprintf("topic-%02d", i))
	}
	c := detectionCluster()
	topics := NewTopics(t.Context(), english(t), c, c, names)
	test.NewTempWindow(t, topics.Content).Resize(topicsSize)
	if at := topics.list.GetScrollOffset(); at != 0 {
		t.Errorf("the list is scrolled by %v", at)
	}
}

func setLocal(l *time.Location) (back func()) {
	was := time.Local //nolint:gosmopolitan // what is shown is the person's time; the pictures have one
	time.Local = l
	return func() { time.Local = was }
}

func TestADialogOverTheTopics(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		c := detectionCluster()
		topics := newTestTopics(t, w, c)
		win := test.NewTempWindow(t, topics.Content)
		win.SetPadded(false)
		win.Resize(topicsSize)
		topics.produce(&c.records[0])
		snap(t, "topics-produce-"+name, win)
		topics.pick("streamtray.detection.debug.front-camera.v1")
		win.Canvas().Overlays().Remove(win.Canvas().Overlays().Top())
		topics.showDeclaration()
		snap(t, "topics-declare-"+name, win)
	})
}

func TestRecordsAreShownByTheDecoderThatIsChosen(t *testing.T) {
	c := detectionCluster()
	topics := newTestTopics(t, english(t), c)
	r := topics.records
	r.arrive(t.Context(), c.records)
	at := func(line int, how int) string {
		r.decoder.SetSelectedIndex(how)
		l := r.lines(line, 1)[0]
		return l.cells[2].text + "|" + l.text.text
	}
	for _, tt := range []struct {
		line, how int
		want      string
	}{
		{0, decodeAuto, "gone|null"},
		{1, decodeAuto, "00 01 ff|ff d8 ff e0 00 10"},
		{1, decodeBase64, "AAH/|/9j/4AAQ"},
		{2, decodeAuto, `-|{"frame_id":40112,"boxes":[{"label":"car","score":0.77}]}`},
		{3, decodeHex, "63 61 6d 65 7…|7b 22 66"},
	} {
		if got := at(tt.line, tt.how); !strings.HasPrefix(got, tt.want) {
			t.Errorf("line %d by %d: %q, want %q", tt.line, tt.how, got, tt.want)
		}
	}
	r.decoder.SetSelectedIndex(decodeAuto)
	r.list.choose(4, false)
	want := []string{
		"Key: camera-1", "source: camera-1", "▾ {4}", "    frame_id: 40110", "  ▾ boxes: [2]", "    ▾ [0]: {2}", `        label: "person"`, "        score: 0.91",
		"    ▾ [1]: {1}", `        label: "dog"`, "    empty: {0}", "    note: null",
	}
	if got := splitLines(r.detail.plain(0, 99)); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	r.detail.act(4) // the boxes are folded
	if got := r.detail.plain(4, 5); got != "  ▸ boxes: [2]\n    empty: {0}\n" {
		t.Errorf("folded: %q", got)
	}
	r.detail.act(4)
	if got := splitLines(r.detail.plain(0, 99)); !slices.Equal(got, want) {
		t.Errorf("unfolded: %q", got)
	}
	r.decoder.SetSelectedIndex(decodeHex)
	if got := r.detail.plain(2, 2); !strings.Contains(got, `00000000  7b 22 66 72 61 6d 65 5f`) {
		t.Errorf("hex: %q", got)
	}
}

func FuzzNoRecordStumblesAnybody(f *testing.F) {
	f.Add("$.a[0]=x", []byte(`{"a":[1]}`))
	f.Add("$", []byte(`[`))
	f.Add("x", []byte{0xff, 0})
	f.Fuzz(func(t *testing.T, typed string, value []byte) {
		if filter, err := project.ParseFilter(typed); err == nil {
			filter.Match(&project.Record{Value: value})
		}
		for how := range decoders {
			inLine(value, how, 20)
			if _, tree := decoded(value, how); tree != nil && !json.Valid(value) {
				t.Errorf("%q is taken for JSON", value)
			}
		}
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

// Records that come on a topic that nobody declared are named, with the one thing to do; what would be written is shown
// first.
func TestAnUndeclaredTopicThatGrowsCanBeDeclared(t *testing.T) {
	c := detectionCluster()
	topics := newTestTopics(t, english(t), c)
	if topics.declare.Visible() {
		t.Error("a declared topic can be declared")
	}
	topics.pick("streamtray.detection.debug.front-camera.v1")
	if got := topics.about.whole; !topics.declare.Visible() || !strings.Contains(got, "not declared") || !strings.Contains(got, "77 since app start") {
		t.Errorf("about %q; declare %v", got, topics.declare.Visible())
	}
	win := test.NewTempWindow(t, topics.Content)
	win.Resize(topicsSize)
	test.Tap(topics.declare)
	if win.Canvas().Overlays().Top() == nil || c.written {
		t.Fatalf("shown %v, written %v; want it shown, and nothing written", win.Canvas().Overlays().Top(), c.written)
	}
	win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if win.Canvas().Overlays().Top() != nil || c.written {
		t.Error("Esc closes nothing, or writes")
	}
}

// Ten seconds after Kafka went away, the rate of then was still shown.
func TestWhatIsNotMeasuredAnyMoreIsNotShown(t *testing.T) {
	c := detectionCluster()
	topics := newTestTopics(t, english(t), c)
	if got := topics.aboutShort(c.topics[0]); got != "48,213 records · 14/s" {
		t.Errorf("measured: %q", got)
	}
	topics.showTopics(nil, errors.New("refused"))
	if got := topics.aboutShort(topics.all[0]); got != "-" || topics.about.whole != "-" || topics.declare.Visible() {
		t.Errorf("not measured: %q, %q", got, topics.about.whole)
	}
	if len(topics.shown) != 4 {
		t.Errorf("%d topics are listed; want those that were", len(topics.shown))
	}
}

func TestACuriousReaderSendsNothingAndEndsWithThePage(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := detectionCluster()
	topics := NewTopics(ctx, english(t), c, c, []string{"detection-results"})
	topics.records.start()
	cancel()
	topics.Wait() // the reading goroutine ends with the page
	if len(c.sent) != 0 {
		t.Errorf("reading sent %v", c.sent)
	}
}

// Another topic was chosen while records of the one before were on their way: these took the first ones of the new topic
// with them.
func TestTheRecordsOfAnotherTopicAreShownAlone(t *testing.T) {
	w := queueing(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := detectionCluster()
		topics := NewTopics(ctx, w, c, c, []string{"detection-results", "llm-analysis-tasks"})
		r := topics.records
		r.start()
		synctest.Wait() // the first are on their way
		c.records = []project.Record{{Topic: "llm-analysis-tasks", Offset: 7}, {Topic: "llm-analysis-tasks", Offset: 8, Time: uitest.Now}}
		topics.choose("llm-analysis-tasks")
		pass(2 * recordsEvery)
		if len(r.kept) != 2 || r.kept[0].Offset != 8 || r.kept[1].Offset != 7 {
			t.Errorf("kept %+v, want the new topic's two, the newest first", r.kept)
		}
		cancel()
		topics.Wait()
	})
}

func TestAFaultIsToldWithItsRemedyAndReadingBeginsAnewWhenItIsGone(t *testing.T) {
	c := detectionCluster()
	topics := newTestTopics(t, english(t), c)
	topics.records.failed(t.Context(), usererr.New("kafka.refused", map[string]any{"Addr": "localhost:9092"}, errors.New("refused")))
	if got, want := topics.records.note.segment.Text, "No program listens on localhost:9092. Kafka is not running, is still starting, or uses another port."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	topics.showTopics(c.topics, nil)
	if topics.records.stop == nil {
		t.Error("nobody reads, though Kafka answers again")
	}
	topics.records.end()
}

// While one reads a record, the list stands still and counts what comes; then it goes on with all of that.
func TestTheListIsHeldWhileOneReads(t *testing.T) {
	topics := newTestTopics(t, english(t), detectionCluster())
	r := topics.records
	r.stop = func() {} // it reads
	at := uitest.Now
	record := func(n int) project.Record {
		return project.Record{Topic: "a", Offset: int64(n), Time: at.Add(time.Duration(n) * time.Second), Value: fmt.Append(nil, "record ", n)}
	}
	r.arrive(t.Context(), []project.Record{record(1), record(2)})
	r.list.choose(1, false)
	r.arrive(t.Context(), []project.Record{record(3), record(4)})
	if len(r.kept) != 2 || r.picked == nil || r.picked.Offset != 1 || r.detail.plain(0, 9) != "record 1\n" || r.live.Text != "Resume (2 new)" {
		t.Fatalf("%d records, picked %+v, button %q; want 2, the first one and the two that came", len(r.kept), r.picked, r.live.Text)
	}
	r.toggle()
	if len(r.kept) != 4 || r.kept[0].Offset != 4 || r.live.Text != "Pause" || r.whole.Visible() {
		t.Errorf("%d records, the newest %d, button %q; want all four", len(r.kept), r.kept[0].Offset, r.live.Text)
	}
}

func TestReadingBeginsWhereOneChoosesAndThePastEndsWhenThereIsEnough(t *testing.T) {
	w := queueing(t)
	zero, one := int64(0), int32(1)
	for _, c := range []struct {
		name    string
		choose  func(r *recordsTab)
		want    project.Reading
		matches bool
		kept    string // offsets of the newest and the oldest that are kept, of 2,000
		reading bool
	}{
		{"newest", func(*recordsTab) {}, project.Reading{Back: tailBack}, false, "1999 1500", true},
		{"live", func(r *recordsTab) { r.from.choice.SetSelectedIndex(fromNow) }, project.Reading{}, false, "1999 1500", true},
		{"earliest", func(r *recordsTab) { r.from.choice.SetSelectedIndex(fromOldest) }, project.Reading{Back: project.FromStart}, false, "499 0", false},
		{"offset", func(r *recordsTab) { r.from.choice.SetSelectedIndex(fromOffset) }, project.Reading{At: &zero}, false, "499 0", false},
		{"one partition", func(r *recordsTab) { r.partition.SetSelectedIndex(2) }, project.Reading{Back: tailBack, Partition: &one}, false, "1999 1500", true},
		{"the newest that match, wherever they are", func(r *recordsTab) { r.filter.SetText("value 7") }, project.Reading{Back: project.FromStart}, true, "799 7", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				cluster := &scriptedCluster{topics: []project.TopicSeen{{Name: "a", Partitions: 3, Declared: true}}}
				for i := range 2000 {
					cluster.records = append(cluster.records, project.Record{Topic: "a", Offset: int64(i), Value: fmt.Append(nil, "value ", i), Time: uitest.Now.Add(time.Duration(i) * time.Millisecond)})
				}
				topics := NewTopics(ctx, w, cluster, cluster, []string{"a"})
				topics.showTopics(cluster.topics, nil)
				topics.records.changed()
				topics.records.end()
				topics.Wait()
				cluster.read = nil
				r := topics.records
				c.choose(r)
				if r.stop == nil {
					r.start()
				}
				pass(typingPause + 2*recordsEvery)
				last := cluster.read[len(cluster.read)-1]
				if (last.Match != nil) != c.matches {
					t.Errorf("chosen where it is read: %v; want %v", last.Match != nil, c.matches)
				}
				last.Match, c.want.Topic = nil, "a"
				if !reflect.DeepEqual(last, c.want) {
					t.Errorf("read %+v; want %+v", last, c.want)
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

func TestABadFilterIsToldAndReadsNothing(t *testing.T) {
	c := detectionCluster()
	topics := newTestTopics(t, english(t), c)
	topics.records.filter.Text = "$.a["
	topics.records.start()
	if got := topics.records.note.segment.Text; !strings.Contains(got, "not valid") || len(c.read) != 0 {
		t.Errorf("%q; read %d times", got, len(c.read))
	}
}

func TestWhatIsProducedHasTheKeyTheHeadersAndTheLinesThatWereTyped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := detectionCluster()
	topics := NewTopics(ctx, english(t), c, c, []string{"detection-results"})
	win := test.NewTempWindow(t, topics.Content)
	p := topics.produce(nil)
	p.key.SetText("camera-1")
	p.headers.SetText("trace: a:b\n \nempty\nn:1")
	p.value.SetText("{\n}\n")
	test.Tap(p.send)
	topics.Wait()
	header := func(k, v string) project.Header { return project.Header{Key: k, Value: []byte(v)} }
	want := []project.Record{{Topic: "detection-results", Key: []byte("camera-1"), Value: []byte("{\n}\n"), Headers: []project.Header{header("trace", "a:b"), header("empty", ""), header("n", "1")}}}
	if !reflect.DeepEqual(c.sent, want) {
		t.Errorf("sent %+v; want %+v", c.sent, want)
	}
	if got := p.sent.whole; got != "Sent to detection-results: partition 2, offset 41" {
		t.Errorf("answer %q", got)
	}
	p.value.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if win.Canvas().Overlays().Top() != nil {
		t.Error("Esc closes nothing")
	}
	// Again, as it was.
	c.sent = nil
	p = topics.produce(&c.records[0])
	test.Tap(p.send)
	topics.Wait()
	cancel()
	if len(c.sent) != 1 || string(c.sent[0].Key) != "camera-1" || string(c.sent[0].Value) != string(c.records[0].Value) || len(c.sent[0].Headers) != 1 {
		t.Errorf("sent again %+v; want %+v", c.sent, c.records[0])
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	r := keep(project.Record{Key: make([]byte, 2*maxKey), Value: make([]byte, 2*maxValue), Headers: make([]project.Header, 2*maxHeaders)})
	if len(r.Key) != maxKey || len(r.Value) != maxValue || len(r.Headers) != maxHeaders || !r.cut {
		t.Errorf("kept %d, %d, %d, cut %v", len(r.Key), len(r.Value), len(r.Headers), r.cut)
	}
	if r := keep(project.Record{Value: []byte{}}); r.cut || r.Key != nil || r.Value == nil {
		t.Errorf("kept %+v; want no key, an empty value and nothing cut", r)
	}
}

func TestTheFocusGoesAsOneReads(t *testing.T) {
	topics := newTestTopics(t, english(t), detectionCluster())
	win := test.NewTempWindow(t, topics.Content)
	r := topics.records
	for i, want := range []fyne.Focusable{topics.find, topics.list, r.from.choice, r.partition, r.decoder, r.filter, r.live} {
		if win.Canvas().FocusNext(); win.Canvas().Focused() != want {
			t.Errorf("Tab %d goes to %T; want %T", i+1, win.Canvas().Focused(), want)
		}
	}
}

// A page that is not seen reads nothing; what was being looked at is still there when one comes back.
func TestAPageThatIsNotSeenReadsNothing(t *testing.T) {
	w := queueing(t)
	synctest.Test(t, func(t *testing.T) {
		life, gone := context.WithCancel(t.Context())
		c := detectionCluster()
		topics := NewTopics(life, w, c, c, []string{"detection-results"})
		seen, left := context.WithCancel(life)
		topics.Run(seen)
		pass(2 * recordsEvery)
		r := topics.records
		if len(r.kept) != len(c.records) || r.stop == nil || len(topics.all) != 4 {
			t.Errorf("%d records, %d topics; want all by themselves", len(r.kept), len(topics.all))
		}
		r.list.choose(0, false)
		left()
		pass(0)
		if r.stop != nil {
			t.Error("it is read still, though nobody sees it")
		}
		again, leave := context.WithCancel(life)
		topics.Run(again)
		pass(0)
		if r.picked == nil || len(c.read) != 1 {
			t.Errorf("picked %v, read %d times; want the record that was being read", r.picked, len(c.read))
		}
		leave()
		gone()
		topics.Wait()
	})
}
