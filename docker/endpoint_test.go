package docker

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// from reads an environment out of a map.
func from(env map[string]string) func(string) string {
	return func(key string) string { return env[key] }
}

func TestTheEngineIsTheOneTheDockerCommandWouldUse(t *testing.T) {
	const home = "testdata/home"
	remoteTLS := filepath.Join(home, ".docker/contexts/tls", hashOf("remote"), "docker")
	system := defaultHosts(from(nil), home)
	for _, c := range []struct {
		name string
		home string
		env  map[string]string
		want Endpoint
	}{
		{"nothing said", "testdata/none", nil, Endpoint{Source: Default}},
		{"the current context", home, nil, Endpoint{Host: "npipe:////./pipe/dockerDesktopLinuxEngine", Context: "desktop-linux", Source: ConfigContext}},
		{
			"DOCKER_CONTEXT before the current context", home,
			map[string]string{"DOCKER_CONTEXT": "remote"},
			Endpoint{Host: "tcp://10.0.0.2:2376", Context: "remote", Source: EnvContext, TLS: &TLS{
				Dir: remoteTLS, CA: remoteTLS + "/ca.pem", Cert: remoteTLS + "/cert.pem", Key: remoteTLS + "/key.pem",
			}},
		},
		{"DOCKER_CONTEXT=default turns the current context off", home, map[string]string{"DOCKER_CONTEXT": "default"}, Endpoint{Source: Default}},
		{
			"DOCKER_HOST before all", home,
			map[string]string{"DOCKER_HOST": "unix:///run/podman/podman.sock", "DOCKER_CONTEXT": "remote"},
			Endpoint{Host: "unix:///run/podman/podman.sock", Source: EnvHost},
		},
		{"DOCKER_CONFIG is another folder", "testdata/none", map[string]string{"DOCKER_CONFIG": "testdata/home/.docker"}, Endpoint{Host: "npipe:////./pipe/dockerDesktopLinuxEngine", Context: "desktop-linux", Source: ConfigContext}},
		{"a bare name is tcp", home, map[string]string{"DOCKER_HOST": "box"}, Endpoint{Host: "tcp://box:2375", Source: EnvHost}},
		{"a TCP path is kept", home, map[string]string{"DOCKER_HOST": "tcp://box:1/docker/"}, Endpoint{Host: "tcp://box:1/docker", Source: EnvHost}},
		{"IPv6", home, map[string]string{"DOCKER_HOST": "tcp://[::1]"}, Endpoint{Host: "tcp://[::1]:2375", Source: EnvHost}},
		{
			"verified TLS", home,
			map[string]string{"DOCKER_HOST": "tcp://box", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": remoteTLS},
			Endpoint{Host: "tcp://box:2376", Source: EnvHost, TLS: &TLS{
				Dir: remoteTLS, CA: remoteTLS + "/ca.pem", Cert: remoteTLS + "/cert.pem", Key: remoteTLS + "/key.pem",
			}},
		},
		{
			"unverified TLS without any material", home,
			map[string]string{"DOCKER_HOST": "tcp://box:9", "DOCKER_TLS": "1"},
			Endpoint{Host: "tcp://box:9", Source: EnvHost, TLS: &TLS{Dir: filepath.Join(home, ".docker"), SkipVerify: true}},
		},
		{
			"TLS variables say nothing about a socket", home,
			map[string]string{"DOCKER_HOST": "unix:///x", "DOCKER_TLS_VERIFY": "1"},
			Endpoint{Host: "unix:///x", Source: EnvHost},
		},
		{"a byte order mark in config.json", "testdata/bom", nil, Endpoint{Host: "tcp://bom:2375", Context: "bom", Source: ConfigContext}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want.Source == Default {
				c.want.Host, c.want.Else = defaultHosts(from(nil), c.home)[0], defaultHosts(from(nil), c.home)[1:]
			}
			got, err := Resolve(from(c.env), c.home)
			must(t, err)
			if got, want := describe(got), describe(c.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
	if len(system) < 2 {
		t.Errorf("got %d default addresses, want the usual one and others to try", len(system))
	}
}

func describe(e Endpoint) string {
	tls := "plain"
	if t := e.TLS; t != nil {
		tls = strings.Join([]string{filepath.ToSlash(t.Dir), filepath.ToSlash(t.CA), filepath.ToSlash(t.Cert), filepath.ToSlash(t.Key)}, ",")
		if t.SkipVerify {
			tls += ",unverified"
		}
	}
	return strings.Join([]string{e.Host, strings.Join(e.Else, "|"), e.Context, string(e.Source), tls}, " ; ")
}

func hashOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

func TestAFileThatCannotBeUnderstoodIsNamed(t *testing.T) {
	for _, c := range []struct {
		name, home string
		env        map[string]string
		id, says   string
	}{
		{"config.json cut short", "testdata/corrupt", nil, "docker.config_invalid", "testdata/corrupt/.docker/config.json"},
		{"unknown context", "testdata/home", map[string]string{"DOCKER_CONTEXT": "gone"}, "docker.context_missing", hashOf("gone")},
		{"context without an engine", "testdata/home", map[string]string{"DOCKER_CONTEXT": "kube"}, "docker.context_invalid", hashOf("kube")},
		{"context that is no JSON", "testdata/home", map[string]string{"DOCKER_CONTEXT": "torn"}, "docker.context_invalid", hashOf("torn")},
		{"ssh", "testdata/home", map[string]string{"DOCKER_HOST": "ssh://me:secret@box"}, "docker.host_unsupported", "ssh://box"},
		{"nothing after the protocol", "testdata/home", map[string]string{"DOCKER_HOST": "unix://"}, "docker.host_invalid", "unix://"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Resolve(from(c.env), c.home)
			if idOf(err) != c.id || !strings.Contains(filepath.ToSlash(err.Error()), c.says) {
				t.Errorf("got %v, want %s that names %s", err, c.id, c.says)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("a password is in %q", err)
			}
			if f, ok := err.(interface{ Final() bool }); !ok || !f.Final() {
				t.Errorf("%v: got not final, want final, as only a person can mend it", err)
			}
		})
	}
}

func TestAConfigFileWithoutEndIsNotReadWhole(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "config.json"), make([]byte, maxConfig+10), 0o600))
	_, err := Resolve(from(map[string]string{"DOCKER_CONFIG": dir}), "")
	if idOf(err) != "docker.config_invalid" {
		t.Errorf("got %v, want docker.config_invalid", err)
	}
}

func FuzzDockersOwnFiles(f *testing.F) {
	f.Add([]byte(`{"currentContext":"c"}`), []byte(`{"Name":"c","Endpoints":{"docker":{"Host":"unix:///x"}}}`))
	f.Add([]byte(`{"currentContext":"c"}`), []byte(`{"Endpoints":{"docker":{"Host":"tcp://[::1]","SkipTLSVerify":true}}}`))
	f.Add([]byte(`{`), []byte(`{"Endpoints":{"docker":null}}`))
	f.Fuzz(func(t *testing.T, config, meta []byte) {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))
		store := filepath.Join(dir, "contexts", "meta", hashOf("c"))
		must(t, os.MkdirAll(store, 0o700))
		must(t, os.WriteFile(filepath.Join(store, "meta.json"), meta, 0o600))
		e, err := Resolve(from(map[string]string{"DOCKER_CONFIG": dir}), "")
		if err != nil {
			if idOf(err) == "" {
				t.Errorf("%v is no fault that a person could read", err)
			}
			return
		}
		proto, addr, ok := strings.Cut(e.Host, "://")
		if !ok || addr == "" || proto != "unix" && proto != "npipe" && proto != "tcp" {
			t.Errorf("got address %q, want one that can be dialled", e.Host)
		}
	})
}
