package kafka

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// told puts outcomes into one line each, for comparison.
func told(outcomes []Outcome) []string {
	var lines []string
	for _, o := range outcomes {
		line := fmt.Sprintf("%s %s %s", o.Want.Name, o.Kind(), o.Deed)
		if o.Err != nil {
			line += fmt.Sprintf(" %v", o.Err)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestAPlanTellsEveryDifferenceAndChangesNothing(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(3, "results", "extra"))
	if err := fake.CreateTopic("kept", 2, map[string]string{"retention.ms": "60000", "cleanup.policy": "compact,delete"}); err != nil {
		t.Fatal(err)
	}
	want := []Topic{
		{Name: "tasks", Partitions: 3, Replication: 1},
		{Name: "results", Partitions: 3},
		{Name: "kept", Partitions: 4, Replication: 2, Config: map[string]string{"retention.ms": "1", "cleanup.policy": "delete, compact"}},
		{Name: "no spaces"},
		{Name: "a.b"},
		{Name: "a_b"},
		{Name: "tasks"},
		{Name: "__consumer_offsets"},
	}
	changes, err := c.Plan(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, ch := range changes {
		got = append(got, fmt.Sprintf("%s %v %v", ch.Want.Name, ch.Kinds, ch.Err))
	}
	if want := []string{
		"tasks [create] <nil>",
		"results [same] <nil>",
		"kept [partitions differ replication differ config differ] <nil>",
		"no spaces [name invalid] kafka.topic_name topic=no spaces",
		"a.b [create] <nil>",
		"a_b [name invalid] kafka.topic_collides other=a.b topic=a_b",
		"tasks [name invalid] kafka.topic_twice topic=tasks",
		"__consumer_offsets [name invalid] kafka.topic_reserved topic=__consumer_offsets",
	}; !slices.Equal(got, want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	if options := changes[2].options(); !slices.Equal(options, []string{"retention.ms: 60000 → 1"}) {
		t.Errorf("options: got %q", options)
	}
	if topics, err := c.List(t.Context()); err != nil || len(topics) != 3 {
		t.Errorf("got %v (%v), want the three topics of before", topics, err)
	}
}

func ptr(s string) *string { return &s }

func TestApplyCreatesWhatIsMissingAndIsDoneTheSecondTime(t *testing.T) {
	_, c := fakeKafka(t, kfake.NumBrokers(3), kfake.SeedTopics(1, "small"))
	want := []Topic{
		{Name: "results", Partitions: 3, Replication: 2, Config: map[string]string{"retention.ms": "60000"}},
		{Name: "small", Partitions: 3},
		{Name: "bad name"},
		{Name: "default"},
	}
	first := []string{
		"results create created", "small partitions differ kept", "bad name name invalid failed kafka.topic_name topic=bad name",
		"default create created",
	}
	second := []string{
		"results same kept", "small partitions differ kept", "bad name name invalid failed kafka.topic_name topic=bad name",
		"default same kept",
	}
	for i, want1 := range [][]string{first, second} {
		outcomes, err := c.Apply(t.Context(), want, false)
		if got := told(outcomes); err != nil || !slices.Equal(got, want1) {
			t.Errorf("time %d: got %q (%v), want %q", i+1, got, err, want1)
		}
	}
	if err := c.Exist(t.Context(), want[:1]); err != nil {
		t.Error(err)
	}
	wantFault(t, c.Exist(t.Context(), want[1:2]), TopicTooFew)
}

func TestAnApplyThatBreaksOffTellsHowFarItGot(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "there"))
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.NotController, Count: -1})
	outcomes, err := c.Apply(t.Context(), []Topic{{Name: "there"}, {Name: "bad name"}, {Name: "new"}}, false)
	wantFault(t, err, NoController)
	if len(outcomes) != 3 || outcomes[0].Deed != Kept || outcomes[1].Deed != Failed || outcomes[2].Deed != Failed {
		t.Fatalf("got %q, want kept, failed, failed", told(outcomes))
	}
	wantFault(t, outcomes[1].Err, TopicName)
	wantFault(t, outcomes[2].Err, NoController)
}

func TestPartitionsGrowOnRequestAndNeverShrink(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(3, "small"), kfake.SeedTopics(9, "large"))
	want := []Topic{{Name: "small", Partitions: 6}, {Name: "large", Partitions: 6}}
	outcomes, err := c.Apply(t.Context(), want, true)
	if got, want := told(outcomes), []string{"small partitions differ grown", "large partitions differ kept"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
	topics, err := c.List(t.Context())
	if want := "[{large 9 1 map[]} {small 6 1 map[]}]"; err != nil || fmt.Sprint(topics) != want {
		t.Errorf("got %v (%v), want %s", topics, err, want)
	}
	if err := c.Exist(t.Context(), want); err != nil {
		t.Error(err)
	}
}

func TestEachRefusalIsToldInTheUsersTerms(t *testing.T) {
	for _, tt := range []struct {
		err   *kerr.Error
		id    string
		final bool
	}{
		{kerr.PolicyViolation, TopicPolicy, true},
		{kerr.TopicAuthorizationFailed, TopicForbidden, true},
		{kerr.InvalidReplicationFactor, TopicReplicas, false},
		{kerr.InvalidPartitions, TopicPartitions, true},
		{kerr.InvalidConfig, TopicConfig, true},
		{kerr.InvalidTopicException, TopicName, true},
		{kerr.UnknownServerError, TopicRefused, false},
	} {
		t.Run(tt.err.Message, func(t *testing.T) {
			fake, c := fakeKafka(t)
			fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Topic: "b", Err: tt.err})
			outcomes, err := c.Apply(t.Context(), []Topic{{Name: "a"}, {Name: "b"}, {Name: "c"}}, false)
			if err != nil {
				t.Fatal(err)
			}
			if got := told([]Outcome{outcomes[0], outcomes[2]}); !slices.Equal(got, []string{"a create created", "c create created"}) {
				t.Errorf("the others: got %q", got)
			}
			e := wantFault(t, outcomes[1].Err, tt.id)
			if outcomes[1].Deed != Failed || e.Final() != tt.final || e.Args["Topic"] != "b" {
				t.Errorf("got %s, final %v, %v; want failed, %v", outcomes[1].Deed, e.Final(), e.Args, tt.final)
			}
		})
	}
}

func TestATopicThatSomebodyElseMakesMeanwhileCountsAsKept(t *testing.T) {
	fake, c := fakeKafka(t)
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.TopicAlreadyExists})
	outcomes, err := c.Apply(t.Context(), []Topic{{Name: "a"}}, false)
	if got, want := told(outcomes), []string{"a same kept"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

// A controller that is slow still makes the topic; asking it again would only make it say that it exists.
func TestACreationThatTimedOutIsAwaited(t *testing.T) {
	fake, c := fakeKafka(t)
	created := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.RequestTimedOut})
	outcomes, err := c.Apply(t.Context(), []Topic{{Name: "a", Partitions: 1}}, false)
	if got, want := told(outcomes), []string{"a create created"}; err != nil || !slices.Equal(got, want) || created.Hits() != 1 {
		t.Errorf("got %q (%v) after %d requests, want %q after 1", got, err, created.Hits(), want)
	}
}

func TestTheControllerIsLookedForAgainWhenItMoved(t *testing.T) {
	fake, c := fakeKafka(t, kfake.NumBrokers(2))
	moved := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.NotController, Count: 2})
	outcomes, err := c.Apply(t.Context(), []Topic{{Name: "a"}}, false)
	if got, want := told(outcomes), []string{"a create created"}; err != nil || !slices.Equal(got, want) || moved.Hits() != 2 {
		t.Errorf("got %q (%v) after %d refusals, want %q after 2", got, err, moved.Hits(), want)
	}
}

func TestAWantedTopicWithoutLeaderIsNotThereYet(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "a"))
	always(fake, kmsg.Metadata, func(req kmsg.Request) kmsg.Response {
		resp := metadata(req, c.Bootstrap[0], 0).(*kmsg.MetadataResponse)
		topic := kmsg.NewMetadataResponseTopic()
		topic.Topic = ptr("a")
		topic.Partitions = []kmsg.MetadataResponseTopicPartition{{Partition: 0, Leader: 0}, {Partition: 1, Leader: -1, ErrorCode: kerr.LeaderNotAvailable.Code}}
		resp.Topics = append(resp.Topics, topic)
		return resp
	})
	e := wantFault(t, c.Exist(t.Context(), []Topic{{Name: "a", Partitions: 2}}), TopicNoLeader)
	if e.Final() || e.Args["Partition"] != int32(1) {
		t.Errorf("got final %v, %v; want partition 1, not final", e.Final(), e.Args)
	}
}

func TestMissingTopicsAreNamedAndNeverMade(t *testing.T) {
	_, c := fakeKafka(t, kfake.AllowAutoTopicCreation())
	e := wantFault(t, c.Exist(t.Context(), []Topic{{Name: "missing"}}), TopicMissing)
	if e.Final() || e.Args["Topic"] != "missing" {
		t.Errorf("got final %v, %v", e.Final(), e.Args)
	}
	_, err := c.Counts(t.Context(), []string{"missing"})
	wantFault(t, err, TopicMissing)
	if topics, err := c.List(t.Context()); err != nil || len(topics) > 0 {
		t.Errorf("got topics %v (%v), want none", topics, err)
	}
}

func TestBatchesFitOneRequestEach(t *testing.T) {
	var topics []Topic
	for i := range 2500 {
		topics = append(topics, Topic{Name: fmt.Sprint(i), Partitions: i % 7})
	}
	topics = append(topics, Topic{Name: "huge", Partitions: 2 * batchPartitions}, Topic{Name: "last"})
	var all []Topic
	for batch := range batches(topics) {
		n := 0
		for _, topic := range batch {
			n += max(topic.Partitions, 1)
		}
		if len(batch) == 0 || len(batch) > batchTopics || n > batchPartitions && len(batch) > 1 {
			t.Errorf("a batch of %d topics, %d partitions", len(batch), n)
		}
		all = append(all, batch...)
	}
	if !slices.EqualFunc(all, topics, func(a, b Topic) bool { return a.Name == b.Name }) {
		t.Errorf("got %d topics in batches, want all %d in order", len(all), len(topics))
	}
}

func TestAThousandTopicsArePlannedAndMadeQuickly(t *testing.T) {
	_, c := fakeKafka(t)
	want := thousand()
	start := time.Now()
	outcomes, err := c.Apply(t.Context(), want, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Deed != Created {
			t.Fatalf("%s: got %s (%v), want created", o.Want.Name, o.Deed, o.Err)
		}
	}
	if err := c.Exist(t.Context(), want); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestAClusterTellsWhetherItCreatesTopicsByItself(t *testing.T) {
	fake, c := fakeKafka(t)
	if auto, err := c.AutoCreates(soon(t)); auto || err != nil {
		t.Errorf("brokers that do not say: got %t, %v", auto, err)
	}
	value, code := "true", int16(0)
	always(fake, kmsg.DescribeConfigs, func(req kmsg.Request) kmsg.Response {
		asked := req.(*kmsg.DescribeConfigsRequest).Resources[0]
		resp := req.ResponseKind().(*kmsg.DescribeConfigsResponse)
		r := kmsg.NewDescribeConfigsResponseResource()
		r.ResourceType, r.ResourceName, r.ErrorCode = asked.ResourceType, asked.ResourceName, code
		option := kmsg.NewDescribeConfigsResponseResourceConfig()
		option.Name, option.Value = asked.ConfigNames[0], &value
		r.Configs = append(r.Configs, option)
		resp.Resources = append(resp.Resources, r)
		return resp
	})
	for _, want := range []string{"true", "false"} {
		value = want
		if auto, err := c.AutoCreates(soon(t)); auto != (want == "true") || err != nil {
			t.Errorf("%s: got %t, %v", want, auto, err)
		}
	}
	code = kerr.ClusterAuthorizationFailed.Code
	if _, err := c.AutoCreates(soon(t)); err == nil {
		t.Error("a broker that refuses to say is taken at its silence")
	}
}
