package project

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestChangesTellWhatIsGoneWhatIsNewAndWhoseContentChanged(t *testing.T) {
	before := Card{
		Command: []string{"python", "app.py"}, Dir: "/p", Env: []string{"A=1", "DB_PASSWORD=one"},
		Files:    []CardFile{{Path: "/p/compose.yaml", Hash: "aa"}, {Path: "/p/.env", Hash: "bb"}},
		Services: []CardService{{Name: "kafka", Image: "cp-kafka:7.5.0", Mounts: []string{"/p/data:/data"}}},
	}
	now := before
	now.Env = []string{"A=1", "DB_PASSWORD=two"}
	now.Files = []CardFile{{Path: "/p/compose.yaml", Hash: "cc"}, {Path: "/p/.env", Hash: "bb"}}
	now.Services = []CardService{{Name: "kafka", Image: "cp-kafka:7.6.0", Mounts: []string{"/:/data"}}}
	got := compare(remembered(before), remembered(now))
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
	if same := compare(remembered(now), remembered(now)); !same.None() {
		t.Errorf("the same card: got %+v", same)
	}
	if unknown := compare(nil, remembered(now)); !unknown.None() {
		t.Errorf("nothing remembered: got %+v", unknown)
	}
}

func TestARememberedCardIsBoundedAndHoldsNoSecret(t *testing.T) {
	c := Card{Command: []string{strings.Repeat("检", 1000)}, Env: []string{"KAFKA_PASSWORD=hunter2"}}
	for i := range 1000 {
		c.Env = append(c.Env, fmt.Sprint("K", i, "=v"))
	}
	kept := remembered(c)
	if len(kept) != maxCardLines || len(kept[0]) > maxCardLine+40 {
		t.Errorf("got %d lines, the first of %d bytes", len(kept), len(kept[0]))
	}
	if all := strings.Join(kept, ""); strings.Contains(all, "hunter2") || strings.ToValidUTF8(all, "") != all {
		t.Errorf("a secret or half a letter is kept: %.200q", all)
	}
}
