package docker

import "context"

// Stats is what a container uses now.
type Stats struct {
	CPU    float64 // percent of one core: 250 is two cores and a half
	Memory int64   // bytes, caches that can be dropped left out
	Limit  int64   // bytes it may use
}

// sample is a container's use of the machine at one moment. Times are in nanoseconds since the start.
type sample struct {
	busy, machine uint64
	cores         int
	memory, limit uint64
}

// Stats measures a container over the second that the engine needs for it.
func (g *Engine) Stats(ctx context.Context, id string) (Stats, error) {
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	now, before, err := g.rawStats(ctx, id)
	if err != nil {
		return Stats{}, err
	}
	return usage(now, before), nil
}

func usage(now, before sample) Stats {
	s := Stats{Memory: int64(now.memory), Limit: int64(now.limit)} //nolint:gosec // bytes of memory fit
	if now.machine > before.machine && now.busy > before.busy {
		s.CPU = float64(now.busy-before.busy) / float64(now.machine-before.machine) * float64(now.cores) * 100
	}
	return s
}
