package desktop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app"
	"streamtray/app/desktop/session"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/spies"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

// asking are the texts of the question that is seen; none: nothing is asked.
func asking(d *Desk) string {
	if d.screen.window == nil || d.screen.window.Canvas().Overlays().Top() == nil {
		return ""
	}
	var all []string
	for _, o := range test.LaidOutObjects(d.screen.window.Canvas().Overlays().Top()) {
		if l, ok := o.(interface{ String() string }); ok {
			all = append(all, l.String())
		}
	}
	return strings.Join(all, "\n")
}

// asked waits until a question with these texts is seen, and returns all of its texts.
func asked(t *testing.T, d *Desk, texts ...string) (seen string) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("what is seen: %q", seen)
		}
	}()
	uitest.Until(t, fmt.Sprintf("a question with %q", texts), func() bool {
		seen = asking(d)
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(seen, text) })
	})
	return seen
}

// typing has a reset offered, and waits until it is asked for the word.
func typing(t *testing.T, d *Desk) {
	t.Helper()
	d.do(view.ActMend, project.ResetKafka)
	asked(t, d, d.session.Project.Backups(), d.words.Text("ui.reset.question", nil)) // where what goes is saved, and what to type
	uitest.Until(t, "the keys go to what is typed", func() bool {
		_, entry := d.screen.window.Canvas().Focused().(interface{ SelectedText() string })
		return entry
	})
}

// crashed is the desktop with a project open whose Kafka has the data of another cluster, trusted or not.
func crashed(t *testing.T, s *spies.Spies, host string, trusted bool) *Desk {
	t.Helper()
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), "version: 1\nname: shop\ncompose: {files: [compose.yaml]}\napp: {command: [sleep, \"60\"]}\n")
	shoptest.Put(t, filepath.Join(s.Dir, "compose.yaml"), fmt.Sprintf(`name: shop
services:
  zookeeper: {image: zookeeper}
  kafka: {image: "apache/kafka:3.9.0", ports: ["127.0.0.1:%d:9092"]}
`, shoptest.Free(t)))
	d := deskFor(t, s)
	d.options.Getenv = func(key string) string {
		if key == "DOCKER_HOST" {
			return host
		}
		return s.Getenv(key)
	}
	p, err := project.Open(t.Context(), d.opener.options(s.Dir))
	if err != nil {
		t.Fatal(err)
	}
	if trusted {
		if err := p.Trust(); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := session.Open(d.ctx, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close(context.WithoutCancel(t.Context())) })
	d.session = opened
	d.kept.Store(opened)
	return d
}

// The window told of a Kafka that has the data of another cluster, and left its reader alone with a command.
func TestWhatKafkaStoresIsDeletedOnlyAfterTheWordAndOnceItIsSaved(t *testing.T) {
	for lang, said := range map[string]struct{ delete, cancel, word, kept, saved string }{
		"en": {"Delete", "Cancel", " DELETE", "Nothing was deleted.", "Saved: "},
		"zh": {"删除", "取消", "删除", "没有删除任何内容。", "已保存："},
	} {
		t.Run(lang, func(t *testing.T) {
			engine := spies.Crashed(t)
			s := spies.Place(t)
			d := crashed(t, s, engine.Host(), true)
			engine.Dir = d.session.Project.Dir
			w, err := i18n.New(lang)
			if err != nil {
				t.Fatal(err)
			}
			d.words = w
			backups := d.session.Project.Backups()
			answer := func(text, button string) {
				t.Helper()
				test.Type(d.screen.window.Canvas().Focused(), text)
				press(t, d, button)
			}
			unchanged := func(why string) {
				t.Helper()
				if d.resetter.busy {
					t.Fatalf("%s, and yet it is begun", why)
				}
				if changed := engine.Changed(); len(changed) > 0 {
					t.Fatalf("%s, and yet: %v", why, changed)
				}
				if files, _ := os.ReadDir(backups); len(files) > 0 {
					t.Fatalf("%s, and yet files were written: %v", why, files)
				}
			}

			typing(t, d)
			press(t, d, said.cancel)
			unchanged("it was cancelled")
			typing(t, d)
			answer(said.word, said.cancel)
			unchanged("the word was typed, and it was cancelled")
			typing(t, d)
			d.screen.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
			unchanged("Esc was pressed")
			typing(t, d)
			answer("yes", said.delete)
			unchanged("another word was typed")
			asked(t, d, said.kept)
			press(t, d, w.Text("ui.close", nil))

			kept := d.session
			engine.Asked = func() {
				if kept.Hub.State().Want.Up {
					t.Error("what would start Kafka again is not stopped, or was started meanwhile")
				}
				d.do(view.ActStart, "")
			}
			kept.Keeper.Start(true)
			typing(t, d)
			answer(said.word, said.delete)
			seen := asked(t, d, w.Text("ui.reset.done", map[string]any{"Records": false}))
			want := []string{"DELETE containers/id-kafka", "DELETE containers/id-zookeeper", "DELETE volumes/shop_kafka", "DELETE volumes/shop_zookeeper"}
			if changed := engine.Changed(); !slices.Equal(changed, want) {
				t.Errorf("changed %q, want %q", changed, want)
			}
			files, err := filepath.Glob(filepath.Join(backups, "reset-*.tar.gz"))
			if err != nil || len(files) != 2 {
				t.Errorf("saved %v, %v; want both volumes", files, err)
			}
			for _, f := range files {
				if !strings.Contains(seen, said.saved+f) {
					t.Errorf("the file %s is not named:\n%s", f, seen)
				}
			}
			uitest.Until(t, "what was wanted is wanted again", func() bool { return kept.Hub.State().Want == app.Want{Up: true, Streaming: true} })
		})
	}
}

// A disk that is full, or an engine that goes, takes nothing with it.
func TestWhatCannotBeSavedIsNotDeletedByTheWindow(t *testing.T) {
	engine := spies.Crashed(t)
	d := crashed(t, spies.Place(t), engine.Host(), true)
	engine.Dir = d.session.Project.Dir
	engine.Break(true)
	typing(t, d)
	test.Type(d.screen.window.Canvas().Focused(), "delete")
	press(t, d, "Delete")
	seen := asked(t, d, "could not be saved", "Nothing was deleted.", "Saved: ") // the one that could be
	if strings.Contains(seen, d.words.Text("ui.reset.done", map[string]any{"Records": false})) {
		t.Errorf("it is said to be done:\n%s", seen)
	}
	if changed := engine.Changed(); len(changed) > 0 {
		t.Errorf("a volume could not be saved, and yet: %v", changed)
	}
}

// Who watches a project that another process keeps has that stopped before anything goes, and started again.
func TestAResetStopsWhoeverKeepsTheProject(t *testing.T) {
	engine := spies.Crashed(t)
	s := spies.Place(t)
	d := crashed(t, s, engine.Host(), true)
	keeper := d.session
	engine.Dir = keeper.Project.Dir
	p, err := project.Open(t.Context(), d.opener.options(s.Dir))
	if err != nil {
		t.Fatal(err)
	}
	far, err := session.Open(d.ctx, p, nil)
	if err != nil || !far.Far {
		t.Fatalf("kept elsewhere: %v, %v", far, err)
	}
	t.Cleanup(func() { _ = far.Close(context.WithoutCancel(t.Context())) })
	d.session = far
	d.kept.Store(far)
	engine.Asked = func() {
		if keeper.Hub.State().Want.Up {
			t.Error("what would start Kafka again is not stopped")
		}
	}
	wanted := func() bool { return keeper.Hub.State().Want.Up && far.Hub.State().Want.Up }
	far.Keeper.Start(true)
	uitest.Until(t, "it is wanted", wanted)
	typing(t, d)
	test.Type(d.screen.window.Canvas().Focused(), "delete")
	press(t, d, "Delete")
	asked(t, d, d.words.Text("ui.reset.done", map[string]any{"Records": false}))
	if changed := engine.Changed(); len(changed) != 4 {
		t.Errorf("changed %q; want two containers and two volumes", changed)
	}
	uitest.Until(t, "it is wanted again", wanted)
}

// Before trust nothing is looked at for a reset, and nothing is asked.
func TestNothingIsAskedForAResetBeforeTrust(t *testing.T) {
	s := spies.Place(t)
	d := crashed(t, s, s.Engine, false)
	d.do(view.ActMend, project.ResetKafka)
	if seen := asked(t, d, "not trusted"); strings.Contains(seen, d.words.Text("ui.reset.question", nil)) {
		t.Errorf("asked: %s", seen)
	}
	if seen := s.Taken(); len(seen) > 0 {
		t.Error(strings.Join(seen, "; "))
	}
}
