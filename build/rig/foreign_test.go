//go:build rig && linux

package rig

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// foreign are projects that know nothing of StreamTray, and how many programs each has.
var foreign = []struct {
	name     string
	programs int
}{
	{"fastapi-worker-uv", 2}, {"django-poetry", 2}, {"flask-factory", 1}, {"two-scripts", 2}, {"streamlit-consumer", 2},
}

// Intent: whoever has a project, and has written nothing for us, must get from its bare folder to records that are seen, with
// its packages installed by its own manager, by saying no more than that the project is trusted.
func TestForeignProjectsStreamFromABareFolder(t *testing.T) {
	s := newStand(t)
	bin, err := here.Managers(t.Context())
	s.must(err)
	s.env = append(s.env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "POETRY_VIRTUALENVS_IN_PROJECT=true")
	s.env = append(s.env, ownCertificates()...)
	for _, f := range foreign {
		t.Run(f.name, func(t *testing.T) {
			began := time.Now()
			one := *s
			one.T = t
			one.project = filepath.Join(s.home, f.name)
			one.unpack(filepath.Join("testdata", "foreign", f.name+".txtar"))
			if f.name == "django-poetry" {
				one.locks(filepath.Join(bin, "poetry"))
			}
			if f.programs > 1 {
				one.ok("init", one.project)
			}
			one.ok("up", "--project", one.project, "--trust", "--setup", "--detach", "--until", "streaming", "--timeout", "150s")
			seen := one.proven(f.programs)
			t.Logf("streaming %.1fs after its folder was there; %s", time.Since(began).Seconds(), seen)
			one.ok("down", "--project", one.project)
			one.compose("down", "--volumes", "--timeout", "1")
			s.calls = one.calls
		})
	}
}

// ownCertificates has uv and Poetry, which bring a list of authorities of their own, take this computer's, as pip is told to in
// its settings: behind a proxy that looks into what comes, the proxy's is among these alone.
func ownCertificates() []string {
	const file = "/etc/ssl/certs/ca-certificates.crt"
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	var env []string
	for _, name := range []string{"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"} {
		env = append(env, name+"="+cmp.Or(os.Getenv(name), file))
	}
	return env
}

// unpack writes a project out, as a person has it from a repository.
func (s *stand) unpack(file string) {
	s.Helper()
	a, err := txtar.ParseFile(file)
	s.must(err)
	for _, f := range a.Files {
		path := filepath.Join(s.project, filepath.FromSlash(f.Name))
		s.must(os.MkdirAll(filepath.Dir(path), 0o755))
		s.must(os.WriteFile(path, f.Data, 0o644))
	}
	s.must(os.MkdirAll(filepath.Join(s.project, ".git"), 0o755))
}

// locks has Poetry write its lock file, as a repository would have it. The project names its index, as many do that live
// behind a mirror: what Poetry asks PyPI itself for, mirrors lack.
func (s *stand) locks(poetry string) {
	s.Helper()
	index := cmp.Or(os.Getenv("PIP_INDEX_URL"), "https://pypi.org/simple")
	for _, args := range [][]string{{"source", "add", "--priority=primary", "mirror", index}, {"lock"}} {
		cmd := exec.CommandContext(s.Context(), poetry, args...)
		cmd.Dir, cmd.Env = s.project, s.env
		s.must(Quietly(cmd))
	}
	s.must(os.RemoveAll(filepath.Join(s.project, ".venv"))) // to lock, Poetry made one; a repository has none
}

// proven waits until the project is seen to stream, and for the connection of at least one of its programs, and says of
// how many it is seen: a page that nobody opens has none.
func (s *stand) proven(programs int) string {
	s.Helper()
	var told string
	s.eventually(soon, "records come over a connection of the project's own", func() (bool, string) {
		var status struct {
			Phase    string
			Evidence []struct{ Claim, State, Program string }
		}
		out := s.ok("status", "--project", s.project, "--json")
		s.must(json.Unmarshal([]byte(out), &status))
		var connected []string
		running := 0
		for _, e := range status.Evidence {
			if e.Claim == "app" && e.State == "seen" {
				running++
			}
			if e.Claim == "connection" && e.State == "seen" {
				connected = append(connected, e.Program)
			}
		}
		told = fmt.Sprintf("%d programs run, connected: %q", running, strings.Join(connected, " "))
		return status.Phase == "streaming" && running == programs && len(connected) > 0, status.Phase + ", " + told
	})
	return told
}
