package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func folders(t *testing.T) Folders {
	t.Helper()
	home := t.TempDir()
	f, err := Find(func(key string) string {
		if key == "STREAMTRAY_HOME" {
			return home
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhatWasChangedIsThereAgain(t *testing.T) {
	f := folders(t)
	if err := Change(f, func(s *Settings) {
		s.Language = "zh"
		s.Trust("/p", "h1", []string{"command\ta"})
		s.Choose("/p", []string{"/p/k.yaml"})
	}); err != nil {
		t.Fatal(err)
	}
	if err := Change(f, func(s *Settings) { s.Theme = "dark" }); err != nil {
		t.Fatal(err)
	}
	s, err := Load(f)
	if err != nil {
		t.Fatal(err)
	}
	if s.Language != "zh" || s.Theme != "dark" || !reflect.DeepEqual(s.Recent, []string{"/p"}) {
		t.Errorf("got %+v", s)
	}
	if got, want := s.Cards["/p"], []string{"command\ta"}; !reflect.DeepEqual(got, want) {
		t.Errorf("card: got %q, want %q", got, want)
	}
	if got, want := s.Compose["/p"], []string{"/p/k.yaml"}; !reflect.DeepEqual(got, want) {
		t.Errorf("chosen: got %q, want %q", got, want)
	}
	if trusts, changed := s.Trusts("/p", "h1"); !trusts || changed {
		t.Errorf("the trusted hash: %v, %v", trusts, changed)
	}
	if trusts, changed := s.Trusts("/p", "h2"); trusts || !changed {
		t.Errorf("another hash: %v, %v", trusts, changed)
	}
	if trusts, changed := s.Trusts("/q", "h1"); trusts || changed {
		t.Errorf("another project: %v, %v", trusts, changed)
	}
}

func TestAnUnreadableFileIsSetAsideAndNothingOfItIsLost(t *testing.T) {
	f := folders(t)
	if err := os.MkdirAll(f.Config, 0o700); err != nil {
		t.Fatal(err)
	}
	const broken = `{"language": "zh", "trust`
	if err := os.WriteFile(filepath.Join(f.Config, file), []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(f)
	if err != nil || s.Notice == nil {
		t.Fatalf("got %+v, %v, want a notice", s, err)
	}
	found, _ := filepath.Glob(filepath.Join(f.Config, file+".broken-*"))
	if len(found) != 1 {
		t.Fatalf("set aside: %v", found)
	}
	if b, _ := os.ReadFile(found[0]); string(b) != broken {
		t.Errorf("the file set aside has %q", b)
	}
	if err := Change(f, func(s *Settings) { s.Language = "en" }); err != nil {
		t.Errorf("change after a broken file: %v", err)
	}
}

func TestWhatAnotherVersionKeepsIsKept(t *testing.T) {
	f := folders(t)
	if err := os.MkdirAll(f.Config, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.Config, file), []byte(`{"theme":"dark","pane":{"x":1}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Change(f, func(s *Settings) { s.Theme = "" }); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(f.Config, file))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), `"x"`) || strings.Contains(string(b), "theme") {
		t.Errorf("got %s, want the pane kept and the theme cleared", b)
	}
}

func TestEveryNameIsKnown(t *testing.T) {
	full := Settings{
		Language: "a", Theme: "a", OnQuit: "a", StartEngine: true, Quiet: true, Recent: []string{"a"}, Trusted: map[string]string{"a": "a"},
		Cards: map[string][]string{"a": {"a"}}, Compose: map[string][]string{"a": {"a"}},
		Ports: map[string]map[int]int{"a": {1: 2}}, Remote: map[string][]string{"a": {"a"}}, Window: Window{1, 2, "a"}, Resume: &Resume{"a", true},
	}
	b, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if len(m) != len(names) {
		t.Errorf("%d keys, %d names: %v", len(m), len(names), m)
	}
	for _, n := range names {
		if _, ok := m[n]; !ok {
			t.Errorf("%s is no key", n)
		}
	}
}

func TestOnlyTheLastProjectsAreRecent(t *testing.T) {
	var s Settings
	for _, d := range strings.Split("a b c d e f g h i j k l c", " ") {
		s.Opened(d)
	}
	if got, want := strings.Join(s.Recent, ""), "clkjihgfed"; got != want {
		t.Errorf("recent: %s, want %s", got, want)
	}
}

func TestCardsAreKeptOfRecentProjectsOnly(t *testing.T) {
	var s Settings
	for _, d := range strings.Split("a b c d e f g h i j k l", " ") {
		s.Trust(d, "h", []string{d})
	}
	if len(s.Cards) != maxRecent || s.Cards["a"] != nil || s.Cards["l"] == nil {
		t.Errorf("cards: got %v, want those of %v", s.Cards, s.Recent)
	}
	if trusts, _ := s.Trusts("a", "h"); !trusts {
		t.Error("a project that is not recent any more is not trusted any more")
	}
}

func TestAFolderThatCannotBeWrittenIsTold(t *testing.T) {
	f := folders(t)
	if err := os.WriteFile(filepath.Dir(f.Config), nil, 0o600); err == nil {
		t.Fatal("the home folder is a folder")
	}
	f.Config = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(f.Config, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := Change(f, func(*Settings) {})
	var told interface {
		Message() (string, map[string]any)
	}
	if !errors.As(err, &told) {
		t.Errorf("got %v, want a fault", err)
	}
}

// The tray and a terminal may save at the same moment.
func TestWhoSavesAtTheSameMomentUndoesNothingOfAnother(t *testing.T) {
	f := folders(t)
	var wg sync.WaitGroup
	const n = 20
	for i := range n {
		wg.Go(func() {
			if err := Change(f, func(s *Settings) { s.Trust(fmt.Sprint("/p", i), "h", nil) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s, err := Load(f)
	if err != nil || len(s.Trusted) != n {
		t.Errorf("%d of %d are trusted, %v", len(s.Trusted), n, err)
	}
	left, err := os.ReadDir(f.Config)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if e.Name() != file && e.Name() != "settings.lock" {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

func TestAFileThatNotepadSavedIsRead(t *testing.T) {
	f := folders(t)
	if err := os.MkdirAll(f.Config, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.Config, file), []byte("\ufeff{\r\n  \"language\": \"zh\"\r\n}\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Load(f); err != nil || s.Language != "zh" || s.Notice != nil {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestLookingLeavesNothingBehind(t *testing.T) {
	f := folders(t)
	if s, err := Load(f); err != nil || !reflect.DeepEqual(s, Settings{}) {
		t.Errorf("a new user has %+v, %v", s, err)
	}
	if _, err := os.Stat(f.Config); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}

func TestTheUsersOwnFoldersAreTheSystems(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(t.TempDir(), "c")) // what os.UserConfigDir asks on Linux
	none := func(string) string { return "" }
	f, err := Find(none)
	if err != nil {
		t.Fatal(err)
	}
	for what, dir := range map[string]string{"config": f.Config, "data": f.Data} {
		if !filepath.IsAbs(dir) || filepath.Base(dir) != "StreamTray" {
			t.Errorf("%s: %s", what, dir)
		}
	}
	f, err = Find(func(key string) string { return map[string]string{"STREAMTRAY_HOME": "here"}[key] })
	if err != nil || !filepath.IsAbs(f.Config) || !filepath.IsAbs(f.Data) || f.Config == f.Data {
		t.Errorf("a home of one's own: %+v, %v", f, err)
	}
}

// A value that a key does not have is not written, and each that it has is read again.
func TestAKeyHoldsEachOfItsValues(t *testing.T) {
	for _, k := range Keys() {
		var s Settings
		if got := k.Get(s); got != k.Values[0] {
			t.Errorf("%s of a new user is %q, not the first of %q", k.Name, got, k.Values)
		}
		for _, v := range append(k.Values[1:], k.Values[0]) {
			if !k.Set(&s, v) || k.Get(s) != v {
				t.Errorf("%s was set to %q and is %q", k.Name, v, k.Get(s))
			}
		}
		if !reflect.DeepEqual(s, Settings{}) {
			t.Errorf("%s leaves %+v of what a new user has", k.Name, s)
		}
		if k.Set(&s, "nothing") || !reflect.DeepEqual(s, Settings{}) {
			t.Errorf("%s takes any value", k.Name)
		}
	}
}
