package project

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"

	"streamtray/app/plan"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
)

// drift tells whether the containers were started from what the compose files say now: after a pull they may say
// something else, and containers that merely run would not show it.
type drift struct {
	file string // keeps what they were last started from
	now  string // a hash of what they would be started from now
}

// newDrift remembers in file what the containers of a plan are started from; moved is the text of the override file that
// moves their ports.
func newDrift(file string, p plan.Plan, moved string) *drift {
	sum := sha256.Sum256([]byte(p.StackHash() + moved))
	return &drift{file: file, now: hex.EncodeToString(sum[:])}
}

// check is nil when they would be started from what they were started from last. Of containers that were started by other
// means nothing is known: they are taken as they are.
func (d *drift) check() error {
	last, err := os.ReadFile(d.file)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && string(last) == d.now:
		return nil
	case err != nil:
		return usererr.New("project.unreadable", map[string]any{"File": d.file}, err)
	}
	return usererr.New("project.drift", nil, nil)
}

// started remembers what the containers were started from.
func (d *drift) started() error {
	return atomicfile.Keep(d.file, []byte(d.now))
}
