package project

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/internal/atomicfile"
)

// startsKept is how many good starts of a step are remembered: few enough to follow a machine that became faster.
const startsKept = 9

// history is how long each step took in the last good starts, in seconds, oldest first.
type history map[string][]float64

// usual is the median by step.
func (h history) usual() map[string]time.Duration {
	all := map[string]time.Duration{}
	for step, took := range h {
		if n := len(took); n > 0 {
			sorted := slices.Sorted(slices.Values(took))
			all[step] = time.Duration((sorted[(n-1)/2] + sorted[n/2]) / 2 * float64(time.Second))
		}
	}
	return all
}

// add remembers one more start.
func (h history) add(took map[string]time.Duration) {
	for step, d := range took {
		all := append(h[step], d.Seconds())
		h[step] = all[max(len(all)-startsKept, 0):]
	}
}

// watcher tells from a story's states which steps a good start brought about.
type watcher struct {
	begun map[string]time.Time // of what was told already
}

// see returns how long the steps took that were brought about since the last good state; none while the story is on its
// way, and none for what held when it was looked at first: that tells nothing of how long it takes.
func (w *watcher) see(s app.State) map[string]time.Duration {
	if !s.Phase().Kept() {
		return nil
	}
	took := map[string]time.Duration{}
	begun := map[string]time.Time{}
	for _, r := range s.Rows {
		begun[r.Step] = r.Begun
		if r.Kind == app.Done && !r.Soft && !r.Begun.Equal(w.begun[r.Step]) {
			took[r.Step] = r.Ended.Sub(r.Begun)
		}
	}
	w.begun = begun
	return took
}

// starts is a project's history on disk, as this process knows it.
type starts struct {
	file string // empty: nothing is kept
	mu   sync.Mutex
	read bool
	all  history
}

// usual reads the history once, and follows this process's own starts from then on.
func (s *starts) usual() map[string]time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.read {
		s.all, s.read = load(s.file), true
	}
	return s.all.usual()
}

// add remembers a start, beside those that other processes remembered meanwhile.
func (s *starts) add(took map[string]time.Duration) error {
	h := load(s.file)
	h.add(took)
	s.mu.Lock()
	s.all, s.read = h, true
	s.mu.Unlock()
	return h.save(s.file)
}

// load is the history in a file; one that is not there or makes no sense is an empty one: nothing else depends on it.
func load(file string) history {
	h := history{}
	text, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(text, &h) != nil || h == nil {
		return history{}
	}
	maps.DeleteFunc(h, func(_ string, took []float64) bool {
		return slices.ContainsFunc(took, func(s float64) bool { return s < 0 })
	})
	return h
}

func (h history) save(file string) error {
	if file == "" {
		return nil
	}
	return atomicfile.KeepJSON(file, h)
}

// Usual is how long each step took in this project's last good starts: the median of up to nine, by step. A step that
// never had to be brought about is missing.
func (p *Project) Usual() map[string]time.Duration { return p.starts.usual() }

// remember keeps how long the steps of good starts took, until ctx ends.
func (p *Project) remember(ctx context.Context, hub *app.Hub) {
	var w watcher
	for s := range hub.Watch(ctx) {
		if took := w.see(s); len(took) > 0 {
			_ = p.starts.add(took) // a history that cannot be kept is not worth a word: the next one may
		}
	}
}
