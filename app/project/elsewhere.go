package project

import (
	"context"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/evidence"
	"streamtray/app/plan"
	"streamtray/app/ports"
	"streamtray/app/redact"
	"streamtray/internal/usererr"
)

// elsewhere is the app of a project where somebody else starts it: in an editor, an IDE or a terminal. It is found by what
// it does, and only looked at.
type elsewhere struct {
	watch   *evidence.Watch
	page    *page
	dirs    []string
	start   string // the file that its command starts, absolute; empty: not known
	program string // its command's first word, without folder and ending
	self    string // this program, which talks to Kafka too

	// addresses are where Kafka is.
	addresses func(context.Context) []netip.AddrPort

	mu     sync.Mutex
	pids   []int
	looked time.Time
	others string // programs that are connected, and not the project's
}

// Bounds of looking for the app.
const (
	foundFor  = 10 * time.Second // one that was found is not looked for again, unless it ends
	soughtFor = time.Second      // one that was not found is looked for no more often
)

// newElsewhere is the project's app as somebody else starts it.
func (p *Project) newElsewhere() *elsewhere {
	c := p.Config.App
	e := &elsewhere{
		page: p.page(c.Ready.HTTP), dirs: slices.Compact([]string{real(c.Dir), real(p.Dir)}), start: startFile(c), self: p.options.Self,
	}
	if len(c.Command) > 0 {
		e.program = bare(c.Command[0])
	}
	e.watch = &evidence.Watch{Processes: e.processes, Kafka: p.advertised, Records: p.cluster.grew, Soon: p.lookSoon, Decides: p.decides}
	e.addresses = func(ctx context.Context) []netip.AddrPort {
		advertised, _ := p.advertised()
		return e.watch.Addresses(ctx, advertised)
	}
	return e
}

// LeaveApp has somebody else start the app, as app.mode: external does. It is for before the project is kept.
func (p *Project) LeaveApp() { p.left = true }

// External reports whether somebody else starts the app.
func (p *Project) External() bool { return p.left || p.Config.App.Mode == config.External }

// Embedded reports whether the project's Kafka runs in the process that keeps it, and ends with that.
func (p *Project) Embedded() bool { return p.Config.Kafka.Mode == config.Embedded }

// real is a folder with its links followed.
func real(dir string) string {
	if path, err := filepath.EvalSymlinks(dir); err == nil {
		return path
	}
	return dir
}

// bare is a program's name without its folder and its ending.
func bare(program string) string {
	name := filepath.Base(filepath.FromSlash(program))
	return strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name)))
}

func (e *elsewhere) processes() []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.pids)
}

// Alive is nil when the app was found.
func (e *elsewhere) Alive(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pids = slices.DeleteFunc(e.pids, func(pid int) bool { return ports.Process(pid).Name == "" })
	pause := soughtFor
	if len(e.pids) > 0 {
		pause = foundFor
	}
	if time.Since(e.looked) >= pause {
		before := len(e.pids)
		e.pids, e.others = e.find(ctx)
		e.looked = time.Now()
		if before == 0 && len(e.pids) > 0 {
			e.watch.Begin(0)
			e.page.begin()
		}
	}
	if len(e.pids) == 0 {
		return usererr.New("project.app_awaited", map[string]any{"Others": e.others}, nil)
	}
	return nil
}

// How surely a process is the app.
const (
	stranger = iota
	unknown  // it is connected, and the system does not tell where it comes from
	inside   // it was started in the project's folder, and is connected
	named    // it runs the file that the project's command names
	serving  // it has the app's port
)

// find looks for the app: who has its port, runs its file, or is connected to Kafka from the project's folder. Of several
// kinds the surest counts. others are connected, and not the project's.
func (e *elsewhere) find(ctx context.Context) (pids []int, others string) {
	best := stranger
	add := func(pid, kind int) {
		switch {
		case kind == stranger, kind < best, kind == best && slices.Contains(pids, pid):
			return
		case kind > best:
			best, pids = kind, nil
		}
		pids = append(pids, pid)
	}
	if u, err := url.Parse(e.page.url); err == nil && u.Port() != "" {
		port, _ := strconv.Atoi(u.Port())
		if o, found, err := ports.Holder(port); err == nil && found && o.PID != 0 && e.place(o) > unknown {
			add(o.PID, serving)
		}
	}
	targets := e.addresses(ctx)
	peers, err := ports.Peers(func(a netip.AddrPort) bool { return evidence.LooksLikeKafka(a, targets) })
	if err != nil {
		peers = nil
	}
	var strangers []string
	for _, s := range peers {
		if s.PID == 0 {
			continue
		}
		o := ports.Process(s.PID)
		kind, connected := e.place(o), slices.Contains(targets, s.Remote)
		if kind == unknown && !connected {
			continue // it may ask for anything
		}
		if name := o.Name + " (" + strconv.Itoa(o.PID) + ")"; kind == stranger && connected && o.Path != e.self && !slices.Contains(strangers, name) {
			strangers = append(strangers, name)
		}
		add(s.PID, kind)
	}
	for _, pid := range ports.Running(e.runs) {
		add(pid, named)
	}
	slices.Sort(pids)
	return pids, strings.Join(strangers, ", ")
}

// place tells how surely a program that talks to Kafka or has the app's port is the app.
func (e *elsewhere) place(p ports.Owner) int {
	if p.Path != "" && p.Path == e.self {
		return stranger
	}
	o, known := ports.OriginOf(p.PID)
	switch {
	case !known:
		return unknown
	case e.runs(o):
		return named
	case e.runsAnother(o):
		return stranger
	case e.within(o.Dir) || slices.ContainsFunc(o.Args, e.within):
		return inside
	}
	return stranger
}

// runs reports whether a process runs the file that the project's command names, by the program that it names.
func (e *elsewhere) runs(o ports.Origin) bool {
	if e.start == "" || len(o.Args) < 2 {
		return false
	}
	if name := bare(o.Args[0]); name != e.program && !strings.HasPrefix(name, "python") {
		return false
	}
	return slices.ContainsFunc(o.Args[1:], func(arg string) bool {
		if !filepath.IsAbs(arg) {
			arg = filepath.Join(o.Dir, arg)
		}
		return arg == e.start
	})
}

// runsAnother reports whether a process runs another script than the project's command names: it is another program, wherever it is run.
func (e *elsewhere) runsAnother(o ports.Origin) bool {
	if e.start == "" || len(o.Args) < 2 || !strings.HasPrefix(bare(o.Args[0]), "python") {
		return false
	}
	i := slices.IndexFunc(o.Args[1:], func(arg string) bool { return !strings.HasPrefix(arg, "-") })
	return i >= 0 && strings.HasSuffix(o.Args[1+i], ".py")
}

// IsApp reports whether a program that has the app's port, or may have it, is the app, started by hand, or was started by it. Where the
// system does not tell where it comes from, it may be.
func (p *Project) IsApp(o ports.Owner) bool {
	e := p.newElsewhere()
	return e.place(o) != stranger || slices.Contains(ports.Descendants(ports.Running(e.runs)...), o.PID)
}

func (e *elsewhere) within(path string) bool {
	return filepath.IsAbs(path) && slices.ContainsFunc(e.dirs, func(dir string) bool { return plan.Inner(dir, path) })
}

// Facts tells which process it is.
func (e *elsewhere) Facts() app.Note {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.pids) == 0 {
		return app.Note{}
	}
	p := ports.Process(e.pids[0])
	command := p.Name
	if o, known := ports.OriginOf(p.PID); known {
		command = redact.Text(strings.Join(o.Args, " "))
	}
	return app.Note{ID: "project.app_elsewhere", Args: map[string]any{"PID": p.PID, "Command": command}}
}

// Serving is nil when the app's page answers and is the app's.
func (e *elsewhere) Serving(ctx context.Context) error {
	return e.page.look(ctx, func(ctx context.Context) error {
		if err := e.Alive(ctx); err != nil {
			return err
		}
		return detector.Serves(ctx, e.page.url)
	}, e.Alive, e.processes)
}

// untilFound is the cluster of an app that somebody else starts: until it is there, what the topics hold does not count.
type untilFound struct {
	*cluster
	app *elsewhere
}

// Flowing is nil when records came since the app was found.
func (u untilFound) Flowing(ctx context.Context) error {
	if len(u.app.processes()) == 0 {
		u.cluster.begin(ctx)
		return usererr.New("project.no_flow", map[string]any{"Records": int64(0)}, nil)
	}
	return u.cluster.Flowing(ctx)
}

// Page tells where the app's web server answers.
func (e *elsewhere) Page() app.Note { return pageNote(e.page.url) }

// Connected is one look at whether the app talks to the cluster.
func (e *elsewhere) Connected(ctx context.Context) error {
	if err := e.Alive(ctx); err != nil {
		return err
	}
	return e.watch.Connected(ctx)
}

// Connection tells what the last look saw.
func (e *elsewhere) Connection() app.Note { return connectionNote(e.watch) }
