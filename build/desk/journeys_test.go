//go:build desk

package desk

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamtray/internal/pause"
)

// written makes a project of a streamtray.yaml in a folder of its own.
func written(t *testing.T, d *Display, name, yaml string) (dir string) {
	t.Helper()
	dir = filepath.Join(d.dir, name)
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "streamtray.yaml"), []byte("version: 1\nname: "+name+"\n"+yaml), 0o600))
	return dir
}

// trusted has the user trust a project, which the next start opens.
func trusted(t *testing.T, d *Display, dir string) {
	t.Helper()
	must(t, d.Trust(t.Context(), program, []string{"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en"}, dir))
}

// seen is a picture of a window.
func (p *Program) seen(ctx context.Context, id string) (image.Image, error) {
	file := filepath.Join(p.display.dir, "seen.png")
	if err := p.Shoot(ctx, id, file); err != nil {
		return nil, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return png.Decode(f)
}

// strokes counts the rows of a picture in which so many dark pixels, and at most so many, stand side by side.
func strokes(m image.Image, least, most int) (n int) {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		run := 0
		for x := b.Min.X; x <= b.Max.X; x++ {
			dark := false
			if x < b.Max.X {
				r, g, bl, _ := m.At(x, y).RGBA()
				dark = (r+g+bl)/3 < 0xd400
			}
			switch {
			case dark:
				run++
			case run >= least && run <= most:
				n++
				run = 0
			default:
				run = 0
			}
		}
	}
	return n
}

// coloured counts the pixels of a picture that have a colour.
func coloured(m image.Image, rgb uint32) (n int) {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := m.At(x, y).RGBA()
			if r>>8<<16|g>>8<<8|bl>>8 == rgb {
				n++
			}
		}
	}
	return n
}

// marked is how many underscores the project of the next test has in a row.
const marked = 40

// Underscores vanished in the editor of the project's file, and at 150 % on the card too.
func TestUnderscoresAreSeenOnTheCardAndInTheFile(t *testing.T) {
	for _, scale := range []float64{1, 1.5} {
		t.Run(fmt.Sprint(scale), func(t *testing.T) {
			d := desktop(t, Options{Screen: "2000x1400"})
			line := strings.Repeat("_", marked)
			dir := written(t, d, "marks", "kafka: {mode: embedded, topics: [{name: results}]}\napp:\n  command: [sleep, '60']\n  env:\n    "+line+": yes\n")
			env := []string{"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light", fmt.Sprintf("FYNE_SCALE=%v", scale)}
			must(t, Recent(filepath.Join(d.dir, "home"), dir))
			look := func(title string, keys ...string) {
				p, err := d.Run(t.Context(), program, env)
				must(t, err)
				defer p.Kill()
				id, err := p.Window(t.Context(), title)
				must(t, err)
				if len(keys) > 0 {
					must(t, p.UntilTooltip(t.Context(), "marks", soon))
					id, err = p.Page(t.Context(), keys[0], "Settings")
					must(t, err)
				}
				digit := map[float64]float64{1: 8.43, 1.5: 7.22}[scale] // the size is the one that is seen whole
				width := digit * scale * marked
				err = Until(t.Context(), soon, "underscores", func() (bool, error) {
					m, err := p.seen(t.Context(), id)
					return err == nil && strokes(m, int(width*0.94), int(width*1.06)) > 0, err
				})
				shot(t, p, id, fmt.Sprintf("underscores-%d-%v", len(keys), scale))
				if err != nil {
					t.Errorf("%s: %v", title, err)
				}
			}
			look("Trust this project?")
			trusted(t, d, dir)
			look("First start", "ctrl+5")
		})
	}
}

// alert is the colour behind what is wrong, in the light theme.
const alert = 0xfdecea

// untilAlert waits until the window shows a banner, or none.
func (p *Program) untilAlert(t *testing.T, id string, shown bool) {
	t.Helper()
	must(t, Until(t.Context(), soon, fmt.Sprintf("a banner: %v", shown), func() (bool, error) {
		m, err := p.seen(t.Context(), id)
		return err == nil && coloured(m, alert) > 2000 == shown, err
	}))
}

const calm = "kafka: {mode: embedded, topics: [{name: results}]}\nstreaming: {env: ''}\napp: {command: [sleep, '600']}\n"

// A file that was broken, or a folder that was removed, while the project ran was told only after a restart.
func TestAProjectThatBreaksOrGoesWhileItRunsIsTold(t *testing.T) {
	d := desktop(t, Options{})
	dir := written(t, d, "calm", calm)
	trusted(t, d, dir)
	p := run(t, d)
	must(t, p.UntilTooltip(t.Context(), "Running", soon))
	id, err := p.Page(t.Context(), "ctrl+1", "First start") // the first start is led there
	must(t, err)
	file := filepath.Join(dir, "streamtray.yaml")
	text, err := os.ReadFile(file)
	must(t, err)
	p.untilAlert(t, id, false)
	must(t, os.WriteFile(file, []byte("version: [\n"), 0o600))
	p.untilAlert(t, id, true)
	shot(t, p, id, "journey-broken")
	must(t, os.WriteFile(file, text, 0o600))
	p.untilAlert(t, id, false)
	must(t, os.Rename(dir, dir+"-away"))
	p.untilAlert(t, id, true)
	must(t, p.UntilTooltip(t.Context(), "Running", soon)) // and what runs goes on
	quit(t, p)
}

// Without Docker there was no way on but a file to be written by hand.
func TestWithoutDockerTheBuiltInKafkaIsAClickAndAnEnterAway(t *testing.T) {
	d := desktop(t, Options{})
	dir := written(t, d, "shop", "compose: {files: [compose.yaml]}\nkafka:\n  mode: docker\n  topics: [{name: results}]\nstreaming: {env: ''}\napp: {command: [/bin/sleep, '600']}\n")
	must(t, os.WriteFile(filepath.Join(dir, "compose.yaml"), []byte(`services:
  kafka:
    image: apache/kafka:3.8.0
    ports: ["127.0.0.1:19092:9092"]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://0.0.0.0:9092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:19092
`), 0o600))
	trusted(t, d, dir)
	env := []string{
		"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light",
		"PATH=" + t.TempDir(), "DOCKER_HOST=unix://" + filepath.Join(d.dir, "none.sock"),
	}
	p, err := d.Run(t.Context(), program, env)
	must(t, err)
	t.Cleanup(p.Kill)
	file := filepath.Join(dir, "streamtray.yaml")
	says := func(what string) func() (bool, error) {
		return func() (bool, error) {
			text, err := os.ReadFile(file)
			return strings.Contains(string(text), what), err
		}
	}
	_, err = p.Window(t.Context(), "First start")
	must(t, err)
	must(t, p.UntilTooltip(t.Context(), "shop", soon))
	must(t, p.Click("Start"))
	must(t, Until(t.Context(), soon, "the offer in the tray", func() (bool, error) { return p.Click("Use embedded Kafka") == nil, nil }))
	id, err := p.Window(t.Context(), "")
	must(t, err)
	p.untilAsked(t, id, true)
	shot(t, p, id, "journey-no-docker-question")
	if ok, err := says("mode: docker")(); !ok || err != nil {
		t.Fatalf("it was changed without an answer: %v", err)
	}
	must(t, p.Press(t.Context(), id, "Escape"))
	p.untilAsked(t, id, false)
	must(t, p.Click("Use embedded Kafka"))
	p.untilAsked(t, id, true)
	must(t, p.Press(t.Context(), id, "Return"))
	must(t, Until(t.Context(), soon, "the built-in Kafka in the file", says("mode: embedded")))
	_, err = p.Window(t.Context(), "This project has changed") // what changed is asked about
	must(t, err)
	pause.For(t.Context(), time.Second)
	shot(t, p, id, "journey-no-docker-changed")
}

// untilAsked waits until a question lies over the page, or none.
func (p *Program) untilAsked(t *testing.T, id string, asked bool) {
	t.Helper()
	must(t, Until(t.Context(), soon, fmt.Sprintf("a question: %v", asked), func() (bool, error) {
		m, err := p.seen(t.Context(), id)
		return err == nil && shaded(m) == asked, err
	}))
}

// shaded reports whether a question lies over the page.
func shaded(m image.Image) bool {
	r, _, _, _ := m.At(m.Bounds().Dx()-30, m.Bounds().Dy()/2).RGBA()
	return r>>8 < 0xe8
}

// Another program on the app's port was taken for the app.
func TestAnotherProgramOnTheAppsPortIsNotTakenForTheApp(t *testing.T) {
	d := desktop(t, Options{})
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	yaml := fmt.Sprintf("kafka: {mode: embedded, topics: [{name: results}]}\napp: {command: [sleep, '600'], ready: {log: up, http: 'http://%s/'}}\n", l.Addr())
	dir := written(t, d, "taken", yaml)
	trusted(t, d, dir)
	p := run(t, d)
	must(t, p.UntilTooltip(t.Context(), "taken", soon))
	must(t, p.Click("Start"))
	must(t, Until(t.Context(), soon, "a problem", func() (bool, error) {
		tip, err := p.Tooltip()
		return strings.Contains(tip, "Action required"), err
	}))
	tip, err := p.Tooltip()
	must(t, err)
	if strings.Contains(tip, "Streaming") || strings.Contains(tip, "Running") {
		t.Errorf("tooltip %q", tip)
	}
	quit(t, p)
}

// programs puts programs before all others on the PATH: those named, each of which notes what it was called with.
func programs(t *testing.T, d *Display, names ...string) (path string, called func(name string) string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho \"$@\" >> '"+dir+"/'$(basename \"$0\").called\n"), 0o700))
	}
	return "PATH=" + dir + ":" + os.Getenv("PATH"), func(name string) string {
		text, _ := os.ReadFile(filepath.Join(dir, name+".called")) // it was not called
		return strings.TrimSpace(string(text))
	}
}

// The crash of an app was told as Kafka's failure, twice, and without its place.
func TestACrashIsTheAppsAndItsPlaceIsOneKeyAway(t *testing.T) {
	d := desktop(t, Options{})
	dir := written(t, d, "crash", "kafka: {mode: embedded, topics: [{name: results}]}\napp: {command: [/bin/sh, app.sh], ready: {log: up}}\n")
	must(t, os.WriteFile(filepath.Join(dir, "app.py"), []byte("import os\n\n\nos.environ['none']\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "app.sh"), []byte(`echo 'Traceback (most recent call last):' >&2
echo '  File "app.py", line 4, in <module>' >&2
echo "KeyError: 'none'" >&2
exit 1
`), 0o600))
	trusted(t, d, dir)
	path, called := programs(t, d, "code", "xdg-open")
	p, err := d.Run(t.Context(), program, []string{"STREAMTRAY_HOME=" + filepath.Join(d.dir, "home"), "STREAMTRAY_LANG=en", "FYNE_THEME=light", path})
	must(t, err)
	t.Cleanup(p.Kill)
	must(t, p.UntilTooltip(t.Context(), "crash", soon))
	must(t, p.Click("Start"))
	must(t, p.UntilTooltip(t.Context(), "App crashed (exit code 1)", soon))
	id, err := p.Page(t.Context(), "ctrl+1", "")
	must(t, err)
	p.untilAlert(t, id, true)
	shot(t, p, id, "journey-crash")
	must(t, p.Press(t.Context(), id, "ctrl+1", "space")) // the first thing that takes the keys is what opens the file
	must(t, Until(t.Context(), soon, "the editor", func() (bool, error) { return called("xdg-open") != "", nil }))
	if got, want := called("xdg-open"), "vscode://file"+dir+"/app.py:4"; got != want {
		t.Errorf("opened %q, want %q", got, want)
	}
	quit(t, p)
}

// noting is a project whose app notes which process it is.
const noting = "kafka: {mode: embedded, topics: [{name: results}]}\napp: {command: [/bin/sh, -c, 'echo $$ > pid; exec sleep 600'], ready: {log: ''}}\n"

// process waits until the app of such a project runs, and returns its process.
func process(t *testing.T, dir string) (pid int) {
	t.Helper()
	must(t, Until(t.Context(), soon, "a process in "+dir, func() (bool, error) {
		text, err := os.ReadFile(filepath.Join(dir, "pid"))
		if err == nil {
			pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		}
		return err == nil, err
	}))
	return pid
}

// Where a second project was opened, nothing said what became of the first. (What is said is asserted in app/desktop.)
func TestASecondProjectTakesTheFirstOnesPlace(t *testing.T) {
	d := desktop(t, Options{})
	first, second := written(t, d, "first", noting), written(t, d, "second", noting)
	trusted(t, d, second)
	trusted(t, d, first)
	must(t, recent(filepath.Join(d.dir, "home", "config", "settings.json"), first, second))
	p := run(t, d)
	must(t, p.UntilTooltip(t.Context(), "first · Running", soon))
	of := process(t, first)
	must(t, p.Click("second"))
	id, err := p.Window(t.Context(), "")
	must(t, err)
	p.untilAsked(t, id, true)
	shot(t, p, id, "journey-second-question")
	must(t, p.Press(t.Context(), id, "Escape"))
	p.untilAsked(t, id, false)
	if err := syscall.Kill(of, 0); err != nil {
		t.Fatalf("the first one's app was stopped without an answer: %v", err)
	}
	must(t, p.Click("second"))
	p.untilAsked(t, id, true)
	must(t, p.Press(t.Context(), id, "Return"))
	must(t, p.UntilTooltip(t.Context(), "second · Running", soon))
	process(t, second)
	must(t, Until(t.Context(), soon, "the first one's app ended", func() (bool, error) {
		return errors.Is(syscall.Kill(of, 0), syscall.ESRCH), nil
	}))
	id, err = p.Page(t.Context(), "ctrl+2", "Logs · second")
	must(t, err)
	if all, err := p.Windows(t.Context()); len(all) != 1 || err != nil {
		t.Errorf("windows %v, %v; want one for both projects", all, err)
	}
	shot(t, p, id, "journey-second")
	items, err := p.Menu()
	must(t, err)
	for _, i := range items {
		if i.Label == "first" && i.Ticked || i.Label == "second" && !i.Ticked {
			t.Errorf("the menu of projects: %+v", i)
		}
	}
	quit(t, p)
}

// untilStrokes waits until a window shows an underline of so many underscores of a topic's name, or none.
func (p *Program) untilStrokes(t *testing.T, id string, underscores int, shown bool) {
	t.Helper()
	const one = 5.85 // as wide as one is in plain text
	least, most := int(float64(underscores)*one*0.93), int(float64(underscores)*one*1.07)
	must(t, Until(t.Context(), soon, fmt.Sprintf("a name with %d underscores: %v", underscores, shown), func() (bool, error) {
		m, err := p.seen(t.Context(), id)
		return err == nil && strokes(m, least, most) > 0 == shown, err
	}))
}

// Of thirty topics the list hid the first, and the last was below what there was room for.
func TestThirtyTopicsAreAllWithinReach(t *testing.T) {
	const first, last = 20, 26 // underscores, by which they are told apart on a picture
	d := desktop(t, Options{})
	topics := []string{"{name: a" + strings.Repeat("_", first) + "}"}
	for i := range 28 {
		topics = append(topics, fmt.Sprintf("{name: between-%02d}", i))
	}
	topics = append(topics, "{name: z"+strings.Repeat("_", last)+"}")
	dir := written(t, d, "many", "kafka: {mode: embedded, topics: ["+strings.Join(topics, ", ")+"]}\napp: {command: [sleep, '600'], ready: {log: ''}}\n")
	trusted(t, d, dir)
	p := run(t, d)
	must(t, p.UntilTooltip(t.Context(), "many · Running", soon))
	id, err := p.Page(t.Context(), "ctrl+3", "Topics")
	must(t, err)
	p.untilStrokes(t, id, first, true)
	shot(t, p, id, "journey-many")
	p.untilStrokes(t, id, last, false)
	_, err = d.tool(t.Context(), "xdotool", "mousemove", "--window", id, "290", "400", "click", "--repeat", "60", "--delay", "10", "5")
	must(t, err)
	p.untilStrokes(t, id, last, true)
	shot(t, p, id, "journey-many-scrolled")
	must(t, p.Press(t.Context(), id, "ctrl+3", "0", "7")) // the filter has the keys
	p.untilStrokes(t, id, last, false)
	must(t, p.Press(t.Context(), id, "ctrl+a", "z"))
	p.untilStrokes(t, id, last, true)
	shot(t, p, id, "journey-many-found")
	quit(t, p)
}

// An app that is connected and sends nothing was told as streaming.
func TestASilentAppIsConnectedAndNeverStreaming(t *testing.T) {
	d := desktop(t, Options{})
	dir, home := filepath.Join(d.dir, "detection"), filepath.Join(d.dir, "home")
	_, err := Newcomer(t.Context(), program, dir, home)
	must(t, err)
	trusted(t, d, dir)
	p := run(t, d)
	must(t, p.UntilTooltip(t.Context(), "Connected · waiting for the first record", soon))
	asked := func(args ...string) string {
		t.Helper()
		c := run(t, d, append(args, "--project", dir)...)
		if code, err := c.Wait(soon); code != 0 || err != nil {
			t.Fatalf("%v: exit code %d, %v\n%s", args, code, err, c.Output())
		}
		return c.Output()
	}
	asked("canary") // what is sent to try the broker is no record of the app's
	told := asked("status", "--json")
	for _, want := range []string{`"connected": true`, `"streaming": false`} {
		if !strings.Contains(told, want) {
			t.Errorf("%s is missing in:\n%s", want, told)
		}
	}
	must(t, p.UntilTooltip(t.Context(), "Connected · waiting for the first record", soon))
	id, err := p.Page(t.Context(), "ctrl+1", "")
	must(t, err)
	p.untilAlert(t, id, false)
	shot(t, p, id, "journey-silent")
	quit(t, p)
}
