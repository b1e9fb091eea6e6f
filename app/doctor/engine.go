package doctor

import (
	"context"
	"errors"
	"net"
	"net/url"

	"streamtray/app/config"
	"streamtray/docker"
)

// needless tells that a project gets its Kafka without Docker.
func (s *Subject) needless() (finding, bool) {
	if s.config.Kafka.Mode == config.Docker {
		return finding{}, false
	}
	return skip("doctor.no_docker", args{"Mode": s.config.Kafka.Mode}), true
}

// context looks which engine is meant, and whether it is the one that a person on this computer would expect.
func (s *Subject) context(ctx context.Context) finding {
	if f, yes := s.needless(); yes {
		return f
	}
	if s.noAddress != nil {
		return ill(s.noAddress)
	}
	e := s.endpoint
	a := args{"Host": e.Host, "Context": e.Context, "Source": string(e.Source)}
	if e.Source != docker.Default {
		if other, answers := s.elsewhere(ctx); answers {
			a["Other"] = other
			return bad("doctor.engine.context.wrong", a)
		}
	}
	if name := s.overruled(); name != "" {
		a["Overruled"] = name
		return bad("doctor.engine.context.overruled", a).mild()
	}
	if !e.Local() && !loopback(e.Host) {
		return bad("doctor.engine.context.remote", a).mild()
	}
	switch {
	case e.Context != "":
		return fine("doctor.engine.context.named", a)
	case e.Source == docker.EnvHost:
		return fine("doctor.engine.context.variable", a)
	}
	return fine("doctor.engine.context.ok", a)
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

func loopback(host string) bool {
	u, err := url.Parse(host)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// unfit are the answers of an engine that runs, and is not the right one.
func unfit(err error) (id string, yes bool) {
	var told *docker.Error
	if !errors.As(err, &told) {
		return "", false
	}
	switch told.ID {
	case "docker.too_old", "docker.too_new", "docker.windows_containers":
		return told.ID, true
	}
	return told.ID, false
}

// running looks whether the engine answers at all.
func (s *Subject) running(ctx context.Context) finding {
	if f, yes := s.needless(); yes {
		return f
	}
	err := s.engine.Answers(ctx)
	id, yes := unfit(err)
	switch {
	case err == nil, yes:
		return fine("doctor.engine.running.ok", args{"Host": s.engine.Host()})
	case id == "docker.not_running" && s.endpoint.Local():
		return ill(err).can(StartEngine)
	}
	return ill(err)
}

// version looks whether both sides speak a common version.
func (s *Subject) version(ctx context.Context) finding {
	if err := s.engine.Answers(ctx); err != nil {
		if id, _ := unfit(err); id != "docker.windows_containers" {
			return ill(err)
		}
		return fine("doctor.engine.version.unread", nil)
	}
	in, err := s.engine.Info(ctx)
	if err != nil {
		return ill(err)
	}
	return fine("doctor.engine.version.ok", args{"Version": in.Version, "API": in.API, "OS": in.OS})
}

// mode looks whether the engine runs Linux containers.
func (s *Subject) mode(ctx context.Context) finding {
	if err := s.engine.Answers(ctx); err != nil {
		return ill(err)
	}
	return fine("doctor.engine.mode.ok", nil)
}

// client looks for the program that speaks compose.
func (s *Subject) client(ctx context.Context) finding {
	if f, yes := s.needless(); yes {
		return f
	}
	if !s.trusted() { // the search path may lead into the project
		return skip("doctor.untrusted.client", nil).can(Trust)
	}
	name, version, err := docker.Compose(ctx)
	if err != nil {
		return ill(err)
	}
	return fine("doctor.compose.client.ok", args{"Name": name, "Version": version})
}
