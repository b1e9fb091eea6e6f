package compose

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// seed adds the corpus to a fuzz test: the main file, a .env, and any one file beside it.
func seed(f *testing.F) {
	for name, file := range corpus(f) {
		dir := filepath.Join("testdata/corpus", name)
		main, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			f.Fatal(err)
		}
		env, _ := os.ReadFile(filepath.Join(dir, ".env"))
		f.Add(string(main), string(env), "FROM confluentinc/cp-kafka\nENV A=b\n")
	}
	f.Add(bomb(4), "A=$A\n", "FROM x AS y\nFROM y\n")
	f.Add("include: [compose.yml, other.yml]\nservices: {a: {extends: {file: other.yml, service: a}}}\n", "", "services: {a: {image: x}}\n")
}

// fuzzed loads a project whose other.yml, Dockerfile, server.properties, redpanda.yaml and script all hold the same
// text.
func fuzzed(t *testing.T, main, env, other string) *Project {
	t.Helper()
	files := map[string]string{"compose.yml": main, ".env": env}
	for _, name := range []string{"other.yml", "Dockerfile", "server.properties", "redpanda.yaml", "kafka.env", "run.sh"} {
		files[name] = other
	}
	start := time.Now()
	p, err := Load(t.Context(), Options{Dir: project(t, files)})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > busy {
		t.Errorf("took %v", took)
	}
	return p
}

// The loader must survive anything, and never say that Compose takes what it has findings about.
func FuzzLoad(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, main, env, other string) {
		p := fuzzed(t, main, env, other)
		if p.Accepted && len(p.Findings) > 0 {
			t.Errorf("accepted, yet found %v", p.Findings)
		}
		if p.Name == "" || !filepath.IsAbs(p.Dir) {
			t.Errorf("got name %q and folder %q, want both", p.Name, p.Dir)
		}
	})
}

// Whatever the project, the report must be whole: addresses that can be dialled, JSON that can be read, texts that
// exist, fixes that keep their promise.
func FuzzInspect(f *testing.F) {
	seed(f)
	texts := readTexts(f, "en")
	f.Fuzz(func(t *testing.T, main, env, other string) {
		p := fuzzed(t, main, env, other)
		r := Inspect(p)
		if r.Reachable != (len(r.Bootstrap) > 0) {
			t.Errorf("reachable %v with bootstrap %v", r.Reachable, r.Bootstrap)
		}
		for _, a := range append(r.Bootstrap, r.Alternatives...) {
			if host, port, err := net.SplitHostPort(a); err != nil || host == "" || port == "" || port == "0" {
				t.Errorf("address %q: %v", a, err)
			}
		}
		for _, problem := range r.Problems {
			if texts[problem.ID] == "" || texts[problem.ID+".hint"] == "" {
				t.Errorf("problem %s has no text or no hint", problem.ID)
			}
		}
		b, err := r.JSON(func(id string, _ map[string]any) string { return id })
		if err != nil || !json.Valid(b) {
			t.Errorf("JSON %s: %v", b, err)
		}
		r.Needed(p)
		m, err := Mend(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if text := m.Override(); len(m.Fixes) > 0 && !strings.HasPrefix(text, "services:\n") {
			t.Errorf("got override %q", text)
		}
	})
}

// A script is only read; the reader must end on any.
func FuzzScript(f *testing.F) {
	f.Add("for t in a b; do kafka-topics --create --topic $t; done")
	f.Add("f() { kafka-topics.sh --create --topic \"$1\" --partitions ${2:-1}; }\nf x 3")
	f.Add("A=(\"a:1\" 'b'); for t in \"${A[@]}\"; do IFS=: read -r n p <<< \"$t\"; rpk topic create $n -p $p; done")
	f.Fuzz(func(t *testing.T, text string) {
		out := map[string]int{}
		fromScript(out, text, runScript(text, nil, nil))
		for name := range out {
			if !topicName.MatchString(name) {
				t.Errorf("got topic %q", name)
			}
		}
	})
}

func readTexts(t testing.TB, lang string) map[string]string {
	t.Helper()
	b, err := os.ReadFile("../../assets/text/compose." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}
