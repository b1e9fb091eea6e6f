package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxCameras bounds the scheduler: a client that invents names cannot fill the memory.
const maxCameras = 1000

// scheduler makes one task of every batch detections of a camera. Of more cameras than maxCameras it forgets the one
// that has been waiting longest.
type scheduler struct {
	batch   int
	waiting map[string][]detection
	order   []string // the cameras of waiting, the one waiting longest first
}

// offer takes a detection and returns the task that it completes, if it does.
func (s *scheduler) offer(d detection, at int64) (task, bool) {
	if s.waiting == nil {
		s.waiting = map[string][]detection{}
	}
	if _, known := s.waiting[d.Camera]; !known {
		if len(s.order) == maxCameras {
			s.forget(s.order[0])
		}
		s.order = append(s.order, d.Camera)
	}
	batch := append(s.waiting[d.Camera], d)
	s.waiting[d.Camera] = batch
	if len(batch) < s.batch {
		return task{}, false
	}
	s.forget(d.Camera)
	return taskFor(batch, at), true
}

func (s *scheduler) forget(camera string) {
	delete(s.waiting, camera)
	s.order = slices.DeleteFunc(s.order, func(c string) bool { return c == camera })
}

func taskFor(batch []detection, at int64) task {
	t := task{Kind: kindTask, Camera: batch[0].Camera, CreatedAt: at, Counts: map[string]int{}}
	for _, d := range batch {
		t.FrameIDs = append(t.FrameIDs, d.FrameID)
		for _, o := range d.Objects {
			t.Counts[o.Label]++
		}
	}
	id := sha256.Sum256([]byte(strings.Join(append([]string{t.Camera}, t.FrameIDs...), "\n")))
	t.TaskID = hex.EncodeToString(id[:])[:16]
	t.Question = fmt.Sprintf("Camera %s saw %s in %d frames. Is anything unusual?", t.Camera, listing(t.Counts), len(batch))
	return t
}

// listing tells counts in words: "2 car, 1 person", or "nothing".
func listing(counts map[string]int) string {
	if len(counts) == 0 {
		return "nothing"
	}
	var words []string
	for _, label := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%d %s", counts[label], label))
	}
	return strings.Join(words, ", ")
}

// judge stands where a language model would: three fixed rules.
func judge(t task, at int64) result {
	r := result{
		Kind: kindResult, TaskID: t.TaskID, Camera: t.Camera, CreatedAt: at, Model: "three-rules/1",
		Level: "normal", Summary: "Nothing unusual.", FrameIDs: t.FrameIDs,
	}
	people := t.Counts["person"]
	switch {
	case people > len(t.FrameIDs):
		r.Level, r.Summary = "alert", fmt.Sprintf("More than one person a frame: %d in all.", people)
	case t.Counts["backpack"] > 0 && people == 0:
		r.Level, r.Summary = "notice", "A backpack, and nobody with it."
	}
	return r
}
