package config

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// InfraFile is where the detection system keeps the compose file of its Kafka.
const InfraFile = "deployment/docker-compose.infra.yml"

// composeFiles are where a project's compose file is looked for, in order.
var composeFiles = []string{
	InfraFile, "deployment/docker-compose.infra.yaml",
	"docker-compose.infra.yml", "docker-compose.infra.yaml",
	"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml",
	"deployment/compose.yaml", "deployment/compose.yml", "deployment/docker-compose.yml", "deployment/docker-compose.yaml",
	"docker/compose.yaml", "docker/compose.yml", "docker/docker-compose.yml", "docker/docker-compose.yaml",
}

const appFile = "app.py"

// Open finds the project that dir belongs to and reads its file, or discovers it where it has none.
func Open(dir string) (Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return Project{}, usererr.New("config.no_folder", map[string]any{"Dir": dir}, err).Terminal()
	}
	root := Root(dir)
	if file := filepath.Join(root, FileName); exists(file) {
		p, err := Load(file)
		if err == nil && p.Kafka.Mode == Docker && len(p.Compose.Files) == 0 {
			p.Compose.Files, p.Compose.Guessed = composeFile(root), true
		}
		return p, err
	}
	return Discover(root), nil
}

// Root is the project's folder seen from dir: the nearest one upwards that holds streamtray.yaml, else the nearest that
// holds the app, else the nearest with a compose file, else the repository's, else dir. The app comes before the compose
// file, which may lie in a folder of its own, where people stand when they start it by hand.
func Root(dir string) string {
	above := upwards(dir)
	for _, is := range []func(string) bool{
		func(d string) bool { return exists(filepath.Join(d, FileName)) },
		func(d string) bool { return exists(filepath.Join(d, appFile)) },
		func(d string) bool { return len(composeFile(d)) > 0 },
		repository,
	} {
		for _, d := range above {
			if is(d) {
				return d
			}
		}
	}
	return dir
}

func repository(dir string) bool { return exists(filepath.Join(dir, ".git")) }

// upwards are dir and the folders above it that may be its project's: those of its repository, or, outside any, those
// below the user's own folder, where things of many projects lie about.
func upwards(dir string) []string {
	home, _ := os.UserHomeDir() // empty: no folder is
	all := []string{dir}
	for d := dir; !repository(d) && d != filepath.Dir(d); {
		d = filepath.Dir(d)
		if d == home && !repository(d) {
			break
		}
		all = append(all, d)
	}
	return all
}

// Discover is the project in a folder without a streamtray.yaml, as far as its files show it.
func Discover(dir string) Project {
	p := Default(dir)
	p.Compose.Files, p.Compose.Guessed = composeFile(dir), true
	return p
}

// composeFile is the first compose file in dir that seems to hold a broker, else the first there is.
func composeFile(dir string) []string {
	var first []string
	for _, f := range composeFiles {
		file := filepath.Join(dir, filepath.FromSlash(f))
		if !exists(file) {
			continue
		}
		if first = append(first, file); namesBroker(file) {
			return []string{file}
		}
	}
	return first[:min(len(first), 1)]
}

// namesBroker reports whether a broker is spoken of at the beginning of a file. What the file really means is for
// docker/compose to say; this only chooses among several.
func namesBroker(file string) bool {
	f, err := projectfile.In(filepath.Dir(file)).Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, maxBytes)) // what could be read will do
	b = bytes.ToLower(b)
	return bytes.Contains(b, []byte("kafka")) || bytes.Contains(b, []byte("redpanda"))
}

func exists(file string) bool {
	return projectfile.In(filepath.Dir(file)).Exists(file)
}

// Template are the values that a first streamtray.yaml is written with.
func (p Project) Template() map[string]any {
	var files []string
	for _, f := range p.Compose.Files {
		if rel, err := filepath.Rel(p.Dir, f); err == nil {
			files = append(files, strconv.Quote(filepath.ToSlash(rel)))
		}
	}
	return map[string]any{"Name": strconv.Quote(p.Name), "Files": strings.Join(files, ", "), "BootstrapEnv": p.Kafka.Env}
}
