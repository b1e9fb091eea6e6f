package sample

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// frame is one picture of a camera: what a client sends.
type frame struct {
	ID        string   `json:"id"`
	Camera    string   `json:"camera"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Timestamp int64    `json:"timestamp"`
	Image     string   `json:"image,omitempty"`
	Objects   *[]thing `json:"objects,omitempty"` // nil: look; else found as they are
}

// What a frame may say at most, as in algo/records.py.
const (
	maxName    = 128
	maxPixels  = 65535
	maxObjects = 100
)

// decodeFrame reads a frame and checks every field of it, in the order of the schema. The error begins with the field
// that is wrong ("objects.0.box.x") or with "frame".
func decodeFrame(b []byte) (frame, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return frame{}, fmt.Errorf("frame: %w", err)
	}
	if d.More() {
		return frame{}, fmt.Errorf("frame: more than one JSON value")
	}
	c := &checker{}
	m := c.object("frame", v)
	f := frame{
		ID:        c.name("id", m["id"]),
		Camera:    c.name("camera", m["camera"]),
		Width:     int(c.whole("width", m["width"], 1, maxPixels)),
		Height:    int(c.whole("height", m["height"], 1, maxPixels)),
		Timestamp: c.whole("timestamp", m["timestamp"], 0, 1<<62),
	}
	if image := m["image"]; image != nil {
		f.Image = c.text("image", image)
	}
	if objects := m["objects"]; objects != nil {
		f.Objects = c.things("objects", objects)
	}
	return f, c.err
}

// checker keeps the first thing that is wrong; what it gives after that means nothing.
type checker struct{ err error }

func (c *checker) wrong(field, why string) {
	if c.err == nil {
		c.err = fmt.Errorf("%s: %s", field, why)
	}
}

func (c *checker) object(field string, v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		c.wrong(field, "must be an object")
	}
	return m
}

func (c *checker) text(field string, v any) string {
	s, ok := v.(string)
	if !ok {
		c.wrong(field, "must be a text")
	}
	return s
}

func (c *checker) name(field string, v any) string {
	s := c.text(field, v)
	if n := utf8.RuneCountInString(s); n < 1 || n > maxName {
		c.wrong(field, fmt.Sprintf("must have 1 to %d characters", maxName))
	}
	return s
}

func (c *checker) whole(field string, v any, low, high int64) int64 {
	n, _ := v.(json.Number)
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil || i < low || i > high {
		c.wrong(field, fmt.Sprintf("must be a whole number from %d to %d", low, high))
	}
	return i
}

func (c *checker) things(field string, v any) *[]thing {
	list, ok := v.([]any)
	if !ok || len(list) > maxObjects {
		c.wrong(field, fmt.Sprintf("must be a list of at most %d objects", maxObjects))
		return nil
	}
	things := make([]thing, len(list))
	for i, v := range list {
		at := fmt.Sprintf("%s.%d", field, i)
		m := c.object(at, v)
		things[i].Label = c.name(at+".label", m["label"])
		b := c.object(at+".box", m["box"])
		things[i].Box = box{
			X:      int(c.whole(at+".box.x", b["x"], 0, maxPixels)),
			Y:      int(c.whole(at+".box.y", b["y"], 0, maxPixels)),
			Width:  int(c.whole(at+".box.width", b["width"], 1, maxPixels)),
			Height: int(c.whole(at+".box.height", b["height"], 1, maxPixels)),
		}
	}
	return &things
}
