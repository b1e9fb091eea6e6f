package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"streamtray/app/project"
	"streamtray/internal/termtext"
)

// What records hold is as hostile as whoever sends them.
var values = [][]byte{
	[]byte(`{"label": "person", "path": "C:\\a"}`), []byte("plain"), []byte("line\none\ttab\r\n"), []byte("人 🙂"),
	{0xff, 0, 'a'},
	{},
	nil,
	[]byte("\x1b]52;c;aGk=\a\x1b[31mred \u202egnirts \u0085 \u2028"), []byte(strings.Repeat("long ", 1000)),
	{0x7f, 1},
}

func TestARecordAsJSONIsWhatItWas(t *testing.T) {
	for _, v := range values {
		r := project.Record{Topic: "t", Partition: 2, Offset: 7, Time: time.UnixMilli(1772616540123), Key: v, Value: v, Headers: []project.Header{{Key: "h\x1b[0m", Value: v}, {Key: "h"}}}
		var out bytes.Buffer
		guard := &termtext.Writer{W: &out, Mode: func() termtext.Mode { return termtext.JSON }}
		if _, err := guard.Write(project.AppendJSON(nil, &r)); err != nil {
			t.Fatal(err)
		}
		if text := strings.TrimSuffix(out.String(), "\n"); strings.Contains(text, "\n") || termtext.Clean(text) != text {
			t.Errorf("%q is printed as %q", v, text)
		}
		type member struct {
			Name       string
			Value      *string
			ValueBytes []byte `json:"value_base64"`
		}
		var got struct {
			member
			Key      *string
			KeyBytes []byte `json:"key_base64"`
			Time     time.Time
			Offset   int64
			Headers  []member
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%q: %v in %s", v, err, out.String())
		}
		same := func(m member) bool {
			switch {
			case v == nil:
				return m.Value == nil && m.ValueBytes == nil
			case m.Value != nil:
				return *m.Value == string(v)
			}
			return bytes.Equal(m.ValueBytes, v)
		}
		if !same(got.member) || !same(member{Value: got.Key, ValueBytes: got.KeyBytes}) || !same(got.Headers[0]) || len(got.Headers) != 2 || !got.Time.Equal(r.Time) || got.Offset != 7 {
			t.Errorf("%q is read back from %s", v, out.String())
		}
	}
}

func TestARecordAsTextIsOneCleanLine(t *testing.T) {
	for _, v := range values {
		text := string(appendText(nil, &project.Record{Key: v, Value: v}))
		if line := strings.TrimSuffix(text, "\n"); strings.Contains(line, "\n") || strings.Count(line, "\t") != 3 || termtext.Clean(line) != line {
			t.Errorf("%q is printed as %q", v, text)
		}
	}
	if got := string(appendText(nil, &project.Record{Value: []byte{0xff}})); !strings.HasSuffix(got, "\t-\t\"\\xff\"\n") {
		t.Errorf("no text: %q", got)
	}
}

func BenchmarkRecordText(b *testing.B) { benchForm(b, appendText) }

func BenchmarkRecordJSON(b *testing.B) { benchForm(b, project.AppendJSON) }

func benchForm(b *testing.B, form func([]byte, *project.Record) []byte) {
	r := project.Record{Topic: "results", Partition: 1, Offset: 123456, Time: time.Now(), Key: []byte("cam-1"), Value: []byte(`{"frame": 123456, "label": "person", "confidence": 0.87, "box": [1, 2, 3, 4]}`)}
	buf := make([]byte, 0, 4096)
	for b.Loop() {
		buf = form(buf[:0], &r)
	}
}
