package opengl

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"streamtray/app/ui/uitest"
)

// childEndsWith names the variable by which this test's own program is the child that tries, and how it ends.
const childEndsWith = "STREAMTRAY_TEST_PROBE"

func TestMain(m *testing.M) {
	if code := os.Getenv(childEndsWith); code != "" && slices.Contains(os.Args, ArgProbe) {
		os.Exit(len(code) - 1)
	}
	os.Exit(m.Run())
}

func TestAChildTriesUntilItIsKnownThatWindowsCanBeDrawn(t *testing.T) {
	uitest.NewApp(t)
	for _, c := range []struct {
		name, self, ends string
		drawn            bool
	}{
		{"it can be drawn", os.Args[0], "0", true},
		{"the child fails", os.Args[0], "00", false},
		{"there is no child", filepath.Join(t.TempDir(), "none"), "0", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(childEndsWith, c.ends)
			var work sync.WaitGroup
			d := New(t.Context(), &work, c.self)
			var said []bool
			d.Then(func(drawn bool) { said = append(said, drawn) })
			work.Wait()
			if uitest.Settle(); !slices.Equal(said, []bool{c.drawn}) {
				t.Fatalf("said %v, want %v", said, c.drawn)
			}
			t.Setenv(childEndsWith, "0")
			said, d.self = nil, os.Args[0]
			d.Then(func(drawn bool) { said = append(said, drawn) })
			work.Wait()
			if uitest.Settle(); !slices.Equal(said, []bool{true}) {
				t.Errorf("asked again: %v, want it drawn", said)
			}
			d.self = filepath.Join(t.TempDir(), "none") // and is not tried again
			if d.Then(func(drawn bool) { said = append(said, drawn) }); !slices.Equal(said, []bool{true, true}) {
				t.Errorf("once it is known: %v, want it drawn at once", said)
			}
		})
	}
}
