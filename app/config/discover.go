package config

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"streamtray/app/fault"
)

// composeFiles are where a project's compose file is looked for, in order.
var composeFiles = []string{
	"deployment/docker-compose.infra.yml", "deployment/docker-compose.infra.yaml",
	"docker-compose.infra.yml", "docker-compose.infra.yaml",
	"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml",
	"deployment/compose.yaml", "deployment/compose.yml", "deployment/docker-compose.yml", "deployment/docker-compose.yaml",
	"docker/compose.yaml", "docker/compose.yml", "docker/docker-compose.yml", "docker/docker-compose.yaml",
}

// Open finds the project that dir belongs to and reads its file, or discovers it where it has none.
func Open(dir string) (Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return Project{}, fault.New("config.no_folder", map[string]any{"Dir": dir}, err).Terminal()
	}
	root := Root(dir)
	if file := filepath.Join(root, FileName); exists(file) {
		p, err := Load(file)
		if err == nil && p.Kafka.Mode == Docker && len(p.Compose.Files) == 0 {
			p.Compose.Files = composeFile(root)
		}
		return p, err
	}
	return Discover(root), nil
}

// Root is the project's folder seen from dir: the nearest one upwards that holds streamtray.yaml, else the nearest that
// holds the app or a compose file, else the repository's, else dir.
func Root(dir string) string {
	for _, is := range []func(string) bool{
		func(d string) bool { return exists(filepath.Join(d, FileName)) },
		func(d string) bool { return exists(filepath.Join(d, "app.py")) || len(composeFile(d)) > 0 },
		func(d string) bool { return exists(filepath.Join(d, ".git")) },
	} {
		for d := dir; ; d = filepath.Dir(d) {
			if is(d) {
				return d
			}
			if d == filepath.Dir(d) || exists(filepath.Join(d, ".git")) { // a project does not reach beyond its repository
				break
			}
		}
	}
	return dir
}

// Discover is the project in a folder without a streamtray.yaml, as far as its files show it.
func Discover(dir string) Project {
	p := Default(dir)
	p.Compose.Files = composeFile(dir)
	return p
}

func composeFile(dir string) []string {
	for _, f := range composeFiles {
		if file := filepath.Join(dir, filepath.FromSlash(f)); exists(file) {
			return []string{file}
		}
	}
	return nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
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
