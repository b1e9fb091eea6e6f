package sample

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"testing"

	"streamtray/assets"
)

// golden reads the examples that the Python twin is tested against too.
func golden(t *testing.T, name string) []string {
	t.Helper()
	b, err := assets.Sample.ReadFile(path.Join("sample/tests/golden", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

func read[T any](t *testing.T, line string) T {
	t.Helper()
	var v T
	d := json.NewDecoder(bytes.NewReader([]byte(line)))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return v
}

func compare(t *testing.T, got any, want string) {
	t.Helper()
	b, err := encode(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}

func TestEveryRecordIsThePythonTwinsToTheByte(t *testing.T) {
	detections := golden(t, "detection")
	for i, line := range golden(t, "frame") {
		f, err := decodeFrame([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, detect(f, f.Timestamp+15), detections[i])
	}
	var s scheduler
	tasks := golden(t, "analysis-task")
	n := 0
	for _, line := range detections {
		d := read[detection](t, line)
		if made, ok := s.offer(d, d.DetectedAt+5); ok {
			compare(t, made, tasks[n])
			n++
		}
	}
	if n != len(tasks) {
		t.Errorf("%d tasks, want %d", n, len(tasks))
	}
	results := golden(t, "analysis-result")
	for i, line := range tasks {
		made := read[task](t, line)
		compare(t, judge(made, made.CreatedAt+5), results[i])
	}
}

func TestWhatIsNoFrameIsRefusedWithTheFieldThatIsWrong(t *testing.T) {
	for text, field := range map[string]string{
		`{"camera":"a","width":1,"height":1,"timestamp":0}`:           "id",
		`{"id":"1","camera":"a","width":0,"height":1,"timestamp":0}`:  "width",
		`{"id":"1","camera":"a","width":1,"height":1,"timestamp":-1}`: "timestamp",
		`{"id":"1","camera":"a","width":"1","height":1}`:              "width",
	} {
		if _, err := decodeFrame([]byte(text)); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v, want an error about %s", text, err, field)
		}
	}
}
