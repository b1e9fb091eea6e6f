package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/desktop/session"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/doctor"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/app/spies"
	"streamtray/app/ui"
	"streamtray/app/ui/uitest"
)

// press presses the button with a text that is seen in a window.
func press(t *testing.T, d *Desk, text string) {
	t.Helper()
	type pressable interface {
		fyne.CanvasObject
		fyne.Tappable
		fyne.Focusable
	}
	uitest.Settle()
	root := d.screen.window.Content()
	if top := d.screen.window.Canvas().Overlays().Top(); top != nil {
		root = top
	}
	var seen []string
	for _, o := range test.LaidOutObjects(root) {
		b, ok := o.(pressable)
		if label := labelOf(o); ok && label != "" {
			if seen = append(seen, label); label == text {
				b.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
				return
			}
		}
	}
	t.Fatalf("no button %q among %q", text, seen)
}

// textsOf are the texts that are seen in the window.
func textsOf(d *Desk) (all []string) {
	for _, o := range test.LaidOutObjects(d.screen.window.Content()) {
		if l, ok := o.(interface{ String() string }); ok {
			all = append(all, l.String())
		}
	}
	return all
}

// labelOf is a button's text, of whichever kind the button is.
func labelOf(o fyne.CanvasObject) string {
	w, ok := o.(fyne.Widget)
	if !ok {
		return ""
	}
	if _, ok := o.(interface{ SetIcon(fyne.Resource) }); !ok {
		return ""
	}
	for _, part := range test.WidgetRenderer(w).Objects() {
		if l, ok := part.(*widget.RichText); ok {
			return l.String()
		}
	}
	return ""
}

const python = "version: 1\nname: bare\nkafka: {mode: embedded, topics: [{name: results}]}\napp: {command: [python, app.py]}\n"

// A project without its environment was started with this computer's Python, and nobody was asked: only the terminal offered
// to make one.
func TestAnEnvironmentIsOfferedAndMadeOnceThePersonAgreed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the manager of this test is a shell script")
	}
	s := spies.Place(t)
	bin := t.TempDir()
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	uv := func(script string) {
		shoptest.Put(t, filepath.Join(bin, "uv"), "#!/bin/sh\n"+script)
		if err := os.Chmod(filepath.Join(bin, "uv"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(filepath.Join(s.Dir, ".venv")); err != nil {
		t.Fatal(err)
	}
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), python)
	shoptest.Put(t, filepath.Join(s.Dir, "app.py"), "import kafka\n")
	shoptest.Put(t, filepath.Join(s.Dir, "uv.lock"), "")
	uv("echo 'no such package' >&2; exit 3\n")
	d := deskFor(t, s)
	d.options.Environ = os.Environ()
	_ = trusted(t, d, s.Dir).Close()
	open := func() {
		t.Helper()
		person, err := settings.Load(d.folders)
		if err != nil {
			t.Fatal(err)
		}
		d.person = person
		d.opener.open(s.Dir, true)
		settled(t, d)
	}
	open()
	if d.session != nil || d.welcomer.pending == nil {
		t.Fatalf("it was started without a question: %v", d.session)
	}
	press(t, d, "Not now")
	settled(t, d)
	if d.welcomer.pending != nil || d.session != nil {
		t.Fatal("declined, and yet it goes on")
	}
	open()
	press(t, d, "Set up and start")
	settled(t, d)
	if d.session != nil || d.welcomer.pending == nil {
		t.Fatal("the manager failed, and it was started all the same")
	}
	if seen := strings.Join(textsOf(d), "\n"); !strings.Contains(seen, "no such package") {
		t.Errorf("why it failed is not told:\n%s", seen)
	}
	uv("/bin/mkdir -p .venv/bin; echo 'home = /' > .venv/pyvenv.cfg; printf '#!/bin/sh\\n' > .venv/bin/python; /bin/chmod +x .venv/bin/python\n")
	press(t, d, "Set up and start")
	kept := keptSoon(t, d)
	if _, err := os.Stat(filepath.Join(s.Dir, ".venv", "pyvenv.cfg")); err != nil {
		t.Error(err)
	}
	if _, missing := kept.Project.Setup(); missing {
		t.Error("the project is kept as it was before")
	}
}

// What mends missing packages was a command to copy: nothing in the window ran it.
func TestMissingPackagesAreInstalledOnceThePersonSawTheCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the Python of this test is a shell script")
	}
	s := spies.Place(t)
	d := deskFor(t, s)
	d.options.Environ = os.Environ()
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), python)
	shoptest.Put(t, filepath.Join(s.Dir, "app.py"), "import kafka\n")
	if err := errors.Join(os.RemoveAll(filepath.Join(s.Dir, ".venv")), os.MkdirAll(filepath.Join(s.Dir, ".venv", "bin"), 0o755)); err != nil {
		t.Fatal(err)
	}
	shoptest.Put(t, filepath.Join(s.Dir, ".venv", "pyvenv.cfg"), "home = /\n")
	own := filepath.Join(s.Dir, ".venv", "bin", "python")
	shoptest.Put(t, own, `#!/bin/sh
case "$*" in
"-m pip"*) echo "$@" >installed ;;
"-B -"*)
	if [ -e installed ]; then
		echo '{"Files": 1, "Modules": ["kafka"]}'
	else
		echo '{"Files": 1, "Failed": [{"Module": "kafka", "File": "app.py", "Line": 1, "Error": "ModuleNotFoundError", "Text": "No module named '"'kafka'"'"}]}'
	fi ;;
*) exec sleep 60 ;;
esac
`)
	if err := os.Chmod(own, 0o755); err != nil {
		t.Fatal(err)
	}
	_ = trusted(t, d, s.Dir).Close()
	d.reread()
	d.opener.asked = s.Dir
	e := &examiner{desk: d, ctx: d.ctx, cancel: func() {}, shown: ui.NewDoctor(d.words, &examiner{desk: d})}
	packages := func() doctor.Result {
		t.Helper()
		subject := d.opener.subject()(t.Context())
		defer subject.Close()
		e.last = doctor.RunOnly(t.Context(), subject, []string{"python.imports"}, func(doctor.Result) {})
		return e.last[slices.IndexFunc(e.last, func(r doctor.Result) bool { return r.ID == "python.imports" })]
	}
	row := checked(packages(), d.words)
	if row.Fix.Label != "Install…" {
		t.Fatalf("the row offers %+v", row)
	}
	e.Do(row.Fix.Act, row.Fix.Arg)
	settled(t, d)
	if seen := strings.Join(textsOf(d), "\n"); !strings.Contains(seen, own+" -m pip install kafka-python") {
		t.Errorf("what is run is not shown:\n%s", seen)
	}
	if title := d.screen.window.Title(); title != "Install the missing packages? · bare · StreamTray" {
		t.Errorf("the window is called %q", title)
	}
	press(t, d, "Not now")
	settled(t, d)
	ran := filepath.Join(s.Dir, "installed")
	if _, err := os.Stat(ran); err == nil || d.session != nil {
		t.Fatal("declined, and yet it goes on")
	}
	e.Do(row.Fix.Act, row.Fix.Arg)
	settled(t, d)
	press(t, d, "Install and start")
	kept := keptSoon(t, d)
	if did, err := os.ReadFile(ran); err != nil || string(did) != "-m pip install kafka-python\n" {
		t.Errorf("run: %q, %v", did, err)
	}
	if after := packages(); after.Status != doctor.OK {
		t.Errorf("it is missing yet: %+v", after)
	}

	up := func(want bool) {
		t.Helper()
		uitest.Until(t, fmt.Sprintf("whether it is to run: %v", want), func() bool { return kept.Hub.State().Want.Up == want })
	}
	up(true)
	kept.Keeper.Stop() // one that is open already is started, too
	up(false)
	if err := os.Remove(ran); err != nil {
		t.Fatal(err)
	}
	packages()
	e.Do(row.Fix.Act, row.Fix.Arg)
	uitest.Until(t, "the question", func() bool { return slices.Contains(textsOf(d), "Install the missing packages?") })
	press(t, d, "Install and start")
	up(true)
}

// keptSoon waits until a project is kept, and ends that with the test.
func keptSoon(t *testing.T, d *Desk) (kept *session.Session) {
	t.Helper()
	uitest.Until(t, "it is kept, and not asked about again", func() bool {
		kept = d.kept.Load()
		return kept != nil
	})
	t.Cleanup(func() { _ = kept.Close(context.WithoutCancel(t.Context())) })
	return kept
}

// Where there is no Docker, the one way on is a file that one had to write by hand.
func TestTheBuiltInKafkaIsUsedOnceThePersonSawWhatItChanges(t *testing.T) {
	s := spies.Place(t)
	d := deskFor(t, s)
	file := filepath.Join(s.Dir, "streamtray.yaml")
	shoptest.Put(t, file, "version: 1\nname: shop\n# ours\nkafka:\n  mode: docker\n  topics: [{name: results}]\napp: {command: [sleep, \"60\"]}\n")
	shoptest.Put(t, filepath.Join(s.Dir, "compose.yaml"), shoptest.Compose)
	d.opener.asked = s.Dir
	e := &examiner{desk: d, ctx: d.ctx, cancel: func() {}, shown: ui.NewDoctor(d.words, &examiner{desk: d})}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e.Do("mend", project.UseEmbedded)
	settled(t, d)
	press(t, d, "Don't change")
	if is, _ := os.ReadFile(file); string(is) != string(before) {
		t.Fatalf("it was changed without a yes:\n%s", is)
	}
	e.Do("mend", project.UseEmbedded)
	settled(t, d)
	press(t, d, "Use embedded Kafka")
	settled(t, d)
	is, err := os.ReadFile(file)
	if want := strings.Replace(string(before), "mode: docker", "mode: embedded", 1); err != nil || string(is) != want {
		t.Errorf("%v\ngot  %q\nwant %q", err, is, want)
	}
	if d.welcomer.pending == nil || d.welcomer.pending.Plan().Stack != nil {
		t.Errorf("it is not asked about as it is now: %+v", d.welcomer.pending)
	}
}
