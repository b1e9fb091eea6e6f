package compose

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Issue 5 allows 50 ms for a typical file, from the start of the process; this is what a loaded process takes.
func BenchmarkInspect(b *testing.B) {
	for _, name := range []string{"sample", "anchors", "kraft-controllers-apart"} {
		o := Options{Dir: filepath.Join("testdata/corpus", name), Files: []string{"compose.yml"}}
		b.Run(name, func(b *testing.B) {
			benchmark(b, o)
		})
	}
	for _, n := range []int{60, 500} {
		o := Options{Dir: manyBrokers(b, n)}
		b.Run(fmt.Sprintf("%d brokers", n), func(b *testing.B) { benchmark(b, o) })
	}
}

func benchmark(b *testing.B, o Options) {
	for b.Loop() {
		p, err := Load(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		Inspect(p)
		if _, err := Mend(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
}

// manyBrokers is a project in which every broker needs a fix.
func manyBrokers(t testing.TB, n int) string {
	var text strings.Builder
	text.WriteString("services:\n")
	for i := range n {
		fmt.Fprintf(&text, "  s%d: {image: apache/kafka, ports: [\"%d:1\"]}\n", i, 10_000+i)
	}
	return project(t, map[string]string{"compose.yml": text.String()})
}

// The whole project is loaded a bounded number of times, however many brokers want a fix.
func TestFixesOfManyBrokersAreBounded(t *testing.T) {
	p, err := Load(t.Context(), Options{Dir: manyBrokers(t, 500)})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	m, err := Mend(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > busy { // a load for each try takes minutes
		t.Errorf("took %v", took)
	}
	if len(m.Fixes) != maxMended || len(m.Refused) != 1 || m.Refused[0].ID != "compose.unproved.many" {
		t.Errorf("got %d fixes, refused %v; want %d and the others left out", len(m.Fixes), m.Refused, maxMended)
	}
}
