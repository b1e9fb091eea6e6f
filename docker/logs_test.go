package docker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"
)

const stamp = "2025-10-20T21:30:00.123456789Z "

// frame is one frame of a multiplexed log.
func frame(stream byte, text string) string {
	head := [8]byte{stream}
	binary.BigEndian.PutUint32(head[4:], uint32(len(text))) //nolint:gosec // test texts are short
	return string(head[:]) + text
}

func readAll(r io.Reader, tty bool) (lines []string, err error) {
	d := demux{in: bufio.NewReader(r), yield: func(l LogLine) bool {
		text := l.Text
		if l.Stderr {
			text = "E:" + text
		}
		if l.Cut {
			text += "…"
		}
		if !l.At.IsZero() {
			text = l.At.Format("05.000 ") + text
		}
		lines = append(lines, text)
		return true
	}}
	d.streams[1].Stderr = true
	err = d.read(tty)
	return lines, err
}

func TestALogIsReadLineByLine(t *testing.T) {
	long := strings.Repeat("x", 16<<10)
	for _, c := range []struct {
		name, in string
		tty      bool
		want     []string
	}{
		{"nothing", "", false, nil},
		{"two streams", frame(1, stamp+"out\n") + frame(2, stamp+"bad\n"), false, []string{"00.123 out", "00.123 E:bad"}},
		{"without times", frame(1, "a b\n\nc\n"), false, []string{"a b", "", "c"}},
		{"an empty line", frame(1, stamp+"\n"), false, []string{"00.123 "}},
		{"indentation stays", frame(1, stamp+"  at x\r\n"), false, []string{"00.123   at x"}},
		{"a last line without an end", frame(1, stamp+"half"), false, []string{"00.123 half"}},
		{"streams interleaved within lines", frame(1, stamp+"ou") + frame(2, stamp+"ba") + frame(1, stamp+"t\n") + frame(2, stamp+"d\n"), false, []string{"00.123 out", "00.123 E:bad"}},
		{"pieces of a long line carry a time each", frame(1, stamp+long) + frame(1, stamp+long) + frame(1, stamp+"end\n"), false, []string{"00.123 " + long + long + "end"}},
		{"a line beyond the limit", frame(1, stamp+strings.Repeat(long, 5)+"\n") + frame(1, stamp+"next\n"), false, []string{"00.123 " + strings.Repeat(long, 4) + "…", "00.123 next"}},
		{"a terminal", stamp + "one\r\n" + stamp + "two\r\n", true, []string{"00.123 one", "00.123 two"}},
		{"no UTF-8", frame(1, stamp+"a\xffb\n"), false, []string{"00.123 a\uFFFDb"}},
		{"another zone", frame(1, "2025-10-20T21:30:01.5+08:00 x\n"), false, []string{"01.500 x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{
				"at once": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
			} {
				got, err := readAll(r, c.tty)
				must(t, err)
				if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
					t.Errorf("%s: got %.200q, want %.200q", name, got, c.want)
				}
			}
		})
	}
}

func TestALogThatBreaksOffIsAnError(t *testing.T) {
	for name, in := range map[string]string{
		"within a header": frame(1, "a\n") + "\x01\x00",
		"within a frame":  frame(1, "a\n") + frame(1, "bcdef\n")[:10],
		"not a frame":     frame(1, "a\n") + "plain text that is no frame",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readAll(strings.NewReader(in), false)
			if err == nil || len(got) == 0 || got[0] != "a" {
				t.Errorf("got %q, %v, want the line before it and an error", got, err)
			}
		})
	}
}

func FuzzALogOfAnyBytes(f *testing.F) {
	f.Add([]byte(frame(1, stamp+"out\n")+frame(2, stamp+"bad\n")), false)
	f.Add([]byte(stamp+"a\nb"), true)
	f.Fuzz(func(t *testing.T, data []byte, tty bool) {
		d := demux{in: bufio.NewReader(bytes.NewReader(data)), yield: func(l LogLine) bool {
			if len(l.Text) > maxLine || !utf8.ValidString(l.Text) || strings.Contains(l.Text, "\n") {
				t.Errorf("got %.80q of %d bytes, want one bounded line of UTF-8", l.Text, len(l.Text))
			}
			return true
		}}
		_ = d.read(tty)
	})
}

func TestLogsAreThoseOfTheLastRun(t *testing.T) {
	d := newDaemon(t)
	d.holds(composed("kafka", "running", map[string]any{"FinishedAt": "2025-10-20T21:29:00.5Z"}))
	var query string
	d.on("/containers/id-kafka/logs", func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.Query().Encode()
		fmt.Fprint(w, frame(1, stamp+"up\n"))
	})
	var got []LogLine
	for l, err := range d.shop(t).Logs(t.Context(), "kafka", LogOptions{SinceStart: true, Tail: 50}) {
		must(t, err)
		got = append(got, l)
	}
	if len(got) != 1 || got[0].Text != "up" || !got[0].At.Equal(time.Date(2025, 10, 20, 21, 30, 0, 123456789, time.UTC)) {
		t.Errorf("got %+v, want the one line with its time", got)
	}
	if want := "since=1760995740.500000000&stderr=1&stdout=1&tail=50&timestamps=1"; query != want {
		t.Errorf("asked %s\nwant  %s", query, want)
	}
}

func TestALastRunBeginsBeforeTheEngineSaysSo(t *testing.T) {
	start := time.Date(2025, 10, 20, 21, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		name           string
		finished, want time.Time
	}{
		{"the first run has the whole log", time.Time{}, time.Time{}},
		{"the run before ended: from there", start.Add(-time.Minute), start.Add(-time.Minute)},
		{"the last run ended too: a little before its start", start.Add(time.Minute), start.Add(-startSlack)},
	} {
		if got := (Container{Started: start, Finished: c.finished}).runBegan(); !got.Equal(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestALogThatIsFollowedEndsWithItsContext(t *testing.T) {
	d := newDaemon(t)
	d.holds(composed("kafka", "running", nil))
	d.on("/containers/id-kafka/logs", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, frame(2, stamp+"up\n"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for l, err := range d.shop(t).Logs(ctx, "kafka", LogOptions{Follow: true}) {
		must(t, err)
		if !l.Stderr {
			t.Errorf("got stdout, want stderr")
		}
		n++
		cancel()
	}
	if n != 1 {
		t.Errorf("got %d lines, want 1", n)
	}
}

func TestTheLogOfAServiceWithoutAContainerIsAFault(t *testing.T) {
	d := newDaemon(t)
	d.holds()
	for _, err := range d.shop(t).Logs(t.Context(), "kafka", LogOptions{}) {
		if idOf(err) != "docker.service_missing" {
			t.Errorf("got %v, want docker.service_missing", err)
		}
	}
	d.Close()
	for _, err := range d.shop(t).Logs(t.Context(), "kafka", LogOptions{}) {
		if idOf(err) != "docker.remote_refused" {
			t.Errorf("engine gone: got %v, want docker.remote_refused", err)
		}
	}
}

func TestALastRunThatEndedAtOnceIsReadWhole(t *testing.T) {
	at := time.Date(2026, 11, 23, 18, 14, 28, 977_590_820, time.UTC)
	for name, c := range map[string]struct {
		finished, want time.Time
	}{
		"the first run goes on":              {time.Time{}, time.Time{}},
		"the run before ended a minute ago":  {at.Add(-time.Minute), at.Add(-time.Minute)},
		"it ended before its start is noted": {at.Add(-200 * time.Microsecond), at.Add(-startSlack)},
		"it ended after its start":           {at.Add(time.Millisecond), at.Add(-startSlack)},
	} {
		if got := (Container{Started: at, Finished: c.finished}).runBegan(); !got.Equal(c.want) {
			t.Errorf("%s: lines since %v, want %v", name, got, c.want)
		}
	}
}
