//go:build rig && linux

package rig

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// The log-in of the guarded kind, for the broker and for clients inside and outside.
const (
	brokerLogin = `KafkaServer {
  org.apache.kafka.common.security.plain.PlainLoginModule required username="rig" password="rig-login" user_rig="rig-login";
};
`
	insideLogin = `security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="rig" password="rig-login";
`
	outsideLogin = `{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": "rig", "sasl.password": "rig-login"}`
)

// Intent: with the override file that inspect --fix prints, for every kind of fix, an independent client on this computer
// must be able to write, every partition must have a leader and its replicas, and a client in a container must still
// read by the address that it used before.
func TestEveryKindOfFixWorksInsideAndOutside(t *testing.T) {
	kinds, err := txtar.ParseFile("testdata/fixes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	const shared = "streamtray-shared"
	for _, kind := range []struct {
		name, code, inside string
		brokers            int
		network            string
	}{
		{"app-inside", "INTERNAL_NAME_ONLY", "kafka:9092", 1, ""},
		{"foreign-address", "FIXED_IP", "kafka:9092", 1, ""},
		{"placeholder", "EMPTY_HOST", "kafka2:9092", 2, ""},
		{"foreign-keeper", "FIXED_IP", "kafka:9092", 1, ""},
		{"port-taken", "NOT_PUBLISHED", "kafka:9092", 1, ""},
		{"shared-network", "INTERNAL_NAME_ONLY", "kafka:9092", 1, shared},
		{"remapped", "INTERNAL_NAME_ONLY", "kafka:9092", 1, ""},
		{"guarded", "INTERNAL_NAME_ONLY", "kafka:9092", 1, ""},
		{"controller-apart", "NOT_PUBLISHED", "two:9092", 2, ""},
		{"script", "NOT_PUBLISHED", "kafka:9092", 1, ""},
		{"unmapped", "NO_ADVERTISED", "kafka:9094", 1, ""},
		{"between-unknown", "NO_ADVERTISED", "kafka:9092", 1, ""},
	} {
		t.Run(kind.name, func(t *testing.T) {
			s := newComposeStand(t, os.DirFS(t.TempDir()))
			s.lay("compose.yaml", fileOf(kinds, kind.name+".yaml"))
			s.lay("jaas.conf", brokerLogin)
			s.lay("client.properties", "")
			network := clusterProject + "_default"
			if kind.network != "" {
				network = kind.network
				s.docker("network", "create", network)
				s.Cleanup(func() { s.gone(); s.docker("network", "rm", network) })
			}
			if kind.name == "guarded" {
				s.lay("client.properties", insideLogin)
				s.env = append(s.env, "CLIENT_CONFIG="+outsideLogin)
			}
			before := s.inspect()
			if before.Reachable || len(before.Problems) != kind.brokers || before.Problems[0].Code != kind.code {
				t.Fatalf("inspect: got %+v, want %s of each broker", before, kind.code)
			}
			fix := s.ok("inspect", "--fix", filepath.Join(s.project, "compose.yaml"))
			s.lay("fix.yaml", fix)
			mended := s.inspect(filepath.Join(s.project, "fix.yaml"))
			if len(mended.Bootstrap) != kind.brokers {
				t.Fatalf("inspect with the fix: got %+v\n%s", mended, fix)
			}
			s.docker("compose", "--project-name", clusterProject, "--file", filepath.Join(s.project, "compose.yaml"),
				"--file", filepath.Join(s.project, "fix.yaml"), "up", "--detach")
			s.worksOutside(mended.Bootstrap, fix)
			if n := s.readInside(network, kind.inside); n != 10 {
				t.Errorf("in a container, by %s: read %d records, want 10\n%s", kind.inside, n, fix)
			}
		})
	}
}

func fileOf(a *txtar.Archive, name string) string {
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	return string(a.Files[i].Data)
}

// lay writes a file of the project, for everybody to read: the broker is another user.
func (s clusterStand) lay(name, text string) {
	s.Helper()
	s.must(os.WriteFile(filepath.Join(s.project, name), []byte(text), 0o644))
}

// worksOutside writes ten records from this computer once the brokers are up, and looks at what the client then knows.
func (s clusterStand) worksOutside(bootstrap []string, fix string) {
	s.Helper()
	var k known
	s.eventually(fromNil, "a client on this computer writes", func() (bool, string) {
		found, err := s.write(bootstrap[len(bootstrap)-1], "probe", 10)
		if err != nil {
			return false, err.Error()
		}
		k = found
		return len(k.Brokers) == len(bootstrap), strings.Join(k.Brokers, ",")
	})
	if !slices.Equal(k.Brokers, bootstrap) {
		s.Errorf("brokers: got %v, want %v\n%s", k.Brokers, bootstrap, fix)
	}
	if len(k.Leaders) == 0 || slices.Contains(k.Leaders, -1) {
		s.Errorf("leaders: got %v, want one of each partition\n%s", k.Leaders, fix)
	}
}

// readInside counts the records that a client in a container of the network reads; ten are enough.
func (s clusterStand) readInside(network, address string) int {
	s.Helper()
	out := s.docker("run", "--rm", "--network", network, "--volume", filepath.Join(s.project, "client.properties")+":/client.properties:ro",
		imageName("kafka"), "kafka-console-consumer", "--bootstrap-server", address, "--topic", "probe", "--from-beginning",
		"--max-messages", "10", "--timeout-ms", "60000", "--consumer.config", "/client.properties")
	return strings.Count(out, `{"frame"`)
}
