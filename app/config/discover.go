package config

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/facts"
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

// Open finds the project that dir belongs to, reads its file and fills in what that does not say with what the project's
// files show. Nothing of the project is run.
func Open(dir string) (Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	if err := openable(dir); err != nil {
		return Project{}, err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // a project is one, by whatever link it is reached
	}
	root := Root(dir)
	p := discover(root, dir)
	file := filepath.Join(root, FileName)
	if !exists(file) {
		if other := filepath.Join(root, otherName); exists(other) {
			return Project{}, usererr.New("config.other_name", map[string]any{"File": other, "Name": FileName}, nil).Terminal()
		}
		return p, nil
	}
	text, err := read(file)
	if err != nil {
		return Project{}, err
	}
	return p.parse(file, text)
}

// openable says why dir cannot be a project's folder; nil where it can.
func openable(dir string) error {
	info, err := os.Stat(dir)
	id := "config.closed_folder"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		id = "config.no_folder"
	case err == nil && !info.IsDir():
		id = "config.not_folder"
	case err == nil:
		// Of a folder that cannot be listed, every file would be told as missing.
		if err = listable(dir); err == nil {
			return nil
		}
	}
	return usererr.New(id, map[string]any{"Dir": dir}, err).Terminal()
}

func listable(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err = f.Readdirnames(1); errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// otherName is how the project's own file is called by mistake.
const otherName = "streamtray.yml"

// marks are files that lie where a program is at home.
var marks = []string{
	"app.py", "main.py", "manage.py", "server.py", "run.py", "wsgi.py", "asgi.py", "pyproject.toml", "setup.py", "requirements.txt", "Pipfile",
	"environment.yml",
}

// Root is the project's folder seen from dir: the nearest one upwards that holds streamtray.yaml. Else it is the outer one
// of the nearest folder that holds a program and the nearest with a compose file: people stand beside either when they
// start it by hand. Else it is the repository's, else dir.
func Root(dir string) string {
	above := upwards(dir)
	first := func(is func(string) bool) int { return slices.IndexFunc(above, is) }
	if i := first(func(d string) bool { return exists(filepath.Join(d, FileName)) }); i >= 0 {
		return above[i]
	}
	program := first(func(d string) bool {
		return slices.ContainsFunc(marks, func(m string) bool { return exists(filepath.Join(d, m)) })
	})
	infra := first(func(d string) bool { return len(composeFile(d)) > 0 })
	if program >= 0 && infra > program && !slices.ContainsFunc(composeFile(above[infra]), namesBroker) {
		infra = -1 // of others
	}
	if infra < 0 && program >= 0 && repository(above[len(above)-1]) {
		infra = first(holdsKafka)
	}
	if outer := max(program, infra); outer >= 0 {
		return above[outer]
	}
	if i := first(repository); i >= 0 {
		return above[i]
	}
	return dir
}

// elsewhere are the compose files of a folder that have names and places of their own.
var elsewhere = []string{"*compose*.y*ml", "*/*compose*.y*ml", "*/*/*compose*.y*ml", "*kafka*.y*ml", "*/*kafka*.y*ml", "*/*/*kafka*.y*ml"}

// holdsKafka reports whether a compose file somewhere in dir seems to hold a broker.
func holdsKafka(dir string) bool {
	const most = 20 // of each pattern are read
	for _, pattern := range elsewhere {
		files, err := filepath.Glob(filepath.Join(escaped.Replace(dir), pattern))
		if err == nil && slices.ContainsFunc(files[:min(len(files), most)], namesBroker) {
			return true
		}
	}
	return false
}

// escaped is a path in which nothing is a pattern. On Windows, whose paths have the sign that escapes, a folder with
// brackets in its name is not looked into.
var escaped = strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`)

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
func Discover(dir string) Project { return discover(dir, dir) }

// discover is the project of root as its files show it to a person who stands in dir.
func discover(root, dir string) Project {
	p := resolved(facts.Find(context.Background(), root), dir) // bounds its time itself
	p.Compose.Files, p.Compose.Guessed = composeFile(root), true
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
