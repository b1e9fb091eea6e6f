package project

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/i18n"
	"streamtray/internal/usererr"
)

const published = `services:
  kafka:
    image: apache/kafka:3.9.0
    ports: ["127.0.0.1:PORT:PORT"]
    environment:
      KAFKA_NODE_ID: "1"
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@localhost:9093
      KAFKA_CONTROLLER_LISTENER_NAMES: CONTROLLER
      KAFKA_LISTENERS: PROTOCOL://:PORT,CONTROLLER://:9093
      KAFKA_ADVERTISED_LISTENERS: PROTOCOL://localhost:PORT
      KAFKA_INTER_BROKER_LISTENER_NAME: PROTOCOL
`

// composeFile writes a compose file with one broker that this computer can use.
func composeFile(t *testing.T, dir, name, port, protocol string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("PORT", port, "PROTOCOL", protocol).Replace(published)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func inspected(t *testing.T, files ...string) *Inspection {
	t.Helper()
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	composeFile(t, dir, "compose.yaml", "9092", "PLAINTEXT")
	i, err := Inspect(t.Context(), dir, files, nil, w)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestInspectAnswersWithTheFieldsThatArePromised(t *testing.T) {
	i := inspected(t, "compose.yaml")
	for _, live := range [][]Live{nil, {{Broker: 1, Addr: "localhost:9092", Same: true, Text: "a"}}, {}} {
		i.live = live
		text, err := i.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]json.RawMessage
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		want := strings.Fields("alternatives bootstrap clusters file mode notes problems reachable security services topics")
		if live != nil {
			want = append(want, "live")
		}
		slices.Sort(want)
		if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
			t.Errorf("got %v, want %v", keys, want)
		}
		if string(got["file"]) != `"compose.yaml"` {
			t.Errorf("file: got %s, want it as it was asked for", got["file"])
		}
	}
}

func TestWhatRunsOutranksTheFile(t *testing.T) {
	all := []string{"localhost:1", "localhost:2", "localhost:3"}
	got := replaced(all, []string{"localhost:1", "localhost:2"}, []string{"localhost:9"})
	if want := []string{"localhost:9", "localhost:3"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := replaced(all, []string{"localhost:8"}, []string{"localhost:9"}); !slices.Equal(got, all) {
		t.Errorf("another cluster: got %v, want %v", got, all)
	}
}

// An address is no advice while Compose starts nothing at all.
func TestAnAddressOfARefusedFileIsSaidToHoldOnceItIsCorrected(t *testing.T) {
	dir := t.TempDir()
	composeFile(t, dir, "compose.yaml", "9092", "PLAINTEXT")
	path := filepath.Join(dir, "compose.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, "    depends_on: [zookeper]\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "Compose refuses this file; once it is corrected, use localhost:9092", "zh": "Compose 不接受这个文件；改正后请使用 localhost:9092"} {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		i, err := Inspect(t.Context(), dir, []string{"compose.yaml"}, nil, w)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		i.Print(&out)
		if lines := strings.Split(out.String(), "\n"); !strings.HasPrefix(lines[1], want) {
			t.Errorf("%s: the headline is %q, want %q", lang, lines[1], want)
		}
	}
}

// A newcomer types "inspect" or "inspect ." where the project is, and was told that a folder has no broker.
func TestAFolderStandsForTheComposeFilesOfItsProject(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	composeFile(t, dir, "compose.yaml", "9092", "PLAINTEXT")
	sub := filepath.Join(dir, "app")
	if err := os.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		from  string
		files []string
	}{{dir, nil}, {dir, []string{"."}}, {sub, []string{dir}}} {
		i, err := Inspect(t.Context(), tt.from, tt.files, nil, w)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if i.Print(&out); !strings.Contains(out.String(), "localhost:9092") {
			t.Errorf("%v from %s: got %s", tt.files, tt.from, out.String())
		}
	}
	var told *usererr.Error
	if _, err := Inspect(t.Context(), t.TempDir(), nil, nil, w); !errors.As(err, &told) || told.ID != "project.no_compose" || strings.Contains(w.Text(told.ID+".hint", told.Args), "--project") { // it has no such option
		t.Errorf("of an empty folder: got %v", err)
	}
}
