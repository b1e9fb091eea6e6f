package docker

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Stack is one compose project, or some services of it, on an engine. Its fields are set before first use and stay.
type Stack struct {
	Engine   *Engine
	Dir      string         // folder that compose runs in
	Files    []string       // compose files, relative to Dir or absolute; none: compose finds its own in Dir
	Name     string         // project name; must not be empty, as containers are found by it
	Services []string       // wanted services; none: every service
	Profiles []string       // compose profiles that are switched on
	Env      []string       // "KEY=value" for compose, over this process's own environment
	Progress func(Progress) // told how Up and Stop go, from one goroutine at a time; nil: nobody wants to know

	grace time.Duration // for tests: how long a cancelled compose may take to end by itself
}

// Running looks once at the wanted services and is nil when each has a container that runs; a container that is
// unhealthy or still starting counts, since only the service's own protocol can tell. The error joins one *Error for
// each service that does not run, what needs a person's eye first. A container that the engine restarted just now does not
// count as running, even if it does at this moment. A wanted service of which another project of the same name
// has a container is docker.project_clash, final.
func (s *Stack) Running(ctx context.Context) error {
	cs, others, err := s.containers(ctx)
	if err == nil {
		err = s.clash(others)
	}
	if err != nil {
		return err
	}
	now := time.Now()
	wanted := s.Services
	if len(wanted) == 0 {
		wanted = servicesOf(cs)
	}
	if len(wanted) == 0 {
		return fault(ProjectMissing, facts{"Project": s.Name}, nil)
	}
	var grave, mild []error
	for _, service := range wanted {
		c, found := chosen(cs, service)
		if !found {
			mild = append(mild, fault(ServiceMissing, facts{"Service": service}, nil))
			continue
		}
		bad := broken(c, c.restarted(now))
		switch {
		case bad == nil:
		case bad.ID == ServiceStopped || bad.ID == ServiceCreated:
			mild = append(mild, bad)
		default:
			grave = append(grave, bad)
		}
	}
	return errors.Join(append(grave, mild...)...)
}

// restarted reports whether the engine has restarted the container just now, as it does one that crashes time and
// again: at this moment it runs, and soon it may not. A clock that is not the engine's may tell nothing, and then it
// counts as running.
func (c Container) restarted(now time.Time) bool {
	ago := now.Sub(c.Started)
	return c.Restarts > 0 && ago >= 0 && ago < restartedFor
}

// restartedFor is how long a container that the engine restarted does not count as running: longer than the pause
// between two looks.
const restartedFor = 5 * time.Second

func servicesOf(cs []Container) []string {
	var names []string
	for _, c := range cs {
		names = append(names, c.Service)
	}
	return slices.Compact(names) // Containers are sorted by service
}

// broken tells what keeps a container from running; nil when it runs.
func broken(c Container, restarted bool) *Error {
	args := facts{"Service": c.Service, "Container": c.Name, "Code": c.ExitCode, "OOM": c.OOM, "Restarts": c.Restarts}
	switch {
	case c.Running() && !restarted:
		return nil
	case c.State == "restarting" || restarted:
		return fault(ServiceRestarting, args, nil)
	case c.State == "paused":
		return fault(ServicePaused, args, nil)
	case c.Problem != "":
		args["Detail"] = c.Problem
		return fault(ServiceNotStarted, args, nil)
	case c.State == "created":
		return fault(ServiceCreated, args, nil)
	case c.OOM:
		return fault(ServiceOOM, args, nil)
	case EndedOnRequest(c.ExitCode):
		return fault(ServiceStopped, args, nil)
	}
	return fault(ServiceExited, args, nil)
}

// EndedOnRequest knows the exit codes of a process that came to its end, or was asked to: 143 is SIGTERM, which
// `compose stop` sends and a JVM answers so, 130 is SIGINT. 137 is SIGKILL and may be anything.
func EndedOnRequest(code int) bool { return code == 0 || code == 143 || code == 130 }
