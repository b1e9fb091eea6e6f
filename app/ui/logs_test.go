package ui

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app/i18n"
)

var logSources = []string{"app", "kafka", "zookeeper", "agent"}

// someLines are lines of a start-up as they come.
func someLines() []LogLine {
	at := time.Date(2026, 3, 4, 9, 29, 0, 0, time.UTC)
	line := func(ms int, source, level, text, about string) LogLine {
		return LogLine{Time: at.Add(time.Duration(ms) * time.Millisecond), Source: source, Level: level, Text: text, About: about}
	}
	return []LogLine{
		line(0, "agent", "info", "engine holds", ""),
		line(412, "zookeeper", "info", "binding to port 0.0.0.0/0.0.0.0:2181", ""),
		line(2210, "kafka", "info", "[KafkaServer id=1] started (kafka.server.KafkaServer)", ""),
		line(2304, "kafka", "warning", "[Controller id=1] Partition __consumer_offsets-0 has no leader yet", ""),
		line(3001, "app", "info", "INFO - 模型已加载：yolov8n.pt，耗时 812 ms", ""),
		line(3044, "app", "error", "ERROR - Failed to initialize Kafka producer: NoBrokersAvailable", "The app looked for Kafka before it answered."),
		line(5044, "app", "debug", "DEBUG - retry in 2 s", ""),
		line(7051, "app", "info", "INFO - Kafka producer initialized: 127.0.0.1:9092 "+strings.Repeat("very long ", 40), ""),
	}
}

func newTestLogs(t *testing.T, w *i18n.Words, log *Log) (*Logs, *string) {
	t.Helper()
	rulesRead.Store(true) // as Run has it
	copied := new(string)
	win := test.NewTempWindow(t, nil)
	l := NewLogs(w, log, win, logSources, func(s string) { *copied = s })
	win.SetContent(l.Content)
	win.Resize(fyne.NewSize(1040, 640))
	return l, copied
}

func TestTheLogsWindow(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		log := NewLog()
		empty, _ := newTestLogs(t, w, log)
		golden(t, "logs-empty-"+name, empty.Content, fyne.NewSize(1040, 640))
		log.Append(someLines()...)
		l, _ := newTestLogs(t, w, log)
		l.view.choose(5, false)
		golden(t, "logs-"+name, l.Content, fyne.NewSize(1040, 640))
	})
}

func english(t *testing.T) *i18n.Words {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestFiltersChooseLinesAndCopyTakesWhatIsChosen(t *testing.T) {
	w := english(t)
	for _, c := range []struct {
		name string
		set  func(l *Logs)
		want int
	}{
		{"all", func(*Logs) {}, 8},
		{"one source", func(l *Logs) { l.Choose("kafka") }, 2},
		{"warnings and worse", func(l *Logs) { l.level.SetSelectedIndex(1) }, 2},
		{"errors", func(l *Logs) { l.level.SetSelectedIndex(2) }, 1},
		{"text in any case", func(l *Logs) { l.search.SetText("KAFKA PRODUCER") }, 2},
		{"chinese", func(l *Logs) { l.search.SetText("模型") }, 1},
		{"expression", func(l *Logs) { l.regex.SetChecked(true); l.search.SetText(`port .*:\d+$`) }, 1},
		{"source and text", func(l *Logs) { l.Choose("app"); l.search.SetText("kafka") }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := NewLog()
			log.Append(someLines()...)
			l, copied := newTestLogs(t, w, log)
			c.set(l)
			l.Copy()
			if got := strings.Count(*copied, "\n"); got != c.want || len(l.found) != c.want {
				t.Errorf("%d lines found and %d copied, want %d:\n%s", len(l.found), got, c.want, *copied)
			}
		})
	}
}

func TestWhatIsKnownAboutALineStandsAtIt(t *testing.T) {
	log := NewLog()
	log.Append(
		LogLine{Time: time.Unix(1, 0), Source: "app", Level: "info", Text: "INFO - model loaded"},
		LogLine{Time: time.Unix(2, 0), Source: "app", Level: "error", Text: "ERROR - Failed to initialize Kafka producer: [Errno -1] Connection refused"},
		LogLine{Time: time.Unix(3, 0), Source: "kafka", Level: "error", Text: "ERROR Exiting: InconsistentClusterIdException: The Cluster ID abc doesn't match stored clusterId Some(def) in meta.properties."},
		LogLine{Time: time.Unix(4, 0), Source: "app", Level: "error", Text: "ERROR - something that nobody knows"},
		LogLine{Time: time.Unix(5, 0), Source: "agent", Level: "error", Text: "Failed to initialize Kafka producer: Connection refused"},
	)
	l, _ := newTestLogs(t, english(t), log)
	var got []string
	for _, line := range l.explained(l.found) {
		code := regexp.MustCompile(`ST-\w+-\d+`).FindString(line.About)
		got = append(got, code)
	}
	if want := []string{"", "ST-CLIENT-001", "ST-KAFKA-009", "", ""}; !slices.Equal(got, want) {
		t.Errorf("explained %q; want %q", got, want)
	}
	l.view.choose(1, false)
	if text := l.detail.plain(0, 9); !strings.Contains(text, "Kafka does not answer") || !strings.Contains(text, "docker compose") {
		t.Errorf("the picked line says %q; want what is wrong and what to do", text)
	}
}

func TestABadExpressionIsToldAndChangesNothing(t *testing.T) {
	log := NewLog()
	log.Append(someLines()...)
	l, _ := newTestLogs(t, english(t), log)
	l.regex.SetChecked(true)
	l.search.SetText("(")
	if got := l.status.segment.Text; got != "not a valid expression" || len(l.found) != 8 {
		t.Errorf("status %q, %d lines; want the fault told and all lines left", got, len(l.found))
	}
}

func TestOneFollowsUntilOneLooksBack(t *testing.T) {
	log := NewLog()
	l, _ := newTestLogs(t, english(t), log)
	add := func(n int) {
		for i := range n {
			log.Append(LogLine{Time: time.Unix(int64(i), 0), Source: "app", Text: fmt.Sprint("line ", i)})
		}
		l.refresh()
	}
	add(500)
	if got, want := l.view.top, 500-l.view.rows(); got != want {
		t.Errorf("following: top %d, want %d", got, want)
	}
	l.view.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 400)})
	top := l.view.top
	add(100)
	if l.follow.Checked || l.view.top != top {
		t.Errorf("after scrolling back: follow %v, top %d, want no follow and %d", l.follow.Checked, l.view.top, top)
	}
	l.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	add(1)
	if got, want := l.view.top, 601-l.view.rows(); !l.follow.Checked || got != want {
		t.Errorf("after End: follow %v, top %d, want follow and %d", l.follow.Checked, got, want)
	}
}

func TestALogIsBoundedInLinesAndBytes(t *testing.T) {
	log := NewLog()
	for i := range logLines + 10 {
		log.Append(LogLine{Text: fmt.Sprint(i)})
	}
	if oldest, count := log.kept(); oldest != 11 || count != logLines {
		t.Errorf("oldest %d of %d, want 11 of %d", oldest, count, logLines)
	}
	if got := log.at([]int64{10, 11, logLines + 10}); got[0].Text != "" || got[1].Text != "10" || got[2].Text != fmt.Sprint(logLines+9) {
		t.Errorf("lines 10, 11, last: %q", got)
	}
	long := strings.Repeat("x", 100_000)
	for range 5000 {
		log.Append(LogLine{Text: long})
	}
	if log.bytes > logBytes {
		t.Errorf("%d bytes kept, want at most %d", log.bytes, logBytes)
	}
}

// A window that shows the newest lines while 100,000 a second come in keeps its memory: what is drawn is what is seen.
func TestAFloodNeitherBlocksTheWriterNorGrowsTheWindow(t *testing.T) {
	log := NewLog()
	l, _ := newTestLogs(t, english(t), log)
	l.search.SetText("9")
	var wg sync.WaitGroup
	const each = 100_000
	for source := range 2 {
		wg.Go(func() {
			batch := make([]LogLine, 100)
			for i := range each / len(batch) {
				for j := range batch {
					batch[j] = LogLine{Time: time.Unix(int64(i), 0), Source: logSources[source], Text: fmt.Sprintf("record %d of frame %d", i, j)}
				}
				log.Append(batch...)
			}
		})
	}
	for log.last() < 2*each {
		l.refresh()
	}
	wg.Wait()
	l.refresh()
	if got := len(l.found); got == 0 || got > logLines || cap(l.found) > 4*logLines {
		t.Errorf("%d lines found (room for %d), want some, at most %d", got, cap(l.found), logLines)
	}
	if got := len(test.WidgetRenderer(l.view).Objects()); got > 300 { // four texts and some marks a row
		t.Errorf("%d objects drawn for one window of lines", got)
	}
}

// However much comes in, the window is drawn at most a few times a second.
func TestAFloodIsDrawnAFewTimesASecondAtMost(t *testing.T) {
	w := english(t)
	for _, c := range []struct {
		perSecond int
		most      int // drawings in a minute
	}{{0, 1}, {10, 201}, {1000, 61}, {100_000, 31}} {
		log := NewLog()
		l, _ := newTestLogs(t, w, log)
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			drawn := 0
			l.drawn = func() { drawn++ }
			var all sync.WaitGroup
			all.Go(func() { l.Run(ctx) })
			if c.perSecond > 0 {
				t := time.NewTicker(100 * time.Millisecond)
				defer t.Stop()
				batch := make([]LogLine, max(c.perSecond/10, 1))
				for ctx.Err() == nil {
					log.Append(batch...)
					<-t.C
				}
			}
			all.Wait()
			if drawn > c.most || drawn < c.most/2 {
				t.Errorf("%d lines a second: drawn %d times in a minute; want at most %d, and at least half of that", c.perSecond, drawn, c.most)
			}
		})
	}
}

func TestPicturesOfASearch(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		log := NewLog()
		for range 40 {
			log.Append(someLines()...)
		}
		l, _ := newTestLogs(t, w, log)
		l.matches.SetChecked(false)
		l.search.SetText("kafka")
		l.wrap.SetChecked(true)
		l.next(1)
		l.next(1)
		log.gone = 12345
		l.OpenFile = func() {}
		l.refresh()
		golden(t, "logs-search-"+name, l.Content, fyne.NewSize(740, 480))
	})
}

// The first line that was looked at had the window stand still until the rules were read.
func TestTheRulesAreReadBesideTheWindow(t *testing.T) {
	log := NewLog()
	log.Append(someLines()...)
	l, _ := newTestLogs(t, english(t), log)
	rulesRead.Store(false)
	clear(l.about)
	for _, line := range l.explained(l.found[:3]) {
		if line.About != "" || len(l.about) > 0 {
			t.Errorf("explained %+v before the rules were read", line)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.Run(ctx)
	if !rulesRead.Load() {
		t.Error("nobody read them")
	}
}
