package compose

import (
	"path/filepath"
	"testing"
)

// Issue 5 allows 50 ms for a typical file, from the start of the process; this is what a loaded process takes.
func BenchmarkInspect(b *testing.B) {
	for _, name := range []string{"sample", "anchors", "kraft-controllers-apart"} {
		o := Options{Dir: filepath.Join("testdata/corpus", name), Files: []string{"compose.yml"}}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, err := Load(b.Context(), o)
				if err != nil {
					b.Fatal(err)
				}
				Inspect(p)
			}
		})
	}
}
