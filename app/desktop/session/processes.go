package session

import (
	"context"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/ports"
	"streamtray/app/view"
	"streamtray/internal/pause"
)

// processesEvery is the pause between two looks at the programs' processes.
const processesEvery = 3 * time.Second

// processes are what the project's programs take, each with all that it started.
type processes struct {
	mu   sync.Mutex
	last map[string]taken
	now  map[string]view.Process
	at   time.Time
}

// taken is what a program had taken at a time.
type taken struct {
	pid   int
	at    time.Time
	usage ports.Usage
}

// look measures the programs that a state tells of, since the look before.
func (p *processes) look(s app.State, at time.Time) {
	last, now := map[string]taken{}, map[string]view.Process{}
	p.mu.Lock()
	before := p.last
	p.mu.Unlock()
	for _, name := range view.Programs(s) {
		pid := view.PIDOf(s, name)
		if pid == 0 {
			continue
		}
		usage, known := ports.UsageOf(ports.Descendants(pid))
		if !known {
			continue
		}
		last[name] = taken{pid, at, usage}
		one := view.Process{Memory: usage.Memory}
		if b, ok := before[name]; ok && b.pid == pid && at.After(b.at) {
			one.CPU = max(0, 100*float64(usage.CPU-b.usage.CPU)/float64(at.Sub(b.at))) // a child that ended takes its time with it
			now[name] = one
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.now, p.at = last, now, at
}

// seen is what was measured last; nil: nothing of now.
func (p *processes) seen(now time.Time) map[string]view.Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.at) > usageFor {
		return nil
	}
	return p.now
}

// WatchProcesses looks every few seconds until ctx ends.
func (s *Session) WatchProcesses(ctx context.Context) {
	for ctx.Err() == nil {
		s.processes.look(s.Hub.State(), time.Now())
		pause.For(ctx, processesEvery)
	}
}
