package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// textID is how a text is named in code.
var textID = regexp.MustCompile(`^[a-z]+\.[a-z0-9_]+(\.[a-z0-9_]+)*$`)

// Intent: a name that no text has would be shown as it is, as happened with project.page, selftest.silent and
// selftest.broken. So whatever in the code has the shape of a text's name, and the first part of one, is one.
func TestEveryNameOfATextInTheCodeHasAText(t *testing.T) {
	words, err := New("en")
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]bool{}
	files, err := filepath.Glob("../../assets/text/*.en.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("texts: %v, %v", files, err)
	}
	for _, f := range files {
		first[strings.TrimSuffix(filepath.Base(f), ".en.json")] = true
	}
	seen := 0
	for _, root := range []string{"app", "docker", "kafka", "internal"} {
		err := filepath.WalkDir(filepath.Join("../..", root), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, src, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				l, ok := n.(*ast.BasicLit)
				if !ok || l.Kind != token.STRING {
					return true
				}
				id, err := strconv.Unquote(l.Value)
				prefix, _, _ := strings.Cut(id, ".")
				if err != nil || !first[prefix] || !textID.MatchString(id) || noText[id] {
					return true
				}
				seen++
				if _, ok := words.Find(id, nil); !ok {
					t.Errorf("%s names the text %q, which there is not", path, id)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 500 {
		t.Errorf("%d names of texts seen; the code has many more", seen)
	}
}

// noText are strings of the same shape that are something else.
var noText = map[string]bool{
	// Names of files.
	"compose.yaml": true, "compose.yml": true, "config.json": true, "docker.sock": true, "doctor.json": true, "kafka.log": true,
	"ports.yml": true, "settings.json": true, "settings.lock": true,
	// Keys of streamtray.yaml, whose texts are config.key.NAME.
	"compose.files": true, "kafka.address": true, "kafka.also_env": true, "kafka.bootstrap": true, "kafka.env": true, "kafka.host_env": true,
	"kafka.port_env": true, "kafka.remote.security": true, "kafka.topics": true, "kafka.topic_": true,
	// Checks of the doctor, whose texts are doctor.NAME.
	"compose.client": true, "compose.file": true, "ports.free": true, "project.opens": true,
	// Names of Kafka and Docker.
	"docker.internal": true, "kafka.bootstrap.servers": true, "kafka.clients": true, "kafka.controller": true, "kafka.server": true, "kafka.zk": true,
}
