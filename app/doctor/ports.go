package doctor

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"streamtray/app/config"
	"streamtray/app/ports"
	"streamtray/app/project"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

// port is one that the project needs on this computer.
type port struct {
	addr    string // host:port
	number  int
	service string // of compose that publishes it; empty: the app's own
}

// ports are all that the project needs on this computer.
func (s *Subject) ports() []port {
	var all []port
	if s.parts.Stack != nil && (s.endpoint.Local() || onLoopback(s.endpoint.Host)) {
		for _, w := range s.wanted() {
			for _, p := range w.Ports {
				if p.Host != 0 && p.HostEnd == 0 && !p.UDP {
					all = append(all, port{net.JoinHostPort(p.HostIP, strconv.Itoa(p.Host)), p.Host, w.Name})
				}
			}
		}
	}
	if c := s.config.Kafka; c.Mode == config.Embedded && c.Port != 0 {
		all = append(all, port{net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port)), c.Port, story.StepEmbedded})
	}
	if u, err := url.Parse(s.config.App.Ready.HTTP); err == nil && s.Project != nil {
		if n, err := strconv.Atoi(u.Port()); err == nil {
			all = append(all, port{net.JoinHostPort("127.0.0.1", u.Port()), n, ""})
		}
	}
	return all
}

// portsFree looks whether each port is free, or held by the one who should.
func (s *Subject) portsFree(ctx context.Context) Result {
	var errs []error
	var seen []string
	for _, p := range s.ports() {
		seen = append(seen, strconv.Itoa(p.number))
		var told *usererr.Error
		if err := s.portFree(ctx, p); errors.As(err, &told) && told.ID == "ports.reserved" {
			continue // the next check tells
		} else if err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return fromError(errors.Join(errs...))
	}
	if len(seen) == 0 {
		return skip("doctor.ports.none", nil)
	}
	return passed("doctor.ports.free.ok", args{"Ports": strings.Join(seen, ", ")})
}

func (s *Subject) portFree(ctx context.Context, p port) error {
	if s.holds(p) {
		return nil
	}
	if p.service == "" {
		if _, says := s.appSays(ctx); says && s.heldByApp(p.number) {
			return nil // it is the app, started by hand
		}
	}
	if s.engine != nil && s.config.Kafka.Mode == config.Docker && s.engine.Answers(ctx) == nil {
		c, taken, err := s.engine.PortOwner(ctx, p.number)
		switch {
		case err != nil:
			return err
		case taken && c.Project == s.parts.Stack.Name && c.Service == p.service:
			return nil
		case taken:
			return usererr.New("project.port_container", args{"Port": p.number, "Name": c.Name, "Project": c.Project}, nil)
		}
	}
	err := ports.Free(ctx, p.addr)
	if p.service == "" {
		return cmp.Or(project.AppPort(err, cmp.Or(s.config.File, config.FileName)), err)
	}
	return err
}

// heldByApp reports whether the app has a port, as far as it is known who has it: any program may say that it streams.
func (s *Subject) heldByApp(port int) bool {
	holder, found, err := s.machine.holder(port)
	return err != nil || !found || holder.PID == 0 || s.Project.IsApp(holder)
}

// holds reports whether what StreamTray itself keeps has the port: the app that runs, or the embedded broker.
func (s *Subject) holds(p port) bool {
	step := story.StepApp
	switch p.service {
	case "":
	case story.StepEmbedded:
		step = story.StepEmbedded
	default:
		return false
	}
	row, _ := s.state.Row(step)
	return s.kept && row.Holding()
}

// portsReserved looks whether the system keeps one of the ports for itself.
func (s *Subject) portsReserved(context.Context) Result {
	all := s.ports()
	for _, p := range all {
		r, kept, err := ports.Reserved(p.number)
		if err != nil {
			return fromError(err)
		}
		if kept {
			return fromError(usererr.New("ports.reserved", args{"Port": p.number, "First": r.First, "Last": r.Last}, nil))
		}
	}
	if len(all) == 0 {
		return skip("doctor.ports.none", nil)
	}
	return passed("doctor.ports.reserved.ok", nil)
}
