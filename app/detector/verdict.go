package detector

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Verdicts say which lines of the app mean what. Each text is looked for in the message part of a line, letter by
// letter. Of a line with several meanings the worst counts; of several lines the last.
type Verdicts struct {
	Ready     string   // the producer is up: "Kafka producer initialized"; empty: running is enough
	ReadyHTTP string   // the app's address on this machine: "http://127.0.0.1:5000/"; empty: it has none
	Failed    []string // the producer could not start; the reason follows: "Failed to initialize Kafka producer"
	Degraded  []string // the app goes on without streaming: "streaming mode disabled"
}

// state is what the app's lines say of its producer.
type state uint8

const (
	unsaid state = iota
	ready
	failed
	degraded
)

// watch draws the verdict from the lines of one run.
type watch struct {
	verdicts Verdicts

	state  state
	by     Line   // the line that said so
	reason string // failed: what follows the text in its line, or what the traceback below it raised
	seeks  bool   // failed without a reason, and the next lines may be a traceback that has it

	complaint string // the last line that is an error by its own words
	last      string // the last line, or the last on stderr where the two streams are apart
}

func (w *watch) see(l Line) {
	if l.Stream != Stdout && l.Text != "" {
		w.last = l.Text
	}
	switch l.part {
	case within:
		return
	case raised:
		w.complaint = l.Text
		if w.seeks && l.Stream == w.by.Stream {
			w.reason, w.seeks = l.Text, false
		}
		return
	case plain:
	}
	if l.Level != Unknown {
		w.seeks = false
	}
	if l.Level >= Error {
		w.complaint = l.Message()
	}
	w.judge(l)
}

func (w *watch) judge(l Line) {
	message := l.Message()
	for _, text := range w.verdicts.Failed {
		if i := strings.Index(message, text); i >= 0 && text != "" {
			w.state, w.by = failed, l
			w.reason = strings.TrimSpace(strings.TrimLeft(message[i+len(text):], ": "))
			w.seeks = w.reason == "" || unfilled(w.reason)
			return
		}
	}
	for _, text := range w.verdicts.Degraded {
		if text != "" && strings.Contains(message, text) {
			w.state, w.by = degraded, l
			return
		}
	}
	if text := w.verdicts.Ready; text != "" && l.Level < Error && strings.Contains(message, text) {
		w.state, w.by = ready, l
	}
}

var placeholder = regexp.MustCompile(`^(%[-0-9.]*[srd]|\{\w*\})`)

// unfilled reports whether reason is a placeholder that nothing was put into: loguru prints %s as it stands, Python's
// logging does so with {}.
func unfilled(reason string) bool { return placeholder.MatchString(reason) }

// lastWords is what best tells why the app ended.
func (w *watch) lastWords() string {
	if w.complaint != "" {
		return w.complaint
	}
	return w.last
}

// where turns "routes.ws:<module>:24" into "routes/ws.py:24" if the project has that file, so that a person can go
// there. script is the app's program, which calls itself __main__.
func where(source string, dirs []string, script string) string {
	module, rest, ok := strings.Cut(source, ":")
	if !ok {
		return source
	}
	line := rest[strings.LastIndexByte(rest, ':')+1:]
	path := filepath.FromSlash(strings.ReplaceAll(module, ".", "/"))
	files := []string{path + ".py", filepath.Join(path, "__init__.py")}
	if module == "__main__" {
		files = []string{script}
	}
	for _, dir := range dirs {
		for _, file := range files {
			if info, err := os.Stat(filepath.Join(dir, file)); err == nil && info.Mode().IsRegular() {
				return filepath.ToSlash(file) + ":" + line
			}
		}
	}
	return source
}
