package docker

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Labels that every compose client, old and new, puts on what it creates.
const (
	labelProject = "com.docker.compose.project"
	labelService = "com.docker.compose.service"
	labelOneOff  = "com.docker.compose.oneoff"
	labelDir     = "com.docker.compose.project.working_dir"
	labelFiles   = "com.docker.compose.project.config_files"
	labelDepends = "com.docker.compose.depends_on"
)

// Container is one container of a compose project as the engine sees it now.
type Container struct {
	Project, Service string // of compose; empty for a container that compose did not make
	ID, Name, Image  string
	State            string // created, running, paused, restarting, removing, exited or dead
	Health           string // starting, healthy or unhealthy; empty without a health check
	ExitCode         int    // of the last run, once it has ended
	OOM              bool   // the last run was ended for want of memory
	Restarts         int    // by the engine, since it was started on request
	Problem          string // the engine's words when it could not start the container
	Started          time.Time
	Finished         time.Time // of the run before while it runs; zero if never
	Ports            []Port
	TTY              bool

	oneOff      bool     // of a single `compose run`
	workingDir  string   // that compose made it in; empty: not told
	configFiles string   // that it was made from, with commas between them; empty: not told
	dependsOn   []string // services
}

// Running reports whether the container's process runs. A container between two restarts does not.
func (c Container) Running() bool { return c.State == "running" }

// Port is a port of a container. Host is 0 where it is not published.
type Port struct {
	HostIP    string // "0.0.0.0", "::", "127.0.0.1"
	Host      uint16
	Container uint16
	Proto     string // tcp, udp or sctp
}

// Containers observes every container of the project, by service and name; containers of a single `compose run`, and
// those of another project of the same name, are left out. A project that was never started has none.
func (s *Stack) Containers(ctx context.Context) ([]Container, error) {
	own, _, err := s.containers(ctx)
	return own, err
}

// containers are the project's, and those that another project of the same name made, which are only listed.
func (s *Stack) containers(ctx context.Context) (cs, others []Container, err error) {
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	listed, err := s.Engine.list(ctx, true, labelProject+"="+s.Name)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range listed {
		if c.oneOff {
			continue
		}
		if own, known := s.madeFrom(c); known && !own {
			others = append(others, c)
			continue
		}
		there, err := s.Engine.inspect(ctx, &c)
		if err != nil {
			return nil, nil, err
		}
		if there {
			cs = append(cs, c)
		}
	}
	slices.SortFunc(cs, func(a, b Container) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name))
	})
	return cs, others, nil
}

// chosen is the container that speaks for a service: one that runs, else the one started last.
func chosen(cs []Container, service string) (Container, bool) {
	var best Container
	found := false
	for _, c := range cs {
		if c.Service != service {
			continue
		}
		if !found || c.Running() && !best.Running() || c.Running() == best.Running() && c.Started.After(best.Started) {
			best, found = c, true
		}
	}
	return best, found
}

// PortOwner finds the running container that publishes a TCP port of this host; false when none does, so that whoever
// holds the port is not a container. It tells whose it is, its name, image and ports; the rest takes an inspection.
func (g *Engine) PortOwner(ctx context.Context, port int) (Container, bool, error) {
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	cs, err := g.list(ctx, false)
	if err != nil {
		return Container{}, false, err
	}
	for _, c := range cs {
		for _, p := range c.Ports {
			if p.Host != 0 && int(p.Host) == port && p.Proto == "tcp" {
				return c, true, nil
			}
		}
	}
	return Container{}, false, nil
}

// engineTime reads a time of the engine's API, whose zero time means never.
func engineTime(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || at.Year() <= 1 {
		return time.Time{}
	}
	return at
}
