package docker

import (
	"bytes"
	"cmp"
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

// configDir is the folder where the docker command keeps what a user chose.
func configDir(getenv func(string) string, home string) string {
	return cmp.Or(getenv("DOCKER_CONFIG"), filepath.Join(home, ".docker"))
}

// configFile is what of Docker's config.json counts here.
type configFile struct {
	CurrentContext string // empty: none was chosen
	Proxies        map[string]struct{ HTTPProxy, HTTPSProxy, NoProxy string }
}

// readConfig reads the config.json in dir; one that is not there says nothing.
func readConfig(dir string) (configFile, error) {
	var c configFile
	file := filepath.Join(dir, "config.json")
	if err := readJSON(file, &c); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return configFile{}, finalFault(ConfigInvalid, facts{"File": file}, err)
	}
	return c, nil
}

// Proxy is what requests go through; an empty field is not set. The addresses may hold a password.
type Proxy struct{ HTTP, HTTPS, No string }

// ContainerProxy is the proxy that Docker's config.json hands to every new container of this user as HTTP_PROXY and its
// like; zero for none.
func ContainerProxy(getenv func(string) string, home string) (Proxy, error) {
	c, err := readConfig(configDir(getenv, home))
	p := c.Proxies["default"]
	return Proxy{HTTP: p.HTTPProxy, HTTPS: p.HTTPSProxy, No: p.NoProxy}, err
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
		return Endpoint{}, finalFault(ContextMissing, args, err)
	} else if err != nil {
		return Endpoint{}, finalFault(ContextInvalid, args, err)
	}
	engine, ok := meta.Endpoints["docker"]
	if !ok || engine.Host == "" {
		return Endpoint{}, finalFault(ContextInvalid, args, errors.New("no docker endpoint"))
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
