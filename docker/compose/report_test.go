package compose

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestJSONHasTheShapeOfTheIssue(t *testing.T) {
	r := &Report{
		File: "c.yml", Mode: "kraft", Services: []Seen{{"kafka", Broker, "apache/kafka"}}, Bootstrap: []string{"localhost:9092"},
		Reachable: true, Security: "PLAINTEXT", Topics: map[string]int{"b": 0, "a": 3},
		Problems: []Problem{{Code: Crossed, Service: "kafka", Listener: "EXTERNAL", Line: 7, ID: "compose.crossed"}},
		Clusters: []Cluster{{Brokers: []string{"kafka"}, Bootstrap: []string{"localhost:9092"}, Security: "PLAINTEXT"}},
	}
	b, err := r.JSON(func(id string, _ map[string]any) string { return "text of " + id })
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(string(b), "")
	want := `{"file": "c.yml","mode": "kraft","services": [{"name": "kafka","role": "broker","image": "apache/kafka"}],` +
		`"bootstrap": ["localhost:9092"],"alternatives": [],"reachable": true,"security": "PLAINTEXT",` +
		`"problems": [{"code": "CROSSED","service": "kafka","listener": "EXTERNAL","line": 7,"text": "text of compose.crossed"}],"notes": [],` +
		`"topics": {"a": 3,"b": null},` +
		`"clusters": [{"brokers": ["kafka"],"bootstrap": ["localhost:9092"],"security": "PLAINTEXT"}]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEveryCodeHasASentenceAndAHintInBothLanguages(t *testing.T) {
	en, zh := readTexts(t, "en"), readTexts(t, "zh")
	codes := append(slices.Clone(urgency), ParseError)
	for _, code := range codes {
		id := "compose." + strings.ToLower(string(code))
		for lang, texts := range map[string]map[string]string{"en": en, "zh": zh} {
			if texts[id] == "" || texts[id+".hint"] == "" {
				t.Errorf("%s: text %q, hint %q", lang, texts[id], texts[id+".hint"])
			}
		}
	}
	value := regexp.MustCompile(`{{[^}]*}}`)
	for _, id := range slices.Sorted(maps.Keys(en)) {
		a, b := value.FindAllString(en[id], -1), value.FindAllString(zh[id], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: English has %v, Chinese %v", id, a, b)
		}
	}
}

func TestEveryImageSaysWhereItsDefaultsAreWritten(t *testing.T) {
	for name, img := range images {
		if img.source == "" || img.role == "" {
			t.Errorf("%s: role %q, source %q", name, img.role, img.source)
		}
	}
}

func TestAnImageIsKnownByTheEndOfItsPath(t *testing.T) {
	for ref, want := range map[string]string{
		"confluentinc/cp-kafka:7.5.0":               "cp-kafka",
		"localhost:5000/mirror/bitnami/kafka:3":     "bitnami/kafka",
		"bitnami/kafka@sha256:00":                   "bitnami/kafka",
		"docker.redpanda.com/redpandadata/redpanda": "redpanda",
		"Kafka":                           "kafka",
		"confluentinc/cp-kafka-connect:7": "",
		"provectuslabs/kafka-ui":          "",
		"":                                "",
		"registry.example.com:5000/team/wurstmeister/kafka:1": "wurstmeister/kafka",
	} {
		if img, _ := known(ref); img.name != want {
			t.Errorf("%q: got %q, want %q", ref, img.name, want)
		}
	}
}

func TestListenersAreParsedAsKafkaDoes(t *testing.T) {
	for text, want := range map[string][]endpoint{
		"PLAINTEXT://kafka:9092":                {{name: "PLAINTEXT", host: "kafka", port: 9092}},
		" a://:1 , \"B://[::1]:2\" ":            {{name: "A", port: 1}, {name: "B", host: "::1", port: 2}},
		"X://h:":                                {{name: "X", host: "h"}},
		"X://_{HOSTNAME_COMMAND}:9094":          {{name: "X", host: "_{HOSTNAME_COMMAND}", port: 9094}},
		"X://h:_{PORT_COMMAND}":                 {{name: "X", host: "h"}},
		"localhost:9092":                        nil,
		"X://nothing":                           nil,
		"X://h:port":                            nil,
		"PLAINTEXT://a:1,\n  SSL://b:2,SASL://": {{name: "PLAINTEXT", host: "a", port: 1}, {name: "SSL", host: "b", port: 2}},
	} {
		if got := endpoints(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestLoopbackIsWrittenLocalhost(t *testing.T) {
	for host, want := range map[string]string{
		"127.0.0.1": "localhost:9", "::1": "localhost:9", "LOCALHOST": "localhost:9", "127.5.5.5": "localhost:9", "": "localhost:9",
		"10.0.0.1": "10.0.0.1:9", "fe80::1": "[fe80::1]:9",
	} {
		if got := (Listener{Host: host, HostPort: 9}).Address(); got != want {
			t.Errorf("%q: got %s, want %s", host, got, want)
		}
	}
}

func TestPortsOfTheNeededServicesAreListed(t *testing.T) {
	p := loadDir(t, map[string]string{"compose.yml": `services:
  kafka:
    image: apache/kafka
    ports: ["9092:9092", "127.0.0.1:9101:9101", "9999", "19092-19094:9093", "53:53/udp"]
  ui: {image: example/ui, ports: ["8080:8080"]}
`})
	got := p.HostPorts(Inspect(p).Needed(p))
	want := []HostPort{{Service: "kafka", Port: 53, UDP: true}, {Service: "kafka", Port: 9092}, {Service: "kafka", IP: "127.0.0.1", Port: 9101}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A fixed address is somebody's; when it is this host's own, the file works here.
func TestThisHostsOwnAddressIsReachable(t *testing.T) {
	o := Options{Dir: "testdata/corpus/fixed-ip"}
	for here, want := range map[string][]string{"192.168.1.20": {"192.168.1.20:9092"}, "192.168.1.21": nil} {
		o.Here = []string{here}
		p, err := Load(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := Inspect(p).Bootstrap; !slices.Equal(got, want) {
			t.Errorf("here %s: got %v, want %v", here, got, want)
		}
	}
}
