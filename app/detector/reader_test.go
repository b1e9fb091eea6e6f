package detector

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A traceback had lines of the app's other stream in its middle: each stream had its own pipe and its own reader.
func TestTheTwoStreamsKeepTheirOrder(t *testing.T) {
	var orders, want []string
	for i := range 40 {
		verb := []string{"out:", "err:"}[i%2]
		orders = append(orders, verb+strings.Repeat("x", i))
		want = append(want, strings.Repeat("x", i))
	}
	a := started(t, theirs, launchOf(t, orders...))
	ends(t, a)
	lines, _ := a.Output().Since(0)
	var got []string
	for _, l := range lines {
		got = append(got, l.Text)
		if l.Stream != Output {
			t.Errorf("%q is of %v", l.Text, l.Stream)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An app that asks, or shows a progress bar, said nothing until a line break came: up waited in vain, and logs was empty.
func TestALineWithoutAnEndIsShownOnceItIsQuiet(t *testing.T) {
	type step struct {
		write string
		after time.Duration
	}
	for _, c := range []struct {
		name  string
		steps []step
		want  []string
	}{
		{"a prompt", []step{{"Enter the code: ", time.Second}}, []string{"Enter the code: "}},
		{"a prompt and its answer", []step{{"Code: ", time.Second}, {"123\n", time.Second}}, []string{"Code: ", "Code: 123"}},
		{"a line whose end comes late", []step{{"Ready", time.Second}, {"\n", time.Second}, {"next\n", 0}}, []string{"Ready", "next"}},
		{"pieces of a line", []step{{"Kafka ", 100 * time.Millisecond}, {"producer ", 100 * time.Millisecond}, {"up\n", 0}}, []string{"Kafka producer up"}},
		{
			"a progress bar",
			[]step{{"\r10%", 100 * time.Millisecond}, {"\r20%", 100 * time.Millisecond}, {"\r37%", time.Second}, {"\r99%", 100 * time.Millisecond}, {"\r100%\n", 0}},
			[]string{"37%", "100%"},
		},
		{"a traceback in pieces", []step{{"Traceback (most recent call last):\n  File \"a.py\", line 1\nValue", time.Second}, {"Error: x\n", 0}}, []string{
			"Traceback (most recent call last):", "  File \"a.py\", line 1", "Value", "ValueError: x",
		}},
		{"an end without a break", []step{{"last words", 0}}, []string{"last words"}},
		{"shown, and then the end", []step{{"last words", time.Second}}, []string{"last words"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src, app := io.Pipe()
				go func() {
					for _, s := range c.steps {
						_, _ = io.WriteString(app, s.write)
						<-time.After(s.after)
					}
					app.Close()
				}()
				var got []string
				raisedLast := false
				read(src, Output, func(lines []Line) {
					for _, l := range lines {
						got = append(got, l.Text)
						raisedLast = l.part == raised
					}
				})
				if !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				if strings.Contains(c.name, "traceback") && !raisedLast {
					t.Error("what was raised is not known as such")
				}
			})
		})
	}
}

// On a busy machine a line was given in two, though its end was there, when the lines before it took long to be taken.
func TestALineWhoseEndIsThereIsGivenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 50
		src, app := io.Pipe()
		go func() {
			for range n {
				_, _ = io.WriteString(app, "one\nha")
				_, _ = io.WriteString(app, "lf\n")
			}
			app.Close()
		}()
		var got []string
		read(src, Output, func(lines []Line) {
			time.Sleep(2 * quietWithin) // virtual
			for _, l := range lines {
				got = append(got, l.Text)
			}
		})
		if want := slices.Repeat([]string{"one", "half"}, n); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
}

func TestAProgressBarTakesNoMemory(t *testing.T) {
	for _, state := range []string{"\r 42% |████      | 420/1000", " 42% |████      | 420/1000\r"} {
		s := splitter{}
		for range 10_000 {
			s.feed([]byte(state), time.Now())
		}
		s.show()
		if len(s.lines) != 1 || s.lines[0].Text != " 42% |████      | 420/1000" || cap(s.carry) > 1000 {
			t.Errorf("%q: %d lines, %d bytes kept", state, len(s.lines), cap(s.carry))
		}
	}
}
