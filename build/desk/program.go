package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"streamtray/app/ports"
	"streamtray/build/rig"
)

// Tags are what the program with windows is built with: without the 4 MB of coloured emoji that Fyne brings and reads anew for
// each style of text; the system's own are drawn. And without animations: a cursor that blinks in a field has all of the window drawn
// sixty times a second, which took a fifth of a core where no graphics card does it.
const Tags = "no_emoji,no_animations"

// Build builds the program with its windows as the file named. That needs a C compiler: the one on the PATH, or the one
// that further variables of the environment tell of.
func Build(ctx context.Context, program string, env ...string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-tags", Tags, rig.Small, "-o", program, ".")
	cmd.Dir = root
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=1"), env...)
	return rig.Quietly(cmd)
}

// Program is StreamTray running on a display.
type Program struct {
	display *Display
	pid     int
	cmd     *exec.Cmd
	output  *output
	ended   chan struct{}
	err     error
}

// output is what a program wrote, safe to be read while it writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes what was written.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// Run starts a program with further variables in its environment.
func (d *Display) Run(ctx context.Context, program string, env []string, args ...string) (*Program, error) {
	p := &Program{display: d, cmd: exec.CommandContext(ctx, program, args...), output: &output{}, ended: make(chan struct{})}
	p.cmd.Env = append(append([]string{}, d.env...), env...)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	p.cmd.Dir = d.dir
	p.cmd.WaitDelay = time.Second // what it started may outlive it, and holds its output open
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.pid = p.cmd.Process.Pid
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// PID is the program's process.
func (p *Program) PID() int { return p.pid }

// Started waits for a program that this one, or one that it started, runs from a file whose name ends so. Its end is
// this one's too: Wait and Kill are for the first.
func (p *Program) Started(ctx context.Context, file string, within time.Duration) (*Program, error) {
	started := *p
	err := Until(ctx, within, "a child "+file, func() (bool, error) {
		all := ports.Descendants(p.pid)[1:]
		i := slices.IndexFunc(all, func(pid int) bool { return strings.HasSuffix(ports.Process(pid).Path, file) })
		if i >= 0 {
			started.pid = all[i]
		}
		return i >= 0, nil
	})
	return &started, err
}

// Output is what it wrote so far.
func (p *Program) Output() string { return p.output.String() }

// Wait waits for the program's end and returns its exit code.
func (p *Program) Wait(within time.Duration) (int, error) {
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode(), nil
	case <-time.After(within):
		return 0, fmt.Errorf("the program did not end within %v", within)
	}
}

// Kill ends the program for good.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// name is that of the program's tray icon on the bus.
func (p *Program) name() string { return fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", p.PID()) }

// Tooltip is the tray icon's.
func (p *Program) Tooltip() (string, error) {
	v, err := p.display.bus.Object(p.name(), "/StatusNotifierItem").GetProperty("org.kde.StatusNotifierItem.ToolTip")
	if err != nil {
		return "", err
	}
	parts, ok := v.Value().([]any)
	if !ok || len(parts) < 3 {
		return "", fmt.Errorf("tooltip: %v", v)
	}
	return fmt.Sprint(parts[2]), nil
}

// Item is one line of the tray's menu, with its own menu's lines behind it.
type Item struct {
	ID       int32
	Depth    int
	Label    string // as the user sees it
	Ticked   bool
	Disabled bool
}

// layout is a node of com.canonical.dbusmenu.
type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// Menu is the tray's menu as it stands.
func (p *Program) Menu() ([]Item, error) {
	var revision uint32
	var root layout
	err := p.menu().Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root)
	if err != nil {
		return nil, err
	}
	return flatten(root, 0)
}

func (p *Program) menu() dbus.BusObject { return p.display.bus.Object(p.name(), "/StatusNotifierMenu") }

func flatten(parent layout, depth int) (items []Item, err error) {
	for _, v := range parent.Children {
		var l layout
		if err := dbus.Store([]any{v.Value()}, &l); err != nil {
			return nil, err
		}
		label, _ := l.Properties["label"].Value().(string)
		enabled, told := l.Properties["enabled"].Value().(bool)
		state, _ := l.Properties["toggle-state"].Value().(int32)
		items = append(items, Item{ID: l.ID, Depth: depth, Label: strings.ReplaceAll(label, "__", "_"), Ticked: state == 1, Disabled: told && !enabled})
		below, err := flatten(l, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, below...)
	}
	return items, nil
}

// errNoItem says that the menu has no such line now.
var errNoItem = errors.New("no such item")

// Click chooses the first line of the menu that begins with the text.
func (p *Program) Click(label string) error {
	items, err := p.Menu()
	if err != nil {
		return err
	}
	for _, i := range items {
		if strings.HasPrefix(i.Label, label) {
			return p.menu().Call("com.canonical.dbusmenu.Event", 0, i.ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err
		}
	}
	return fmt.Errorf("%s: %w", label, errNoItem)
}

// UntilTooltip waits until the tooltip contains a text.
func (p *Program) UntilTooltip(ctx context.Context, text string, within time.Duration) error {
	return Until(ctx, within, "tooltip "+text, func() (bool, error) {
		got, err := p.Tooltip()
		if err != nil {
			return false, err
		}
		if !strings.Contains(got, text) {
			return false, fmt.Errorf("tooltip %q", got)
		}
		return true, nil
	})
}

// Windows are the visible windows of the program, by title.
func (p *Program) Windows(ctx context.Context) (map[string]string, error) {
	windows := map[string]string{}
	out, _ := p.display.tool(ctx, "xdotool", "search", "--all", "--onlyvisible", "--pid", fmt.Sprint(p.PID()), "--name", ".") // none is no error
	for _, id := range strings.Fields(out) {
		title, err := p.display.tool(ctx, "xdotool", "getwindowname", id)
		if err != nil {
			continue // closed meanwhile
		}
		windows[strings.TrimSpace(title)] = id
	}
	return windows, nil
}

// Window waits for a window whose title begins with a text, and returns its number.
func (p *Program) Window(ctx context.Context, title string) (id string, err error) {
	err = Until(ctx, 20*time.Second, "window "+title, func() (bool, error) {
		var err error
		id, err = p.shown(ctx, title)
		return id != "", err
	})
	return id, err
}

// shown is the number of a visible window whose title begins with a text; empty: there is none now.
func (p *Program) shown(ctx context.Context, title string) (string, error) {
	all, err := p.Windows(ctx)
	for t, id := range all {
		if strings.HasPrefix(t, title) {
			return id, nil
		}
	}
	return "", err
}

// Raise puts a window before the others.
func (p *Program) Raise(ctx context.Context, id string) error {
	_, err := p.display.tool(ctx, "xdotool", "windowactivate", "--sync", id)
	return err
}

// Resize makes a window of a size like 800x500.
func (p *Program) Resize(ctx context.Context, id, size string) error {
	wide, high, _ := strings.Cut(size, "x")
	_, err := p.display.tool(ctx, "xdotool", "windowsize", "--sync", id, wide, high)
	return err
}

// Shoot saves a picture of a window, as it is seen, as a PNG.
func (p *Program) Shoot(ctx context.Context, id, file string) error {
	_, err := p.display.tool(ctx, "import", "-window", id, "-strip", "-define", "png:compression-level=9", file)
	return err
}

func (d *Display) tool(ctx context.Context, name string, args ...string) (string, error) {
	out, err := d.Command(ctx, name, args...).Output()
	if err != nil {
		return string(out), fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), nil
}
