package docker

import (
	"context"
	"path"
	"slices"

	"streamtray/internal/lazyregexp"
)

// Data is where the containers of some services keep what outlives them.
type Data struct {
	Containers []Container // stopped or not
	Volumes    []Volume    // that go with the project: compose made them for it, or for one container alone
	Folders    []Volume    // of Kafka or ZooKeeper in the containers themselves, which go with these
	Kept       []Volume    // others': declared external, or folders of the computer
}

// Volume is a volume as a container has it.
type Volume struct {
	Name        string // of a volume; of a folder of the computer, its path; empty: a folder in the container
	Container   string // id
	Service     string
	Destination string // in the container
}

// anonymous is the name that the engine gives to a volume that has none.
var anonymous = lazyregexp.New(`^[0-9a-f]{64}$`)

// Data looks where the containers of these services that were made from this stack's files keep their data. It changes
// nothing.
func (s *Stack) Data(ctx context.Context, services []string) (Data, error) {
	all, _, err := s.containers(ctx)
	if err != nil {
		return Data{}, err
	}
	var d Data
	for _, c := range all {
		if own, _ := s.madeFrom(c); !own || !slices.Contains(services, c.Service) {
			continue
		}
		d.Containers = append(d.Containers, c)
		if err := s.dataOf(ctx, &d, c); err != nil {
			return Data{}, err
		}
	}
	return d, nil
}

// dataOf adds where one container keeps its data.
func (s *Stack) dataOf(ctx context.Context, d *Data, c Container) error {
	mounts, err := s.Engine.mounts(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, m := range mounts {
		v := Volume{Name: m.name, Container: c.ID, Service: c.Service, Destination: m.destination}
		own := false
		if m.volume {
			if own, err = s.Engine.madeFor(ctx, m.name, s.Name); err != nil {
				return err
			}
		}
		switch {
		case !own:
			d.Kept = append(d.Kept, v)
		case !slices.ContainsFunc(d.Volumes, func(o Volume) bool { return o.Name == v.Name }):
			d.Volumes = append(d.Volumes, v)
		}
	}
	changed, err := s.Engine.changed(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, file := range changed {
		dir := path.Dir(file)
		known := slices.ContainsFunc(d.Folders, func(o Volume) bool { return o.Container == c.ID && o.Destination == dir })
		if marks[path.Base(file)] && !known {
			d.Folders = append(d.Folders, Volume{Container: c.ID, Service: c.Service, Destination: dir})
		}
	}
	return nil
}

// marks are what lies in each data folder of Kafka, and of ZooKeeper.
var marks = map[string]bool{"meta.properties": true, "version-2": true}

// mounted is something that a container has in its file system.
type mounted struct {
	name, destination string
	volume            bool
}
