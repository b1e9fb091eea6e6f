package docker

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources are this package's files without tests.
func sources(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("*.go")
	must(t, err)
	return slices.DeleteFunc(all, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
}

func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../assets/text/docker." + lang + ".json")
	must(t, err)
	m := map[string]string{}
	must(t, json.Unmarshal(data, &m))
	return m
}

func TestEveryFaultHasItsSentenceInBothLanguages(t *testing.T) {
	en, zh := texts(t, "en"), texts(t, "zh")
	used := map[string]bool{}
	declared, err := os.ReadFile("fault.go")
	must(t, err)
	for _, m := range regexp.MustCompile(`(?m)^\t(\w+)\s+= "(docker\.[a-z_]+)"`).FindAllStringSubmatch(string(declared), -1) {
		name, id := m[1], m[2]
		if en[id] == "" || zh[id] == "" {
			t.Errorf("%s has no sentence in both languages", id)
		}
		for _, file := range sources(t) {
			data, err := os.ReadFile(file)
			must(t, err)
			used[id] = used[id] || file != "fault.go" && regexp.MustCompile(`\b`+name+`\b`).Match(data)
		}
	}
	hole := regexp.MustCompile(`\{\{\.\w+\}\}`)
	for id := range en {
		if got, want := holes(hole, zh[id]), holes(hole, en[id]); !slices.Equal(got, want) {
			t.Errorf("%s: placeholders %q in Chinese, %q in English", id, got, want)
		}
		if !used[strings.TrimSuffix(id, ".hint")] {
			t.Errorf("%s is no fault of this package", id)
		}
	}
	if got, want := slices.Sorted(maps.Keys(zh)), slices.Sorted(maps.Keys(en)); !slices.Equal(got, want) {
		t.Errorf("the languages differ in their texts:\n%q\n%q", got, want)
	}
}

func holes(hole *regexp.Regexp, text string) []string {
	all := hole.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func TestAFailureOfComposeFillsItsSentence(t *testing.T) {
	always := []string{"Verb", "Code", "Line", "Project", "Host"}
	hole := regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	for _, lang := range []string{"en", "zh"} {
		all := texts(t, lang)
		for _, c := range causes {
			for _, m := range hole.FindAllStringSubmatch(all[c.id]+all[c.id+".hint"], -1) {
				if !slices.Contains(always, m[1]) && !slices.Contains(c.pattern.SubexpNames(), m[1]) {
					t.Errorf("%s (%s): nothing fills {{.%s}}", c.id, lang, m[1])
				}
			}
		}
	}
}

func TestOneFileAloneImportsTheDockerModule(t *testing.T) {
	allowed := map[string][]string{
		"github.com/docker/docker/":             {"engine.go"},
		"github.com/containerd/errdefs":         {"engine.go"},
		"github.com/Microsoft/go-winio":         {"dial_windows.go"},
		"golang.org/x/sys/windows":              {"dial_windows.go", "desktop_windows.go", "wsl_windows.go"},
		"streamtray/":                           nil,
		"github.com/compose-spec/compose-go/v2": nil,
	}
	for _, file := range sources(t) {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		must(t, err)
		for _, imported := range f.Imports {
			path, _ := strconv.Unquote(imported.Path.Value)
			if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") && first != "streamtray" {
				continue // the standard library
			}
			if strings.HasPrefix(path, "streamtray/internal/") {
				continue // goes with the package, whoever uses it
			}
			ok := false
			for prefix, files := range allowed {
				ok = ok || strings.HasPrefix(path, prefix) && slices.Contains(files, file)
			}
			if !ok {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}
