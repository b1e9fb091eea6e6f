// Package project is one project, opened: its configuration, and the engine, the cluster and the detection app put
// together for the story. What a project is made of is known here and nowhere else.
package project

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/fault"
	"streamtray/app/settings"
	"streamtray/app/story"
	"streamtray/docker"
	"streamtray/docker/compose"
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
	engine  *engine // nil: no containers
	stack   *stack  // nil: no containers
	broker  story.Stack
	cluster *cluster
	app     *detector.App
	clues   *clues
	// temporary is a folder that goes when the project is closed; empty: none.
	temporary string
	compose   *compose.Project // nil: no containers
	report    *compose.Report  // what compose means for a program here
	base      *compose.Project // compose without the ports that the person had moved
	moved     map[int]int      // those: the port that the files name -> the one used instead

	life      context.Context //nolint:containedctx // until Close
	end       context.CancelFunc
	listening sync.WaitGroup // to the engine and to the story, for the agents
	starts    starts
	nudge     chan struct{} // holds a token when the agent is to look at once
}

// Open reads a project's configuration, or finds out what there is where it has none.
func Open(ctx context.Context, o Options) (*Project, error) {
	c, err := config.Open(o.Dir)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, c)
}

func open(ctx context.Context, o Options, c config.Project) (*Project, error) {
	p := &Project{Dir: c.Dir, Config: c, options: o, nudge: make(chan struct{}, 1)}
	p.life, p.end = context.WithCancel(context.WithoutCancel(ctx))
	if !o.Forget {
		p.starts.file = p.folder("history.json")
	}
	topics := make([]kafka.Topic, len(c.Kafka.Topics))
	for i, t := range c.Kafka.Topics {
		topics[i] = kafka.Topic{Name: t.Name, Partitions: t.Partitions, Replication: t.Replication, Config: t.Config}
	}
	at, err := p.where(ctx)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.cluster = newCluster(at, topics)
	p.app = detector.New(detector.Verdicts{
		Ready: c.App.Ready.Log, ReadyHTTP: c.App.Ready.HTTP, Failed: c.App.Failed, Degraded: c.App.Degraded,
	})
	p.clues = &clues{stack: p.stack, cluster: p.cluster, app: p.app, flag: p.overruled, remedy: p.remedy, memory: &memory{file: p.folder("known.json")}}
	if p.stack != nil {
		p.clues.services = places(p.report, p.stack.Services)
	}
	return p, nil
}

// where finds the cluster according to the mode, and opens what it runs in.
func (p *Project) where(ctx context.Context) (func() (*kafka.Cluster, error), error) {
	switch p.Config.Kafka.Mode {
	case config.Embedded:
		e := &embedded{dir: p.embeddedDir(), port: p.Config.Kafka.Port}
		p.broker = e
		return e.cluster, nil
	case config.Remote:
		return kept(p.elsewhere), nil
	}
	return p.containers(ctx)
}

// elsewhere is the cluster of another computer.
func (p *Project) elsewhere() (*kafka.Cluster, error) {
	s, err := p.security(p.Config.Kafka.Remote.Security)
	if err != nil {
		return nil, err
	}
	k := &kafka.Cluster{Bootstrap: p.Config.Kafka.Bootstrap, Security: s}
	return k, k.Validate()
}

// containers opens the engine and the compose project, and takes the address from the compose file where the
// configuration gives none.
func (p *Project) containers(ctx context.Context) (func() (*kafka.Cluster, error), error) {
	endpoint, err := docker.Resolve(p.options.Getenv, p.options.Home)
	if err != nil {
		return nil, err
	}
	e, err := docker.Connect(endpoint)
	if err != nil {
		return nil, err
	}
	p.engine = p.newEngine(e)
	files, err := p.composeFiles(ctx)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fault.New("project.no_compose", map[string]any{"Dir": p.Dir}, nil).Terminal()
	}
	project, err := compose.Load(ctx, compose.Options{
		Dir: p.Dir, Files: files, Profiles: p.Config.Compose.Profiles, Env: environment(p.options.Environ), Here: here(),
	})
	if err != nil {
		return nil, err
	}
	p.base = project
	if project, err = p.withMoves(ctx, project); err != nil {
		return nil, err
	}
	report := compose.Inspect(project)
	p.compose, p.report = project, report
	services := p.Config.Compose.Services
	if len(services) == 0 {
		services = report.Needed(project)
	}
	p.stack = newStack(&docker.Stack{
		Engine: e, Dir: project.Dir, Files: project.ComposeFiles, Name: project.Name, Services: services, Profiles: p.Config.Compose.Profiles,
	}, project.Services)
	p.stack.local = endpoint.Local()
	if p.stack.drift, err = newDrift(p.folder("started"), project, services, p.Config.Streaming); err != nil {
		return nil, err
	}
	p.broker = p.stack
	return kept(func() (*kafka.Cluster, error) { return p.published(report, files) }), nil
}

// kept finds the cluster when it is first asked for, and keeps it once it is found: who only stops the app, or
// reads its log, needs no password.
func kept(find func() (*kafka.Cluster, error)) func() (*kafka.Cluster, error) {
	var found atomic.Pointer[kafka.Cluster]
	return func() (*kafka.Cluster, error) {
		if k := found.Load(); k != nil {
			return k, nil
		}
		k, err := find()
		if err != nil {
			return nil, err
		}
		found.Store(k)
		return k, nil
	}
}

// published is the cluster behind the compose files: at the address that the project names, else at that which the
// files publish, spoken to as their listener wants.
func (p *Project) published(r *compose.Report, files []string) (*kafka.Cluster, error) {
	k := &kafka.Cluster{Bootstrap: movedTo(p.Config.Kafka.Bootstrap, p.moved)}
	protocol := p.Config.Kafka.Remote.Security
	if len(k.Bootstrap) == 0 {
		for _, c := range r.Clusters { // one of them: an app has its topics in one place
			if len(c.Bootstrap) > 0 && c.Security == r.Security {
				k.Bootstrap, protocol = c.Bootstrap, c.Security
				break
			}
		}
	}
	if len(k.Bootstrap) == 0 {
		return nil, unreachable(r, files)
	}
	var err error
	k.Security, err = p.security(protocol)
	return k, err
}

// environment is "KEY=value" by key.
func environment(environ []string) map[string]string {
	env := map[string]string{}
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			env[k] = v
		}
	}
	return env
}

// here are this computer's own names and addresses: a broker that advertises one of them can be used from here.
func here() []string {
	var own []string
	if name, err := os.Hostname(); err == nil {
		own = append(own, name)
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return own // then only loopback counts
	}
	for _, a := range addrs {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() {
			own = append(own, ip.IP.String())
		}
	}
	return own
}

// unreachable says why the compose files give no address that a program on this computer could use.
func unreachable(r *compose.Report, files []string) error {
	args := map[string]any{"File": strings.Join(files, ", ")}
	for _, problem := range r.Problems {
		return fault.New("project.unreachable", args, &problemError{problem}).Terminal()
	}
	return fault.New("project.no_broker", args, nil).Terminal()
}

// problemError is a compose file's problem as the cause of an error.
type problemError struct{ compose.Problem }

func (e *problemError) Error() string { return e.ID }

// Message names the sentence for the reader.
func (e *problemError) Message() (id string, args map[string]any) { return e.ID, e.Args }

// Close lets go of connections, and of what was made for the time being. It stops nothing.
func (p *Project) Close() error {
	var err error
	p.end()
	p.listening.Wait()
	if p.engine != nil {
		err = p.engine.Close()
	}
	if p.temporary != "" {
		err = errors.Join(err, os.RemoveAll(p.temporary))
	}
	return err
}

// Title is the project's name as a reader sees it.
func (p *Project) Title() string { return p.Config.Name }

// Channel names the local channel of whoever keeps this project.
func (p *Project) Channel() string {
	sum := sha256.Sum256([]byte(p.options.Folders.Data + "\x00" + p.Dir))
	return hex.EncodeToString(sum[:8])
}

// Channels are the names of all projects that a person ever opened, kept now or not.
func Channels(f settings.Folders) ([]string, error) {
	list, err := os.ReadDir(filepath.Join(f.Data, "projects"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names, nil
}

// folder is the project's own folder below the user's data folder.
func (p *Project) folder(elem ...string) string {
	return filepath.Join(append([]string{p.options.Folders.Data, "projects", p.Channel()}, elem...)...)
}

// embeddedDir is where the embedded broker keeps its records; a project that goes when it is closed keeps none.
func (p *Project) embeddedDir() string {
	if p.options.Forget {
		return ""
	}
	return p.folder("embedded")
}

func (p *Project) appLogFile() string { return p.folder("app.log") }

// LogFolder is where the logs of the project lie.
func (p *Project) LogFolder() string { return p.folder() }

// AgentLog is the file that a process in the background writes its events to.
func (p *Project) AgentLog() string { return p.folder("agent.log") }

// OpenAgentLog opens AgentLog anew; what an earlier process wrote there is put aside once.
func (p *Project) OpenAgentLog() (*os.File, error) {
	if err := os.MkdirAll(p.folder(), 0o700); err != nil {
		return nil, err
	}
	if err := os.Rename(p.AgentLog(), p.folder("agent.1.log")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(p.AgentLog(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// Parts are what the story of this project is made of; noApp leaves the app out.
func (p *Project) Parts(noApp bool) story.Parts {
	parts := story.Parts{
		Stack:    p.broker,
		Embedded: p.Config.Kafka.Mode == config.Embedded,
		Cluster:  p.cluster,
		Limits:   p.limits(),
		Explain:  p.clues.explain,
	}
	if p.engine != nil {
		parts.Engine = p.engine
	}
	if noApp {
		return parts
	}
	f := &flag{env: p.Config.Streaming.Env, on: p.Config.Streaming.On, off: p.Config.Streaming.Off, file: p.Config.Streaming.File}
	parts.Flag = f
	parts.Detector = &detection{App: p.app, flag: f, cluster: p.cluster, env: p.Config.App.Env, page: p.Config.App.Ready.HTTP, tell: p.tell, launch: p.launch()}
	return parts
}

// Agent is a new agent of the project's story that reports to hub. Until ctx ends or the project is closed, what the
// engine says of the project's containers makes it look at once.
func (p *Project) Agent(ctx context.Context, hub *app.Hub, noApp bool) *app.Agent {
	parts := p.Parts(noApp)
	a := &app.Agent{Hub: hub, Story: parts.Steps}
	if !noApp {
		p.record(hub)
	}
	a.Nudge = p.nudge
	if p.stack != nil {
		p.listening.Go(func() { p.listen(ctx) })
	}
	if p.starts.file != "" {
		p.listening.Go(func() { p.remember(ctx, hub) })
		p.listening.Go(func() { p.learn(ctx, hub) })
	}
	return a
}

// LookAgain has the project's agent look at once: the world may have changed, as after a sleep.
func (p *Project) LookAgain() {
	select {
	case p.nudge <- struct{}{}:
	default: // a look is due already
	}
}

// limits are how long each step may go on without progress.
func (p *Project) limits() map[string]time.Duration {
	limits := maps.Clone(p.Config.Limits)
	limits[story.StepEmbedded] = limits[story.StepInfra]
	limits[story.StepEngine] += waitedStep // the engine's own bound comes first: it says more
	return limits
}

// tell is what the app is told of Kafka by its environment.
func (p *Project) tell(bootstrap []string) map[string]string {
	env := map[string]string{}
	if k := p.Config.Kafka.Env; k != "" {
		env[k] = strings.Join(bootstrap, ",")
	}
	for _, t := range p.Config.Kafka.Topics {
		if t.Env != "" {
			env[t.Env] = t.Name
		}
	}
	return env
}

// security is how to speak to a cluster by a protocol. Who we are comes from the environment or the system's keyring.
func (p *Project) security(protocol string) (kafka.Security, error) {
	r := p.Config.Kafka.Remote
	s := kafka.Security{Protocol: protocol, Mechanism: r.Mechanism, CAFile: r.CAFile}
	if !s.SASL() {
		return s, nil
	}
	if r.Keyring == "" && (r.UserEnv == "" || r.PasswordEnv == "") {
		return s, fault.New("project.no_access", map[string]any{"Protocol": protocol}, nil).Terminal()
	}
	if r.Keyring == "" {
		s.User = p.options.Getenv(r.UserEnv)
		s.Password = func() (string, error) { return p.options.Getenv(r.PasswordEnv), nil }
		if s.User == "" || p.options.Getenv(r.PasswordEnv) == "" {
			return s, fault.New("project.no_credentials", map[string]any{"User": r.UserEnv, "Password": r.PasswordEnv}, nil).Terminal()
		}
		return s, nil
	}
	user, err := keyring.Get(r.Keyring, "user")
	if err != nil {
		return s, fault.New("project.no_keyring", map[string]any{"Service": r.Keyring}, err).Terminal()
	}
	s.User = user
	s.Password = func() (string, error) { return keyring.Get(r.Keyring, user) }
	return s, nil
}

// Flows measures the declared topics.
func (p *Project) Flows(ctx context.Context) ([]Flow, error) { return p.cluster.Flows(ctx) }

// listenAgain is the pause before the engine is listened to again after it closed the stream.
const listenAgain = 2 * time.Second

// listen passes on that something happened to a container, until ctx ends. What is missed while nobody listens is seen
// by the next look.
func (p *Project) listen(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.life, cancel)()
	for {
		for _, err := range p.stack.Events(ctx) {
			if err != nil {
				break
			}
			p.LookAgain()
		}
		t := time.NewTimer(listenAgain)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
	}
}
