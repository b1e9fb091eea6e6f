package docker

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Source says where an engine's address was found.
type Source string

// The places an address may come from, in the order they are asked.
const (
	EnvHost       Source = "DOCKER_HOST"
	EnvContext    Source = "DOCKER_CONTEXT"
	ConfigContext Source = "config.json"
	Default       Source = "default"
)

// Endpoint is where an engine listens.
type Endpoint struct {
	Host    string   // "unix:///var/run/docker.sock", "npipe:////./pipe/docker_engine", "tcp://10.0.0.2:2376"
	Else    []string // addresses tried in turn while Host does not exist; only the default has any
	Context string   // the docker context it came from; empty for an address without one
	Source  Source
	TLS     *TLS // nil: plain
}

// TLS is the material for an encrypted connection: files named ca.pem, cert.pem and key.pem in one folder, as the docker
// command keeps them. A path is empty where there is no such file.
type TLS struct {
	Dir           string
	CA, Cert, Key string
	SkipVerify    bool // encrypted, but whoever answers is believed
}

// Resolve finds the engine that the docker command would use: DOCKER_HOST, DOCKER_CONTEXT, the current context of
// Docker's config.json, then the default pipe or socket of this system. Podman and Rancher Desktop are found by the same
// ways. getenv reads the environment, home is the user's folder. It reads files and talks to nobody; a file that is
// there and cannot be understood is a fault that names it.
func Resolve(getenv func(string) string, home string) (Endpoint, error) {
	dir := configDir(getenv, home)
	if host := strings.TrimSpace(getenv("DOCKER_HOST")); host != "" {
		return fromHost(host, getenv, dir)
	}
	name, source := getenv("DOCKER_CONTEXT"), EnvContext
	if name == "" {
		config, err := readConfig(dir)
		if err != nil {
			return Endpoint{}, err
		}
		name, source = config.CurrentContext, ConfigContext
	}
	if name == "" || name == "default" {
		return Standard(getenv, home), nil
	}
	return fromContext(dir, name, source)
}

// Standard is the default pipe or socket of this system, whatever is chosen.
func Standard(getenv func(string) string, home string) Endpoint {
	hosts := defaultHosts(getenv, home)
	return Endpoint{Host: hosts[0], Else: hosts[1:], Source: Default}
}

// fromHost reads DOCKER_HOST and, for TCP, the variables that ask for TLS.
func fromHost(raw string, getenv func(string) string, config string) (Endpoint, error) {
	e := Endpoint{Source: EnvHost}
	verify := getenv("DOCKER_TLS_VERIFY") != ""
	encrypted := verify || getenv("DOCKER_TLS") != ""
	var err error
	if e.Host, err = cleanHost(raw, encrypted); err != nil {
		return Endpoint{}, err
	}
	if encrypted && strings.HasPrefix(e.Host, "tcp://") {
		dir := getenv("DOCKER_CERT_PATH")
		if dir == "" {
			dir = config
		}
		e.TLS = tlsIn(dir, !verify)
	}
	return e, nil
}

// cleanHost completes an address as the docker command does: tcp when no protocol is named, port 2375, or 2376 with TLS.
func cleanHost(raw string, encrypted bool) (string, error) {
	proto, addr, named := strings.Cut(raw, "://")
	if !named {
		proto, addr = "tcp", raw
	}
	switch proto {
	case "unix", "npipe":
		if addr == "" {
			return "", finalFault(HostInvalid, facts{"Host": raw}, nil)
		}
	case "tcp":
		addr = cleanTCP(addr, encrypted)
	default:
		return "", finalFault(HostUnsupported, facts{"Host": withoutUser(raw), "Protocol": proto}, nil)
	}
	return proto + "://" + addr, nil
}

func cleanTCP(addr string, encrypted bool) string {
	authority, path, _ := strings.Cut(addr, "/")
	host, port, err := net.SplitHostPort(authority)
	if err != nil {
		host, port = strings.Trim(authority, "[]"), ""
	}
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = "2375"
		if encrypted {
			port = "2376"
		}
	}
	if path = strings.TrimRight(path, "/"); path != "" {
		path = "/" + path
	}
	return net.JoinHostPort(host, port) + path
}

// withoutUser keeps a name and a password in an address out of what people read.
func withoutUser(host string) string {
	proto, addr, ok := strings.Cut(host, "://")
	if !ok {
		return host
	}
	if at := strings.LastIndexByte(addr, '@'); at >= 0 {
		addr = addr[at+1:]
	}
	return proto + "://" + addr
}

// tlsIn is the material found in dir.
func tlsIn(dir string, skipVerify bool) *TLS {
	present := func(name string) string {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return ""
		}
		return path
	}
	return &TLS{
		Dir: dir, CA: present("ca.pem"), Cert: present("cert.pem"), Key: present("key.pem"), SkipVerify: skipVerify,
	}
}

// Local reports whether the engine is reached through this machine's own pipe or socket.
func (e Endpoint) Local() bool { return !strings.HasPrefix(e.Host, "tcp://") }
