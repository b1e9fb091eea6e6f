package project

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/docker"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// Volume is where a container keeps its data: see docker.Volume.
type Volume = docker.Volume

// ResetScope is what a reset is to take away.
type ResetScope struct {
	Topics  bool     // the records of topics; the topics stay
	Names   []string // of which topics; none: of the declared ones that exist
	Offsets bool     // what consumer groups have read
	// All is everything that Kafka keeps: with containers, the volumes of Kafka and ZooKeeper, also where Kafka does not
	// serve any more; else all topics' records and all groups.
	All bool
}

// Reset is what would go, as it was seen when it was planned, and what has been saved of it.
type Reset struct {
	Topics  []SavedTopic
	Groups  []Group
	Volumes []Volume // with their containers
	Stays   []Volume // that Kafka or ZooKeeper use too, and that are not the project's
	Silent  error    // why Kafka did not say what topics it has; nil: it did

	Saved []string // the files that hold what went
	Begun bool     // some of it may be gone

	counts map[string][]kafka.Offset
	data   docker.Data
	stack  *docker.Stack // Kafka's and ZooKeeper's services; nil: containers are left alone
}

// Empty reports whether there is nothing that would go.
func (r *Reset) Empty() bool {
	return r.Records() == 0 && len(r.Groups) == 0 && len(r.data.Containers) == 0
}

// Records is how many records would go.
func (r *Reset) Records() (n int64) {
	for _, t := range r.Topics {
		n += t.Records
	}
	return n
}

// Notes say what would go besides records, and what stays.
func (r *Reset) Notes() []app.Note {
	var all []app.Note
	for _, g := range r.Groups {
		all = append(all, app.Note{ID: "cli.reset.group", Args: map[string]any{"Group": g.Name, "Partitions": len(g.Reads)}})
	}
	for _, v := range r.Volumes {
		all = append(all, app.Note{ID: "cli.reset.volume", Args: placeOf(v)})
	}
	for _, v := range r.Stays {
		all = append(all, app.Note{ID: "cli.reset.stays", Args: placeOf(v)})
	}
	return all
}

func placeOf(v Volume) map[string]any {
	return map[string]any{"Name": v.Name, "Service": v.Service, "Path": v.Destination}
}

// AgreesToReset reports whether an answer is the word that a person types to have all go, in either language.
func AgreesToReset(answer string) bool {
	return slices.Contains([]string{"delete", "删除"}, strings.ToLower(strings.TrimSpace(answer)))
}

// PlanReset looks at what a reset would take away. It changes nothing.
func (p *Project) PlanReset(ctx context.Context, scope ResetScope) (_ *Reset, err error) {
	if err := p.agreedToReset(ctx); err != nil {
		return nil, err
	}
	r := &Reset{}
	if scope.All && p.stack != nil {
		r.stack = p.kafkaStack()
		if len(r.stack.Services) == 0 { // none named would mean all
			return nil, usererr.New("project.no_remedy", map[string]any{"Name": "reset --all"}, nil).Terminal()
		}
		if r.data, err = r.stack.Data(ctx, r.stack.Services); err != nil {
			return nil, err
		}
		r.Volumes, r.Stays = slices.Concat(r.data.Volumes, r.data.Folders), r.data.Kept
	}
	if err := p.planRecords(ctx, r, scope); err != nil {
		if r.stack == nil || ctx.Err() != nil {
			return nil, err
		}
		r.Silent, r.Topics, r.Groups = err, nil, nil // its volumes are saved as they are
	}
	return r, nil
}

func (p *Project) planRecords(ctx context.Context, r *Reset, scope ResetScope) error {
	k, err := p.cluster.at()
	if err != nil {
		return err
	}
	found, err := topicsOf(ctx, k)
	if err != nil {
		return err
	}
	var names []string
	switch {
	case scope.All:
		names = found
	case scope.Topics && len(scope.Names) > 0:
		names = scope.Names
	case scope.Topics:
		names = slices.DeleteFunc(p.cluster.names(), func(name string) bool { return !slices.Contains(found, name) })
	}
	if r.counts, err = k.Counts(ctx, names); err != nil {
		return err
	}
	for _, name := range names {
		r.Topics = append(r.Topics, SavedTopic{Name: name, Partitions: len(r.counts[name]), Records: records(r.counts[name])})
	}
	if scope.All || scope.Offsets {
		r.Groups, err = k.Groups(ctx)
	}
	return err
}

// kafkaStack is the project's stack with the services of Kafka and ZooKeeper alone.
func (p *Project) kafkaStack() *docker.Stack {
	return p.servicesOnly(func(role string) bool { return role != "" })
}

// Reset saves what was planned to files in a folder and then takes it away, because the user agreed to it in so many words
// just now. Where something cannot be saved, nothing is taken away. Records that came after it was planned stay, unless
// their volume goes, which is saved as it is. The files that were written are in Saved, also with an error.
func (p *Project) Reset(ctx context.Context, r *Reset, folder string) error {
	if err := p.agreedToReset(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return notSaved(folder, err)
	}
	name := filepath.Join(folder, "reset-"+time.Now().Format("20060102-150405"))
	if r.Silent == nil && (r.Records() > 0 || len(r.Groups) > 0) {
		if err := p.saveReset(ctx, r, name+".jsonl.gz"); err != nil {
			return err
		}
	}
	if r.stack != nil {
		return p.resetVolumes(ctx, r, name)
	}
	k, err := p.cluster.at()
	if err != nil {
		return err
	}
	r.Begun = true
	if r.Records() > 0 {
		if err := k.RemoveRecords(ctx, r.counts); err != nil {
			return err
		}
	}
	var groups []string
	for _, g := range r.Groups {
		groups = append(groups, g.Name)
	}
	if len(groups) == 0 {
		return nil
	}
	return k.RemoveGroups(ctx, groups)
}

// saveReset saves the records that would go, and where groups read.
func (p *Project) saveReset(ctx context.Context, r *Reset, file string) error {
	k, err := p.cluster.at()
	if err != nil {
		return err
	}
	var groups []snapshotGroup
	for _, g := range r.Groups {
		for _, part := range g.Reads {
			groups = append(groups, snapshotGroup{g.Name, part.Topic, part.Partition, part.Next})
		}
	}
	saved, err := save(ctx, k, file, r.counts, groups)
	if err != nil {
		return err
	}
	r.Saved = append(r.Saved, file)
	r.Topics = saved
	return nil
}

// resetVolumes stops Kafka and ZooKeeper, saves their volumes as they are then, and removes both.
func (p *Project) resetVolumes(ctx context.Context, r *Reset, name string) error {
	if err := r.stack.StopContainers(ctx); err != nil {
		return err
	}
	for i, v := range r.Volumes {
		file := fmt.Sprintf("%s-%s-%d.tar.gz", name, strings.Map(fileRune, v.Service), i+1)
		err := atomicfile.CreateFrom(file, 0o600, func(w io.Writer) error {
			packed := gzip.NewWriter(w)
			return errors.Join(r.stack.Engine.Pack(ctx, v, packed), packed.Close())
		})
		if err != nil {
			return notSaved(file, err)
		}
		r.Saved = append(r.Saved, file)
	}
	if err := p.gate(ctx); err != nil {
		return err
	}
	r.Begun = true
	return r.stack.Engine.Remove(ctx, r.data)
}

// fileRune is a character of a service's name as every file system takes it.
func fileRune(c rune) rune {
	if c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		return c
	}
	return '_'
}
