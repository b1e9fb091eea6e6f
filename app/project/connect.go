package project

import (
	"context"
	"net"
	"os"
	"strings"
	"sync/atomic"

	"github.com/zalando/go-keyring"

	"streamtray/app/config"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

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
		return nil, usererr.New("project.no_compose", map[string]any{"Dir": p.Dir}, nil).Terminal()
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
		return usererr.New("project.unreachable", args, &problemError{problem}).Terminal()
	}
	return usererr.New("project.no_broker", args, nil).Terminal()
}

// problemError is a compose file's problem as the cause of an error.
type problemError struct{ compose.Problem }

func (e *problemError) Error() string { return e.ID }

// Message names the sentence for the reader.
func (e *problemError) Message() (id string, args map[string]any) { return e.ID, e.Args }

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
