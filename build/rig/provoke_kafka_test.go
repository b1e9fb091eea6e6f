//go:build rig && linux

package rig

import (
	"bufio"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// started is what a broker of either kind says when it serves.
const started = "started (kafka.server.Kafka"

// kafkaFaults are what keeps ZooKeeper or the broker from starting, or from serving.
func kafkaFaults() map[string]func(*broken) told {
	all := map[string]func(*broken) told{
		"zookeeper-no-port": func(b *broken) told {
			b.services(strings.ReplaceAll(zookeeperService, "ZOOKEEPER_CLIENT_PORT", "ZOOKEEPER_TICK_TIME"))
			return b.up("--no-app")
		},
		"zookeeper-address": func(b *broken) told {
			b.services(kafka{port: b.port, env: map[string]string{"KAFKA_ZOOKEEPER_CONNECT": "-"}}.compose(zookept(b.port)))
			return b.up("--no-app")
		},
		"zookeeper-unresolvable": func(b *broken) told {
			return b.zookeeperAt("zookeper:2181")
		},
		"zookeeper-silent": func(b *broken) told {
			return b.zookeeperAt("localhost:2181")
		},
		"zookeeper-snapshots": func(b *broken) told {
			b.services(strings.Replace(zookeeperService, "    environment", "    volumes: [\"data:/var/lib/zookeeper/data\", \"log:/var/lib/zookeeper/log\"]\n    environment", 1))
			b.write("compose.yaml", b.file("compose.yaml")+"volumes: {data: {}, log: {}}\n")
			b.starts("zookeeper", "binding to port")
			b.inside("zookeeper", "zookeeper-shell", "localhost:2181", "create", "/something", "kept")
			b.inside("zookeeper", "sh", "-c", "rm /var/lib/zookeeper/data/version-2/snapshot.*")
			b.docker("kill", b.container("zookeeper"))
			return b.up("--no-app")
		},
		"session-left": func(b *broken) told {
			b.zookept(kafka{})
			b.starts("kafka", started)
			b.docker("kill", b.container("kafka"))
			return b.up("--no-app")
		},
		"broker-id-twice": func(b *broken) told {
			b.services(zookeeperService, kafka{port: b.port}.compose(zookept(b.port)), kafka{service: "second", port: b.port + 1}.compose(zookept(b.port+1)))
			return b.up("--no-app")
		},
		"cluster-id": func(b *broken) told {
			b.zookept(kafka{})
			b.starts("kafka", started)
			b.ran(nil, "docker", "compose", "-f", "compose.yaml", "kill")
			b.docker("rm", "--volumes", b.container("zookeeper"))
			return b.up("--no-app")
		},
		"broker-id": func(b *broken) told {
			data := "    volumes: [\"data:/var/lib/kafka/data\"]\n"
			write := func(id string) {
				b.zookept(kafka{more: data, env: map[string]string{"KAFKA_BROKER_ID": id}})
				b.write("compose.yaml", b.file("compose.yaml")+"volumes: {data: {}}\n")
			}
			write("1")
			b.starts("kafka", started)
			b.ran(nil, "docker", "compose", "-f", "compose.yaml", "kill")
			write("2")
			return b.up("--no-app")
		},
		"data-shared": func(b *broken) told {
			data := "    volumes: [\"data:/var/lib/kafka/data\"]\n"
			b.services(kafka{port: b.port, more: data}.compose(kraft(b.port)))
			b.write("compose.yaml", b.file("compose.yaml")+"volumes: {data: {}}\n")
			b.starts("kafka", started)
			b.write("compose.yaml", "services:\n"+kafka{port: b.port, more: data}.compose(kraft(b.port))+
				kafka{service: "second", port: b.port + 1, more: data}.compose(kraft(b.port+1))+"volumes: {data: {}}\n")
			return b.up("--no-app")
		},
		"storage-unformatted": func(b *broken) told {
			b.broker(kafka{more: `    command: ["bash", "-ec", ". /etc/confluent/docker/kafka; configure; exec kafka-server-start /etc/kafka/kafka.properties"]` + "\n"})
			return b.up("--no-app")
		},
		"data-read-only": func(b *broken) told {
			b.broker(kafka{more: "    tmpfs: [\"/var/lib/kafka/data:uid=0,mode=755\"]\n"})
			return b.up("--no-app")
		},
		"data-full": func(b *broken) told {
			b.broker(kafka{more: "    tmpfs: [\"/var/lib/kafka/data:uid=1000,size=16k\"]\n"})
			return b.up("--no-app")
		},
		"nothing-logged": func(b *broken) told {
			b.broker(kafka{more: "    command: [\"false\"]\n    restart: always\n"})
			return b.up("--no-app")
		},
		"dependency": func(b *broken) told {
			b.services(zookeeperService+"    healthcheck: {test: [CMD, \"false\"], interval: 200ms, retries: 1}\n",
				kafka{port: b.port, more: "    depends_on: {zookeeper: {condition: service_healthy}}\n"}.compose(zookept(b.port)))
			return b.up("--no-app")
		},
		"health-check": func(b *broken) told {
			b.broker(kafka{
				env:  map[string]string{"JMX_PORT": "9999"},
				more: "    healthcheck: {test: [CMD, kafka-topics, --bootstrap-server, \"localhost:29092\", --list], interval: 5s, retries: 1}\n",
			})
			b.starts("kafka", started)
			var health string
			b.eventually(fromNil, "the health check fails", func() (bool, string) {
				health = b.docker("inspect", "--format", "{{json .State.Health}}", b.container("kafka"))
				return strings.Contains(health, `"ExitCode":1`), health
			})
			return b.read("engine", health)
		},
		"advertised-nowhere": func(b *broken) told {
			b.broker(kafka{env: set("KAFKA_ADVERTISED_LISTENERS", "INTERNAL://kafka:29092,HOST://kafka-of-nobody.invalid:PORT")(b.port)})
			return b.up("--no-app")
		},
		"controller-gone": func(b *broken) told {
			b.broker(kafka{env: map[string]string{"KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093,2@second:9093"}})
			return b.up("--no-app")
		},
		"topic-copies": func(b *broken) told {
			b.broker(kafka{})
			b.edit("streamtray.yaml", "topics: []", "topics: [{name: results, partitions: 1, replication: 3}]")
			return b.up("--no-app")
		},
		"replication-offsets": func(b *broken) told {
			b.broker(kafka{env: map[string]string{"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "3"}})
			return b.up("--no-app")
		},
	}
	for name, env := range brokenSettings() {
		all[name] = func(b *broken) told {
			b.broker(kafka{env: env(b.port)})
			return b.up("--no-app")
		}
	}
	return all
}

// Intent: where the only broker that has a partition is gone, and is none of the project's own, the partition is named for as long,
// and all goes on by itself once that broker is back.
func TestAPartitionWithoutALeaderIsNamed(t *testing.T) {
	b := newBroken(t, len(Provocations()), "leader-gone")
	first := kafka{port: b.port}.compose(zookept(b.port))
	second := kafka{service: "second", port: b.port + 1, env: map[string]string{
		"KAFKA_BROKER_ID": "2", "KAFKA_ADVERTISED_LISTENERS": fmt.Sprintf("INTERNAL://second:29092,HOST://127.0.0.1:%d", b.port+1),
	}}
	b.services(zookeeperService, first, second.compose(zookept(b.port+1)))
	b.starts("kafka", started)
	b.says("second", started)
	b.inside("second", "kafka-topics", "--bootstrap-server", "second:29092", "--create", "--topic", "results", "--replica-assignment", "2")
	b.docker("stop", b.container("second"))
	b.services(zookeeperService, first)
	b.edit("streamtray.yaml", "topics: []", "topics: [{name: results, partitions: 1}]")

	up := b.start("up", "--project", b.project, "--trust", "--json", "--no-app")
	up.awaits(time.Minute, "the partition is named", 0, func(e event) bool {
		return e.Step == "topics" && e.Kind == "waiting" && e.Error != nil && e.Error.ID == "kafka.topic_no_leader"
	})
	b.docker("start", b.container("second"))
	up.awaits(time.Minute, "it goes on", 0, func(e event) bool { return e.Phase == "ready" })
	up.interrupt()
}

// brokenSettings are brokers with one setting that makes them end at once; "-" takes a variable away.
func brokenSettings() map[string]func(port int) map[string]string {
	return map[string]func(port int) map[string]string{
		"advertised-missing":    set("KAFKA_ADVERTISED_LISTENERS", "-"),
		"variable-outdated":     set("KAFKA_PORT", "9092"),
		"controller-advertises": set("KAFKA_PROCESS_ROLES", "controller"),
		"cluster-id-no-uuid":    set("CLUSTER_ID", "my-cluster"),
		"advertised-zero":       set("KAFKA_ADVERTISED_LISTENERS", "INTERNAL://kafka:29092,HOST://0.0.0.0:PORT"),
		"listener-between":      set("KAFKA_INTER_BROKER_LISTENER_NAME", "OUTSIDE"),
		"listener-unmapped":     set("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"),
		"listener-same-port":    set("KAFKA_LISTENERS", "INTERNAL://0.0.0.0:PORT,HOST://0.0.0.0:PORT,CONTROLLER://0.0.0.0:9093"),
		"listener-elsewhere":    set("KAFKA_LISTENERS", "INTERNAL://0.0.0.0:29092,HOST://192.0.2.1:PORT,CONTROLLER://0.0.0.0:9093"),
		"node-id-missing":       set("KAFKA_NODE_ID", "-"),
	}
}

func set(name, value string) func(port int) map[string]string {
	return func(port int) map[string]string {
		return map[string]string{name: strings.ReplaceAll(value, "PORT", fmt.Sprint(port))}
	}
}

// zookeeperAt brings a broker up that looks for ZooKeeper where none is.
func (b *broken) zookeeperAt(address string) told {
	b.Helper()
	b.services(kafka{port: b.port, env: map[string]string{"KAFKA_ZOOKEEPER_CONNECT": address, "KAFKA_CUB_ZK_TIMEOUT": "1"}}.compose(zookept(b.port)))
	return b.up("--no-app")
}

// address is where the project's Kafka is for programs of this computer.
func (b *broken) address() string { return fmt.Sprintf("127.0.0.1:%d", b.port) }

// container is the id of a service's.
func (b *broken) container(service string) string {
	b.Helper()
	return b.docker("ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project="+b.name, "--filter", "label=com.docker.compose.service="+service)
}

// starts brings all services up by hand, and waits until the log of one says so.
func (b *broken) starts(service, says string) {
	b.Helper()
	if out, err := b.ran(nil, "docker", "compose", "-f", "compose.yaml", "up", "-d"); err != nil {
		b.Fatal(out)
	}
	b.says(service, says)
}

// says follows a service's log until it says so.
func (b *broken) says(service, what string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", "logs", "--follow", b.container(service))
	out, err := cmd.StdoutPipe()
	b.must(err)
	cmd.Stderr = cmd.Stdout
	b.must(cmd.Start())
	defer func() { _ = cmd.Wait() }()
	defer cancel()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), what) {
			return
		}
	}
	b.Fatalf("%s never said %q", service, what)
}

// inside runs a program in a service's container.
func (b *broken) inside(service string, args ...string) {
	b.Helper()
	b.docker(append([]string{"exec", b.container(service)}, args...)...)
}

// log is what a service's container has printed.
func (b *broken) log(service string) string {
	b.Helper()
	out, err := exec.CommandContext(b.Context(), "docker", "logs", b.container(service)).CombinedOutput() //nolint:forbidigo // both are its log
	b.must(err)
	return string(out)
}
