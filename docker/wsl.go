package docker

import (
	"bytes"
	"sync"
	"time"
)

// machine is the virtual machine that Docker Desktop's engine runs in on Windows: a distribution of WSL. Elsewhere there
// is none to ask about.
type machine struct {
	mu    sync.Mutex
	asked time.Time // when the answer was had
	ran   bool
}

// askAgain is how long an answer about the machine holds: it costs a process, and an engine is asked several times a
// second while it starts.
const askAgain = 5 * time.Second

// runs reports whether the machine behind an endpoint runs, as far as that can be known: true where it cannot.
func (m *machine) runs(e Endpoint) bool {
	m.mu.Lock()
	fresh, ran := !m.asked.IsZero() && time.Since(m.asked) < askAgain, m.ran
	m.mu.Unlock()
	if fresh {
		return ran
	}
	ran = machineRuns(e)
	m.mu.Lock()
	m.asked, m.ran = time.Now(), ran
	m.mu.Unlock()
	return ran
}

// lists reports whether WSL's list of names holds one. Versions differ in the text's encoding, UTF-16 or UTF-8; a name
// of ASCII is the same in both once the zeros are gone.
func lists(list []byte, name string) bool {
	list = bytes.ReplaceAll(list, []byte{0}, nil)
	for line := range bytes.Lines(list) {
		if string(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xff\xfe")))) == name {
			return true
		}
	}
	return false
}
