package doctor

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// checklist is what a person went through by hand, point by point, as the page of the detection system lists it.
func checklist(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/checklist.md")
	if err != nil {
		t.Fatal(err)
	}
	var points []string
	for line := range strings.Lines(string(text)) {
		line, found := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !found {
			continue
		}
		for p := range strings.SplitSeq(strings.TrimSuffix(line, "."), ";") {
			points = append(points, strings.TrimSpace(p))
		}
	}
	return points
}

// covered are the points that checks go through, with the ids of these.
func covered(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/checklist.tsv")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		point, ids, _ := strings.Cut(strings.TrimSpace(line), "\t")
		table[point] = strings.Fields(ids)
	}
	return table
}

func TestTheDoctorGoesThroughEveryPointOfTheCheckList(t *testing.T) {
	points, table, known := checklist(t), covered(t), IDs()
	if len(points) != 6 {
		t.Fatalf("%d points, want the 6 of the page: %q", len(points), points)
	}
	for _, p := range points {
		if len(table[p]) == 0 {
			t.Errorf("no check goes through %q", p)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(table)) {
		if !slices.Contains(points, p) {
			t.Errorf("%q is not on the check list", p)
		}
		for _, id := range table[p] {
			if !slices.Contains(known, id) {
				t.Errorf("%q: there is no check %s", p, id)
			}
		}
	}
}

// The ids are a promise to scripts, so the page that makes it names them all, and no others.
func TestThePageOfJSONNamesEveryCheck(t *testing.T) {
	text, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## doctor\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var named []string
	for line := range strings.Lines(section) {
		cell, isRow := strings.CutPrefix(line, "| `")
		if !isRow {
			continue
		}
		cell, _, _ = strings.Cut(cell, "` |")
		named = append(named, strings.Split(cell, "` · `")...)
	}
	ids := IDs()
	slices.Sort(named)
	slices.Sort(ids)
	if !slices.Equal(named, ids) {
		t.Errorf("the page names\n%q\nthere are\n%q", named, ids)
	}
}
