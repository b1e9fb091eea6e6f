package docker

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxConfig bounds what is read of one of Docker's own files; they are a few KiB at most.
const maxConfig = 1 << 20

// currentContext is the context that Docker's config.json in dir selects; empty when there is no such file or choice.
func currentContext(dir string) (string, error) {
	var config struct {
		CurrentContext string `json:"currentContext"`
	}
	file := filepath.Join(dir, "config.json")
	if err := readJSON(file, &config); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", finalFault("docker.config_invalid", facts{"File": file}, err)
	}
	return config.CurrentContext, nil
}

// fromContext reads a context from Docker's store below dir. The folder's name is the hash of the context's name.
func fromContext(dir, name string, source Source) (Endpoint, error) {
	var meta struct {
		Endpoints map[string]struct {
			Host          string
			SkipTLSVerify bool
		}
	}
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	file := filepath.Join(dir, "contexts", "meta", id, "meta.json")
	args := facts{"Context": name, "Source": string(source), "File": file}
	if err := readJSON(file, &meta); errors.Is(err, fs.ErrNotExist) {
		return Endpoint{}, finalFault("docker.context_missing", args, err)
	} else if err != nil {
		return Endpoint{}, finalFault("docker.context_invalid", args, err)
	}
	engine, ok := meta.Endpoints["docker"]
	if !ok || engine.Host == "" {
		return Endpoint{}, finalFault("docker.context_invalid", args, errors.New("no docker endpoint"))
	}
	certs := filepath.Join(dir, "contexts", "tls", id, "docker")
	_, err := os.Stat(certs)
	encrypted := err == nil || engine.SkipTLSVerify
	e := Endpoint{Context: name, Source: source}
	if e.Host, err = cleanHost(engine.Host, encrypted); err != nil {
		return Endpoint{}, err
	}
	if encrypted && strings.HasPrefix(e.Host, "tcp://") {
		e.TLS = tlsIn(certs, engine.SkipTLSVerify)
	}
	return e, nil
}

// readJSON reads a small JSON file. A byte order mark, which some Windows editors write, is no fault.
func readJSON(file string, into any) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return err
	}
	if len(data) > maxConfig {
		return fmt.Errorf("larger than %d bytes", maxConfig)
	}
	return json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), into)
}
