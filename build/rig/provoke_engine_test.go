//go:build rig && linux

package rig

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// engineFaults are what Docker itself cannot do.
func engineFaults() map[string]func(*broken) told {
	return map[string]func(*broken) told{
		"engine-stopped": func(b *broken) told {
			b.broker(kafka{})
			b.ownEngine().stop()
			return b.up("--no-app")
		},
		"engine-hung": func(b *broken) told {
			b.broker(kafka{})
			b.ownEngine().signal(syscall.SIGSTOP)
			return b.up("--no-app")
		},
		"engine-access": func(b *broken) told {
			return b.read("engine", b.text(nil, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "docker", "ps"))
		},
		"engine-api": func(b *broken) told {
			return b.read("engine", b.text([]string{"DOCKER_API_VERSION=1.99"}, "docker", "ps"))
		},
		"docker-missing": func(b *broken) told {
			return b.read("engine", b.text([]string{"PATH=" + b.home}, "/bin/sh", "-c", "docker compose up -d"))
		},
		"engine-disk": func(b *broken) told {
			b.ownEngine()
			return b.read("engine", b.text(nil, "/bin/sh", "-c", "env -u DOCKER_HOST docker save "+imageName("kafka")+" | docker load"))
		},
		"port-program": func(b *broken) told {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", b.port))
			b.must(err)
			b.Cleanup(func() { _ = l.Close() })
			b.broker(kafka{})
			return b.up("--no-app")
		},
		"port-container": func(b *broken) told {
			b.owner("--publish", fmt.Sprintf("127.0.0.1:%d:9092", b.port))
			b.broker(kafka{})
			return b.up("--no-app")
		},
		"image-missing": func(b *broken) told {
			b.pulls(refusal(http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest unknown"))
			return b.up("--no-app")
		},
		"image-denied": func(b *broken) told {
			b.pulls(refusal(http.StatusForbidden, "DENIED", "requested access to the resource is denied"))
			return b.up("--no-app")
		},
		"image-rate": func(b *broken) told {
			b.pulls(refusal(http.StatusTooManyRequests, "TOOMANYREQUESTS", "You have reached your unauthenticated pull rate limit."))
			return b.up("--no-app")
		},
		"image-windows": func(b *broken) told {
			b.pulls(windowsOnly)
			return b.up("--no-app")
		},
		"registry-away": func(b *broken) told {
			b.image(fmt.Sprintf("127.0.0.1:%d/team/kafka:7", b.port+1))
			return b.up("--no-app")
		},
		"registry-tls": func(b *broken) told {
			l, err := net.Listen("tcp", bridge(b)+":0") // an address of this machine that Docker wants TLS of
			b.must(err)
			registry := httptest.NewUnstartedServer(http.NotFoundHandler())
			registry.Listener = l
			registry.StartTLS()
			b.Cleanup(registry.Close)
			b.image(l.Addr().String() + "/team/kafka:7")
			return b.up("--no-app")
		},
		"credential-helper": func(b *broken) told {
			b.write("docker/config.json", `{"credsStore": "desktop.exe"}`)
			config := filepath.Join(b.project, "docker")
			home, err := os.UserHomeDir()
			b.must(err)
			b.must(os.Symlink(filepath.Join(home, ".docker", "cli-plugins"), filepath.Join(config, "cli-plugins")))
			b.env = append(b.env, "DOCKER_CONFIG="+config)
			b.image(fmt.Sprintf("127.0.0.1:%d/team/kafka:7", b.port+1))
			return b.up("--no-app")
		},
		"mount-missing": func(b *broken) told {
			b.broker(kafka{more: "    volumes: [{type: bind, source: " + b.home + "/gone/server.properties, target: /etc/kafka/mine.properties, bind: {create_host_path: false}}]\n"})
			return b.up("--no-app")
		},
		"mount-kind": func(b *broken) told {
			b.must(os.Mkdir(filepath.Join(b.project, "folder"), 0o755))
			b.broker(kafka{more: "    volumes: [\"./folder:/usr/share/java/kafka/kafka_2.13-3.5.1.jar\"]\n"})
			return b.up("--no-app")
		},
		"crlf-script": func(b *broken) told {
			b.write("start.sh", "#!/bin/bash\r\necho \"starting\"\r\nexec /etc/confluent/docker/run\r\n")
			b.must(os.Chmod(filepath.Join(b.project, "start.sh"), 0o755))
			b.broker(kafka{more: "    volumes: [\"./start.sh:/start.sh\"]\n    command: [\"/start.sh\"]\n"})
			return b.up("--no-app")
		},
		"processor": func(b *broken) told {
			arm := "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9) + "\x02\x00\xb7\x00\x01" + strings.Repeat("\x00", 43) // the head of a program for ARM
			b.write("hello", arm)
			b.must(os.Chmod(filepath.Join(b.project, "hello"), 0o755))
			b.broker(kafka{more: "    volumes: [\"./hello:/hello\"]\n    command: [\"/hello\"]\n"})
			return b.up("--no-app")
		},
		"network-overlap": func(b *broken) told {
			const subnet = "10.213.7.0/24"
			b.docker("network", "create", "--subnet", subnet, b.beside())
			b.broker(kafka{})
			b.write("compose.yaml", b.file("compose.yaml")+"networks: {default: {ipam: {config: [{subnet: "+subnet+"}]}}}\n")
			return b.up("--no-app")
		},
		"oom": func(b *broken) told {
			b.broker(kafka{
				more: "    mem_limit: 96m\n    memswap_limit: 96m\n",
				env:  map[string]string{"KAFKA_HEAP_OPTS": "-Xms512m -Xmx512m -XX:+AlwaysPreTouch"},
			})
			return b.up("--no-app")
		},
		"heap": func(b *broken) told {
			b.broker(kafka{env: map[string]string{"KAFKA_HEAP_OPTS": "-Xms1g -Xmx512m"}})
			return b.up("--no-app")
		},
	}
}

func (b *broken) file(name string) string {
	b.Helper()
	text, err := os.ReadFile(filepath.Join(b.project, name))
	b.must(err)
	return string(text)
}

// owner runs a container that has something the project wants.
func (b *broken) owner(args ...string) {
	b.Helper()
	run := append([]string{"run", "--detach", "--name", b.beside()}, args...)
	b.docker(append(run, imageName("kafka"), "sleep", "600")...)
}

// image writes a project whose Kafka has this image.
func (b *broken) image(name string) {
	b.Helper()
	b.broker(kafka{})
	b.write("compose.yaml", strings.ReplaceAll(b.file("compose.yaml"), imageName("kafka"), name))
}

// pulls writes a project whose image stands in a registry that answers so.
func (b *broken) pulls(answer http.HandlerFunc) {
	b.Helper()
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2/" {
			answer(w, r)
		}
	}))
	b.Cleanup(registry.Close)
	b.image(strings.TrimPrefix(registry.URL, "http://") + "/team/kafka:7")
}

// refusal answers as the registry's protocol says.
func refusal(status int, code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"errors": [{"code": %q, "message": %q}]}`, code, message)
	}
}

// windowsOnly has one image, for Windows.
func windowsOnly(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/vnd.docker.distribution.manifest.list.v2+json")
	fmt.Fprint(w, `{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json", "manifests": [{"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "size": 7, "digest": "sha256:`+strings.Repeat("0", 64)+`", "platform": {"architecture": "amd64", "os": "windows", "os.version": "10.0.20348"}}]}`)
}

// bridge is the engine's own address on this machine.
func bridge(b *broken) string {
	b.Helper()
	// An engine that has just made the network does not say the gateway yet; it is the subnet's first address.
	subnet, err := netip.ParsePrefix(b.docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}"))
	b.must(err)
	return subnet.Masked().Addr().Next().String()
}

// daemon is an engine of one scenario, beside the rig's.
type daemon struct {
	t       *testing.T
	process *os.Process
	ended   chan struct{}
}

// ownEngine starts an engine on a small disk, which all that follows in the scenario talks to.
func (b *broken) ownEngine() *daemon {
	b.Helper()
	disk := filepath.Join(b.home, "disk")
	b.must(os.Mkdir(disk, 0o755))
	b.must(syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=48m"))
	socket := "unix://" + filepath.Join(b.home, "docker.sock")
	log, err := os.Create(filepath.Join(b.kept, "dockerd.log"))
	b.must(err)
	defer log.Close()
	cmd := exec.Command("dockerd", "--host", socket, "--bridge", "none", "--iptables=false", "--ip6tables=false", "--group", "0",
		"--data-root", filepath.Join(disk, "data"), "--exec-root", filepath.Join(b.home, "exec"), "--pidfile", filepath.Join(b.home, "pid"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET} // it would take the rig's bridge away
	b.must(cmd.Start())
	d := &daemon{b.T, cmd.Process, make(chan struct{})}
	go func() {
		defer close(d.ended)
		_ = cmd.Wait()
	}()
	b.Cleanup(func() {
		d.signal(syscall.SIGCONT)
		d.stop()
		_ = syscall.Unmount(disk, syscall.MNT_DETACH)
	})
	b.env = append(b.env, "DOCKER_HOST="+socket)
	b.eventually(soon, "the scenario's engine answers", func() (bool, string) {
		ping := exec.Command("docker", "version")
		ping.Env = b.env
		err := Quietly(ping)
		return err == nil, fmt.Sprint(err)
	})
	return d
}

func (d *daemon) signal(s syscall.Signal) {
	if err := d.process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		d.t.Error(err)
	}
}

// stop ends the engine in good order and waits for it.
func (d *daemon) stop() {
	d.t.Helper()
	d.signal(syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.t.Context()), soon)
	defer cancel()
	select {
	case <-d.ended:
	case <-ctx.Done():
		_ = d.process.Kill()
		d.t.Error("the scenario's engine did not stop")
	}
}
