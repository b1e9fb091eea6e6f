package project

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// awkward are records of two partitions that a file of text could spoil.
var awkward = []Record{
	{Topic: "results", Partition: 0, Key: []byte("cam-1"), Value: []byte("{\"label\": \"人\"}"), Headers: []Header{{Key: "trace", Value: []byte("a")}, {Key: "trace", Value: nil}, {Key: "\xff", Value: []byte{0, 1}}}},
	{Topic: "results", Partition: 1, Key: nil, Value: nil},
	{Topic: "results", Partition: 1, Key: []byte{}, Value: []byte{}},
	{Topic: "results", Partition: 1, Key: []byte{0xff, 0}, Value: []byte("line\none\u2028\x1b[0m")},
	{Topic: "results", Partition: 0, Key: []byte("records"), Value: []byte("{\"records\":1}\n{\"records\":5}")},
}

// put has records stand in their partitions, a minute apart, years ago.
func put(t *testing.T, p *Project, all []Record) {
	t.Helper()
	k, err := p.cluster.at()
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.CopyAll(within(t), func(yield func(Record, error) bool) {
		for i, r := range all {
			r.Time = time.UnixMilli(1_700_000_000_123).Add(time.Duration(i) * time.Minute)
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// held are a topic's records as they stand, without their offsets, partition by partition.
func held(t *testing.T, p *Project, topic string) map[int32][]Record {
	t.Helper()
	all := map[int32][]Record{}
	for r, err := range eachRecord(within(t), p, Reading{Topic: topic, Back: FromStart, ToEnd: true}) {
		if err != nil {
			t.Fatal(err)
		}
		r.Offset = 0
		all[r.Partition] = append(all[r.Partition], r)
	}
	return all
}

// wantID checks that an error names a text.
func wantID(t *testing.T, err error, id string) {
	t.Helper()
	var told *usererr.Error
	if !errors.As(err, &told) || told.ID != id {
		t.Fatalf("got %v, want %s", err, id)
	}
}

func scope(topics bool) ResetScope { return ResetScope{Topics: topics, Offsets: !topics} }

func TestWhatASnapshotBringsBackIsWhatWasThere(t *testing.T) {
	for _, name := range []string{"s.jsonl", "s.jsonl.gz"} {
		t.Run(name, func(t *testing.T) {
			p := running(t)
			put(t, p, awkward)
			before := held(t, p, "results")
			file := filepath.Join(t.TempDir(), name)
			saved, err := p.Save(within(t), file, nil)
			if err != nil || len(saved) != 1 || saved[0] != (SavedTopic{"results", 2, int64(len(awkward))}) {
				t.Fatalf("saved %v, %v", saved, err)
			}
			_, err = p.Save(within(t), file, nil)
			wantID(t, err, "project.not_saved") // it is not written over
			_, err = p.Restore(within(t), file, nil, false)
			wantID(t, err, "project.restore_full")
			if got := held(t, p, "results"); !reflect.DeepEqual(got, before) {
				t.Fatalf("a refused restore changed it: %v", got)
			}

			other := running(t)
			if _, err := other.Restore(within(t), file, []string{"results"}, false); err != nil {
				t.Fatal(err)
			}
			if got := held(t, other, "results"); !reflect.DeepEqual(got, before) {
				t.Errorf("brought back\n%+v\nwant\n%+v", got, before)
			}
			if _, err := other.Restore(within(t), file, nil, true); err != nil {
				t.Fatal(err)
			}
			if got := held(t, other, "results"); len(got[0])+len(got[1]) != 2*len(awkward) {
				t.Errorf("--append: %d and %d records", len(got[0]), len(got[1]))
			}
			_, err = other.Restore(within(t), file, []string{"absent"}, true)
			wantID(t, err, "project.not_in_snapshot")
		})
	}
}

func TestATopicThatIsGoneIsMadeAgainAndOneThatIsTooSmallIsNot(t *testing.T) {
	p := running(t)
	write := func(partitions int) string {
		file := filepath.Join(t.TempDir(), "s.jsonl")
		r := kafka.AppendJSON(nil, &Record{Topic: "more", Partition: int32(partitions - 1), Time: time.UnixMilli(1), Value: []byte("x")})
		text := fmt.Sprintf("{\"snapshot\":1,\"topics\":[{\"name\":\"more\",\"partitions\":%d}]}\n%s{\"records\":1}\n", partitions, r)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if _, err := p.Restore(within(t), write(3), nil, false); err != nil {
		t.Fatal(err)
	}
	if got := held(t, p, "more"); len(got[2]) != 1 {
		t.Errorf("made again: %v", got)
	}
	_, err := p.Restore(within(t), write(4), nil, true)
	wantID(t, err, "project.restore_partitions")
}

// A file that was cut off, or that is none, sends nothing.
func TestABrokenSnapshotSendsNothing(t *testing.T) {
	p := running(t)
	put(t, p, awkward)
	file := filepath.Join(t.TempDir(), "s.jsonl")
	if _, err := p.Save(within(t), file, nil); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(whole); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	empty := running(t)
	for name, text := range map[string][]byte{
		"empty":             {},
		"its end is gone":   bytes.Join(lines[:len(lines)-2], nil),
		"a record is gone":  append(bytes.Clone(lines[0]), bytes.Join(lines[2:], nil)...),
		"half a line":       whole[:len(whole)/2],
		"more behind it":    append(bytes.Clone(whole), lines[1]...),
		"another partition": bytes.Replace(whole, []byte(`"partition":1`), []byte(`"partition":2`), 1),
		"another topic":     bytes.Replace(whole, []byte(`{"topic":"results"`), []byte(`{"topic":"elsewhere"`), 1),
		"another version":   bytes.Replace(whole, []byte(`"snapshot":1`), []byte(`"snapshot":9`), 1),
		"packed, cut off":   packed.Bytes()[:packed.Len()-6],
		"packed, one bit":   append(bytes.Clone(packed.Bytes()[:packed.Len()/2]), append([]byte{packed.Bytes()[packed.Len()/2] ^ 1}, packed.Bytes()[packed.Len()/2+1:]...)...),
	} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := empty.Restore(within(t), file, nil, true)
		var told *usererr.Error
		if !errors.As(err, &told) || told.ID != "project.no_snapshot" {
			t.Errorf("%s: got %v", name, err)
		}
		if got := held(t, empty, "results"); len(got) != 0 {
			t.Fatalf("%s: it sent %v", name, got)
		}
	}
}

func TestAResetSavesWhatItTakesAway(t *testing.T) {
	p := running(t)
	put(t, p, awkward)
	before := held(t, p, "results")
	r, err := p.PlanReset(within(t), scope(true))
	if err != nil || r.Records() != int64(len(awkward)) || len(r.Topics) != 1 {
		t.Fatalf("planned %+v, %v", r, err)
	}
	send(t, p, "late") // after it was shown: nobody agreed to that
	folder := filepath.Join(t.TempDir(), "made")
	if err := p.Reset(within(t), r, folder); err != nil {
		t.Fatal(err)
	}
	left := held(t, p, "results")
	if n := len(left[0]) + len(left[1]); n != 1 {
		t.Errorf("%d records are left: %v", n, left)
	}
	other := running(t)
	if len(r.Saved) != 1 {
		t.Fatalf("saved: %v", r.Saved)
	}
	if _, err := other.Restore(within(t), r.Saved[0], nil, false); err != nil {
		t.Fatal(err)
	}
	got := held(t, other, "results")
	for id, all := range got { // the late one is in the file too
		got[id] = all[:min(len(all), len(before[id]))]
	}
	if !reflect.DeepEqual(got, before) {
		t.Errorf("brought back\n%v\nwant\n%v", got, before)
	}
}

// Without a file that holds them, no record goes.
func TestWhatCannotBeSavedIsNotTakenAway(t *testing.T) {
	p := running(t)
	put(t, p, awkward)
	r, err := p.PlanReset(within(t), scope(true))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantID(t, p.Reset(within(t), r, filepath.Join(file, "below")), "project.not_saved")
	if got := held(t, p, "results"); len(got[0])+len(got[1]) != len(awkward) {
		t.Errorf("left: %v", got)
	}
	stopped, cancel := context.WithCancel(within(t))
	cancel()
	if err := p.Reset(stopped, r, t.TempDir()); err == nil {
		t.Error("a reset that was broken off is told as done")
	}
	if got := held(t, p, "results"); len(got[0])+len(got[1]) != len(awkward) {
		t.Errorf("left after it was broken off: %v", got)
	}
}

func TestAResetOfOffsetsForgetsGroupsAndKeepsRecords(t *testing.T) {
	p := running(t)
	put(t, p, awkward)
	k, err := p.cluster.at()
	if err != nil {
		t.Fatal(err)
	}
	reading, end := context.WithCancel(within(t))
	defer end()
	if err := k.Consume(reading, "readers", []string{"results"}, FromStart, func(Record) error { end(); return nil }); err != nil {
		t.Fatal(err)
	}
	r, err := p.PlanReset(within(t), scope(false))
	if err != nil || len(r.Groups) != 1 || r.Groups[0].Name != "readers" || r.Records() != 0 {
		t.Fatalf("planned %+v, %v", r, err)
	}
	if err := p.Reset(within(t), r, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if groups, err := p.Groups(within(t)); err != nil || len(groups) != 0 {
		t.Errorf("left: %v, %v", groups, err)
	}
	if got := held(t, p, "results"); len(got[0])+len(got[1]) != len(awkward) {
		t.Errorf("records left: %v", got)
	}
	f, err := os.Open(r.Saved[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(text)
	if err != nil || !strings.Contains(string(all), `{"name":"readers","topic":"results","partition":`) {
		t.Errorf("the file says of groups: %s, %v", all, err)
	}
}

// A cluster of others is neither emptied nor filled.
func TestAnotherComputersKafkaIsLeftAlone(t *testing.T) {
	p := agreed(t, opening(t, projectDir(t, "kafka: {mode: remote, bootstrap: [\"kafka.example:9092\"]}\n"), t.TempDir()))
	_, err := p.PlanReset(within(t), ResetScope{All: true})
	wantID(t, err, "project.not_development")
	_, err = p.Restore(within(t), "nowhere", nil, true)
	wantID(t, err, "project.not_development")
}
