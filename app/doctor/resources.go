package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"streamtray/app"
	"streamtray/docker"
)

// What Kafka and ZooKeeper need to start and to be of use, in bytes. The images take some 2 GB, their two Java programs
// start with heaps of 1 GB and 512 MB where nothing else is said.
const (
	gigabyte    = 1 << 30
	leastMemory = gigabyte
	goodMemory  = 2 * gigabyte
	leastDisk   = gigabyte
	goodDisk    = 5 * gigabyte
)

// size tells bytes as people do.
func size(bytes int64) string { return fmt.Sprintf("%.1f GB", float64(bytes)/gigabyte) }

// memory looks at what the engine may give to all containers together.
func (s *Subject) memory(ctx context.Context) Result {
	in, err := s.engine.Info(ctx)
	if err != nil {
		return fromError(err)
	}
	a := args{"Have": size(in.Memory), "Least": size(leastMemory), "Good": size(goodMemory), "Desktop": in.Desktop}
	switch {
	case in.Memory < leastMemory:
		return problem("doctor.engine.memory.little", a)
	case in.Memory < goodMemory:
		return problem("doctor.engine.memory.little", a).asWarning()
	}
	return passed("doctor.engine.memory.ok", a)
}

// hostDisk looks at the disk that the project and what StreamTray keeps are on.
func (s *Subject) hostDisk(context.Context) Result {
	var least int64 = -1
	var where string
	for _, path := range []string{s.options.Dir, s.options.Folders.Data} {
		if path == "" {
			continue
		}
		path = existing(path)
		free, err := s.machine.free(path)
		if err != nil {
			return fromError(err)
		}
		if n := int64(min(free, 1<<62)); least < 0 || n < least { //nolint:gosec // bounded
			least, where = n, path
		}
	}
	return room("doctor.disk.host", least, args{"Path": where})
}

// existing is path, or the folder above it that is there.
func existing(path string) string {
	for {
		above := filepath.Dir(path)
		if _, err := os.Stat(path); err == nil || above == path {
			return path
		}
		path = above
	}
}

// engineDisk looks at the disk that the engine keeps images and volumes on. An engine in a virtual machine does not tell
// what is free there; of it the host's own disk is all there is to see, beside what the engine holds already.
func (s *Subject) engineDisk(ctx context.Context) Result {
	in, err := s.engine.Info(ctx)
	if err != nil {
		return fromError(err)
	}
	free, err := s.machine.free(in.Root)
	if s.endpoint.Local() && !in.Desktop && err == nil {
		f := room("doctor.disk.engine", int64(min(free, 1<<62)), args{"Path": in.Root}) //nolint:gosec // bounded
		if f.Status != OK {
			if u, err := s.engine.Usage(ctx); err == nil {
				f = f.with(usage(u))
			}
		}
		return f
	}
	u, err := s.engine.Usage(ctx)
	if err != nil {
		return fromError(err)
	}
	return passed("doctor.disk.engine.unseen", usage(u).Args)
}

func usage(u docker.Usage) app.Note {
	return app.Note{ID: "doctor.disk.engine.usage", Args: args{
		"All": size(u.Images + u.Volumes + u.Containers + u.BuildCache), "Reclaimable": size(u.Reclaimable),
	}}
}

func room(id string, free int64, a args) Result {
	a["Free"], a["Good"] = size(free), size(goodDisk)
	switch {
	case free < leastDisk:
		return problem(id+".full", a)
	case free < goodDisk:
		return problem(id+".full", a).asWarning()
	}
	return passed(id+".ok", a)
}
