package config

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"streamtray/internal/usererr"
)

// tree makes files, each "path" or "path=content"; a path that ends in "/" is a folder.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	root := t.TempDir()
	t.Setenv("HOME", filepath.Dir(root))
	t.Setenv("USERPROFILE", filepath.Dir(root))
	for _, f := range files {
		name, content, _ := strings.Cut(f, "=")
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(full, 0o700); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(full, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestAFolderThatCannotBeAProjectIsToldAsWhatItIs(t *testing.T) {
	root := tree(t, "notes.txt=hello", "p/streamtray.yaml=version: 1\n", "closed/streamtray.yaml=version: 1\n")
	closed := filepath.Join(root, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) })
	want := map[string]string{"notes.txt": "config.not_folder", "nowhere": "config.no_folder"}
	if _, err := os.ReadDir(closed); err != nil { // root and Windows read it all the same
		want["closed"] = "config.closed_folder"
	}
	for name, want := range want {
		_, err := Open(filepath.Join(root, name))
		var told usererr.Teller
		if !errors.As(err, &told) {
			t.Errorf("%s: %v names no text", name, err)
			continue
		}
		if id, _ := told.Message(); id != want {
			t.Errorf("%s: got %s, want %s", name, id, want)
		}
	}
}

func TestAProjectIsFoundFromAnyFolderOfIt(t *testing.T) {
	for name, c := range map[string]struct {
		files      []string
		from, want string
	}{
		"its file":               {[]string{"p/streamtray.yaml", "p/a/b/"}, "p/a/b", "p"},
		"its file, not the app":  {[]string{"p/streamtray.yaml", "p/a/app.py"}, "p/a", "p"},
		"the app":                {[]string{"p/app.py", "p/a/"}, "p/a", "p"},
		"standing at Kafka":      {[]string{"p/app.py", "p/deployment/docker-compose.infra.yml"}, "p/deployment", "p"},
		"a compose file alone":   {[]string{"p/deployment/docker-compose.infra.yml", "p/src/"}, "p/src", "p"},
		"the repository":         {[]string{"p/.git/", "p/a/b/"}, "p/a/b", "p"},
		"within a repository":    {[]string{"app.py", "p/.git/", "p/a/"}, "p/a", "p"},
		"one of a repository":    {[]string{"p/.git/", "p/one/app.py", "p/two/app.py", "p/one/src/"}, "p/one/src", "p/one"},
		"beside the app":         {[]string{"p/docker-compose.yml=kafka", "p/.git/", "p/app/app.py"}, "p/app", "p"},
		"compose of others":      {[]string{"docker-compose.yml=postgres", "p/app/app.py"}, "p/app", "p/app"},
		"Kafka elsewhere in it":  {[]string{"p/.git/", "p/ops/x/kafka.yml=kafka", "p/one/main.py", "p/two/main.py"}, "p/one", "p"},
		"standing at its Kafka":  {[]string{"p/.git/", "p/ops/compose.yml=kafka", "p/requirements.txt"}, "p/ops", "p"},
		"nothing":                {[]string{"p/a/"}, "p/a", "p/a"},
		"a worktree's .git file": {[]string{"app.py", "p/.git=gitdir: elsewhere", "p/a/"}, "p/a", "p"},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, c.files...)
			got := Root(filepath.Join(root, filepath.FromSlash(c.from)))
			if want := filepath.Join(root, filepath.FromSlash(c.want)); got != want {
				t.Errorf("from %s: got %s, want %s", c.from, got, want)
			}
		})
	}
}

// Things of many projects lie about in a person's own folder.
func TestTheHomeFolderIsNoProjectOfWhatLiesBelowIt(t *testing.T) {
	root := tree(t, "app.py", "compose.yaml", "new/")
	t.Setenv("HOME", root)
	t.Setenv("USERPROFILE", root)
	if got := Root(filepath.Join(root, "new")); got != filepath.Join(root, "new") {
		t.Errorf("got %s", got)
	}
	if got := Root(root); got != root {
		t.Errorf("standing there: got %s", got)
	}
}

func TestTheComposeFileWithABrokerIsTaken(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"the usual one":         {[]string{"compose.yaml=kafka", "deployment/docker-compose.infra.yml=kafka"}, "deployment/docker-compose.infra.yml"},
		"the one with a broker": {[]string{"compose.yaml=services: {web: {}}", "docker/compose.yml=image: cp-Kafka"}, "docker/compose.yml"},
		"the first of none":     {[]string{"compose.yaml=web", "docker/compose.yml=db"}, "compose.yaml"},
		"none":                  {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, c.files...)
			got := strings.Join(Discover(root).Compose.Files, " ")
			if want := filepath.Join(root, filepath.FromSlash(c.want)); c.want != "" && got != want || c.want == "" && got != "" {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestOpenReadsTheFileAndFindsWhatItLeavesOut(t *testing.T) {
	root := tree(t, "p/streamtray.yaml=name: mine", "p/compose.yaml=kafka", "p/src/")
	p, err := Open(filepath.Join(root, "p", "src"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(root, "p", "compose.yaml"); p.Name != "mine" || strings.Join(p.Compose.Files, " ") != want {
		t.Errorf("got %s, %v, want mine and %s", p.Name, p.Compose.Files, want)
	}
	if _, err := Open(filepath.Join(root, "gone")); err == nil || !strings.Contains(tell(t, "en", err), "does not exist") {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// What a container tells a program is told to it here, too, unless the project's own file says something else of that program.
func TestAProgramIsStartedWithWhatItsContainerTellsIt(t *testing.T) {
	dir := tree(t,
		"Dockerfile=FROM python:3.12\nWORKDIR /srv\nCOPY . .\nENV PYTHONPATH=/srv/parts GATE=north\nCMD [\"python\", \"bin/watch.py\"]\n",
		"bin/watch.py=import os\nimport wire\nwire.send(os.environ['GATE'])\n",
		"bin/other.py=print(1)\n",
		"parts/wire.py=from kafka import KafkaProducer\ndef send(name):\n    KafkaProducer(bootstrap_servers='localhost:9092').send('seen', name)\n",
		"requirements.txt=kafka-python\n",
	)
	told := map[string]string{"GATE": "north", "PYTHONPATH": "parts"}
	for _, c := range []struct {
		claim, text string
		want        map[string]string
	}{
		{"without a file", "", told},
		{"with a file of the same command", "app: {command: [python, bin/watch.py]}", told},
		{"of one of several", "apps: {a: {command: [python, bin/other.py]}, b: {command: [python, bin/watch.py]}}", told},
		{"with variables of its own", "app: {command: [python, bin/watch.py], env: {GATE: south}}", map[string]string{"GATE": "south"}},
		{"of the first of several, with variables of its own", "apps: {a: {command: [python, bin/watch.py], env: {}}}", map[string]string{}},
		{"with another command", "app: {command: [python, bin/other.py]}", nil},
		{"in another folder", "app: {command: [python, bin/watch.py], dir: parts}", nil},
	} {
		p := Discover(dir)
		if c.text != "" {
			var err error
			if p, err = p.parse(filepath.Join(dir, FileName), []byte("version: 1\n"+c.text+"\n")); err != nil {
				t.Fatalf("%s: %v", c.claim, err)
			}
		}
		all := p.Programs()
		if got := all[len(all)-1].Env; !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.claim, got, c.want)
		}
	}
	first := Discover(dir).First(func(id string, _ map[string]any) string { return id })
	for _, line := range []string{"    GATE: north  *# Dockerfile:4", "    PYTHONPATH: parts  *# Dockerfile:4"} {
		if !regexp.MustCompile("(?m)^" + line + "$").MatchString(first) {
			t.Errorf("the first file has no line %q:\n%s", line, first)
		}
	}
}
