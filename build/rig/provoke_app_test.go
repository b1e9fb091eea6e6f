//go:build rig && linux

package rig

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"streamtray/assets"
)

// appFaults are what is wrong with the detection app, its Python or its settings.
func appFaults() map[string]func(*broken) told {
	return map[string]func(*broken) told{
		"app-module": func(b *broken) told {
			b.app()
			b.use(b.venvWithout("flask"))
			return b.up()
		},
		"app-syntax": func(b *broken) told {
			b.app()
			b.edit("routes/ws.py", "def answer(message: str | bytes) -> str:", "def answer(message: str | bytes) -> str")
			return b.up()
		},
		"app-api": func(b *broken) told {
			b.app()
			b.edit("config.py", "from pydantic import Field\n", "from pydantic import BaseSettings, Field\n")
			return b.up()
		},
		"app-env-bytes": func(b *broken) told {
			b.app()
			b.must(os.WriteFile(filepath.Join(b.project, ".env"), []byte("ALGO_LOG_LEVEL=INFO # \xbc\xec\xb2\xe2\n"), 0o644)) // 检测, in GBK
			return b.up()
		},
		"app-prints-gbk": func(b *broken) told {
			b.app()
			b.edit("app.py", "    stop_like_ctrl_c()\n    with", "    print(\"\\u2705 ready\")\n    with")
			return b.read("app", b.text([]string{"PYTHONUTF8=0", "PYTHONIOENCODING=gbk", "ALGO_PORT=0"}, here.Python, "app.py"))
		},
		"app-flag": func(b *broken) told {
			b.app()
			return b.read("app", b.text([]string{"ALGO_ENABLE_KAFKA_STREAMING=enabled"}, here.Python, "app.py"))
		},
		"app-port": func(b *broken) told {
			l, err := net.Listen("tcp", fmt.Sprintf("0.0.0.0:%d", b.port+5))
			b.must(err)
			b.Cleanup(func() { _ = l.Close() })
			b.app()
			return b.up()
		},
		"app-argument": func(b *broken) told {
			b.app()
			b.edit("routes/ws.py", "            topic=settings.kafka_detection_topic,\n", "")
			return b.up()
		},
		"app-hides-reason": func(b *broken) told {
			b.app()
			b.edit("routes/ws.py", "            topic=settings.kafka_detection_topic,\n", "")
			b.edit("routes/ws.py", `logger.error(f"Failed to initialize Kafka producer: {error}")`, `logger.error("Failed to initialize Kafka producer: %s", error)`)
			return b.up()
		},
		"app-topic": func(b *broken) told {
			b.app()
			b.edit("streamtray.yaml", "    - {name: detection-results, partitions: 3, replication: 1, env: ALGO_KAFKA_DETECTION_TOPIC, about: 实时检测结果}\n", "")
			return b.up()
		},
		"app-library": func(b *broken) told {
			b.app()
			venv := b.venvWithout("confluent_kafka")
			b.garbled(venv)
			b.use(venv)
			return b.read("app", b.text(nil, filepath.Join(venv, "bin", "python"), "-c", "import confluent_kafka"))
		},
		"app-streams-not": func(b *broken) told {
			b.app()
			b.use(b.venvWithout("confluent_kafka"))
			return b.up()
		},
		"app-interpreter": func(b *broken) told {
			b.app()
			return b.read("app", b.text(nil, "/bin/sh", "-c", "python9 app.py"))
		},
		"app-venv": func(b *broken) told {
			b.app()
			venv := b.venvWithout("nothing")
			b.must(os.Remove(filepath.Join(venv, "bin", "python")))
			b.must(os.Symlink(filepath.Join(b.home, "moved", "python3"), filepath.Join(venv, "bin", "python")))
			b.use(venv)
			return b.read("app", b.text(nil, "/bin/sh", "-c", ".venv/bin/python app.py"))
		},
	}
}

// app writes the sample, with a Kafka of the product's own and a port of the scenario's.
func (b *broken) app() {
	b.Helper()
	sample, err := fs.Sub(assets.Sample, "sample")
	b.must(err)
	b.must(os.CopyFS(b.project, sample))
	b.use(filepath.Dir(filepath.Dir(here.Python)))
	b.edit("streamtray.yaml", "mode: docker", "mode: embedded")
	b.edit("streamtray.yaml", "5000/", fmt.Sprint(b.port+5)+"/")
	b.edit("streamtray.yaml", "app:\n", fmt.Sprintf("app:\n  env: {ALGO_PORT: \"%d\"}\n", b.port+5))
}

// garbled gives a Python environment a client library that cannot be loaded.
func (b *broken) garbled(venv string) {
	b.Helper()
	to, err := filepath.Glob(filepath.Join(venv, "lib/python3*/site-packages"))
	b.must(err)
	from := strings.Replace(to[0], venv, filepath.Dir(filepath.Dir(here.Python)), 1)
	b.must(os.CopyFS(filepath.Join(to[0], "confluent_kafka"), os.DirFS(filepath.Join(from, "confluent_kafka"))))
	libs, err := filepath.Glob(filepath.Join(to[0], "confluent_kafka", "cimpl*.so"))
	b.must(err)
	for _, lib := range libs {
		b.must(os.WriteFile(lib, []byte("no library"), 0o755))
	}
}
