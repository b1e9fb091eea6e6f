package doctor

import (
	"context"
	"errors"
	"net/url"

	"streamtray/app/config"
	"streamtray/docker"
	"streamtray/internal/loopback"
)

// withoutDocker tells that a project gets its Kafka without Docker.
func (s *Subject) withoutDocker() (Result, bool) {
	if s.config.Kafka.Mode == config.Docker {
		return Result{}, false
	}
	return skip("doctor.no_docker", args{"Mode": s.config.Kafka.Mode}), true
}

// context looks which engine is meant, and whether it is the one that a person on this computer would expect.
func (s *Subject) context(ctx context.Context) Result {
	if f, yes := s.withoutDocker(); yes {
		return f
	}
	if s.noAddress != nil {
		return fromError(s.noAddress)
	}
	e := s.endpoint
	a := args{"Host": e.Host, "Context": e.Context, "Source": string(e.Source)}
	if e.Source != docker.Default {
		if other, answers := s.elsewhere(ctx); answers {
			a["Other"] = other
			return problem("doctor.engine.context.wrong", a)
		}
	}
	if name := s.overruled(); name != "" {
		a["Overruled"] = name
		return problem("doctor.engine.context.overruled", a).asWarning()
	}
	if !e.Local() && !onLoopback(e.Host) {
		return problem("doctor.engine.context.remote", a).asWarning()
	}
	switch {
	case e.Context != "":
		return passed("doctor.engine.context.named", a)
	case e.Source == docker.EnvHost:
		return passed("doctor.engine.context.variable", a)
	}
	return passed("doctor.engine.context.ok", a)
}

// elsewhere finds an engine at the default address while the chosen one does not answer.
func (s *Subject) elsewhere(ctx context.Context) (host string, answers bool) {
	if s.engine.Answers(ctx) == nil {
		return "", false
	}
	usual := s.machine.usual(s.options.Getenv, s.options.Home)
	g, err := docker.Connect(usual)
	if err != nil {
		return "", false
	}
	defer g.Close()
	return usual.Host, g.Answers(ctx) == nil
}

// overruled names the docker context that somebody chose and that DOCKER_HOST overrules; empty: none.
func (s *Subject) overruled() string {
	if s.endpoint.Source != docker.EnvHost {
		return ""
	}
	chosen, err := docker.Resolve(func(key string) string {
		if key == "DOCKER_HOST" {
			return ""
		}
		return s.options.Getenv(key)
	}, s.options.Home)
	if err != nil || chosen.Host == s.endpoint.Host {
		return ""
	}
	return chosen.Context
}

// onLoopback reports whether an address with a scheme is this computer's own.
func onLoopback(address string) bool {
	u, err := url.Parse(address)
	return err == nil && loopback.Is(u.Hostname())
}

// NotInstalled names the finding that there is no Docker on this computer.
const NotInstalled = docker.NotInstalled

// unfit are the answers of an engine that runs, and is not the right one.
func unfit(err error) (id string, yes bool) {
	var told *docker.Error
	if !errors.As(err, &told) {
		return "", false
	}
	switch told.ID {
	case docker.TooOld, docker.TooNew, docker.WindowsContainers:
		return told.ID, true
	}
	return told.ID, false
}

// running looks whether the engine answers at all.
func (s *Subject) running(ctx context.Context) Result {
	if f, yes := s.withoutDocker(); yes {
		return f
	}
	err := s.engine.Answers(ctx)
	id, yes := unfit(err)
	switch {
	case err == nil, yes:
		return passed("doctor.engine.running.ok", args{"Host": s.engine.Host()})
	case id == docker.NotRunning && s.endpoint.Local():
		return fromError(err).can(StartEngine)
	}
	return fromError(err)
}

// version looks whether both sides speak a common version.
func (s *Subject) version(ctx context.Context) Result {
	if err := s.engine.Answers(ctx); err != nil {
		if id, _ := unfit(err); id != docker.WindowsContainers {
			return fromError(err)
		}
		return passed("doctor.engine.version.unread", nil)
	}
	in, err := s.engine.Info(ctx)
	if err != nil {
		return fromError(err)
	}
	return passed("doctor.engine.version.ok", args{"Version": in.Version, "API": in.API, "OS": in.OS})
}

// mode looks whether the engine runs Linux containers.
func (s *Subject) mode(ctx context.Context) Result {
	if err := s.engine.Answers(ctx); err != nil {
		return fromError(err)
	}
	return passed("doctor.engine.mode.ok", nil)
}

// client looks for the program that speaks compose.
func (s *Subject) client(ctx context.Context) Result {
	if f, yes := s.withoutDocker(); yes {
		return f
	}
	if !s.trusted() { // the search path may lead into the project
		return skip("doctor.untrusted.client", nil).can(Trust)
	}
	name, version, err := docker.Compose(ctx)
	if err != nil {
		return fromError(err)
	}
	return passed("doctor.compose.client.ok", args{"Name": name, "Version": version})
}
