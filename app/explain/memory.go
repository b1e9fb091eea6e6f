package explain

import (
	"encoding/json"
	"os"
	"sync"

	"streamtray/app/diagnose"
	"streamtray/internal/atomicfile"
)

// Memory keeps the error lines of the last good run that no rule knows. They are no news when a later run fails.
type Memory struct {
	file string

	mu    sync.Mutex
	known []string
	read  bool
}

// NewMemory is the memory in a file, which need not be there.
func NewMemory(file string) *Memory { return &Memory{file: file} }

// maxMemory bounds the file, in bytes.
const maxMemory = 256 << 10

// lines are those of the last good run; none where there was none, or where it cannot be read: then more is told.
func (m *Memory) lines() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.read {
		return m.known
	}
	m.read = true
	if info, err := os.Stat(m.file); err != nil || info.Size() > maxMemory {
		return nil
	}
	text, err := os.ReadFile(m.file)
	if err != nil || json.Unmarshal(text, &m.known) != nil {
		m.known = nil
	}
	return m.known
}

// save puts the lines of a good run in the place of those before.
func (m *Memory) save(scanners []*diagnose.Scanner) error {
	lines := []string{}
	for _, s := range scanners {
		lines = append(lines, s.Unknown()...)
	}
	m.mu.Lock()
	m.known, m.read = lines, true
	m.mu.Unlock()
	return atomicfile.KeepJSON(m.file, lines)
}
