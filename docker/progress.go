package docker

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"streamtray/internal/termtext"
)

// Progress is one step of what compose does. Every field may be empty; older clients give less.
type Progress struct {
	Kind    string // image, layer, container, network or volume
	Name    string // of the thing; of a layer its short id
	Parent  string // of a layer: the image, or with older clients the service, that is pulled
	Action  string // compose's own word: Pulling, Downloading, Creating, Started, Error
	Detail  string // compose's own text, such as the reason of an Error
	Current int64  // bytes so far; 0 if not known
	Total   int64  // bytes in all; 0 if not known
	Text    string // the line as it came, where it could not be understood
}

// composeOutput listens to a compose client: progress is passed on, the rest is kept as the tail.
type composeOutput struct {
	progress func(Progress)
	tail     []string
}

// maxTail bounds what is remembered of a client's output, in lines; maxQuote the bytes of each.
const (
	maxTail  = 60
	maxQuote = 2 << 10
)

func (t *composeOutput) line(text string) {
	text = strings.TrimSpace(termtext.Clean(strings.ReplaceAll(text, "\r", "")))
	if text == "" {
		return
	}
	p, isProgress, words := parseLine(text)
	if isProgress && t.progress != nil {
		t.progress(p)
	}
	if words == "" {
		return
	}
	if len(t.tail) == maxTail {
		t.tail = slices.Delete(t.tail, 0, 1)
	}
	t.tail = append(t.tail, clip(strings.ReplaceAll(words, "\n", " "), maxQuote))
}

// clip shortens text to at most n bytes without cutting a character.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// composeLine is a line of `compose --progress json`: a step, an error or, in the last three, a log record.
type composeLine struct {
	ID       string `json:"id"`
	ParentID string `json:"parent_id"`
	Status   string `json:"status"`
	Text     string `json:"text"`
	Details  string `json:"details"`
	Current  int64  `json:"current"`
	Total    int64  `json:"total"`
	Error    bool   `json:"error"`
	Message  string `json:"message"`
	Level    string `json:"level"`
	Msg      string `json:"msg"`
}

// parseLine reads one line of any client's output: a step of progress, words to remember, or a line that may be both.
func parseLine(text string) (p Progress, isProgress bool, words string) {
	var l composeLine
	if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &l) != nil {
		return parsePlainLine(text)
	}
	switch {
	case l.Error:
		return Progress{}, false, l.Message
	case l.Msg != "":
		return Progress{}, false, strings.TrimSpace(l.Level + ": " + l.Msg)
	case l.ID == "":
		return Progress{Text: l.Text}, l.Text != "", l.Text
	}
	return step(l), true, ""
}

// step reads a step of progress. Up to 2.40 "status" is what happens, or, if "text" says that, more about it: of a layer
// a bar drawn in characters. From 5.0 it is one of four words, "text" is what happens and "details" is more.
func step(l composeLine) Progress {
	p := Progress{Action: l.Text, Detail: l.Details, Current: max(l.Current, 0), Total: max(l.Total, 0)}
	switch l.Status {
	case "Working", "Done", "Warning", "":
	case "Error":
		p.Action, p.Detail = failed(l.Text + " " + l.Details)
	default:
		switch {
		case l.Text == "" && isSentence(l.Status):
			p.Action, p.Detail = failed(l.Status)
		case l.Text == "":
			p.Action = l.Status
		case l.ParentID == "":
			p.Detail = l.Status
		}
	}
	p.Kind, p.Name = kindOf(l.ID)
	if l.ParentID != "" {
		p.Kind, p.Name = "layer", l.ID
		_, p.Parent = kindOf(l.ParentID)
	}
	return p
}

// isSentence tells why a step failed from the one or two words of a step that did not.
func isSentence(status string) bool {
	return len(strings.Fields(status)) > 2 && !strings.HasPrefix(status, "Skipped")
}

func failed(why string) (action, detail string) {
	return "Error", strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(why), "Error "))
}

// kindOf splits "Container kafka-1". An id without a known first word is a service whose image is pulled.
func kindOf(id string) (kind, name string) {
	first, rest, _ := strings.Cut(id, " ")
	switch first {
	case "Container", "Network", "Volume", "Image":
		return strings.ToLower(first), strings.Trim(strings.TrimSpace(rest), `"`)
	}
	return "image", id
}

// parsePlainLine reads a line meant for people: " Container kafka-1  Creating" is progress, the rest is words.
func parsePlainLine(text string) (Progress, bool, string) {
	fields := strings.Fields(text)
	if len(fields) >= 3 {
		if kind, name := kindOf(fields[0] + " " + fields[1]); kind != "image" || fields[0] == "Image" {
			return Progress{Kind: kind, Name: name, Action: fields[2], Detail: strings.Join(fields[3:], " ")}, true, ""
		}
	}
	return Progress{Text: text}, true, text
}

// lines is a writer that hands on whole lines, each at most maxLine bytes long; what exceeds that is dropped.
type lines struct {
	each func(string)
	rest []byte
}

func (l *lines) Write(data []byte) (int, error) {
	n := len(data)
	for len(data) > 0 {
		part, after, whole := bytes.Cut(data, []byte("\n"))
		room := maxLine - len(l.rest)
		l.rest = append(l.rest, part[:min(len(part), room)]...)
		if whole {
			l.flush()
		}
		data = after
	}
	return n, nil
}

// flush hands on what came since the last line's end.
func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.each(string(l.rest))
		l.rest = l.rest[:0]
	}
}
