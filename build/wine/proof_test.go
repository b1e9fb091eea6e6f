package wine

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"streamtray/build/rig"
)

// pages hold the proof table: one page for each language, with the same rows.
var pages = []string{"docs/windows.md", "docs/windows.zh-CN.md"}

// test is one by its package's folder and its name.
type test struct{ folder, name string }

// row is one of the proof table: what it is about, in a word, and the tests that prove it; none prove what only a real
// Windows shows.
type row struct {
	id    string
	tests []test
}

var (
	rowLine = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|.*$")
	inRow   = regexp.MustCompile("(?:([a-z]+(?:/[a-z]+)*): )?`(Test\\w+)`")
)

// proofs are the rows of a page.
func proofs(t *testing.T, page string) []row {
	t.Helper()
	root, err := rig.SourceTree()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	return parse(string(text))
}

func parse(page string) (rows []row) {
	for _, line := range rowLine.FindAllStringSubmatch(page, -1) {
		r := row{id: line[1]}
		folder := ""
		for _, named := range inRow.FindAllStringSubmatch(line[0], -1) {
			if named[1] != "" {
				folder = named[1]
			}
			r.tests = append(r.tests, test{folder, named[2]})
		}
		rows = append(rows, r)
	}
	return rows
}

func TestARowOfTheProofTableNamesItsTests(t *testing.T) {
	got := parse("| | what | by |\n|---|---|---|\n| `a-b` | is so | app/local: `TestOne`, `TestTwo`; docker: `TestThree` |\n| `c` | look | |\n")
	want := []row{{"a-b", []test{{"app/local", "TestOne"}, {"app/local", "TestTwo"}, {"docker", "TestThree"}}}, {id: "c"}}
	if len(got) != 2 || got[0].id != want[0].id || !slices.Equal(got[0].tests, want[0].tests) || got[1].id != "c" || got[1].tests != nil {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheProofTableSaysTheSameInBothLanguages(t *testing.T) {
	english, chinese := proofs(t, pages[0]), proofs(t, pages[1])
	if len(english) == 0 {
		t.Fatal("there are no rows")
	}
	same := slices.EqualFunc(english, chinese, func(a, b row) bool { return a.id == b.id && slices.Equal(a.tests, b.tests) })
	if !same {
		t.Errorf("rows differ:\n%v\n%v", english, chinese)
	}
	seen := map[string]bool{}
	for _, r := range english {
		if seen[r.id] {
			t.Errorf("two rows are called %s", r.id)
		}
		seen[r.id] = true
	}
}

func TestTheProofTableHasEveryRowOfTheSelftest(t *testing.T) {
	root, err := rig.SourceTree()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "assets", "text", "selftest.en.json"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range proofs(t, pages[0]) {
		known[r.id] = true
	}
	rows := regexp.MustCompile(`"selftest\.row\.([a-z-]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(rows) == 0 {
		t.Error("the selftest has no rows")
	}
	for _, row := range rows {
		if !known[row[1]] {
			t.Errorf("the selftest tries %s, which the page does not have", row[1])
		}
	}
}

func TestEveryTestOfTheProofTableExists(t *testing.T) {
	root, err := rig.SourceTree()
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	for _, r := range proofs(t, pages[0]) {
		for _, named := range r.tests {
			if _, read := sources[named.folder]; !read {
				sources[named.folder] = testSources(t, filepath.Join(root, named.folder))
			}
			if !regexp.MustCompile(`\nfunc ` + named.name + `\(`).MatchString(sources[named.folder]) {
				t.Errorf("row %s: %s has no test %s", r.id, named.folder, named.name)
			}
		}
	}
	if len(sources) == 0 {
		t.Errorf("no row names a test: %v", slices.Collect(maps.Keys(sources)))
	}
}

// testSources is the text of all tests in a folder.
func testSources(t *testing.T, folder string) (all string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	return all
}
