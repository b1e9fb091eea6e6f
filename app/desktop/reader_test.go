package desktop

import (
	"strings"
	"testing"
	"unicode/utf8"

	"streamtray/app/project"
)

func TestARecordIsShownAsTextAndBounded(t *testing.T) {
	got := shown(project.Record{
		Topic: "results", Key: []byte("cam-1"), Value: []byte(`{"label": "人"}`),
		Headers: make([]project.Header, 2*maxHeaders),
	})
	if got.Topic != "results" || got.Key != "cam-1" || got.Value != `{"label": "人"}` || len(got.Headers) != maxHeaders {
		t.Errorf("got %+v", got)
	}
	if got, want := readable([]byte{0xff, 'a', 0}, 10), `"\xffa\x00"`; got != want {
		t.Errorf("no text: got %s, want %s", got, want)
	}
	for _, one := range []string{"a", "é", "人", "🙂"} {
		long := strings.Repeat(one, maxValue)
		got := readable([]byte("a"+long), maxValue)
		if len(got) > maxValue+len("…") || !utf8.ValidString(got) || strings.HasPrefix(got, `"`) || !strings.HasSuffix(got, one+"…") {
			t.Errorf("%s: %d bytes that end in %q", one, len(got), got[len(got)-12:])
		}
	}
}
