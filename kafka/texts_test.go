package kafka

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"streamtray/assets"
)

// texts are this package's sentences in one language, by name.
func texts(t testing.TB, lang string) map[string]string {
	t.Helper()
	b, err := fs.ReadFile(assets.Texts, "text/kafka."+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func TestEveryFaultHasASentenceAndAHint(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		have := texts(t, lang)
		for _, id := range faults(t) {
			if have[id] == "" || have[id+".hint"] == "" {
				t.Errorf("%s: %s lacks its sentence or its hint", lang, id)
			}
		}
		for _, id := range notes() {
			if have[id] == "" {
				t.Errorf("%s: %s has no sentence", lang, id)
			}
		}
	}
}

// notes are the IDs that a Note of this package may carry, one for each check.
func notes() []string {
	ids := []string{"kafka.canary", "kafka.proof.coordinator_hidden"}
	for _, check := range []string{CheckPort, CheckProtocol, CheckMetadata, CheckAdvertised, CheckCoordinator} {
		ids = append(ids, "kafka.proof."+check)
	}
	for _, kind := range []Kind{NameInvalid, Create, PartitionsDiffer, ReplicationDiffer, ConfigDiffer, Same} {
		ids = append(ids, Change{Kinds: []Kind{kind}}.Note().ID)
	}
	for _, deed := range []Deed{Created, Grown, Kept, Failed} {
		ids = append(ids, Outcome{Deed: deed}.Note().ID)
	}
	return ids
}

// A value that a sentence needs and nobody gives would be shown as "<no value>".
func TestNotesGiveTheirSentencesEveryValue(t *testing.T) {
	have := texts(t, "en")
	check := func(n Note) {
		t.Helper()
		for _, m := range placeholder.FindAllStringSubmatch(have[n.ID], -1) {
			if _, ok := n.Args[m[1]]; !ok {
				t.Errorf("%s: no value for %s in %v", n.ID, m[1], n.Args)
			}
		}
	}
	_, c := fakeKafka(t)
	for _, r := range c.CheckReadiness(t.Context()).Checks {
		check(r.Proof)
	}
	for _, kind := range []Kind{NameInvalid, Create, PartitionsDiffer, ReplicationDiffer, ConfigDiffer, Same} {
		check(Change{Kinds: []Kind{kind}}.Note())
	}
	for _, deed := range []Deed{Created, Grown, Kept, Failed} {
		check(Outcome{Deed: deed}.Note())
	}
	check(Canary{}.Note())
}

// faults are the IDs of all faults: the string constants of fault.go.
func faults(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && strings.HasPrefix(lit.Value, `"kafka.`) {
			ids = append(ids, strings.Trim(lit.Value, `"`))
		}
		return true
	})
	if len(ids) < 50 {
		t.Fatalf("got %d faults of fault.go", len(ids))
	}
	return ids
}
