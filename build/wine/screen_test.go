//go:build wine

package wine

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamtray/app/testenv"
	"streamtray/build/desk"
	"streamtray/build/rig"
)

// screen is the desktop of this Windows, on a display that nobody sees.
type screen struct {
	*testing.T
	display *desk.Display
	windows *Windows
	id      string // the desktop's window
	shown   string // a file: what was shown on it, as xev tells
}

// newScreen starts the desktop.
func newScreen(t *testing.T) *screen {
	t.Helper()
	return newScreenOf(t, here.Windows, desktopSize, "FYNE_SCALE=1")
}

// newScreenOf starts the desktop of a Windows in a size, for programs with further variables.
func newScreenOf(t *testing.T, w *Windows, size string, env ...string) *screen {
	t.Helper()
	dir, err := os.MkdirTemp("", "wine") // short: sockets live in it
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	d, err := desk.Start(t.Context(), dir, desk.Options{NoPanel: true, Screen: size})
	var lacks *rig.Unavailable
	if errors.As(err, &lacks) {
		testenv.Of(t, lacks, lacks.How)
	}
	must(t, err)
	t.Cleanup(d.Close)
	env = append(slices.Concat(w.env, env), "DISPLAY="+d.Number(), "FYNE_THEME=light", "LIBGL_ALWAYS_SOFTWARE=1")
	s := &screen{T: t, display: d, windows: &Windows{usr: w.usr, dir: w.dir, env: env}, shown: filepath.Join(dir, "shown")}
	t.Cleanup(func() {
		if err := s.windows.Close(); err != nil {
			t.Error(err)
		}
	})
	start(t, s.windows, nil, "explorer", "/desktop="+desktop+","+size)
	eventually(t, soon, "a desktop", func() (bool, error) {
		w, ok := s.window("", desktop+" - Wine Desktop")
		s.id = w.id
		return ok, nil
	})
	file, err := os.Create(s.shown)
	must(t, err)
	defer file.Close()
	watch := d.Command(t.Context(), "xev", "-id", s.id, "-event", "substructure")
	watch.Stdout = file
	must(t, watch.Start())
	t.Cleanup(func() {
		_ = watch.Process.Kill()
		_ = watch.Wait()
	})
	return s
}

// window is one of X's: a line of its tree.
type window struct{ id, title, class string }

var treeLine = regexp.MustCompile(`(?m)^\s+(0x[0-9a-f]+) (?:"(.*)"|\(has no name\)): \((?:"([^"]*)".*?)?\)\s+(\d+x\d+)`)

// all are the windows of a class; of any class if it is empty.
func (s *screen) all(class string) (all []window) {
	out, _ := s.display.Command(s.Context(), "xwininfo", "-root", "-tree").Output() // one that just went is an error
	for _, m := range treeLine.FindAllStringSubmatch(string(out), -1) {
		if class == "" || strings.EqualFold(m[3], class) {
			all = append(all, window{m[1], m[2], m[3]})
		}
	}
	return all
}

// window is the one whose title begins with a text.
func (s *screen) window(class, title string) (window, bool) {
	for _, w := range s.all(class) {
		if strings.HasPrefix(w.title, title) {
			return w, true
		}
	}
	return window{}, false
}

// see waits for a window of the program that is shown.
func (s *screen) see(title string) window {
	s.Helper()
	var seen window
	eventually(s.T, soon, "a window "+title, func() (bool, error) {
		w, ok := s.window(programClass, title)
		seen = w
		return ok && strings.Contains(s.about(w.id), "IsViewable"), fmt.Errorf("there are %v", s.all(programClass))
	})
	return seen
}

// programClass is the class of StreamTray's windows.
const programClass = "streamtray.exe"

func (s *screen) about(id string) string {
	out, _ := s.display.Command(s.Context(), "xwininfo", "-id", id, "-stats").Output()
	return string(out)
}

// Lines of xev: a window was shown; a window was made, or changed, with this size.
var (
	mapped = regexp.MustCompile(`^    event 0x[0-9a-f]+, window (0x[0-9a-f]+), override`)
	sized  = regexp.MustCompile(`^    (?:parent|event) 0x[0-9a-f]+, window (0x[0-9a-f]+), \(-?\d+,-?\d+\), width (\d+), height (\d+)`)
)

// owner tells windows of one program from those of others, even after they are gone: X gives each its own numbers.
func owner(id string) uint64 {
	n, _ := strconv.ParseUint(strings.TrimPrefix(id, "0x"), 16, 32)
	return n &^ 0x1fffff
}

// flashed are the windows that were shown on the desktop since it stands, other than those of the desktop itself. One
// of a single pixel, as an icon begins with before it is in the taskbar, nobody sees.
func (s *screen) flashed() (ids []string) {
	text, err := os.ReadFile(s.shown)
	must(s.T, err)
	own := map[uint64]bool{}
	for _, w := range s.all("explorer.exe") {
		own[owner(w.id)] = true
	}
	pixel := map[string]bool{}
	event := ""
	for line := range strings.Lines(string(text)) {
		if name, _, found := strings.Cut(line, " event, "); found {
			event = name
		}
		if m := sized.FindStringSubmatch(line); m != nil {
			pixel[m[1]] = m[2] == "1" && m[3] == "1"
		}
		if m := mapped.FindStringSubmatch(line); m != nil && event == "MapNotify" && !own[owner(m[1])] && !pixel[m[1]] {
			ids = append(ids, m[1])
		}
	}
	return ids
}

// shoot saves a picture of the desktop in build/dist/wine and returns its path.
func (s *screen) shoot(name string) string {
	s.Helper()
	root, err := rig.SourceTree()
	must(s.T, err)
	dir := filepath.Join(root, "build", "dist", "wine")
	must(s.T, os.MkdirAll(dir, 0o755))
	file := filepath.Join(dir, name+".png")
	must(s.T, rig.Quietly(s.display.Command(s.Context(), "import", "-window", s.id, "-strip", file)))
	return file
}

// The taskbar's end, where the icons are, as the desktop's size puts it.
const (
	trayX, trayY = 1190, 850
	traySize     = 16
)

// trayed reports whether there is a taskbar, which is white, and an icon at its end.
func (s *screen) trayed() bool {
	file, err := os.Open(s.shoot("tray"))
	must(s.T, err)
	defer file.Close()
	picture, err := png.Decode(file)
	must(s.T, err)
	coloured := 0
	for x := trayX - traySize/2; x < trayX+traySize/2; x++ {
		for y := trayY - traySize/2; y < trayY+traySize/2; y++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); r != 0xffff || g != 0xffff || b != 0xffff {
				coloured++
			}
		}
	}
	r, g, b, _ := picture.At(trayX-3*traySize, trayY).RGBA() // the taskbar comes with its first icon
	return coloured > traySize*traySize/4 && r&g&b == 0xffff
}

// The mouse's buttons.
const (
	left  = "1"
	right = "3"
)

// click presses a button of the mouse at a place of the desktop.
func (s *screen) click(button string, x, y int) {
	s.Helper()
	must(s.T, rig.Quietly(s.display.Command(s.Context(), "xdotool", "mousemove", "--window", s.id, fmt.Sprint(x), fmt.Sprint(y), "click", button)))
}

// menu opens the menu of the icon in the taskbar and returns its window.
func (s *screen) menu() window {
	s.Helper()
	before := map[string]bool{}
	for _, w := range s.all(programClass) {
		before[w.id] = strings.Contains(s.about(w.id), "IsViewable")
	}
	s.click(right, trayX, trayY)
	var menu window
	eventually(s.T, soon, "a menu", func() (bool, error) {
		for _, w := range s.all(programClass) {
			if !before[w.id] && strings.Contains(s.about(w.id), "IsViewable") {
				menu = w
				return true, nil
			}
		}
		return false, nil
	})
	return menu
}

var corner = regexp.MustCompile(`(?s)Absolute upper-left X:\s+(-?\d+).*Absolute upper-left Y:\s+(-?\d+).*Width: (\d+).*Height: (\d+)`)

// bottomOf is a place on the last line of a window, on the desktop.
func (s *screen) bottomOf(w window) (x, y int) {
	s.Helper()
	at := s.place(w)
	return at.Min.X + at.Dx()/2, at.Max.Y - 10
}

// place is where on the desktop a window is, with its frame.
func (s *screen) place(w window) image.Rectangle {
	s.Helper()
	at := func(id string) image.Rectangle {
		m := corner.FindStringSubmatch(s.about(id))
		if m == nil {
			s.Fatalf("window %s: %s", id, s.about(id))
		}
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(m[i+1])
		}
		return image.Rect(n[0], n[1], n[0]+n[2], n[1]+n[3])
	}
	return at(w.id).Sub(at(s.id).Min)
}
