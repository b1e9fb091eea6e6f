package docker

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// Proxy is what requests go through; an empty field is not set. The addresses may hold a password.
type Proxy struct{ HTTP, HTTPS, No string }

// ContainerProxy is the proxy that Docker's config.json hands to every new container of this user as HTTP_PROXY and its
// like; zero for none.
func ContainerProxy(getenv func(string) string, home string) (Proxy, error) {
	dir := getenv("DOCKER_CONFIG")
	if dir == "" {
		dir = filepath.Join(home, ".docker")
	}
	file := filepath.Join(dir, "config.json")
	var config struct {
		Proxies map[string]struct{ HTTPProxy, HTTPSProxy, NoProxy string }
	}
	if err := readJSON(file, &config); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Proxy{}, finalFault("docker.config_invalid", facts{"File": file}, err)
	}
	p := config.Proxies["default"]
	return Proxy{HTTP: p.HTTPProxy, HTTPS: p.HTTPSProxy, No: p.NoProxy}, nil
}
