package compose

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// busy is what may take seconds on a machine that does nothing else. What has no bound takes hours.
const busy = time.Minute

// bounded loads and inspects a project and fails when that takes long or much.
func bounded(t *testing.T, files map[string]string) *Project {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	p := loadDir(t, files)
	Inspect(p)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; took > busy || used > 2<<30 {
		t.Errorf("took %v and %d MiB, want at most %v and 2 GiB (what the race detector adds included)", took, used>>20, busy)
	}
	return p
}

func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("x0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < levels; i++ {
		fmt.Fprintf(&b, "x%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	return b.String() + "services: {a: {image: kafka}}\n"
}

func TestHostileProjectsEndInBoundedTimeAndMemory(t *testing.T) {
	service := "services:\n  kafka:\n    image: apache/kafka\n"
	doubling := "A0=xxxxxxxxxxxxxxxx\n"
	for i := 1; i < 60; i++ {
		doubling += fmt.Sprintf("A%d=$A%d$A%d\n", i, i-1, i-1)
	}
	many := map[string]string{"compose.yml": "include: [a1.yml, b1.yml]\n" + service}
	for i := 1; i < 40; i++ {
		text := fmt.Sprintf("include: [a%d.yml, b%d.yml]\n", i+1, i+1)
		many[fmt.Sprintf("a%d.yml", i)], many[fmt.Sprintf("b%d.yml", i)] = text, text
	}
	extending := "services:\n"
	for i := range 400 {
		extending += fmt.Sprintf("  s%d: {extends: s%d, image: x}\n", i, i+1)
	}
	for name, files := range map[string]map[string]string{
		"anchors":            {"compose.yml": bomb(9)},
		"anchor in itself":   {"compose.yml": "a: &a [*a]\n" + service},
		"deep flow":          {"compose.yml": strings.Repeat("[", 200_000)},
		"deep block":         {"compose.yml": "a: " + strings.Repeat("{a: ", 9_000) + "1" + strings.Repeat("}", 9_000)},
		"wide port range":    {"compose.yml": service + "    ports: [\"1-65535:1-65535\"]\n"},
		"many port ranges":   {"compose.yml": service + "    ports:\n" + strings.Repeat("      - 1-65535:1-65535\n", 5000)},
		"absurd port":        {"compose.yml": service + "    ports: [\"1-999999999:1-999999999\"]\n"},
		"doubling .env":      {"compose.yml": service, ".env": doubling},
		"doubling env_file":  {"compose.yml": service + "    env_file: a.env\n", "a.env": doubling},
		"big value repeated": {"compose.yml": service + "    command: [" + strings.Repeat("\"$A\",", 20_000) + "]\n", ".env": "A=" + strings.Repeat("x", 500_000)},
		"nested defaults":    {"compose.yml": service + "    command: \"" + strings.Repeat("${A:-", 20_000) + strings.Repeat("}", 20_000) + "\"\n"},
		"include loop":       {"compose.yml": "include: [compose.yml]\n" + service},
		"include of each":    {"compose.yml": "include: [b.yml]\n" + service, "b.yml": "include: [compose.yml]\n"},
		"includes double":    many,
		"extends itself":     {"compose.yml": service + "    extends: kafka\n"},
		"extends chain":      {"compose.yml": extending},
		"long list":          {"compose.yml": service + "    ports:\n" + strings.Repeat("      - \"1:1\"\n", 60_000)},
		"long environment":   {"compose.yml": service + "    environment:\n" + numberedLines(7_900, "      K%d: v\n")},
		"long script":        {"compose.yml": service + "    command:\n      - |\n" + strings.Repeat("        for a in 1 2 3 4 5 6 7 8; do\n", 40) + "        kafka-topics --create --topic $$a\n" + strings.Repeat("        done\n", 40)},
		"functions":          {"compose.yml": service + "    command:\n      - |\n        f() { f; f; f; kafka-topics --create --topic x; }\n        f\n"},
		"broken everywhere":  {"compose.yml": strings.Repeat("a: [\n\t}\n", 50_000)},
		"not text":           {"compose.yml": strings.Repeat("\x00\xff\xfe", 10_000)},
		"too big":            {"compose.yml": service + strings.Repeat("# \n", 500_000)},
		"device as env_file": {"compose.yml": service + "    env_file: [/dev/zero]\n"},
		"device as include":  {"compose.yml": "include: [/dev/zero]\n" + service},
		"device as base":     {"compose.yml": service + "    extends: {file: /dev/zero, service: a}\n"},
		"folder as env_file": {"compose.yml": service + "    env_file: [.]\n"},
		"device mounted":     {"compose.yml": service + "    command: bash /z/server.properties\n    volumes: [\"/dev/zero:/etc/kafka/server.properties\"]\n"},
		"escape":             {"compose.yml": service + "    env_file: [../../../../../../../etc/passwd]\n"},
	} {
		t.Run(name, func(t *testing.T) { bounded(t, files) })
	}
}

func numberedLines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// compose-go would read a device without end.
func TestADeviceIsNeverReadAsAFile(t *testing.T) {
	p := loadDir(t, map[string]string{"compose.yml": "services: {a: {image: x, env_file: [/dev/zero], label_file: [/dev/zero]}}\n"})
	if p.Accepted || len(p.Findings) == 0 {
		t.Errorf("accepted %v, findings %v, want it told and not accepted", p.Accepted, p.Findings)
	}
	for _, f := range p.Files {
		if f.Path == filepath.FromSlash("/dev/zero") && !(f.Outside && f.Missing) {
			t.Errorf("got %+v, want it outside and missing", f)
		}
	}
}

// A pipe in the place of an included project's .env was left to compose-go, which waits for its writer.
func TestAPipeNobodyWritesToIsNotWaitedFor(t *testing.T) {
	dir := filepath.Dir(loadDir(t, map[string]string{
		"compose.yml":     "include: [sub/compose.yml]\nservices: {a: {image: x, env_file: [own.env]}}\n",
		"sub/compose.yml": "services: {b: {image: y}}\n",
		"own.env":         "A=1\n",
	}).ComposeFiles[0])
	pipe(t, filepath.Join(dir, "sub", ".env"))
	if err := os.Remove(filepath.Join(dir, "own.env")); err != nil {
		t.Fatal(err)
	}
	pipe(t, filepath.Join(dir, "own.env"))
	p := loadedInTime(t, dir)
	if p.Accepted || len(p.Services) != 2 {
		t.Fatalf("got %+v, want two services and not accepted", p)
	}
	i := slices.IndexFunc(p.Files, func(f File) bool { return f.Path == filepath.Join(dir, "own.env") })
	if i < 0 || !p.Files[i].Refused || !p.Files[i].Missing {
		t.Errorf("got %+v, want the pipe noted as refused", p.Files)
	}
}

// loadedInTime loads the project in a folder, unless that waits for somebody.
func loadedInTime(t *testing.T, dir string) *Project {
	t.Helper()
	type result struct {
		p   *Project
		err error
	}
	loaded := make(chan result, 1)
	go func() {
		p, err := Load(context.WithoutCancel(t.Context()), Options{Dir: dir, Files: []string{"compose.yml"}})
		loaded <- result{p, err}
	}()
	select {
	case r := <-loaded:
		if r.err != nil {
			t.Fatal(r.err)
		}
		return r.p
	case <-time.After(30 * time.Second):
		t.Fatal("loading waits")
		return nil
	}
}

// Between our look and compose-go's own a file could be replaced by a pipe, and some names only compose-go followed.
func TestComposeGoOpensNoFileOfAProject(t *testing.T) {
	for name, text := range map[string]string{
		"base of a service":   "services: {a: {image: x, extends: {file: pipe, service: b}}}\n",
		"base of a job":       "services: {a: {image: x}}\njobs: {j: {extends: {file: pipe, service: b}}}\n",
		"include":             "include: [pipe]\nservices: {a: {image: x}}\n",
		"include's variables": "include: [{path: [], env_file: pipe}]\nservices: {a: {image: x}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, map[string]string{"compose.yml": text})
			pipe(t, filepath.Join(dir, "pipe"))
			loadedInTime(t, dir)
		})
	}
	t.Run("what was read is what is judged", func(t *testing.T) {
		files := map[string]string{
			"compose.yml":     "include: [{path: sub/compose.yml, env_file: sub.env}]\nservices: {a: {extends: {file: base.yml, service: b}}}\n",
			"sub/compose.yml": "services: {c: {image: \"y:${TAG}\", volumes: [./data:/data]}}\n",
			"sub.env":         "TAG=1\n", "base.yml": "services: {b: {image: x, privileged: true}}\n",
		}
		dir := project(t, files)
		l := newLoading(Options{Dir: dir}, dir)
		l.project.ComposeFiles = []string{filepath.Join(dir, "compose.yml")}
		root := l.files(t.Context(), l.project.ComposeFiles)
		l.name(root)
		root = l.extendAll(t.Context(), root)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		l.services(t.Context(), root)
		a, c := l.project.service("a"), l.project.service("c")
		if !l.project.Accepted || a == nil || a.Image != "x" || c == nil || c.Image != "y:1" {
			t.Fatalf("accepted %v, %+v and %+v, want what was read before the files went", l.project.Accepted, a, c)
		}
		if want := filepath.Join(dir, "sub", "data"); len(c.Volumes) != 1 || c.Volumes[0].Source != want {
			t.Errorf("got %+v, want %s: seen from the included file", c.Volumes, want)
		}
	})
}

// A Dockerfile copies nothing from above its context, so nothing there is the project's to be looked at.
func TestADockerfilesCopyIsSeenWithinItsContext(t *testing.T) {
	const text = "listeners=PLAINTEXT://0.0.0.0:4711\n"
	dir := project(t, map[string]string{"theirs.properties": text, "app/own.properties": text})
	for from, want := range map[string]string{
		"../theirs.properties": "", filepath.ToSlash(filepath.Join(dir, "theirs.properties")): "", "/own.properties": "own.properties", "own.properties": "own.properties",
	} {
		for name, said := range map[string]string{
			"compose.yml": "services: {kafka: {build: .}}\n",
			"Dockerfile":  "FROM apache/kafka:3.9.0\nCOPY " + from + " /etc/kafka/server.properties\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, "app", name), []byte(said), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, err := Load(t.Context(), Options{Dir: filepath.Join(dir, "app")})
		if err != nil {
			t.Fatal(err)
		}
		read := ""
		for _, f := range p.Files {
			if f.Role == "config" {
				read = filepath.Base(f.Path)
			}
		}
		if read != want {
			t.Errorf("COPY %s: %q was read, want %q", from, read, want)
		}
	}
}
