package compose

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Each archive of testdata/readings is a project and, in its file "want", the right reading of it, which was written
// down from what the images and Kafka do before the code was asked. A line of it is one of
//
//	use ADDR,ADDR PROTOCOL | use perhaps | use none [PROTOCOL]
//	mode MODE, clusters N, topics NAME=PARTITIONS..., roles SERVICE=ROLE...
//	problem CODE|CODE SERVICE WORD...   with every word among the text's values; these are all problems; - is no service
//	note ID SERVICE
//	fix none | fix refused ID | fix use ADDR,ADDR | fix has TEXT | fix lacks TEXT
func TestEveryReadingIsRight(t *testing.T) {
	files, err := filepath.Glob("testdata/readings/*.txtar")
	if err != nil || len(files) < 60 {
		t.Fatalf("readings: %d, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			content := map[string]string{}
			for _, f := range archive.Files {
				content[f.Name] = string(f.Data)
			}
			want := content["want"]
			delete(content, "want")
			p, err := Load(t.Context(), Options{Dir: project(t, content)})
			if err != nil {
				t.Fatal(err)
			}
			hold(t, p, want)
		})
	}
}

// hold holds a project against the lines of its right reading.
func hold(t *testing.T, p *Project, want string) {
	t.Helper()
	r := Inspect(p)
	m, err := Mend(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for line := range strings.Lines(want) {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		words := strings.Fields(rest)
		var got, expected any
		switch key {
		case "use":
			got, expected = toUse(r, len(words) > 1), rest
		case "mode":
			got, expected = r.Mode, rest
		case "clusters":
			got, expected = fmt.Sprint(len(r.Clusters)), rest
		case "topics":
			var all []string
			for _, name := range slices.Sorted(maps.Keys(r.Topics)) {
				all = append(all, fmt.Sprintf("%s=%d", name, r.Topics[name]))
			}
			got, expected = strings.Join(all, " "), rest
		case "roles":
			var all []string
			for _, s := range r.Services {
				all = append(all, s.Name+"="+string(s.Role))
			}
			got, expected = strings.Join(all, " "), rest
		case "problem":
			if told < len(r.Problems) && speaks(r.Problems[told], words) {
				told++
				continue
			}
			got, expected = r.Problems, words
		case "note":
			got, expected = slices.ContainsFunc(r.Notes, func(n Note) bool { return n.ID+" "+n.Service == rest }), true
		case "fix":
			fixed(t, p, m, words)
			continue
		default:
			t.Fatalf("%q is no line of a reading", line)
		}
		if got != expected {
			t.Errorf("%s: got %v, want %v", key, got, expected)
		}
	}
	if told != len(r.Problems) {
		t.Errorf("problems: got %v, of which the reading names %d", r.Problems, told)
	}
}

// toUse is what a report tells a program to use, as a reading writes it.
func toUse(r *Report, withSecurity bool) string {
	use := strings.Join(r.Bootstrap, ",")
	if use == "" {
		use = "none"
		if r.Perhaps() {
			use = "perhaps"
		}
	}
	if withSecurity {
		use += " " + r.Security
	}
	return use
}

// speaks reports whether a problem has one of the codes, the service, and all further words among its text's values.
func speaks(p Problem, words []string) bool {
	values := fmt.Sprint(p.ID, p.Args)
	return slices.Contains(strings.Split(words[0], "|"), string(p.Code)) && (len(words) < 2 || p.Service == strings.Trim(words[1], "-")) &&
		!slices.ContainsFunc(words[min(2, len(words)):], func(w string) bool { return !strings.Contains(values, w) })
}

// fixed holds what is offered against one line of a reading.
func fixed(t *testing.T, p *Project, m *Mending, words []string) {
	t.Helper()
	override, text := m.Override(), strings.Join(words[1:], " ")
	switch words[0] {
	case "none":
		if override != "" || len(m.Refused) > 0 {
			t.Errorf("got a fix, want none\n%s%v", override, m.Refused)
		}
	case "refused":
		if override != "" || len(m.Refused) == 0 || m.Refused[0].ID != text {
			t.Errorf("got %v, want it refused by %s\n%s", m.Refused, text, override)
		}
	case "use":
		changed, err := LoadWith(t.Context(), p, []byte(override))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(Inspect(changed).Bootstrap, ","); got != text {
			t.Errorf("with the fix: got %s, want %s; refused %v\n%s", got, text, m.Refused, override)
		}
	case "has", "lacks":
		if strings.Contains(override, text) != (words[0] == "has") {
			t.Errorf("the fix %s %s\n%s", words[0], text, override)
		}
	default:
		t.Fatalf("%v is no line of a reading", words)
	}
}
