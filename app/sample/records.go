package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// The records are those of assets/sample/docs/records.md, field by field in the same order, so that both programs write
// the same bytes. Times are milliseconds since 1970-01-01 UTC, boxes pixels from the top left corner.

// The kinds of records, each with the version of its form.
const (
	kindDetection = "detection/1"
	kindTask      = "analysis-task/1"
	kindResult    = "analysis-result/1"
)

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
func encode(record any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(record); err != nil { // our records always encode
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// decode reads a record of the given kind; is is where the record has its own.
func decode(b []byte, kind string, record any, is *string) error {
	if err := json.Unmarshal(b, record); err != nil {
		return err
	}
	if *is != kind {
		return fmt.Errorf("kind: %q, want %q", *is, kind)
	}
	return nil
}

var labels = []string{"person", "car", "bicycle", "dog", "backpack"}

const bytesPerObject = 6

// detect looks at one frame: a stand-in for a neural network, whose finds follow from the frame's hash.
func detect(f frame, at int64) detection {
	seed := sha256.Sum256([]byte(f.Camera + "\n" + f.ID + "\n" + f.Image))
	objects := imagined(f, seed)
	if f.Objects != nil {
		objects = pictured(f, seed)
	}
	return detection{
		Kind: kindDetection, FrameID: f.ID, Camera: f.Camera, Width: f.Width, Height: f.Height,
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

// pictured are the objects that a test picture is said to show, each cut so that it lies in the picture.
func pictured(f frame, seed [sha256.Size]byte) []object {
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
