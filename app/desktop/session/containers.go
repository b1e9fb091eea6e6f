package session

import (
	"context"
	"sync"
	"time"

	"streamtray/app/project"
	"streamtray/app/view"
	"streamtray/internal/pause"
)

// containersEvery is the pause between two looks at the containers.
const containersEvery = 3 * time.Second

// contained is what was seen of the project's containers.
type contained struct {
	mu  sync.Mutex
	at  time.Time // when they were seen
	all []project.Container
}

// usageFor is how long what a container used is told as what it uses now.
const usageFor = 15 * time.Second

// look looks once: how they are at once, and what they use when the engine has measured it.
func (c *contained) look(ctx context.Context, p *project.Project) {
	all, err := p.Containers(ctx)
	if err != nil {
		c.set(nil) // the story tells that the engine does not answer
		return
	}
	c.mu.Lock()
	usage := map[string]*project.Usage{}
	for _, before := range c.all {
		usage[before.ID] = before.Usage
	}
	c.mu.Unlock()
	for i := range all {
		if all[i].State == "running" {
			all[i].Usage = usage[all[i].ID]
		}
	}
	c.set(all)
	c.set(p.Measure(ctx, all))
}

func (c *contained) set(all []project.Container) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all, c.at = all, time.Now()
}

// containers are the ones seen last; what they used long ago is left out.
func (c *contained) containers(now time.Time) []view.Container {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []view.Container
	for _, one := range c.all {
		v := view.Container{Service: one.Service, Image: one.Image, Ports: one.Ports, State: one.State, Health: one.Health, Restarts: one.Restarts, Started: one.Started}
		if one.Usage != nil && now.Sub(c.at) < usageFor {
			v.CPU, v.Memory = one.Usage.CPU, one.Usage.Memory
		}
		all = append(all, v)
	}
	return all
}

// WatchContainers looks every few seconds until ctx ends; where there can be no containers, never.
func (s *Session) WatchContainers(ctx context.Context) {
	for s.InContainers() && ctx.Err() == nil {
		s.contained.look(ctx, s.Project)
		pause.For(ctx, containersEvery)
	}
}
