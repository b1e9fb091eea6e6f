package project

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"streamtray/docker"
)

// Container is one container of the project's compose files as its engine sees it now.
type Container struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Service  string    `json:"service"`
	Image    string    `json:"image"`
	State    string    `json:"state"`            // created, running, paused, restarting, removing, exited or dead
	Health   string    `json:"health,omitempty"` // starting, healthy or unhealthy; empty without a health check
	Restarts int       `json:"restarts"`         // by the engine, since it was started on request
	Started  time.Time `json:"started,omitzero"`
	Ports    []string  `json:"ports,omitempty"` // "127.0.0.1:9092->9092/tcp", or "9092/tcp" of one that is not published
	Usage    *Usage    `json:"usage,omitempty"` // nil: not measured
}

// Usage is what a container uses now.
type Usage struct {
	CPU    float64 `json:"cpu"`    // percent of one core
	Memory int64   `json:"memory"` // bytes, caches that can be dropped left out
	Limit  int64   `json:"limit"`  // bytes that it may use
}

// Containers looks at the project's containers, by service and name. A project whose Kafka is not in containers, or was
// never started, has none.
func (p *Project) Containers(ctx context.Context) ([]Container, error) {
	if p.stack == nil {
		return nil, nil
	}
	found, err := p.stack.Containers(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Container, len(found))
	for i, c := range found {
		all[i] = Container{
			ID: c.ID, Name: c.Name, Service: c.Service, Image: c.Image, State: c.State, Health: c.Health,
			Restarts: c.Restarts, Started: c.Started, Ports: portTexts(c.Ports),
		}
	}
	return all, nil
}

func portTexts(ports []docker.Port) []string {
	var all []string
	for _, p := range ports {
		text := fmt.Sprintf("%d/%s", p.Container, p.Proto)
		if p.Host != 0 {
			text = net.JoinHostPort(p.HostIP, strconv.Itoa(int(p.Host))) + "->" + text
		}
		all = append(all, text)
	}
	return all
}

// measuredAtOnce is how many containers an engine is asked about at a time.
const measuredAtOnce = 8

// Measure returns the containers with what those that run use now, which takes the engine a second or two. One that
// could not be measured, since it has just ended or ctx has, is without.
func (p *Project) Measure(ctx context.Context, all []Container) []Container {
	all = slices.Clone(all)
	if p.stack == nil {
		return all
	}
	var asking sync.WaitGroup
	places := make(chan struct{}, measuredAtOnce)
	for i := range all {
		all[i].Usage = nil
		if all[i].State != "running" {
			continue
		}
		places <- struct{}{} // whoever holds one gives up when ctx ends
		asking.Go(func() {
			defer func() { <-places }()
			if s, err := p.engine.Stats(ctx, all[i].ID); err == nil {
				all[i].Usage = &Usage{CPU: s.CPU, Memory: s.Memory, Limit: s.Limit}
			}
		})
	}
	asking.Wait()
	return all
}
