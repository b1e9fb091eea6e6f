package pack

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
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
