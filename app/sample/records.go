package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The records are those of assets/sample/docs/records.md, field by field in the same order, so that both programs write
// the same bytes. Times are milliseconds since 1970-01-01 UTC, boxes pixels from the top left corner.

type box struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

type thing struct {
	Label string `json:"label"`
	Box   box    `json:"box"`
}

// frame is one picture of a camera: what a client sends.
type frame struct {
	ID        string   `json:"id"`
	Camera    string   `json:"camera"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Timestamp int64    `json:"timestamp"`
	Image     string   `json:"image,omitempty"`
	Objects   *[]thing `json:"objects,omitempty"`
}

type object struct {
	Label      string  `json:"label"`
	Confidence float64 `json:"confidence"`
	Box        box     `json:"box"`
}

// detection is what one frame shows: the answer to it, and the record in detection-results.
type detection struct {
	Kind       string   `json:"kind"`
	FrameID    string   `json:"frame_id"`
	Camera     string   `json:"camera"`
	Width      int      `json:"width"`
	Height     int      `json:"height"`
	CapturedAt int64    `json:"captured_at"`
	DetectedAt int64    `json:"detected_at"`
	Objects    []object `json:"objects"`
}

// task is a question about some frames of a camera: the record in llm-analysis-tasks.
type task struct {
	Kind      string         `json:"kind"`
	TaskID    string         `json:"task_id"`
	Camera    string         `json:"camera"`
	CreatedAt int64          `json:"created_at"`
	FrameIDs  []string       `json:"frame_ids"`
	Counts    map[string]int `json:"counts"`
	Question  string         `json:"question"`
}

// result is the answer to a task: the record in llm-analysis-results.
type result struct {
	Kind      string   `json:"kind"`
	TaskID    string   `json:"task_id"`
	Camera    string   `json:"camera"`
	CreatedAt int64    `json:"created_at"`
	Model     string   `json:"model"`
	Level     string   `json:"level"`
	Summary   string   `json:"summary"`
	FrameIDs  []string `json:"frame_ids"`
}

// encode writes a record as the Python twin does: on one line, without escaping what HTML would need.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// decodeFrame reads a frame and checks what the rest relies on.
func decodeFrame(b []byte) (frame, error) {
	var f frame
	if err := json.Unmarshal(b, &f); err != nil {
		return frame{}, err
	}
	switch {
	case f.ID == "":
		return frame{}, errors.New("id: Field required")
	case f.Camera == "":
		return frame{}, errors.New("camera: Field required")
	case f.Width < 1 || f.Width > 65535:
		return frame{}, errors.New("width: must be from 1 to 65535")
	case f.Height < 1 || f.Height > 65535:
		return frame{}, errors.New("height: must be from 1 to 65535")
	case f.Timestamp < 0:
		return frame{}, errors.New("timestamp: must not be negative")
	}
	return f, nil
}

var labels = []string{"person", "car", "bicycle", "dog", "backpack"}

const bytesPerObject = 6

// detect looks at one frame: a stand-in for a neural network, whose finds follow from the frame's hash.
func detect(f frame, at int64) detection {
	seed := sha256.Sum256([]byte(f.Camera + "\n" + f.ID + "\n" + f.Image))
	objects := imagined(f, seed)
	if f.Objects != nil {
		objects = told(f, seed)
	}
	return detection{
		Kind: "detection/1", FrameID: f.ID, Camera: f.Camera, Width: f.Width, Height: f.Height,
		CapturedAt: f.Timestamp, DetectedAt: at, Objects: objects,
	}
}

// imagined gives none to three objects, each drawn from its own bytes of the seed.
func imagined(f frame, seed [sha256.Size]byte) []object {
	objects := []object{}
	for i := range int(seed[0]) % 4 {
		b := seed[1+i*bytesPerObject:]
		width := max(1, f.Width*(10+int(b[2])%30)/100)
		height := max(1, f.Height*(10+int(b[3])%30)/100)
		objects = append(objects, object{
			Label:      labels[int(b[0])%len(labels)],
			Confidence: confidence(b[1]),
			Box:        box{X: (f.Width - width) * int(b[4]) / 255, Y: (f.Height - height) * int(b[5]) / 255, Width: width, Height: height},
		})
	}
	return objects
}

// told gives the objects that a test picture is said to show, each cut so that it lies in the picture.
func told(f frame, seed [sha256.Size]byte) []object {
	objects := []object{}
	for i, t := range *f.Objects {
		x, y := min(t.Box.X, f.Width-1), min(t.Box.Y, f.Height-1)
		objects = append(objects, object{
			Label: t.Label, Confidence: confidence(seed[i%len(seed)]),
			Box: box{X: x, Y: y, Width: min(t.Box.Width, f.Width-x), Height: min(t.Box.Height, f.Height-y)},
		})
	}
	return objects
}

// confidence is 0.50 to 0.99, two digits.
func confidence(b byte) float64 { return float64(50+int(b)%50) / 100 }

// batchSize is how many detections of one camera make a task.
const batchSize = 5

// maxCameras bounds the scheduler: a client that invents names cannot fill the memory.
const maxCameras = 1000

// scheduler makes one task of every batchSize detections of a camera.
type scheduler struct{ waiting map[string][]detection }

// offer takes a detection and returns the task that it completes, if it does.
func (s *scheduler) offer(d detection, at int64) (task, bool) {
	if s.waiting == nil || len(s.waiting) > maxCameras {
		s.waiting = map[string][]detection{}
	}
	batch := append(s.waiting[d.Camera], d)
	if len(batch) < batchSize {
		s.waiting[d.Camera] = batch
		return task{}, false
	}
	delete(s.waiting, d.Camera)
	return taskFor(batch, at), true
}

func taskFor(batch []detection, at int64) task {
	t := task{Kind: "analysis-task/1", Camera: batch[0].Camera, CreatedAt: at, Counts: map[string]int{}}
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
		Kind: "analysis-result/1", TaskID: t.TaskID, Camera: t.Camera, CreatedAt: at, Model: "three-rules/1",
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
