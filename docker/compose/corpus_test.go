package compose

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"streamtray/internal/golden"
	"streamtray/internal/projectfile"
)

// answer is what want.json says of one project of the corpus.
type answer struct {
	Report   json.RawMessage `json:"report"`
	Accepted bool            `json:"accepted"` // Compose would take it as it is
	Needed   []string        `json:"needed"`
	Fix      string          `json:"fix,omitempty"`
}

// corpus are the projects written for these tests, by name, with the file that each is inspected by.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	dirs, err := filepath.Glob("testdata/corpus/*")
	if err != nil || len(dirs) < 60 {
		t.Fatalf("corpus: %d projects, %v, want 60 at least", len(dirs), err)
	}
	out := map[string]string{}
	for _, dir := range dirs {
		for _, name := range defaultNames {
			if projectfile.In(dir).Regular(name) {
				out[filepath.Base(dir)] = name
				break
			}
		}
	}
	return out
}

func inspectCorpus(t testing.TB, name, file string) (*Project, *Report) {
	t.Helper()
	p, err := Load(t.Context(), Options{Dir: filepath.Join("testdata/corpus", name), Files: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	return p, Inspect(p)
}

func TestEveryProjectOfTheCorpusIsUnderstood(t *testing.T) {
	for name, file := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			p, r := inspectCorpus(t, name, file)
			report, err := r.JSON(func(id string, _ map[string]any) string { return id })
			if err != nil {
				t.Fatal(err)
			}
			m, err := Mend(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, filepath.Join("corpus", name, "want.json"), string(marshal(t, answer{report, p.Accepted, list0(r.Needed(p)), m.Override()})))
		})
	}
}

func marshal(t testing.TB, a answer) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
