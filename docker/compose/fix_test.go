package compose

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each code that a change can mend must have one in the corpus that does, and it must work when it really lies beside
// the file, as the user would put it.
func TestEveryFixMakesItsBrokerReachable(t *testing.T) {
	mended := map[Code]int{}
	for name, file := range corpus(t) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata/corpus", name))); err != nil {
			t.Fatal(err)
		}
		p, err := Load(t.Context(), Options{Dir: dir, Files: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := Mend(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Fixes) == 0 {
			continue
		}
		override := filepath.Join(dir, "fix.yml")
		if err := os.WriteFile(override, []byte(m.Override()), 0o600); err != nil {
			t.Fatal(err)
		}
		var files []string
		for _, f := range append(p.ComposeFiles, override) {
			rel, _ := filepath.Rel(dir, f)
			files = append(files, rel)
		}
		fixed, err := Load(t.Context(), Options{Dir: dir, Files: files})
		if err != nil {
			t.Fatal(err)
		}
		after := Inspect(fixed)
		for _, f := range m.Fixes {
			mended[f.Problem.Code]++
			if !slices.Contains(after.Bootstrap, f.Address) {
				t.Errorf("%s: %s of %s: got %v, want %s among them", name, f.Problem.Code, f.Problem.Service, after.Bootstrap, f.Address)
			}
		}
		if p.Accepted && !fixed.Accepted {
			t.Errorf("%s: Compose refuses the fix: %v", name, fixed.Findings)
		}
	}
	for _, code := range urgency {
		if mended[code] == 0 {
			t.Errorf("%s: no fix in the corpus", code)
		}
	}
}

func TestAFixKeepsDollarsForCompose(t *testing.T) {
	if got, want := quote("a$b"), `"a$$b"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A fix must not open a port to the network that was not open before.
func TestAFixPublishesOnLoopbackOnly(t *testing.T) {
	for name, file := range corpus(t) {
		p, _ := inspectCorpus(t, name, file)
		m, err := Mend(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range m.Fixes {
			had := p.service(f.Problem.Service).Ports
			for _, port := range f.change.ports {
				host, _, _ := strings.Cut(port, ":")
				ip, err := netip.ParseAddr(host)
				old := slices.ContainsFunc(had, func(p Port) bool { return p.String() == port })
				if !old && (err != nil || !ip.IsLoopback()) {
					t.Errorf("%s: got port %s, want it on loopback", name, port)
				}
			}
		}
	}
}
