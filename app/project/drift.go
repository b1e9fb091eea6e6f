package project

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"streamtray/app/config"
	"streamtray/docker/compose"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
)

// drift tells whether the containers were started from what the compose files say now: after a pull they may say
// something else, and containers that merely run would not show it.
type drift struct {
	file string // keeps what they were last started from
	now  string // a hash of what the files say
}

// newDrift remembers in file what the services are started from.
func newDrift(file string, p *compose.Project, services []string, flag config.Streaming) (*drift, error) {
	said := struct {
		Name     string
		Services []string
		Profiles []string
		Files    []CardFile
	}{Name: p.Name, Services: services, Profiles: p.Profiles}
	var err error
	if said.Files, err = hashed(p.Files, flag); err != nil {
		return nil, err
	}
	b, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	return &drift{file: file, now: hex.EncodeToString(sum[:])}, nil
}

// check is nil when the files say what they said at the last start. Of containers that were started by other means
// nothing is known: they are taken as they are.
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

// started remembers what the files say as what the containers were started from.
func (d *drift) started() error {
	if err := os.MkdirAll(filepath.Dir(d.file), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(d.file, []byte(d.now), 0o600)
}
