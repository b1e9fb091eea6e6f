package ui

import (
	"maps"
	"regexp"
	"strings"
	"sync"
	"time"
)

// LogLine is one line of a log as the window shows it.
type LogLine struct {
	Time   time.Time
	Source string // "app", "agent", or a service of the compose project
	Level  string // debug, info, warning, error, critical; empty: the line does not say
	Text   string
	About  string // what is known about the line, in the reader's language; mostly empty
}

// Bounds of a Log.
const (
	logLines = 20_000
	logBytes = 8 << 20
	maxShown = 4096 // bytes of one line that are kept
)

// Log keeps the last lines of all sources, bounded by their number and their bytes. Append may be called from any
// goroutine, any number of times a second: it costs a lock and a copy of the line's header.
type Log struct {
	mu    sync.Mutex
	lines []LogLine // a ring once it is full; nil: nothing was added yet
	first int       // of the oldest in lines
	count int
	bytes int
	ended int64 // number of the newest line, counted from 1
	gone  int64 // how many of the oldest were discarded, and not cleared
}

// NewLog is an empty log.
func NewLog() *Log { return &Log{} }

// Append adds lines; the oldest are let go.
func (l *Log) Append(lines ...LogLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines == nil { // most logs are never looked at
		l.lines = make([]LogLine, logLines)
	}
	for _, n := range lines {
		if len(n.Text) > maxShown {
			n.Text = strings.Clone(strings.ToValidUTF8(n.Text[:maxShown], "")) + "…"
		}
		for l.count == logLines || l.count > 0 && l.bytes+len(n.Text) > logBytes {
			l.drop()
			l.gone++
		}
		l.lines[(l.first+l.count)%logLines] = n
		l.count++
		l.bytes += len(n.Text)
		l.ended++
	}
}

func (l *Log) drop() {
	l.bytes -= len(l.lines[l.first].Text)
	l.lines[l.first] = LogLine{}
	l.first = (l.first + 1) % logLines
	l.count--
}

// Clear lets go of all lines.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.count > 0 {
		l.drop()
	}
	l.gone = 0
}

// discarded is how many older lines there were before those that are kept, as far as nobody cleared them away.
func (l *Log) discarded() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.gone
}

// Lines are those that are kept, oldest first.
func (l *Log) Lines() []LogLine {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]LogLine, l.count)
	for i := range all {
		all[i] = l.lines[(l.first+i)%logLines]
	}
	return all
}

// last is the number of the newest line ever.
func (l *Log) last() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// kept is the number of the oldest line that is kept, and how many are.
func (l *Log) kept() (oldest int64, count int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended - int64(l.count) + 1, l.count
}

// at gives the lines with the given numbers; one that was let go is empty.
func (l *Log) at(numbers []int64) []LogLine {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]LogLine, len(numbers))
	for i, n := range numbers {
		if back := l.ended - n; back >= 0 && back < int64(l.count) {
			out[i] = l.lines[(l.first+l.count-1-int(back))%logLines]
		}
	}
	return out
}

// sift appends to found the numbers of the lines after a number that f passes, up to and with the newest, which it
// returns.
func (l *Log) sift(found []int64, after int64, f *filter) ([]int64, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	oldest := l.ended - int64(l.count)
	for n := max(after, oldest) + 1; n <= l.ended; n++ {
		if f.passes(&l.lines[(l.first+int(n-oldest-1))%logLines]) {
			found = append(found, n)
		}
	}
	return found, l.ended
}

// filter chooses lines. The zero filter passes all.
type filter struct {
	sources map[string]bool // none: all
	level   int             // the least, by levels
	text    string
	regex   *regexp.Regexp
}

var levels = map[string]int{"debug": 1, "info": 2, "warning": 3, "error": 4, "critical": 5}

// newFilter is the filter for what the user typed. A bad expression is an error.
func newFilter(sources map[string]bool, level int, search string, regex bool) (filter, error) {
	f := filter{sources: maps.Clone(sources), level: level, text: strings.ToLower(search)}
	if !regex || search == "" {
		return f, nil
	}
	re, err := regexp.Compile("(?i)" + search)
	f.text, f.regex = "", re
	return f, err
}

func (f *filter) passes(l *LogLine) bool {
	return (len(f.sources) == 0 || f.sources[l.Source]) &&
		levels[l.Level] >= f.level &&
		(f.text == "" || containsFold(l.Text, f.text)) &&
		(f.regex == nil || f.regex.MatchString(l.Text))
}

// mostSpans are marked in a line.
const mostSpans = 50

// spans are where in a text it is that is searched for.
func (f *filter) spans(text string) []span {
	var all []span
	if f.regex != nil {
		for _, at := range f.regex.FindAllStringIndex(text, mostSpans) {
			all = append(all, span{at[0], at[1]})
		}
		return all
	}
	low := strings.ToLower(text)
	if f.text == "" || len(low) != len(text) { // a few characters change their length: then nothing is marked
		return nil
	}
	for from := 0; len(all) < mostSpans; {
		i := strings.Index(low[from:], f.text)
		if i < 0 {
			return all
		}
		all = append(all, span{from + i, from + i + len(f.text)})
		from += i + len(f.text)
	}
	return all
}

// containsFold reports whether low, which is in lower case, occurs in s in any case. It allocates nothing for ASCII.
func containsFold(s, low string) bool {
	if strings.Contains(s, low) {
		return true
	}
	for i := 0; i+len(low) <= len(s); i++ {
		if c := s[i]; (c == low[0] || 'A' <= c && c <= 'Z' && c|0x20 == low[0]) && strings.EqualFold(s[i:i+len(low)], low) {
			return true
		}
	}
	return false
}
