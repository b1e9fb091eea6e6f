// Package project is one project, opened: its configuration, and the engine, the cluster and the detection app put
// together for the story. What a project is made of is known here and nowhere else.
package project

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"streamtray/app/agentrpc"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/evidence"
	"streamtray/app/explain"
	"streamtray/app/plan"
	"streamtray/app/settings"
	"streamtray/app/story"
	"streamtray/docker/compose"
	"streamtray/internal/atomicfile"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// Options say how to open a project.
type Options struct {
	Dir      string // the project's folder, or one below it
	Getenv   func(string) string
	Environ  []string          // the same, whole: compose files may refer to any variable
	Home     string            // the user's folder
	Folders  settings.Folders  // where what belongs to the person lies
	Settings settings.Settings // what the person chose
	Self     string            // this program, which the app's keeper is run from
	Forget   bool              // the embedded broker keeps nothing
}

// Project is a project that is ready to be told about or kept. Opening one starts nothing and connects to nobody.
type Project struct {
	Dir    string
	Config config.Project

	options Options
	channel agentrpc.Channel
	engine  *engine // nil: no containers
	stack   *stack  // nil: no containers
	broker  story.Stack
	cluster *cluster
	app     *detector.App
	watch   *evidence.Watch
	more    []further // the further programs, in the order of the configuration
	only    []string  // the programs that are kept; none: all
	left    bool      // somebody else starts the app, whatever the file says

	findings  findings
	pool      kafka.Pool // connections to the cluster
	explainer *explain.Explainer
	// temporary is a folder that goes when the project is closed; empty: none.
	temporary string
	compose   *compose.Project // nil: no containers
	report    *compose.Report  // what compose means for a program here
	base      *compose.Project // compose without the ports that the person had moved
	moved     map[int]int      // those: the port that the files name -> the one used instead
	asked     []string         // the compose files that base was loaded from
	plan      plan.Plan        // all that will be done, as the files say it
	trusted   atomic.Bool      // the person trusts the plan
	own       bool             // the project is this program's own, made a moment ago: the demo

	life      context.Context //nolint:containedctx // until Close
	end       context.CancelFunc
	listening sync.WaitGroup // to the engine and to the story, for the agents
	starts    starts
	nudge     chan struct{} // holds a token when the agent is to look at once
}

// Open reads a project's configuration, or finds out what there is where it has none.
func Open(ctx context.Context, o Options) (*Project, error) {
	if dir, err := filepath.EvalSymlinks(o.Dir); err == nil && o.Dir != "" { // one project, by whatever link its folder is named
		o.Dir = dir
	}
	c, err := config.Open(o.Dir)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, c)
}

// Outline is a project whose files cannot be read now: enough of it to reach whoever keeps it, and to read its app's log.
func Outline(ctx context.Context, o Options) (*Project, error) {
	dir, err := filepath.EvalSymlinks(o.Dir)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	c := config.Default(config.Root(dir))
	p := &Project{Dir: c.Dir, Config: c, options: o, channel: agentrpc.Of(c.Dir, o.Folders.Data), nudge: make(chan struct{}, 1)}
	p.life, p.end = context.WithCancel(context.WithoutCancel(ctx))
	return p, nil
}

func open(ctx context.Context, o Options, c config.Project) (*Project, error) {
	p := &Project{Dir: c.Dir, Config: c, options: o, own: o.Forget, pool: kafka.Pool{For: pooledFor}, channel: agentrpc.Of(c.Dir, o.Folders.Data), nudge: make(chan struct{}, 1)}
	p.life, p.end = context.WithCancel(context.WithoutCancel(ctx))
	if !o.Forget {
		p.starts.file = p.folder("history.json")
	}
	at, err := p.where(ctx)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	trusts, _ := p.Trusts()
	p.trusted.Store(trusts)
	topics := make([]kafka.Topic, len(p.plan.Topics))
	for i, t := range p.plan.Topics {
		topics[i] = kafka.Topic{Name: t.Name, Partitions: t.Partitions, Replication: t.Replication, Config: t.Config}
	}
	p.cluster = newCluster(at, topics)
	p.app = newApp(c.App)
	p.cluster.soon = p.lookSoon
	p.watch = p.newWatch(p.app)
	for _, a := range c.More {
		one := newApp(a)
		p.more = append(p.more, further{app: one, watch: p.newWatch(one)})
	}
	p.explainer = &explain.Explainer{
		Ready: p.cluster.Ready, LastHeld: p.cluster.lastHeld, App: p.app, More: map[string]*detector.App{},
		Known: explain.NewMemory(p.folder("known.json")), Remedy: p.remedy, Values: p.advice, Flag: p.overruled,
	}
	for i, a := range c.More {
		p.explainer.More[a.Name] = p.more[i].app
	}
	if p.stack != nil {
		p.explainer.Stack, p.explainer.Services = p.stack.Stack, explain.Places(p.report, p.stack.Services)
		p.stack.leftSession = p.explainer.LeftSession
	}
	return p, nil
}

// Close lets go of connections, and of what was made for the time being. It stops nothing.
func (p *Project) Close() error {
	var err error
	p.end()
	p.listening.Wait()
	p.pool.Close()
	if p.engine != nil {
		err = p.engine.Close()
	}
	if p.temporary != "" {
		err = errors.Join(err, os.RemoveAll(p.temporary))
	}
	return err
}

// Title is the project's name as a reader sees it.
func (p *Project) Title() string { return termtext.OneLine(p.Config.Name) }

// Channel is that of whoever keeps this project.
func (p *Project) Channel() agentrpc.Channel { return p.channel }

// Channels are those of all projects that a person ever opened, kept now or not.
func Channels(f settings.Folders) ([]agentrpc.Channel, error) {
	list, err := os.ReadDir(filepath.Join(f.Data, "projects"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []agentrpc.Channel
	for _, e := range list {
		name, err := os.ReadFile(filepath.Join(f.Data, "projects", e.Name(), channelFile))
		if err == nil { // it was kept once
			all = append(all, agentrpc.Channel{Name: string(name), Data: f.Data})
		}
	}
	return all, nil
}

// channelFile lies in a project's own folder, and holds the name of its channel. The folder is of one data folder, the
// channel of all.
const channelFile = "channel"

// noteChannel lets Channels find the project.
func (p *Project) noteChannel() error {
	return atomicfile.Keep(p.folder(channelFile), []byte(p.channel.Name))
}

// folder is the project's own folder below the user's data folder.
func (p *Project) folder(elem ...string) string {
	sum := sha256.Sum256([]byte(p.options.Folders.Data + "\x00" + p.Dir))
	return filepath.Join(append([]string{p.options.Folders.Data, "projects", hex.EncodeToString(sum[:8])}, elem...)...)
}

// embeddedDir is where the embedded broker keeps its records; a project that goes when it is closed keeps none.
func (p *Project) embeddedDir() string {
	if p.options.Forget {
		return ""
	}
	return p.folder("embedded")
}

// appLogFile is where the log of a program lies; empty: that of the first.
func (p *Project) appLogFile(program string) string {
	if program == "" || program == p.Config.App.Name {
		return p.folder("app.log")
	}
	return p.folder("app-" + program + ".log")
}

// LogFolder is where the logs of the project lie.
func (p *Project) LogFolder() string { return p.folder() }

// AgentLog is the file that a process in the background writes its events to.
func (p *Project) AgentLog() string { return p.folder("agent.log") }

// OpenAgentLog opens AgentLog anew; what an earlier process wrote there is put aside once.
func (p *Project) OpenAgentLog() (*os.File, error) {
	f, err := openAnew(p.AgentLog(), p.folder("agent.1.log"))
	if err != nil {
		return nil, usererr.New("project.unwritable", map[string]any{"File": p.AgentLog()}, err)
	}
	return f, nil
}

// openAnew opens an empty file, and puts the one that was there aside.
func openAnew(path, aside string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// Flows measures the declared topics.
func (p *Project) Flows(ctx context.Context) ([]Flow, error) { return p.cluster.Flows(ctx) }
