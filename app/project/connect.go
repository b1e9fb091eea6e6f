package project

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/zalando/go-keyring"

	"streamtray/app/config"
	"streamtray/app/plan"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/cmdline"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// where finds the cluster according to the mode, and opens what it runs in.
func (p *Project) where(ctx context.Context) (func() (*kafka.Cluster, error), error) {
	switch p.Config.Kafka.Mode {
	case config.Embedded:
		e := &embedded{dir: p.embeddedDir(), port: p.Config.Kafka.Port, pool: &p.pool}
		p.broker, p.plan = e, p.planOf(p.Config, nil, nil)
		return e.cluster, nil
	case config.Remote:
		p.plan = p.planOf(p.Config, nil, nil)
		return p.guarded(p.elsewhere), nil
	}
	return p.containers(ctx)
}

// guarded finds the cluster when it is first asked for, and keeps it once it is found: who only stops the app, or reads its
// log, needs no password. Before trust only an address of this computer is talked to, with no credentials, and nobody
// there can send us elsewhere.
func (p *Project) guarded(find func() (*kafka.Cluster, error)) func() (*kafka.Cluster, error) {
	agreed := kept(func() (*kafka.Cluster, error) {
		if err := p.gate(p.life); err != nil {
			return nil, err
		}
		k, err := find()
		if err == nil {
			k.Pool = &p.pool
		}
		return k, err
	})
	return func() (*kafka.Cluster, error) {
		if p.Trusted() {
			return agreed()
		}
		for _, c := range p.plan.Connections {
			if c.What == "kafka" && (len(c.Credentials) > 0 || !plan.Local(c.Address)) {
				_, changed := p.Trusts()
				return nil, untrusted(changed)
			}
		}
		k, err := find()
		if err == nil {
			k.LoopbackOnly = true
		}
		return k, err
	}
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
		return nil, noCompose(p.Config, false)
	}
	project, err := p.load(ctx, p.Config, files)
	if err != nil {
		return nil, err
	}
	p.asked, p.base = files, project
	p.plan = p.planOf(p.Config, project, compose.Inspect(project))
	moved, err := p.withMoves(ctx, project)
	if err != nil {
		return nil, err
	}
	project = moved
	report := compose.Inspect(project)
	p.compose, p.report = project, report
	run := p.plan.Stack
	p.stack = newStack(&docker.Stack{
		Engine: e, Dir: run.Dir, Files: project.ComposeFiles, Name: run.Name, Services: run.Services, Profiles: run.Profiles,
	}, project.Services)
	p.stack.gone = goneFiles(report)
	p.stack.local, p.stack.gate = endpoint.Local(), p.gate
	p.stack.drift = newDrift(p.folder("started"), p.plan, fmt.Sprint(p.moved))
	p.broker = p.stack
	return p.guarded(func() (*kafka.Cluster, error) { return p.published(report, files) }), nil
}

// load is what compose files say. The streaming flag counts as on, whatever the file says that it is kept in: we set it
// ourselves, and what was agreed to must not change by that.
func (p *Project) load(ctx context.Context, c config.Project, files []string) (*compose.Project, error) {
	env := environment(p.options.Environ)
	if c.Streaming.File != "" {
		env[c.Streaming.Env] = c.Streaming.On
	}
	if c.Compose.Name != "" {
		env["COMPOSE_PROJECT_NAME"] = c.Compose.Name
	}
	project, err := compose.Load(ctx, compose.Options{
		Dir: c.Dir, Files: files, Profiles: c.Compose.Profiles, Env: env, Here: here(),
	})
	if err != nil {
		return nil, err
	}
	project.Variables = slices.DeleteFunc(project.Variables, func(name string) bool {
		return c.Streaming.File != "" && name == c.Streaming.Env || c.Compose.Name != "" && name == "COMPOSE_PROJECT_NAME"
	})
	return project, nil
}

// kept finds the cluster when it is first asked for, and keeps it once it is found.
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
	addrs, protocol := addresses(p.Config, r)
	if len(p.Config.Kafka.Bootstrap) > 0 {
		addrs = movedTo(addrs, p.moved)
	}
	k := &kafka.Cluster{Bootstrap: addrs}
	if len(k.Bootstrap) == 0 {
		return nil, unreachable(r, files)
	}
	var err error
	k.Security, err = p.security(protocol)
	return k, err
}

// addresses are where Kafka is, and how it is spoken to there: as the project says, else as its compose files publish it.
func addresses(c config.Project, r *compose.Report) (bootstrap []string, protocol string) {
	if len(c.Kafka.Bootstrap) > 0 {
		return c.Kafka.Bootstrap, c.Kafka.Remote.Security
	}
	for _, found := range r.Clusters { // one of them: an app has its topics in one place
		if len(found.Bootstrap) > 0 && found.Security == r.Security {
			return found.Bootstrap, found.Security
		}
	}
	return nil, c.Kafka.Remote.Security
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

// noCompose says that there is no compose file with a broker, and which there are without. What only inspects them has no
// use for a setting of the project's.
func noCompose(c config.Project, inspects bool) error {
	var looked []string
	if c.Found != nil {
		for _, f := range c.Found.Others {
			looked = append(looked, f.Value)
		}
	}
	return usererr.New("project.no_compose", map[string]any{"Dir": c.Dir, "Looked": strings.Join(looked, ", "), "Inspects": inspects}, nil).Terminal()
}

// unreachable says why the compose files give no address that a program on this computer could use.
func unreachable(r *compose.Report, files []string) error {
	var typed []string
	for _, f := range files {
		typed = append(typed, cmdline.Quoted(f))
	}
	args := map[string]any{"File": strings.Join(files, ", "), "Files": strings.Join(typed, " ")}
	for _, problem := range r.Problems {
		return usererr.New("project.unreachable", args, &problemError{problem}).Terminal()
	}
	return usererr.New("project.no_broker", args, nil).Terminal()
}

// problemError is a compose file's problem as the cause of an error.
type problemError struct{ compose.Problem }

func (e *problemError) Error() string { return e.ID }

// Message names the sentence for the reader.
func (e *problemError) Message() (id string, args map[string]any) { return e.ID, e.Args }

// security is how to speak to a cluster by a protocol. Who we are comes from the environment or the system's keyring.
func (p *Project) security(protocol string) (kafka.Security, error) {
	r := p.Config.Kafka.Remote
	s := kafka.Security{Protocol: protocol, Mechanism: r.Mechanism, CAFile: r.CAFile}
	if !s.SASL() {
		return s, nil
	}
	if r.Keyring == "" && (r.UserEnv == "" || r.PasswordEnv == "") {
		return s, usererr.New("project.no_access", map[string]any{"Protocol": protocol}, nil).Terminal()
	}
	if r.Keyring == "" {
		s.User = p.options.Getenv(r.UserEnv)
		s.Password = func() (string, error) { return p.options.Getenv(r.PasswordEnv), nil }
		if s.User == "" || p.options.Getenv(r.PasswordEnv) == "" {
			return s, usererr.New("project.no_credentials", map[string]any{"User": r.UserEnv, "Password": r.PasswordEnv}, nil).Terminal()
		}
		return s, nil
	}
	user, err := keyring.Get(r.Keyring, "user")
	if err != nil {
		return s, usererr.New("project.no_keyring", map[string]any{"Service": r.Keyring}, err).Terminal()
	}
	s.User = user
	s.Password = func() (string, error) { return keyring.Get(r.Keyring, user) }
	return s, nil
}
