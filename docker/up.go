package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const (
	graceful = 10 * time.Second // a cancelled compose has this long to end by itself
	maxLine  = 64 << 10         // bytes kept of one line of output
)

// Up has compose create and start the wanted services and what they depend on, pulling images that are missing. It may
// be repeated: what is as the files say stays untouched. It returns when the containers were started, which is not yet
// when they are ready. When ctx ends compose is asked to end, then killed. Its own fault is
// docker.project_clash, final: it would replace a container of another project.
func (s *Stack) Up(ctx context.Context) error {
	if _, others, err := s.containers(ctx); err == nil { // else compose tells what is wrong with the engine
		if err := s.clash(others); err != nil {
			return err
		}
	}
	return s.compose(ctx, "up", "-d")
}

// Stop has compose stop the wanted services. Containers, networks and volumes all stay; stopping what is stopped or was
// never started is success. Where another project of the same name has containers of these services, compose would stop
// them too; then only our own are stopped, by the engine.
func (s *Stack) Stop(ctx context.Context) error {
	if _, others, err := s.containers(ctx); err == nil && s.clash(others) != nil {
		return s.StopContainers(ctx)
	}
	return s.compose(ctx, "stop")
}

// ComposeError is a compose client that ended badly, with the end of what it said.
type ComposeError struct {
	Verb string   // "up"
	Code int      // exit code; -1 when it was killed
	Tail []string // last lines of its output, progress left out
}

func (e *ComposeError) Error() string {
	return fmt.Sprintf("compose %s: exit code %d: %s", e.Verb, e.Code, decisive(e.Tail))
}

// compose runs one verb of the user's compose client for the wanted services.
func (s *Stack) compose(ctx context.Context, verb string, flags ...string) error {
	if s.Name == "" {
		return errors.New("compose project: no name")
	}
	for _, service := range s.Services {
		if strings.HasPrefix(service, "-") { // compose would take it for an option
			return finalFault(ServiceUnknown, facts{"Service": service}, nil)
		}
	}
	env := s.environ()
	client, err := findCompose(ctx, env)
	if err != nil {
		return err
	}
	cmd := exec.Command(client.path, append(client.base, s.arguments(client, verb, flags...)...)...) //nolint:noctx // run ends it politely when ctx does
	cmd.Dir, cmd.Env = s.Dir, env
	said := &composeOutput{progress: s.Progress}
	out := &lines{each: said.line}
	cmd.Stdout, cmd.Stderr = out, out
	grace := s.grace
	if grace == 0 {
		grace = graceful
	}
	err = run(ctx, cmd, grace)
	out.flush()
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("compose %s: %w", verb, ctx.Err())
	}
	return s.verdict(verb, said.tail, err)
}

// verdict turns how compose ended into a fault of ours.
func (s *Stack) verdict(verb string, tail []string, err error) error {
	if err == nil {
		return nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return fault(ComposeNotStarted, facts{"Dir": s.Dir}, err)
	}
	ended := &ComposeError{Verb: verb, Code: exit.ExitCode(), Tail: tail}
	return causeOf(tail, facts{
		"Verb": verb, "Code": ended.Code, "Line": decisive(tail), "Project": s.Name, "Host": s.Engine.Host(),
	}, ended)
}

// arguments is the command line after the client's own name, for one verb.
func (s *Stack) arguments(c composeClient, verb string, flags ...string) []string {
	var args []string
	if c.speaksJSON() {
		args = append(args, "--progress", "json")
	}
	for _, f := range s.Files {
		args = append(args, "-f", f)
	}
	args = append(args, "-p", s.Name)
	for _, p := range s.Profiles {
		args = append(args, "--profile", p)
	}
	args = append(args, verb)
	args = append(args, flags...)
	return append(args, s.Services...)
}

// environ is this process's environment with the engine in use in it, so that compose and we cannot mean two engines,
// and without what would change how compose talks or have it remove containers. What is said here a project's .env cannot
// say.
func (s *Stack) environ() []string {
	drop := []string{
		"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION",
		"COMPOSE_PROGRESS", "COMPOSE_ANSI", "COMPOSE_REMOVE_ORPHANS",
	}
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		key, _, _ := strings.Cut(kv, "=")
		return slices.ContainsFunc(drop, func(d string) bool { return strings.EqualFold(d, key) })
	})
	env = append(env, "DOCKER_HOST="+s.Engine.Host(), "COMPOSE_REMOVE_ORPHANS=false")
	if t := s.Engine.dialer.end.TLS; t != nil {
		mode := "DOCKER_TLS_VERIFY=1"
		if t.SkipVerify {
			mode = "DOCKER_TLS=1"
		}
		env = append(env, mode, "DOCKER_CERT_PATH="+t.Dir)
	}
	return append(env, s.Env...)
}
