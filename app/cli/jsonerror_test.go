package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// failing is each command, called so that it cannot do what it is asked to: in a folder without a project, or with words
// that are off. A command that has no other way to fail has the latter.
var failing = map[string][]string{
	"up": {"up"}, "down": {"down"}, "status": {"status"}, "restart": {"restart"}, "logs": {"logs"}, "topics": {"topics", "plan"}, "records": {"records", "tail", "nowhere"}, "env": {"env"},
	"snapshot": {"snapshot", "restore", "nowhere.jsonl"}, "reset": {"reset", "--topics", "--delete-for-good"},
	"canary": {"canary"}, "inspect": {"inspect", "nowhere.yaml"}, "diagnose": {"diagnose", "nowhere.log"},
	"doctor": {"doctor", "--yes"}, "demo": {"demo", "--for", "ever"}, "facts": {"facts", "--project", "nowhere"},
	"init": {"init", "nowhere"}, "plan": {"plan"}, "trust": {"trust", "show"}, "settings": {"settings", "get", "nothing"}, "quit": {"quit", "--timeout", "x"},
	"bundle": {"bundle", "-o", filepath.Join("nowhere", "b.zip")}, "selftest": {"selftest", "x"}, "schema": {"schema", "x"},
	"completion": {"completion", "fish"}, "version": {"version", "x"},
}

// A program that reads stdout learned nothing of an error but that there was no JSON.
func TestEveryCommandTellsItsErrorAsJSON(t *testing.T) {
	for _, cmd := range shown() {
		if failing[cmd.name] == nil {
			t.Errorf("%s is not called in a way that fails: add one", cmd.name)
		}
	}
	calls := [][]string{{"nosuch"}, {"status", "--nosuch"}, {"status", "too", "many"}, {"status", "--lang", "xx"}}
	for _, args := range failing {
		calls = append(calls, args)
	}
	for _, args := range calls {
		for _, at := range []int{1, len(args)} { // behind the command, and at the end
			args := slices.Insert(slices.Clone(args), at, "--json")
			t.Run(strings.Join(args, " "), func(t *testing.T) { failsAsJSON(t, args) })
		}
	}
}

func failsAsJSON(t *testing.T, args []string) {
	dir, home := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"HOME": home, "XDG_CONFIG_HOME": home, "XDG_RUNTIME_DIR": home, "AppData": home, "LocalAppData": home, "USERPROFILE": home}
	var out bytes.Buffer
	code := Run(t.Context(), Env{
		In: strings.NewReader(""), Out: &out, Err: io.Discard, Dir: dir, Getenv: func(k string) string { return env[k] }, Version: "1",
	}, args)
	if code == ExitOK {
		t.Fatalf("it was kept:\n%s", out.String())
	}
	var told struct {
		Kind       string
		Text, Hint string
		Error      struct{ ID, Text string }
	}
	dec := json.NewDecoder(&out)
	if err := dec.Decode(&told); err != nil {
		t.Fatalf("no JSON: %v", err)
	}
	if told.Kind != "error" || told.Text == "" || told.Error.ID == "" || told.Text == told.Error.ID {
		t.Errorf("it tells %+v", told)
	}
	if err := dec.Decode(&struct{}{}); err != io.EOF {
		t.Errorf("more than one answer: %v", err)
	}
}
