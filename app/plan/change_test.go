package plan

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestChangesTellWhatIsGoneWhatIsNewAndWhoseContentChanged(t *testing.T) {
	process := func(password string) []Process {
		return []Process{{Command: []string{"python", "app.py"}, Dir: "/p", Env: []Var{{Name: "A", Value: "1"}, {Name: "DB_PASSWORD", Value: password}}}}
	}
	container := func(image, mount string) *Stack {
		return &Stack{Containers: []Container{{Name: "kafka", Image: image, Mounts: []string{mount}}}}
	}
	before := Plan{
		Processes: process("one"), Stack: container("cp-kafka:7.5.0", "/p/data:/data"),
		Files: []File{{Path: "/p/compose.yaml", Hash: "aa"}, {Path: "/p/.env", Hash: "bb"}},
	}
	now := Plan{
		Processes: process("two"), Stack: container("cp-kafka:7.6.0", "/:/data"),
		Files: []File{{Path: "/p/compose.yaml", Hash: "cc"}, {Path: "/p/.env", Hash: "bb"}},
	}
	got := now.Compare(before.Remembered())
	tell := func(lines []Line) (all []string) {
		for _, l := range lines {
			all = append(all, l.Kind+" "+l.Text)
		}
		return all
	}
	for _, c := range []struct {
		claim     string
		got, want []string
	}{
		{"gone", tell(got.Gone), []string{"container kafka  cp-kafka:7.5.0", "mount /p/data:/data"}},
		{"new", tell(got.New), []string{"container kafka  cp-kafka:7.6.0", "mount /:/data"}},
		{"content", tell(got.Content), []string{"env DB_PASSWORD=***", "file /p/compose.yaml"}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %q, want %q", c.claim, c.got, c.want)
		}
	}
	if same := now.Compare(now.Remembered()); !same.None() {
		t.Errorf("the same card: got %+v", same)
	}
	if unknown := now.Compare(nil); !unknown.None() {
		t.Errorf("nothing remembered: got %+v", unknown)
	}
}

func TestARememberedCardIsBoundedAndHoldsNoSecret(t *testing.T) {
	r := Process{Command: []string{strings.Repeat("检", 1000)}, Env: []Var{{Name: "KAFKA_PASSWORD", Value: "hunter2"}}}
	for i := range 1000 {
		r.Env = append(r.Env, Var{Name: fmt.Sprint("K", i), Value: "v"})
	}
	kept := Plan{Processes: []Process{r}}.Remembered()
	if len(kept) != maxLines || len(kept[0]) > maxLine+40 {
		t.Errorf("got %d lines, the first of %d bytes", len(kept), len(kept[0]))
	}
	if all := strings.Join(kept, ""); strings.Contains(all, "hunter2") || strings.ToValidUTF8(all, "") != all {
		t.Errorf("a secret or half a letter is kept: %.200q", all)
	}
}
