package project

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/config"
	"streamtray/app/plan"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// A snapshot is a file of JSON lines: what it holds of which topics, a record each as "records tail --json" prints it, and
// how many there were, by which a file that was cut off is known. It is packed by gzip where its name ends with .gz.

// snapshotHead is the first line of a snapshot.
type snapshotHead struct {
	Snapshot int             `json:"snapshot"` // the format's version
	Topics   []snapshotTopic `json:"topics"`
	Groups   []snapshotGroup `json:"groups,omitempty"` // what consumer groups had read, where that was asked for
}

type snapshotTopic struct {
	Name       string `json:"name"`
	Partitions int    `json:"partitions"`
}

// snapshotGroup is what a consumer group reads next.
type snapshotGroup struct {
	Name      string `json:"name"`
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Next      int64  `json:"next"`
}

// snapshotEnd is the last line of a snapshot.
type snapshotEnd struct {
	Records *int64 `json:"records"`
}

const (
	snapshotVersion = 1
	longestLine     = 200 << 20 // a record in Base64
	writeAhead      = 64 << 10
)

// SavedTopic is a topic in a snapshot.
type SavedTopic struct {
	Name       string `json:"name"`
	Partitions int    `json:"partitions"`
	Records    int64  `json:"records"`
}

// Save writes the records of topics to a new file, as they are when it begins; no topics: all but Kafka's own. The file is
// there when all was written, or not at all.
func (p *Project) Save(ctx context.Context, file string, topics []string) ([]SavedTopic, error) {
	k, err := p.agreedCluster(ctx)
	if err != nil {
		return nil, err
	}
	if len(topics) == 0 {
		if topics, err = topicsOf(ctx, k); err != nil {
			return nil, err
		}
	}
	counts, err := k.Counts(ctx, topics)
	if err != nil {
		return nil, err
	}
	return save(ctx, k, file, counts, nil)
}

// topicsOf are the topics that a snapshot is made of.
func topicsOf(ctx context.Context, k *kafka.Cluster) ([]string, error) {
	found, err := k.List(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range found {
		if t.Name != kafka.CanaryTopic {
			names = append(names, t.Name)
		}
	}
	return names, nil
}

// save writes a snapshot of topics, and reads it back: what is returned is what the file holds.
func save(ctx context.Context, k *kafka.Cluster, file string, counts map[string][]kafka.Offset, groups []snapshotGroup) ([]SavedTopic, error) {
	head := snapshotHead{Snapshot: snapshotVersion, Topics: []snapshotTopic{}, Groups: groups}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		head.Topics = append(head.Topics, snapshotTopic{name, len(counts[name])})
	}
	var written int64
	err := atomicfile.CreateFrom(file, 0o600, func(w io.Writer) (err error) {
		var packed *gzip.Writer
		if strings.HasSuffix(file, ".gz") {
			packed = gzip.NewWriter(w)
			w = packed
		}
		out := bufio.NewWriterSize(w, writeAhead)
		if written, err = writeSnapshot(ctx, k, out, head); err != nil {
			return err
		}
		if err := out.Flush(); err != nil || packed == nil {
			return err
		}
		return packed.Close()
	})
	if err != nil {
		return nil, notSaved(file, err)
	}
	saved, err := check(file)
	if err != nil {
		return nil, notSaved(file, err)
	}
	var read int64
	for _, t := range saved {
		read += t.Records
	}
	if read != written {
		return nil, notSaved(file, fmt.Errorf("%d records were written, %d are there", written, read))
	}
	return saved, nil
}

// notSaved says that there is no snapshot; what Kafka has to say of it stands for itself.
func notSaved(file string, err error) error {
	if of("kafka", err) || errors.Is(err, context.Canceled) {
		return err
	}
	return usererr.New("project.not_saved", map[string]any{"File": file, "Detail": err.Error(), "Exists": errors.Is(err, fs.ErrExist)}, err).Terminal()
}

func writeSnapshot(ctx context.Context, k *kafka.Cluster, out *bufio.Writer, head snapshotHead) (written int64, err error) {
	lines := json.NewEncoder(out)
	if err := lines.Encode(head); err != nil {
		return 0, err
	}
	var buf []byte
	for _, t := range head.Topics {
		for b, err := range k.Read(ctx, Reading{Topic: t.Name, Back: FromStart, ToEnd: true}) {
			if err != nil {
				return written, err
			}
			for i := range b.Records {
				buf = kafka.AppendJSON(buf[:0], &b.Records[i])
				if _, err := out.Write(buf); err != nil {
					return written, err
				}
				written++
			}
		}
		if err := ctx.Err(); err != nil { // reading ends without an error then
			return written, err
		}
	}
	return written, lines.Encode(snapshotEnd{&written})
}

// check reads a snapshot through and says what it holds. A file that is none, or not whole, is an error.
func check(file string) ([]SavedTopic, error) {
	f, head, _, err := openSnapshot(file)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	at := map[string]int{}
	var topics []SavedTopic
	for _, t := range head.Topics {
		at[t.Name] = len(topics)
		topics = append(topics, SavedTopic{Name: t.Name, Partitions: t.Partitions})
	}
	for r, err := range snapshotRecords(file) {
		if err != nil {
			return nil, err
		}
		i, known := at[r.Topic]
		if !known || r.Partition < 0 || int(r.Partition) >= topics[i].Partitions {
			return nil, fmt.Errorf("a record of %s, partition %d, which the first line does not name", r.Topic, r.Partition)
		}
		topics[i].Records++
	}
	return topics, nil
}

// openSnapshot gives the first line of a snapshot and the others.
func openSnapshot(file string) (f *os.File, head snapshotHead, lines *bufio.Scanner, err error) {
	if f, err = os.Open(filepath.Clean(file)); err != nil {
		return nil, head, nil, err
	}
	lines, err = unpacked(f)
	switch {
	case err != nil:
	case !lines.Scan():
		err = errors.Join(lines.Err(), errCutOff)
	default:
		if err = json.Unmarshal(lines.Bytes(), &head); err == nil && head.Snapshot != snapshotVersion {
			err = fmt.Errorf("its first line says no snapshot of version %d", snapshotVersion)
		}
	}
	if err != nil {
		return nil, head, nil, errors.Join(err, f.Close())
	}
	return f, head, lines, nil
}

// snapshotRecords gives the records of a snapshot one after the other; an error is the end.
func snapshotRecords(file string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		f, _, lines, err := openSnapshot(file)
		if err != nil {
			yield(Record{}, err)
			return
		}
		defer f.Close()
		var n int64
		for lines.Scan() {
			line := lines.Bytes()
			var end snapshotEnd
			if bytes.HasPrefix(line, []byte(`{"records":`)) && json.Unmarshal(line, &end) == nil && end.Records != nil {
				if *end.Records != n || lines.Scan() || lines.Err() != nil {
					yield(Record{}, errors.Join(errCutOff, lines.Err()))
				}
				return
			}
			r, err := kafka.ParseJSON(line)
			if err != nil {
				err = fmt.Errorf("line %d: %w", n+2, err)
			}
			n++
			if !yield(r, err) || err != nil {
				return
			}
		}
		yield(Record{}, errors.Join(errCutOff, lines.Err()))
	}
}

var errCutOff = errors.New("the file is not whole")

// unpacked gives the lines of a file, which may be packed.
func unpacked(f io.Reader) (*bufio.Scanner, error) {
	in := bufio.NewReaderSize(f, writeAhead)
	var text io.Reader = in
	if magic, err := in.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		packed, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		text = packed
	}
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, longestLine)
	return lines, nil
}

// Restore sends the records of a snapshot to where they came from: each to its partition, with its time. Topics that are
// missing are created. Those that have records already are project.restore_full, and nothing is done, unless more may be
// added. The file is read through before anything is done. No topics: all that the file has.
func (p *Project) Restore(ctx context.Context, file string, topics []string, add bool) ([]SavedTopic, error) {
	if err := p.agreedToReset(ctx); err != nil {
		return nil, err
	}
	k, err := p.cluster.at()
	if err != nil {
		return nil, err
	}
	saved, err := check(file)
	if err != nil {
		return nil, usererr.New("project.no_snapshot", map[string]any{"File": file, "Detail": err.Error(), "Missing": errors.Is(err, fs.ErrNotExist)}, err).Terminal()
	}
	for _, name := range topics {
		if !slices.ContainsFunc(saved, func(t SavedTopic) bool { return t.Name == name }) {
			return nil, usererr.New("project.not_in_snapshot", map[string]any{"Topic": name, "File": file}, nil).Terminal()
		}
	}
	saved = slices.DeleteFunc(saved, func(t SavedTopic) bool { return len(topics) > 0 && !slices.Contains(topics, t.Name) })
	if err := p.room(ctx, k, saved, add); err != nil {
		return nil, err
	}
	arrived, err := k.CopyAll(ctx, func(yield func(Record, error) bool) {
		for r, err := range snapshotRecords(file) {
			wanted := err != nil || slices.ContainsFunc(saved, func(t SavedTopic) bool { return t.Name == r.Topic })
			if wanted && !yield(r, err) {
				return
			}
		}
	})
	if err != nil && arrived > 0 {
		return nil, errors.Join(usererr.New("project.restored_part", map[string]any{"Records": arrived}, nil), err)
	}
	return saved, err
}

// room makes sure that each topic is there, is empty unless more may be added, and has the partitions.
func (p *Project) room(ctx context.Context, k *kafka.Cluster, saved []SavedTopic, add bool) error {
	var want []kafka.Topic
	var names []string
	for _, t := range saved {
		topic := kafka.Topic{Name: t.Name, Partitions: t.Partitions}
		for _, declared := range p.cluster.topics {
			if declared.Name == t.Name {
				topic = declared
				topic.Partitions = max(topic.Partitions, t.Partitions)
			}
		}
		want, names = append(want, topic), append(names, t.Name)
	}
	changes, err := k.Plan(ctx, want)
	if err != nil {
		return err
	}
	var there []string
	for i, c := range changes {
		switch {
		case c.Err != nil:
			return c.Err
		case c.Kind() != kafka.Create && c.Have.Partitions < saved[i].Partitions:
			args := map[string]any{"Topic": c.Want.Name, "Have": c.Have.Partitions, "Want": saved[i].Partitions}
			return usererr.New("project.restore_partitions", args, nil).Terminal()
		case c.Kind() != kafka.Create:
			there = append(there, c.Want.Name)
		}
	}
	counts, err := k.Counts(ctx, there)
	if err != nil {
		return err
	}
	var full []string
	for _, name := range there {
		if n := records(counts[name]); n > 0 {
			full = append(full, fmt.Sprintf("%s (%d)", name, n))
		}
	}
	if len(full) > 0 && !add {
		return usererr.New("project.restore_full", map[string]any{"Topics": strings.Join(full, ", ")}, nil).Terminal()
	}
	outcomes, err := k.Apply(ctx, want, false)
	errs := []error{err}
	for _, o := range outcomes {
		errs = append(errs, o.Err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return k.Exist(ctx, topicsNamed(names))
}

func topicsNamed(names []string) []kafka.Topic {
	all := make([]kafka.Topic, len(names))
	for i, name := range names {
		all[i].Name = name
	}
	return all
}

// agreedToReset is nil for a project whose plan the person agreed to, and whose Kafka is one to try things out with: it runs
// it itself, or on this computer.
func (p *Project) agreedToReset(ctx context.Context) error {
	for _, addr := range p.Config.Kafka.Bootstrap {
		if p.Config.Kafka.Mode == config.Remote && !plan.Local(addr) {
			return usererr.New("project.not_development", map[string]any{"Addr": addr}, nil).Terminal()
		}
	}
	return p.gate(ctx)
}
