package project

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/redact"
)

// mostRecord is how large, in bytes, a record of events grows before it is put aside for a new one.
const mostRecord = 1 << 20

// record writes what happens to a file of the project, for whoever asks later what did, until the project is closed. The
// record of the run before is put aside; one that is older goes. A disk that cannot be written keeps nothing running from
// running.
func (p *Project) record(hub *app.Hub) {
	ctx, cancel := context.WithCancel(p.life)
	events := hub.Events(ctx)
	p.listening.Go(func() {
		defer cancel()
		f, size := p.newRecord(), 0
		defer func() {
			if f != nil {
				f.Close()
			}
		}()
		for e := range events {
			line := recorded(e)
			if line == nil || f == nil {
				continue
			}
			if n, err := f.Write(line); err == nil {
				size += n
			}
			if size > mostRecord {
				f.Close()
				f, size = p.newRecord(), 0
			}
		}
	})
}

// newRecord opens a new record; nil where that cannot be.
func (p *Project) newRecord() *os.File {
	f, err := openAnew(p.records())
	if err != nil {
		return nil
	}
	return f
}

func (p *Project) records() (now, before string) {
	return p.folder("events.jsonl"), p.folder("events.1.jsonl")
}

// recorded is an event as a line of the record, without secrets; nil for one that tells nothing later.
func recorded(e app.Event) []byte {
	if e.Kind == app.Current || e.Kind == app.Planned || e.Kind == app.Output {
		return nil
	}
	line, err := json.Marshal(agentrpc.FromEvent(e))
	if err != nil {
		return nil
	}
	if masked := []byte(redact.Text(string(line))); json.Valid(masked) {
		return append(masked, '\n')
	}
	line, err = json.Marshal(agentrpc.FromEvent(app.Event{At: e.At, Step: e.Step, Kind: e.Kind, Want: e.Want}))
	if err != nil {
		return nil
	}
	return append(line, '\n')
}

// Events are what happened when the project was last kept, and in the run before, the oldest first; none if it never was.
// What cannot be read is left out.
func (p *Project) Events() []app.Event {
	now, before := p.records()
	return append(readRecord(before), readRecord(now)...)
}

func readRecord(path string) []app.Event {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil
	}
	defer f.Close()
	var all []app.Event
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, mostRecord)
	for lines.Scan() {
		var w agentrpc.Event
		if agentrpc.Unmarshal(lines.Bytes(), &w) != nil {
			continue
		}
		if e, err := w.Event(); err == nil {
			all = append(all, e)
		}
	}
	return all
}

// Backups is the folder where files of the project are kept as they were before they were changed.
func (p *Project) Backups() string { return p.folder("backups") }
