package compose

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every address of the corpus that a program on this host can use is moved, in turn and for real: the override lies
// beside the file as a user would put it.
func TestEveryAddressMovesWithItsPort(t *testing.T) {
	tried, fixed := 0, []string{}
	for name, file := range corpus(t) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata/corpus", name))); err != nil {
			t.Fatal(err)
		}
		p, err := Load(t.Context(), Options{Dir: dir, Files: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		before := Inspect(p)
		for _, addr := range before.Bootstrap {
			_, text, _ := net.SplitHostPort(addr)
			from, _ := strconv.Atoi(text)
			to := map[int]int{from: 40000 + from%10000}
			override, err := Moved(t.Context(), p, to)
			if override == "" && err == nil {
				continue // on the host's own network, or in a range: no port of its own is published
			}
			tried++
			if errors.Is(err, ErrFixed) {
				fixed = append(fixed, name)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "moved.yml")
			if err := os.WriteFile(path, []byte(override), 0o600); err != nil {
				t.Fatal(err)
			}
			with, err := Load(t.Context(), Options{Dir: dir, Files: append(slices.Clone(p.ComposeFiles), path)})
			if err != nil {
				t.Fatal(err)
			}
			after := Inspect(with)
			want := strings.Replace(addr, ":"+text, ":"+strconv.Itoa(to[from]), 1)
			if !slices.Contains(slices.Concat(after.Bootstrap, after.Alternatives), want) {
				t.Errorf("%s: moved %v: got %v, want %s\n%s", name, to, after.Bootstrap, want, override)
			}
			for _, s := range with.Services {
				if leads(&s, from) {
					t.Errorf("%s: %s still publishes %d\n%s", name, s.Name, from, override)
				}
			}
			if p.Accepted && !with.Accepted {
				t.Errorf("%s: Compose refuses it: %v\n%s", name, with.Findings, override)
			}
		}
	}
	slices.Sort(fixed)
	if want := []string{
		"moeenz", "network-of-a-container", "network-of-another", "strimzi-own-file", "zipkin-kafka",
	}; tried < 40 || !slices.Equal(fixed, want) {
		t.Errorf("tried %d addresses, could not move those of %v, want %v", tried, fixed, want)
	}
}

func TestMovingOnePortLeavesTheOthersAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "compose.yaml"), []byte(`services:
  zookeeper: {image: "confluentinc/cp-zookeeper:7.5.0", ports: ["2181:2181"]}
  kafka:
    image: confluentinc/cp-kafka:7.5.0
    ports: ["127.0.0.1:9092:9092", "9101:9101"]
    environment:
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:9092
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT
      KAFKA_INTER_BROKER_LISTENER_NAME: PLAINTEXT
`), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Load(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		to   map[int]int
		want string
	}{
		"a broker's": {map[int]int{9092: 19092}, `services:
  kafka:
    environment:
      KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:19092"
      KAFKA_LISTENERS: "PLAINTEXT://0.0.0.0:29092,PLAINTEXT_HOST://0.0.0.0:9092"
    ports: !override
      - "127.0.0.1:19092:9092"
      - "9101:9101"
`},
		"zookeeper's": {map[int]int{2181: 12181}, `services:
  zookeeper:
    ports: !override
      - "12181:2181"
`},
		"nobody's": {map[int]int{8080: 18080}, ""},
	} {
		got, err := Moved(t.Context(), p, c.to)
		if err != nil || got != c.want {
			t.Errorf("%s: got %v\n%s\nwant\n%s", name, err, got, c.want)
		}
	}
}
