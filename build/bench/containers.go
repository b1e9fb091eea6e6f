package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/go-connections/nat"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/kafka"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"
)

// startedLine is what testcontainers waits for where Kafka runs with ZooKeeper. The Go module knows KRaft only; this is
// the criterion of its Java sibling.
const startedLine = `.*\[KafkaServer id=\d+\] started.*`

// logTurn starts the sample's two services, with the sample's own settings, by testcontainers-go.
func (s *stand) logTurn(ctx context.Context, r *results) error {
	var end []func() error
	err := r.try(ctx, byLog, func(ctx context.Context) (time.Time, error) {
		n, err := network.New(ctx)
		if err != nil {
			return time.Time{}, err
		}
		end = append(end, func() error { return n.Remove(context.WithoutCancel(ctx)) })
		for _, c := range []struct {
			name string
			more testcontainers.CustomizeRequestOption
		}{
			{"zookeeper", testcontainers.WithWaitStrategy(wait.ForListeningPort("2181/tcp"))},
			{"kafka", testcontainers.WithWaitStrategy(wait.ForLog(startedLine).AsRegexp())},
		} {
			container, err := s.run(ctx, c.name, n, c.more)
			end = append(end, func() error { return terminate(container) })
			if err != nil {
				return time.Time{}, err
			}
		}
		return time.Now(), nil
	})
	for i := len(end) - 1; i >= 0; i-- {
		err = errors.Join(err, end[i]())
	}
	return err
}

// run starts one of the sample's services.
func (s *stand) run(ctx context.Context, name string, n *testcontainers.DockerNetwork, waits testcontainers.ContainerCustomizer) (testcontainers.Container, error) {
	options := []testcontainers.ContainerCustomizer{
		testcontainers.WithEnv(s.services[name].Environment), network.WithNetwork([]string{name}, n), waits,
	}
	if name == "kafka" {
		options = append(options, testcontainers.WithExposedPorts(port+"/tcp"), publish(port))
	} else {
		options = append(options, testcontainers.WithExposedPorts("2181/tcp"))
	}
	return testcontainers.Run(ctx, s.services[name].Image, options...)
}

// publish publishes a container's port where the poller looks.
func publish(containerPort string) testcontainers.CustomizeRequestOption {
	return testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
		h.PortBindings = nat.PortMap{nat.Port(containerPort + "/tcp"): {{HostIP: "127.0.0.1", HostPort: port}}}
	})
}

func terminate(c testcontainers.Container) error {
	return testcontainers.TerminateContainer(c, testcontainers.StopTimeout(0))
}

// moduleTurn starts Kafka by testcontainers-go's own Kafka module, unchanged, with its own wait. The module runs Kafka
// without ZooKeeper.
func (s *stand) moduleTurn(ctx context.Context, r *results) error {
	image := s.services["kafka"].Image
	heap := map[string]string{"KAFKA_HEAP_OPTS": s.services["kafka"].Environment["KAFKA_HEAP_OPTS"]} // as the others have
	options := []testcontainers.ContainerCustomizer{publish("9093"), testcontainers.WithEnv(heap)}
	if standIn(ctx, image) {
		options = append(options, testcontainers.WithFiles(scripts()...), testcontainers.WithConfigModifier(func(c *container.Config) { c.User = "root" }))
	}
	var c *kafka.KafkaContainer
	err := r.try(ctx, byModule, func(ctx context.Context) (at time.Time, err error) {
		c, err = kafka.Run(ctx, image, options...)
		return time.Now(), err
	})
	if c != nil {
		err = errors.Join(err, terminate(c))
	}
	return err
}

// standIn reports whether the image is the rig's own, which lacks some of the publisher's scripts.
func standIn(ctx context.Context, image string) bool {
	out, err := exec.CommandContext(ctx, "docker", "image", "inspect", "--format", `{{index .Config.Labels "streamtray.rig"}}`, image).Output()
	return err == nil && strings.TrimSpace(string(out)) != ""
}

// scripts are those of the publisher's image that the module calls and the rig's stand-in does not have, over what the
// stand-in has instead.
func scripts() []testcontainers.ContainerFile {
	var files []testcontainers.ContainerFile
	for name, text := range map[string]string{
		"bash-config": "set -o nounset -o errexit\n",
		"configure":   "#!/bin/bash\nset -o nounset -o errexit\nexport CLUSTER_ID=bench\n. /etc/confluent/docker/kafka\nconfigure\n",
		"launch":      "#!/bin/bash\nexec kafka-server-start /etc/kafka/kafka.properties\n",
	} {
		files = append(files, testcontainers.ContainerFile{
			Reader: strings.NewReader(text), ContainerFilePath: "/etc/confluent/docker/" + name, FileMode: 0o755,
		})
	}
	return files
}

// withoutReaper keeps testcontainers from starting a container that cleans up behind a crashed test: its image cannot be
// pulled everywhere, and the others have none either.
func withoutReaper() error { return os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true") }
