//go:build rig && linux

package rig

import (
	"os"
	"path/filepath"
	"strings"
)

// composeFaults are mistakes in a compose file, and what stands in its way.
func composeFaults() map[string]func(*broken) told {
	return map[string]func(*broken) told{
		"compose-key": func(b *broken) told {
			b.broker(kafka{more: "    retstart: always\n"})
			return b.up("--no-app")
		},
		"compose-indent": func(b *broken) told {
			b.broker(kafka{})
			b.write("compose.yaml", "services:\n  kafka:\n    image: confluentinc/cp-kafka:7.5.0\n   ports: [\"9092:9092\"]\n")
			return b.up("--no-app")
		},
		"compose-reference": func(b *broken) told {
			b.broker(kafka{more: "    depends_on: [zookeper]\n"})
			return b.up("--no-app")
		},
		"compose-nowhere": func(b *broken) told {
			return b.read("compose", b.text(nil, "docker", "compose", "up", "-d"))
		},
		"compose-variable": func(b *broken) told {
			b.broker(kafka{env: map[string]string{"KAFKA_ADVERTISED_HOST_NAME": "${KAFKA_HOST:?set it in .env}"}})
			return b.up("--no-app")
		},
		"compose-env-file": func(b *broken) told {
			b.broker(kafka{more: "    env_file: kafka.env\n"}) // up says so before compose can, by project.env_file_gone
			return b.read("compose", b.text(nil, "docker", "compose", "up", "-d"))
		},
		"compose-dollar": func(b *broken) told {
			b.broker(kafka{env: map[string]string{"KAFKA_OPTS": "-Dpassword=pa$$w0rd${"}})
			return b.up("--no-app")
		},
		"compose-project-name": func(b *broken) told {
			b.broker(kafka{})
			return b.read("compose", b.text([]string{"COMPOSE_PROJECT_NAME=检测系统"}, "docker", "compose", "up", "-d"))
		},
		"compose-name-taken": func(b *broken) told {
			b.owner()
			b.broker(kafka{more: "    container_name: " + b.beside() + "\n"})
			return b.up("--no-app")
		},
		"compose-network": func(b *broken) told {
			b.broker(kafka{})
			b.write("compose.yaml", b.file("compose.yaml")+"networks: {default: {external: true, name: streamtray-nobody-made-it}}\n")
			return b.up("--no-app")
		},
		"compose-volume": func(b *broken) told {
			b.broker(kafka{more: "    volumes: [\"data:/var/lib/kafka/data\"]\n"})
			b.write("compose.yaml", b.file("compose.yaml")+"volumes: {data: {external: true, name: streamtray-nobody-made-it}}\n")
			return b.up("--no-app")
		},
		"compose-plugin": func(b *broken) told {
			b.must(os.Mkdir(filepath.Join(b.home, "plain"), 0o755))
			env := []string{"DOCKER_CONFIG=" + filepath.Join(b.home, "plain"), "HOME=" + b.home}
			return b.read("compose", b.text(env, "docker", "compose", "up", "-d"))
		},
		"network-gone": func(b *broken) told {
			b.broker(kafka{})
			b.docker("network", "create", b.beside())
			b.docker("create", "--name", b.beside(), "--network", b.beside(), imageName("kafka"))
			b.docker("network", "rm", b.beside())
			return b.read("engine", b.text(nil, "docker", "start", b.beside()))
		},
		"orphans": func(b *broken) told {
			b.services(strings.ReplaceAll(zookeeperService, "  zookeeper:\n", "  old:\n    command: [sleep, \"600\"]\n"))
			b.docker("compose", "-f", filepath.Join(b.project, "compose.yaml"), "--project-name", b.name, "up", "-d")
			b.services(strings.ReplaceAll(zookeeperService, "  zookeeper:\n", "  new:\n    command: [sleep, \"600\"]\n"))
			out, err := b.ran(nil, "docker", "compose", "-f", "compose.yaml", "up", "-d")
			b.must(err)
			return b.read("compose", out)
		},
	}
}
