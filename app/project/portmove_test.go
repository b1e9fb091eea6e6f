package project

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/settings"
)

// taken is a project whose Kafka publishes a port that this process has.
func taken(t *testing.T, yaml string) (p *Project, port int, o Options) {
	t.Helper()
	port = listening(t)
	dir := projectDir(t, "compose: {files: [compose.yaml], services: [kafka]}\n"+yaml)
	write(t, filepath.Join(dir, "compose.yaml"), fmt.Sprintf(`services:
  kafka:
    image: confluentinc/cp-kafka:7.5.0
    ports: ["127.0.0.1:%d:9092"]
    environment:
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:%d
      KAFKA_LISTENERS: PLAINTEXT://0.0.0.0:29092,PLAINTEXT_HOST://0.0.0.0:9092
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT
`, port, port))
	host := engineWith(t)
	o = opening(t, dir, t.TempDir())
	env := o.Getenv
	o.Getenv = func(key string) string {
		if key == "DOCKER_HOST" {
			return host
		}
		return env(key)
	}
	return local(t, o), port, o
}

// local opens a project whose engine counts as this computer's.
func local(t *testing.T, o Options) *Project {
	t.Helper()
	s, err := settings.Load(o.Folders)
	if err != nil {
		t.Fatal(err)
	}
	o.Settings = s
	p := must(t, o)
	p.stack.local = true
	return p
}

func bootstrap(t *testing.T, p *Project) []string {
	t.Helper()
	k, err := p.cluster.at()
	if err != nil {
		t.Fatal(err)
	}
	return k.Bootstrap
}

func TestATakenPortGivesWayToAFreeOneOnceThatIsAccepted(t *testing.T) {
	p, port, o := taken(t, "kafka: {env: BROKERS}\n")
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	compose, _ := os.ReadFile(filepath.Join(p.Dir, "compose.yaml"))
	offer, err := p.Offer(t.Context())
	if err != nil || offer == nil || len(offer.Moves) != 1 || offer.Moves[0].From != port || offer.Moves[0].Why == nil {
		t.Fatalf("got %+v, %v", offer, err)
	}
	to := offer.Moves[0].To
	addr := fmt.Sprintf("localhost:%d", to)
	if !slices.Equal(offer.Kafka, []string{addr}) || offer.Told != "BROKERS" || !strings.Contains(offer.Override, fmt.Sprintf(`"127.0.0.1:%d:9092"`, to)) ||
		!strings.Contains(offer.Override, "PLAINTEXT_HOST://"+addr) {
		t.Errorf("got %+v", offer)
	}
	if _, err := os.Stat(offer.File); err == nil || bootstrap(t, local(t, o))[0] == addr {
		t.Error("the offer is used before it was accepted")
	}

	if err := p.Accept(offer); err != nil {
		t.Fatal(err)
	}
	moved := local(t, o)
	if got := bootstrap(t, moved); !slices.Equal(got, []string{addr}) {
		t.Errorf("Kafka is looked for at %v, want %s", got, addr)
	}
	if got, err := os.ReadFile(offer.File); err != nil || string(got) != offer.Override || !slices.Contains(moved.stack.Files, offer.File) {
		t.Errorf("got the file %q, %v, of %v; want what was shown", got, err, moved.stack.Files)
	}
	if known, changed := moved.Trusts(); !known || changed {
		t.Error("what was shown and accepted has to be trusted again")
	}
	if again, err := moved.Offer(t.Context()); again != nil || err != nil {
		t.Errorf("with the free port: got %+v, %v, want no offer", again, err)
	}
	if got, _ := os.ReadFile(filepath.Join(p.Dir, "compose.yaml")); string(got) != string(compose) {
		t.Errorf("the user's file now says\n%s", got)
	}

	if err := moved.OwnPorts(); err != nil {
		t.Fatal(err)
	}
	back := local(t, o)
	if got, want := bootstrap(t, back), fmt.Sprintf("localhost:%d", port); !slices.Equal(got, []string{want}) {
		t.Errorf("with its own ports: got %v, want %s", got, want)
	}
	if known, _ := back.Trusts(); !known {
		t.Error("its own ports have to be trusted again")
	}
}

func TestAFreePortThatIsTakenInItsTurnGivesWayToo(t *testing.T) {
	p, port, o := taken(t, "")
	offer, err := p.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := offer.Moves[0].To
	if err := p.Accept(offer); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", first))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	moved := local(t, o)
	again, err := moved.Offer(t.Context())
	if err != nil || again == nil || len(again.Moves) != 1 || again.Moves[0].From != first {
		t.Fatalf("got %+v, %v", again, err)
	}
	if err := moved.Accept(again); err != nil {
		t.Fatal(err)
	}
	if got, want := local(t, o).options.Settings.Ports[p.Dir], map[int]int{port: again.Moves[0].To}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAnAddressThatTheProjectNamesMovesToo(t *testing.T) {
	port := listening(t)
	p, _, o := taken(t, "")
	write(t, filepath.Join(p.Dir, "streamtray.yaml"), fmt.Sprintf("version: 1\ncompose: {files: [compose.yaml], services: [kafka]}\nkafka: {bootstrap: [\"127.0.0.1:%d\", \"far.example:%d\"]}\n", port, port))
	text, _ := os.ReadFile(filepath.Join(p.Dir, "compose.yaml"))
	write(t, filepath.Join(p.Dir, "compose.yaml"), strings.ReplaceAll(string(text), fmt.Sprint(p.stack.services[0].Ports[0].Host), fmt.Sprint(port)))
	named := local(t, o)
	if err := named.Trust(); err != nil {
		t.Fatal(err)
	}
	offer, err := named.Offer(t.Context())
	if err != nil || offer == nil {
		t.Fatalf("got %+v, %v", offer, err)
	}
	want := []string{fmt.Sprintf("127.0.0.1:%d", offer.Moves[0].To), fmt.Sprintf("far.example:%d", port)}
	if !slices.Equal(offer.Kafka, want) {
		t.Errorf("got %v, want %v", offer.Kafka, want)
	}
	if err := named.Accept(offer); err != nil {
		t.Fatal(err)
	}
	if got := bootstrap(t, local(t, o)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAProjectThatChangedKeepsItsOwnPorts(t *testing.T) {
	p, port, o := taken(t, "")
	if err := settings.Change(o.Folders, func(s *settings.Settings) { s.Move(p.Dir, map[int]int{port + 1: 40000}) }); err != nil {
		t.Fatal(err)
	}
	if got, want := bootstrap(t, local(t, o)), fmt.Sprintf("localhost:%d", port); !slices.Equal(got, []string{want}) {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestWhereEveryPortIsFreeNothingIsOffered(t *testing.T) {
	p := shop(t, engineWith(t), free(t), free(t))
	if offer, err := p.Offer(t.Context()); offer != nil || err != nil {
		t.Errorf("got %+v, %v", offer, err)
	}
}
