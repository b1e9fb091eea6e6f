package bundle

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/i18n"
)

// mostEvents of the last runs are put in words.
const mostEvents = 2000

// happened is what happened in the last runs and how it stands, for people and for programs.
func (src Sources) happened() []raw {
	p := src.Subject.Project
	if p == nil {
		return nil
	}
	events := p.Events()
	events = events[max(0, len(events)-mostEvents):]
	var all []raw
	for _, w := range src.Words {
		text := src.stands(w)
		for _, e := range events {
			text += eventLine(w, e)
		}
		all = append(all, raw{name: "timeline." + w.Lang() + ".txt", about: "timeline", text: text, tail: true})
	}
	var lines strings.Builder
	for _, e := range events {
		if line, err := json.Marshal(agentrpc.FromEvent(e)); err == nil {
			lines.Write(append(line, '\n'))
		}
	}
	return append(all, raw{name: "timeline.jsonl", about: "timeline", text: lines.String(), tail: true})
}

// stands is how each step stands now, as the process that keeps the project sees it.
func (src Sources) stands(w *i18n.Words) string {
	if !src.Kept {
		return ""
	}
	var b strings.Builder
	for _, r := range src.State.Rows {
		b.WriteString(eventLine(w, app.Event{At: r.Begun, Step: r.Step, Kind: r.Kind, Note: r.Note, Err: r.Err, Diagnosis: r.Diagnosis}))
	}
	return b.String() + "\n"
}

// eventLine is an event in words: when, which step, what, and why.
func eventLine(w *i18n.Words, e app.Event) string {
	var said []string
	if e.Note.ID != "" {
		said = append(said, w.Text(e.Note.ID, e.Note.Args))
	}
	if e.Err != nil {
		text, _ := w.Error(e.Err)
		said = append(said, text)
		if plain := e.Err.Error(); plain != text {
			said = append(said, "("+plain+")")
		}
	}
	if e.Diagnosis.Code != "" {
		said = append(said, e.Diagnosis.Code+": "+e.Diagnosis.Evidence)
	}
	if e.Kind == app.Wants {
		said = append(said, fmt.Sprintf("up=%v streaming=%v", e.Want.Up, e.Want.Streaming))
	}
	when := "                    "
	if !e.At.IsZero() {
		when = e.At.UTC().Format(time.RFC3339)
	}
	return strings.TrimRight(fmt.Sprintf("%s  %-10s %-8s %s", when, e.Step, e.Kind, oneLine(strings.Join(said, " "))), " ") + "\n"
}

// readEnd is the end of a file, or why it cannot be read.
func readEnd(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return "# " + err.Error() + "\n"
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > mostFile {
		if _, err := f.Seek(-mostFile, io.SeekEnd); err != nil {
			return "# " + err.Error() + "\n"
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, mostFile))
	if err != nil {
		return "# " + err.Error() + "\n"
	}
	return string(b)
}
