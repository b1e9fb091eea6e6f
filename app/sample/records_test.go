package sample

import (
	"encoding/json"
	"fmt"
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
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n"), "\n")
}

func TestEveryRecordIsThePythonTwinsToTheByte(t *testing.T) {
	var detections, tasks, results []string
	s := scheduler{batch: 5}
	for _, line := range golden(t, "frame") {
		f, err := decodeFrame([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		d := detect(f, f.Timestamp+15)
		detections = append(detections, string(encode(d)))
		if made, ok := s.offer(d, d.DetectedAt+5); ok {
			tasks = append(tasks, string(encode(made)))
			results = append(results, string(encode(judge(made, made.CreatedAt+5))))
		}
	}
	for name, got := range map[string][]string{"detection": detections, "analysis-task": tasks, "analysis-result": results} {
		want := golden(t, name)
		if len(got) != len(want) {
			t.Errorf("%s: %d records, want %d", name, len(got), len(want))
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s:\ngot  %s\nwant %s", name, got[i], want[i])
			}
		}
	}
}

func TestWhatIsNoFrameIsRefusedWithTheFieldThatIsWrong(t *testing.T) {
	for _, line := range golden(t, "no-frame") {
		var c struct {
			Wrong string
			Frame json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		if _, err := decodeFrame(c.Frame); err == nil || !strings.HasPrefix(err.Error(), c.Wrong+": ") {
			t.Errorf("%s: got %v, want an error about %s", c.Frame, err, c.Wrong)
		}
	}
	for _, text := range []string{"", "{", "no JSON", "{} {}"} {
		if _, err := decodeFrame([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "frame: ") && text != "{} {}" {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestWhatAnInventiveClientCanMakeUsKeepIsBounded(t *testing.T) {
	s := scheduler{batch: 2}
	for i := range maxCameras + 1 {
		s.offer(detection{Camera: fmt.Sprint("camera-", i)}, 0)
	}
	if _, ok := s.offer(detection{Camera: "camera-0"}, 0); ok {
		t.Error("the camera that waited longest was not forgotten")
	}
	if _, ok := s.offer(detection{Camera: fmt.Sprint("camera-", maxCameras)}, 0); !ok {
		t.Error("the last camera was forgotten")
	}
	if len(s.waiting) > maxCameras || len(s.order) != len(s.waiting) {
		t.Errorf("%d cameras, %d in order", len(s.waiting), len(s.order))
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(`{"id":"1","camera":"a","width":3,"height":2,"timestamp":0,"objects":[{"label":"dog","box":{"x":9,"y":9,"width":9,"height":9}}]}`)
	f.Add(`{"id":"1","camera":"a","width":65535,"height":1,"timestamp":1760967000000,"image":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		frame, err := decodeFrame([]byte(text))
		if err != nil {
			return
		}
		for _, o := range detect(frame, 0).Objects {
			b := o.Box
			if b.X < 0 || b.Y < 0 || b.Width < 1 || b.Height < 1 || b.X+b.Width > frame.Width || b.Y+b.Height > frame.Height {
				t.Errorf("%s: %+v lies outside", text, b)
			}
		}
	})
}
