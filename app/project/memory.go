package project

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"streamtray/app/diagnose"
)

// memory keeps the error lines of the last good run that no rule knows. They are no news when a later run fails.
type memory struct {
	file string

	mu    sync.Mutex
	known []string
	read  bool
}

// maxMemory bounds the file, in bytes.
const maxMemory = 256 << 10

// lines are those of the last good run; none where there was none, or where it cannot be read: then more is told.
func (m *memory) lines() []string {
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

// keep puts the lines of a good run in the place of those before.
func (m *memory) keep(scanners []*diagnose.Scanner) error {
	lines := []string{}
	for _, s := range scanners {
		lines = append(lines, s.Unknown()...)
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.known, m.read = lines, true
	m.mu.Unlock()
	if err := os.MkdirAll(filepath.Dir(m.file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(m.file, text, 0o600)
}
