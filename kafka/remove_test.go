package kafka

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestOnlyTheRecordsThatWereCountedAreRemoved(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(2, "t", "other"))
	fillTopic(t, c, "t", 20)
	fillTopic(t, c, "other", 3)
	before, err := c.Counts(soon(t), []string{"t"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Send(soon(t), Record{Topic: "t", Value: []byte("late")}); err != nil {
		t.Fatal(err)
	}
	if err := c.RemoveRecords(soon(t), before); err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, topic := range []string{"t", "other"} {
		for r, err := range Each(c.Read(soon(t), Reading{Topic: topic, Back: FromStart, ToEnd: true})) {
			if err != nil {
				t.Fatal(err)
			}
			left = append(left, string(r.Value))
		}
	}
	if len(left) != 4 || left[0] != "late" {
		t.Errorf("left: %q", left)
	}
	wantFault(t, c.RemoveRecords(soon(t), map[string][]Offset{"absent": {{Latest: 1}}}), TopicMissing)
	wantFault(t, c.RemoveRecords(soon(t), map[string][]Offset{"t": {{Partition: 7, Latest: 1}}}), TopicMissing)
}

func TestRecordsThatMayNotBeRemovedAreToldByTheirTopic(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	always(fake, kmsg.DeleteRecords, func(req kmsg.Request) kmsg.Response {
		resp := req.ResponseKind().(*kmsg.DeleteRecordsResponse)
		topic := kmsg.NewDeleteRecordsResponseTopic()
		topic.Topic = "t"
		part := kmsg.NewDeleteRecordsResponseTopicPartition()
		part.ErrorCode = kerr.PolicyViolation.Code
		topic.Partitions = append(topic.Partitions, part)
		resp.Topics = append(resp.Topics, topic)
		return resp
	})
	wantFault(t, c.RemoveRecords(soon(t), map[string][]Offset{"t": {{Latest: 1}}}), TopicPolicy)
}

func TestAGroupIsForgottenUnlessSomebodyIsInIt(t *testing.T) {
	fake, c := fakeKafka(t, kfake.SeedTopics(1, "t"))
	fillTopic(t, c, "t", 1)
	reading, end := context.WithCancel(soon(t))
	defer end()
	if err := c.Consume(reading, "g", []string{"t"}, FromStart, func(Record) error { end(); return nil }); err != nil {
		t.Fatal(err)
	}
	if groups, err := c.Groups(soon(t)); err != nil || len(groups) != 1 {
		t.Fatalf("before: %v, %v", groups, err)
	}
	if err := c.RemoveGroups(soon(t), []string{"g", "absent"}); err != nil {
		t.Fatal(err)
	}
	groups, err := c.Groups(soon(t))
	if err != nil || len(groups) != 0 {
		t.Errorf("left: %v, %v", groups, err)
	}
	always(fake, kmsg.DeleteGroups, func(req kmsg.Request) kmsg.Response {
		resp := req.ResponseKind().(*kmsg.DeleteGroupsResponse)
		group := kmsg.NewDeleteGroupsResponseGroup()
		group.Group, group.ErrorCode = "g", kerr.NonEmptyGroup.Code
		resp.Groups = append(resp.Groups, group)
		return resp
	})
	if e := wantFault(t, c.RemoveGroups(soon(t), []string{"g"}), GroupBusy); e.Args["Group"] != "g" {
		t.Errorf("about %v", e.Args)
	}
}

// Records copied to where they came from stand there as they did.
func TestACopiedRecordKeepsItsPartitionAndItsTime(t *testing.T) {
	_, c := fakeKafka(t, kfake.SeedTopics(3, "t"))
	at := time.UnixMilli(1_600_000_000_123)
	arrived, err := c.CopyAll(soon(t), func(yield func(Record, error) bool) {
		for i := range 3 {
			yield(Record{Topic: "t", Partition: int32(2 - i), Time: at.Add(time.Duration(i) * time.Hour), Key: []byte("one key"), Value: fmt.Append(nil, i)}, nil)
		}
	})
	if arrived != 3 || err != nil {
		t.Fatal(arrived, err)
	}
	n := 0
	for r, err := range Each(c.Read(soon(t), Reading{Topic: "t", Back: FromStart, ToEnd: true})) {
		if err != nil {
			t.Fatal(err)
		}
		i := int(2 - r.Partition)
		if string(r.Value) != fmt.Sprint(i) || !r.Time.Equal(at.Add(time.Duration(i)*time.Hour)) {
			t.Errorf("%+v", r)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d records", n)
	}
}
