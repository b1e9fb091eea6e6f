package project

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/evidence"
	"streamtray/app/facts"
	"streamtray/app/plan"
	"streamtray/app/ports"
	"streamtray/internal/usererr"
)

// newWatch is where the connections of a program of the project to its cluster are looked for.
func (p *Project) newWatch(a *detector.App) *evidence.Watch {
	w := &evidence.Watch{
		Processes: a.Processes, Lines: linesOf(a), Kafka: p.advertised, Records: p.cluster.grew, Soon: p.lookSoon, Decides: p.decides,
	}
	if len(p.Config.More) > 0 { // whose records they are cannot be told
		w.Records = nil
	}
	return w
}

// decides tells what leads the app to an address, as the project's files show it: a variable of the person's environment
// that the code reads, or a place in the files. Empty: that was not found.
func (p *Project) decides(addr string) string {
	found := p.lately()
	for _, kv := range p.options.Environ {
		name, value, _ := strings.Cut(kv, "=")
		v, read := found.Reads(name)
		given := slices.ContainsFunc(p.plan.Processes[0].Env, func(v plan.Var) bool { return v.Name == name })
		if read && !given && facts.Names(value, addr) {
			return facts.Source{Variables: []string{name}, Where: v.Where}.String()
		}
	}
	if s, ok := found.Leads(addr); ok {
		return s.String()
	}
	return ""
}

// lately is what the project's files showed no long time ago: who is told of a wrong address mends it. Reading them takes
// a moment, so that the next look sees what has changed.
func (p *Project) lately() *facts.Found {
	p.findings.mu.Lock()
	defer p.findings.mu.Unlock()
	f := &p.findings
	if f.found == nil {
		f.found, f.at = p.Config.Found, time.Now()
	}
	if f.found == nil {
		return &facts.Found{}
	}
	if time.Since(f.at) > findAgain && !f.busy {
		f.busy = true
		p.listening.Go(func() {
			found := facts.Find(p.life, p.Dir)
			f.mu.Lock()
			defer f.mu.Unlock()
			f.found, f.at, f.busy = found, time.Now(), false
		})
	}
	return f.found
}

// findings are what a project's files showed, and when.
type findings struct {
	mu    sync.Mutex
	found *facts.Found
	at    time.Time
	busy  bool // they are being read
}

// findAgain is how old it may be.
const findAgain = 30 * time.Second

// linesOf reads what an app printed.
func linesOf(a *detector.App) func(uint64) ([]evidence.Line, uint64) {
	return func(after uint64) ([]evidence.Line, uint64) {
		lines, _ := a.Output().Since(after)
		all := make([]evidence.Line, len(lines))
		for i, l := range lines {
			all[i], after = evidence.Line{At: l.At, Text: l.Text}, l.Seq
		}
		return all, after
	}
}

// advertised are the addresses that the cluster tells its clients, and those that only lead to it. A compose file may give it
// further listeners, which are as good.
func (p *Project) advertised() (advertised, others []string) {
	p.cluster.mu.Lock()
	advertised = slices.Clone(p.cluster.brokers)
	p.cluster.mu.Unlock()
	if len(advertised) == 0 {
		return nil, nil
	}
	if p.report != nil && len(p.report.Clusters) == 1 {
		for _, a := range p.report.Alternatives {
			if !slices.Contains(advertised, a) {
				advertised = append(advertised, a)
			}
		}
	}
	if k, err := p.cluster.at(); err == nil {
		others = k.Bootstrap
	}
	return advertised, others
}

// lookSoon has the agent look after a time.
func (p *Project) lookSoon(after time.Duration) {
	t := time.AfterFunc(after, p.LookAgain)
	context.AfterFunc(p.life, func() { t.Stop() })
}

// Connected is one look at whether the app talks to the cluster.
func (d *detection) Connected(ctx context.Context) error {
	if err := d.Alive(ctx); err != nil {
		return err
	}
	return d.watch.Connected(ctx)
}

// Connection tells what the last look saw.
func (d *detection) Connection() app.Note { return connectionNote(d.watch) }

func connectionNote(w *evidence.Watch) app.Note {
	s, ok := w.Connection()
	if !ok {
		return app.Note{ID: "project.connection_records"}
	}
	return app.Note{ID: "project.connection", Args: map[string]any{"PID": s.PID, "Addr": s.Remote.String()}}
}

// Producing is nil when the app says that its producer is made, or is seen to be connected without a word.
func (d *detection) Producing(ctx context.Context) error {
	err := d.App.Producing(ctx)
	if d.finished() {
		return nil
	}
	var told *usererr.Error
	if !errors.As(err, &told) || told.ID != detector.WaitingReady {
		return err
	}
	if d.watch.Connected(ctx) == nil {
		return nil
	}
	return usererr.New("project.waiting_ready", map[string]any{
		"Line": d.ready, "File": d.file, "Saw": d.lastLine(),
	}, err)
}

// Producer tells why the producer is believed to be made.
func (d *detection) Producer() app.Note {
	said := d.ready != "" && d.App.Producing(context.Background()) == nil
	connected := d.watch.Connected(context.Background()) == nil
	args := map[string]any{"Line": d.ready}
	switch {
	case connected && said:
		return app.Note{ID: "project.producer", Args: args}
	case connected:
		return app.Note{ID: "project.producer_unsaid"}
	case said:
		return app.Note{ID: "project.producer_said", Args: args, Said: true}
	}
	return app.Note{ID: "project.producer_unknown", Said: true}
}

// lastLine is the last line that the app printed since it started; empty: none.
func (d *detection) lastLine() string {
	lines, _ := d.Output().Since(0)
	since := d.App.Facts().Started
	for _, l := range slices.Backward(lines) {
		if l.At.Before(since) {
			break
		}
		if text := strings.TrimSpace(l.Message()); text != "" {
			return text
		}
	}
	return ""
}

// Serving is nil when the app's page answers and is the app's.
func (d *detection) Serving(ctx context.Context) error {
	return d.page.look(ctx, d.App.Serving, d.Alive, d.Processes)
}

// begin forgets what was seen of an earlier run, and notes where Kafka's topics stand.
func (d *detection) begin(ctx context.Context) {
	if d.first {
		d.cluster.begin(ctx)
	}
	d.watch.Begin(d.Output().Last())
	d.page.begin()
}

// Blocked is nil unless the program is not there, or another one holds the app's own port.
func (d *detection) Blocked(ctx context.Context) error {
	if err := d.program(); err != nil && d.App.Alive(ctx) != nil {
		return err
	}
	u, err := url.Parse(d.page.url)
	if err != nil || u.Port() == "" || d.Alive(ctx) == nil {
		return nil //nolint:nilerr // no port is known, or the app has it
	}
	return AppPort(ports.Free(ctx, net.JoinHostPort(u.Hostname(), u.Port())), d.file)
}

// AppPort is what ports.Free says of the app's own port, as it concerns the app, whose settings are in file; nil where it says
// anything but that another program has it.
func AppPort(err error, file string) error {
	var told *usererr.Error
	if !errors.As(err, &told) || !strings.HasPrefix(told.ID, ports.Taken) {
		return nil
	}
	args := map[string]any{"Port": told.Args["Port"], "Name": "", "PID": 0, "File": file}
	if name, ok := told.Args["Name"]; ok {
		args["Name"], args["PID"] = name, told.Args["PID"]
		return usererr.New("project.app_port", args, nil).Terminal()
	}
	return usererr.New("project.app_port_unknown", args, nil).Terminal()
}

// fileName is where the project's settings stand, or would.
func fileName(c config.Project) string {
	if c.File == "" {
		return config.FileName
	}
	return c.File
}
