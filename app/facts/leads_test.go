package facts_test

import (
	"os"
	"path/filepath"
	"testing"

	"streamtray/app/facts"
)

// Who reads that the app asks at a wrong address wants to know where to change it.
func TestWhatLeadsToAnAddressIsNamedWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		addr  string
		want  string
	}{
		"the default of a variable": {map[string]string{"app.py": "import os\nfrom kafka import KafkaProducer\np = KafkaProducer(bootstrap_servers=os.environ.get('BROKER', 'localhost:9092'))\n"}, "localhost:9092", "BROKER (app.py:3)"},
		"by its number":             {map[string]string{"app.py": "import os\nfrom kafka import KafkaProducer\np = KafkaProducer(bootstrap_servers=os.environ.get('BROKER', 'localhost:9092'))\n"}, "127.0.0.1:9092", "BROKER (app.py:3)"},
		"host and port apart": {map[string]string{"app.py": `import os
from kafka import KafkaProducer
HOST = os.getenv("KAFKA_HOST", "broker.test")
PORT = os.getenv("KAFKA_PORT", "9092")
p = KafkaProducer(bootstrap_servers=f"{HOST}:{PORT}")
`}, "broker.test:9092", "KAFKA_HOST, KAFKA_PORT (app.py:3)"},
		"by the function format": {map[string]string{"app.py": "import os\nfrom kafka import KafkaProducer\np = KafkaProducer(bootstrap_servers=format(os.environ.get('BROKER', 'localhost:9092'), 's'))\n"}, "localhost:9092", "BROKER (app.py:3)"},
		"written in the code":    {map[string]string{"app.py": "from confluent_kafka import Producer\np = Producer({'bootstrap.servers': 'broker.test:9092'})\n"}, "broker.test:9092", "app.py:2"},
		"a settings file":        {map[string]string{"app.py": "import yaml\nc = yaml.safe_load(open('conf/app.yaml'))\n", "conf/app.yaml": "kafka:\n  # where it is\n  servers: a.test:9092,broker.test:9092\n"}, "broker.test:9092", "conf/app.yaml:3"},
		"a .env file":            {map[string]string{"app.py": "import os\nprint(os.environ['BROKER'])\n", ".env": "A=1\nBROKER=broker.test:9092\n", ".env.example": "BROKER=localhost:9092\n"}, "broker.test:9092", ".env:2"},
		"only an example":        {map[string]string{"app.py": "import os\nprint(os.environ['BROKER'])\n", ".env.example": "BROKER=broker.test:9092\n"}, "broker.test:9092", ""},
		"another port":           {map[string]string{"app.py": "x = 'broker.test:90921'\n"}, "broker.test:9092", ""},
		"another host":           {map[string]string{"app.py": "x = 'my-broker.test:9092'\n"}, "broker.test:9092", ""},
		"nowhere":                {map[string]string{"app.py": "x = 1\n"}, "broker.test:9092", ""},
	} {
		dir := t.TempDir()
		for file, text := range c.files {
			path := filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got := ""
		if s, ok := facts.Find(t.Context(), dir).Leads(c.addr); ok {
			got = s.String()
		}
		if got != c.want {
			t.Errorf("%s: %s comes from %q, want %q", name, c.addr, got, c.want)
		}
	}
}
