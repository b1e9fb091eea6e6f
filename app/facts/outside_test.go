package facts_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"streamtray/app/facts"
	"streamtray/app/testenv"
)

// A compose file may name any Dockerfile; one that lies outside of the project is not read for what it says of the program.
func TestNothingOutsideOfTheProjectIsRead(t *testing.T) {
	for _, c := range []struct {
		dockerfile, link string
		read             bool
	}{
		{"Dockerfile.web", "", true},
		{"../Dockerfile.web", "", false},
		{"sub/../../Dockerfile.web", "", false},
		{".linked/Dockerfile.web", ".linked", false},
	} {
		t.Run(c.dockerfile, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "project")
			docker := filepath.Join(dir, filepath.FromSlash(c.dockerfile))
			if c.link != "" {
				docker = filepath.Join(root, "theirs", filepath.Base(docker))
			}
			for file, text := range map[string]string{
				filepath.Join(dir, "compose.yml"): "services: {web: {build: {context: ., dockerfile: " + c.dockerfile + "}, command: [/go]}}\n",
				filepath.Join(dir, "serve"):       "python odd.py --as-told\n", filepath.Join(dir, "odd.py"): "print(1)\n",
				docker: "FROM python:3.12\nCOPY serve /go\n",
			} {
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if c.link != "" {
				if err := os.Symlink(filepath.Dir(docker), filepath.Join(dir, c.link)); err != nil {
					testenv.Of(t, "links cannot be made here:", err)
				}
			}
			read := slices.ContainsFunc(facts.Find(t.Context(), dir).Programs, func(p facts.Program) bool {
				return slices.Contains(p.Command, "--as-told")
			})
			if read != c.read {
				t.Errorf("it was read: %v, want %v", read, c.read)
			}
		})
	}
}
