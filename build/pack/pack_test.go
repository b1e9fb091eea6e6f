package pack

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func TestAZipIsTheSameEachTimeAndHoldsItsEntriesInOrder(t *testing.T) {
	dir := t.TempDir()
	var made [2][]byte
	for i := range made {
		content := filepath.Join(dir, "content")
		write(t, content, "hello")
		if err := os.Chtimes(content, time.Now(), time.Unix(int64(i)*1e6, 0)); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "a.zip")
		zone := time.FixedZone("", i*3600)
		if err := writeZip(file, time.Unix(1700000000, 0).In(zone), []entry{{"x/b", content}, {"x/a", content}}); err != nil {
			t.Fatal(err)
		}
		var err error
		if made[i], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Errorf("two zips of the same differ:\n% x\n% x", made[0], made[1])
	}
	if b, a := bytes.Index(made[0], []byte("x/b")), bytes.Index(made[0], []byte("x/a")); b < 0 || a < b {
		t.Errorf("entries at %d and %d, want them in the order given", b, a)
	}
}

func TestSumsAreWhatSha256sumChecks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "hello\n")
	if err := writeSums(dir, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, Sums))
	if want := "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  a\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestALicenceIsPassedOnAndAMissingOneStopsThePacking(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "LICENSE-MIT.md"), "do what\r\nyou like\r\n")
	write(t, filepath.Join(dir, "Notice"), "by us")
	write(t, filepath.Join(dir, "licensing.go"), "package x")
	var text bytes.Buffer
	if err := addLicence(&text, "example.com/x v1", dir); err != nil {
		t.Fatal(err)
	}
	want := "\n\n==== example.com/x v1: LICENSE-MIT.md ====\n\ndo what\nyou like\n\n\n==== example.com/x v1: Notice ====\n\nby us\n"
	if text.String() != want {
		t.Errorf("got %q, want %q", text.String(), want)
	}
	if err := addLicence(&text, "example.com/y v1", t.TempDir()); err == nil {
		t.Error("a module without a licence was accepted")
	}
}

func TestABillOfTwoProgramsHasEachPartOnce(t *testing.T) {
	dir := t.TempDir()
	program := func(name string, modules ...string) *cdx.BOM {
		b := cdx.NewBOM()
		var parts []cdx.Component
		for _, m := range modules {
			parts = append(parts, cdx.Component{BOMRef: m, Name: m})
		}
		write(t, filepath.Join(dir, name), name)
		self, err := component(filepath.Join(dir, name), "1")
		if err != nil {
			t.Fatal(err)
		}
		b.Metadata = &cdx.Metadata{Component: &self}
		b.Components, b.Dependencies = &parts, &[]cdx.Dependency{{Ref: self.BOMRef, Dependencies: &modules}}
		return b
	}
	write(t, filepath.Join(dir, "setup"), "both")
	one, two := program("one", "a", "b"), program("two", "b", "c")
	nsis := generic("nsis", "3", "", "Zlib")
	whole, err := bill(filepath.Join(dir, "setup"), "1", []*cdx.BOM{one, two}, &nsis)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range *whole.Components {
		names = append(names, c.Name)
	}
	if want := []string{"one", "a", "b", "two", "c", "nsis"}; !slices.Equal(names, want) {
		t.Errorf("parts %q, want %q", names, want)
	}
	needs := map[string][]string{}
	for _, d := range *whole.Dependencies {
		needs[d.Ref] = *d.Dependencies
	}
	first, second, setup := one.Metadata.Component.BOMRef, two.Metadata.Component.BOMRef, whole.Metadata.Component.BOMRef
	if want := []string{first, second, nsis.BOMRef}; !slices.Equal(needs[setup], want) || !slices.Equal(needs[second], []string{"b", "c"}) {
		t.Errorf("needs %q, want the artefact to need %q and the second program b and c", needs, want)
	}
	alone, err := bill(filepath.Join(dir, "one"), "1", []*cdx.BOM{one}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := alone.Metadata.Component.Name; got != "one" || len(*alone.Components) != 2 || len(*alone.Dependencies) != 1 {
		t.Errorf("a program's own bill is of %q with %d parts, want its two modules", got, len(*alone.Components))
	}
}
