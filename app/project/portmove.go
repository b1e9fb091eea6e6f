package project

import (
	"context"
	"errors"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"streamtray/app"
	"streamtray/app/ports"
	"streamtray/app/settings"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/atomicfile"
	"streamtray/internal/cmdline"
	"streamtray/internal/loopback"
	"streamtray/internal/usererr"
)

// Offer is a way round ports that are taken: free ones, and the override file that uses them. The user's own compose
// files stay as they are.
type Offer struct {
	Moves    []Move
	File     string   // where the override file will lie: among what this program keeps, not in the project
	Override string   // its text
	Kafka    []string // where a program on this computer finds Kafka then
	Told     string   // the variable by which the app is told that; empty: it is not told

	to map[int]int // all ports of the project that give way, those of before too
}

// Move is one port that gives way.
type Move struct {
	From, To int
	Why      error // who has it
}

// Notes say what the offer means, before its override file is shown: where Kafka is then, who is told, where the file lies.
func (o *Offer) Notes() []app.Note {
	var all []app.Note
	if len(o.Kafka) > 0 {
		all = append(all, app.Note{ID: "cli.ports.kafka", Args: map[string]any{"Addr": strings.Join(o.Kafka, ", ")}})
	}
	if o.Told != "" {
		all = append(all, app.Note{ID: "cli.ports.told", Args: map[string]any{"Env": o.Told}})
	}
	return append(all, app.Note{ID: "cli.ports.file", Args: map[string]any{"File": o.File}})
}

// inTheWay are the troubles of a port that another port ends.
var inTheWay = []string{
	ports.Taken, ports.TakenUnknown, ports.TakenBySystem, "project.port_container",
	docker.PortAllocated, docker.PortInUse, docker.PortUnavailable,
}

// PortsInTheWay reports whether err says that ports are taken, for which there may be an Offer.
func PortsInTheWay(err error) bool {
	return slices.ContainsFunc(idsOf(err), func(id string) bool { return slices.Contains(inTheWay, id) })
}

// Offer looks which ports the project's services need and cannot have, and finds free ones for them. Nil: all ports are
// free. It changes nothing; Accept does.
func (p *Project) Offer(ctx context.Context) (*Offer, error) {
	if p.stack == nil {
		return nil, nil
	}
	o := &Offer{to: maps.Clone(p.moved), File: p.portsFile(), Told: p.Config.Kafka.Env}
	if o.to == nil {
		o.to = map[int]int{}
	}
	for b, err := range p.stack.blocked(ctx) {
		if err != nil {
			return nil, err
		}
		n, err := p.freeFor(ctx, b.port, slices.Collect(maps.Values(o.to)))
		if err != nil {
			return nil, err
		}
		o.Moves = append(o.Moves, Move{From: b.port.Host, To: n, Why: b.why})
		o.to[p.written(b.port.Host)] = n
	}
	if len(o.Moves) == 0 {
		return nil, nil
	}
	var err error
	if o.Override, err = override(ctx, p.base, o.to); err != nil {
		return nil, err
	}
	o.Kafka, err = p.addresses(ctx, o)
	return o, err
}

// written is the port that the project's own files name for one that is published now.
func (p *Project) written(port int) int {
	for from, to := range p.moved {
		if to == port {
			return from
		}
	}
	return port
}

// freeFor finds a port of this computer that nothing has and nothing of the project wants.
func (p *Project) freeFor(ctx context.Context, port compose.Port, chosen []int) (int, error) {
	const apart, tries = 10_000, 100
	for n := port.Host%apart + apart; n < port.Host%apart+apart+tries; n++ { // 9092 becomes 19092, as many do by hand
		if slices.Contains(chosen, n) || slices.ContainsFunc(p.compose.Services, func(s compose.Service) bool {
			return slices.ContainsFunc(s.Ports, func(q compose.Port) bool { return q.Host <= n && n <= max(q.Host, q.HostEnd) })
		}) {
			continue
		}
		candidate := port
		candidate.Host = n
		err := p.stack.portFree(ctx, candidate)
		if err == nil {
			return n, nil
		}
		if !errors.As(err, new(*usererr.Error)) || of("docker", err) {
			return 0, err
		}
	}
	return 0, usererr.New("project.no_free_port", map[string]any{"Port": port.Host}, nil).Terminal()
}

// override is the text of the file that moves ports, with a word on where it comes from.
func override(ctx context.Context, base *compose.Project, to map[int]int) (string, error) {
	text, err := compose.Moved(ctx, base, to)
	if errors.Is(err, compose.ErrFixed) {
		return "", usererr.New("project.port_fixed", map[string]any{"File": base.Asked, "Files": cmdline.Quoted(base.Asked)}, err).Terminal()
	}
	if err != nil || text == "" {
		return "", err
	}
	return "# Written by StreamTray: free ports in the place of taken ones. \"streamtray up --own-ports\" takes them back.\n" + text, nil
}

// addresses are where the project's Kafka is once the offer is accepted.
func (p *Project) addresses(ctx context.Context, o *Offer) ([]string, error) {
	if named := p.Config.Kafka.Bootstrap; len(named) > 0 {
		return movedTo(named, o.to), nil
	}
	after, err := compose.LoadWith(ctx, p.base, []byte(o.Override))
	if err != nil {
		return nil, err
	}
	return compose.Inspect(after).Bootstrap, nil
}

// movedTo are addresses of this computer on the ports that stand for those named.
func movedTo(addrs []string, to map[int]int) []string {
	all := slices.Clone(addrs)
	for i, a := range all {
		host, port, err := net.SplitHostPort(a)
		n, bad := strconv.Atoi(port)
		if err == nil && bad == nil && to[n] > 0 && loopback.Is(host) {
			all[i] = net.JoinHostPort(host, strconv.Itoa(to[n]))
		}
	}
	return all
}

func (p *Project) portsFile() string { return p.folder("ports.yml") }

// Accept has the offer used from the next opening of the project on. Which ports give way is the person's own choice and
// no part of what they trust the project with.
func (p *Project) Accept(o *Offer) error { return p.move(o.to) }

// OwnPorts has the project's own ports used again from its next opening on.
func (p *Project) OwnPorts() error { return p.move(nil) }

func (p *Project) move(to map[int]int) error {
	return settings.Change(p.options.Folders, func(s *settings.Settings) { s.Move(p.Dir, to) })
}

// withMoves is the project as its files say it, with the ports that the person had moved. Where that is not possible any
// more, since the files changed, it is as the files say.
func (p *Project) withMoves(ctx context.Context, base *compose.Project) (*compose.Project, error) {
	to := p.options.Settings.Ports[p.Dir]
	if len(to) == 0 {
		return base, nil
	}
	text, err := override(ctx, base, to)
	if err != nil || text == "" {
		return base, ctx.Err()
	}
	if old, err := os.ReadFile(p.portsFile()); err != nil || string(old) != text {
		if err := atomicfile.Keep(p.portsFile(), []byte(text)); err != nil {
			return nil, usererr.New("project.unwritable", map[string]any{"File": p.portsFile()}, err)
		}
	}
	p.moved = to
	return compose.LoadBeside(ctx, base, p.portsFile())
}
