package project

import (
	"context"
	"errors"
	"iter"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/ports"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/usererr"
)

// stack is the compose project of the story. The docker package tells its progress to one place; here it is told to
// whoever called.
type stack struct {
	*docker.Stack
	services []compose.Service // of the project, for the ports that they publish
	local    bool              // the engine publishes ports on this computer
	gone     []goneFile        // named by the files, and not there when these were read
	gate     func(context.Context) error
	drift    *drift
	session  session
	// leftSession looks whether ZooKeeper keeps the session of a Kafka that was killed, and how long ago the next one
	// met it.
	leftSession func(context.Context) (ago time.Duration, yes bool)
	mu          sync.Mutex
	tell        app.Tell
	layers      map[string]docker.Progress // of the images being pulled, by id
	up          bool                       // the last Up went well
}

func newStack(s *docker.Stack, services []compose.Service) *stack {
	st := &stack{Stack: s, services: services}
	s.Progress = st.progress
	return st
}

// goneFile is a file that a compose file cannot do without.
type goneFile struct {
	path string // absolute
	args map[string]any
}

func (g goneFile) still() bool {
	_, err := os.Stat(g.path)
	return err != nil
}

// goneFiles are the files of variables that a compose file names and that are not there.
func goneFiles(r *compose.Report) []goneFile {
	var all []goneFile
	for _, problem := range r.Problems {
		shown, _ := problem.Args["Path"].(string)
		if problem.ID != compose.EnvFile || shown == "" {
			continue
		}
		path := filepath.FromSlash(shown)
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(problem.File), path)
		}
		all = append(all, goneFile{path, map[string]any{"File": problem.File, "Line": problem.Line, "Path": shown, "Example": problem.Args["Example"]}})
	}
	return all
}

// Running is nil when the wanted services run, from what the compose files say now.
func (s *stack) Running(ctx context.Context) error {
	if err := s.Stack.Running(ctx); err != nil {
		return s.verdict(err)
	}
	return s.drift.check()
}

// verdict is err, final where a container that was just started ended by itself: looking at it again does not bring it
// back, starting it again may.
func (s *stack) verdict(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var told *docker.Error
	if !s.up || !errors.As(err, &told) || !slices.Contains(ended, told.ID) {
		return err
	}
	final := *told
	return errors.Join(final.Terminal(), err)
}

// ended are the ways a container ends by itself.
var ended = []string{docker.ServiceExited, docker.ServiceOOM}

// Blocked is nil when nothing stands in the way of starting the services: their files are there, none is paused (compose
// cannot start that), and every port that they publish is free. A container whose port is taken would be left behind
// half started.
func (s *stack) Blocked(ctx context.Context) error {
	for _, gone := range s.gone {
		if gone.still() {
			return usererr.New("project.env_file_gone", gone.args, nil).Terminal()
		}
	}
	for _, f := range s.Files {
		if !filepath.IsAbs(f) {
			f = filepath.Join(s.Dir, f)
		}
		if _, err := os.Stat(f); err != nil {
			return usererr.New("project.file_gone", map[string]any{"File": f}, err).Terminal()
		}
	}
	if err := s.paused(ctx); err != nil {
		return err
	}
	return s.portsFree(ctx)
}

// paused is nil unless a wanted service is.
func (s *stack) paused(ctx context.Context) error {
	for t := range usererr.Outer(s.Stack.Running(ctx)) {
		if id, args := t.Message(); id == docker.ServicePaused {
			return usererr.New(id, args, nil).Terminal()
		}
	}
	return nil
}

// Up starts the services.
func (s *stack) Up(ctx context.Context, tell app.Tell) error {
	if ago, yes := s.leftSession(ctx); yes {
		s.session.found(ago)
	}
	if err := s.session.outwait(ctx, tell); err != nil {
		return err
	}
	s.mu.Lock()
	s.tell, s.layers, s.up = tell, map[string]docker.Progress{}, false
	s.mu.Unlock()
	if err := s.Stack.Up(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	s.up = true
	s.mu.Unlock()
	return s.drift.started()
}

// Stop stops the services: by compose, which knows in which order, where its files are still what was agreed to. Else no
// program is handed these files: the engine is asked to stop the containers that were made from them.
func (s *stack) Stop(ctx context.Context) error {
	if s.gate(ctx) != nil {
		return s.Stack.StopContainers(ctx)
	}
	return s.Stack.Stop(ctx)
}

// progress turns what compose does into one sentence: layers of images are added up, everything else is told as it
// comes.
func (s *stack) progress(p docker.Progress) {
	s.mu.Lock()
	tell, n := s.tell, s.note(p)
	s.mu.Unlock()
	if tell != nil && n.ID != "" {
		tell(n)
	}
}

func (s *stack) note(p docker.Progress) app.Note {
	switch {
	case p.Kind == "layer":
		if p.Total == 0 && p.Current == 0 {
			return app.Note{}
		}
		s.layers[p.Parent+"/"+p.Name] = p
		var have, all int64
		for _, l := range s.layers {
			have, all = have+l.Current, all+l.Total
		}
		return app.Note{ID: "project.pulling", Args: map[string]any{"Image": p.Parent, "Have": megabytes(have), "All": megabytes(all)}}
	case p.Name != "" && p.Action != "":
		return app.Note{ID: "project.compose", Args: map[string]any{"Name": p.Name, "Action": p.Action}}
	}
	return app.Note{}
}

func megabytes(n int64) int64 { return (n + 500_000) / 1_000_000 }

// portsFree looks whether the ports of the wanted services that do not run yet can be published, and names who holds
// one that cannot.
func (s *stack) portsFree(ctx context.Context) error {
	var errs []error
	for b, err := range s.blocked(ctx) {
		if b != nil {
			err = b.why
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// servicesToStart are the services of the compose file that are started before the app: those that streamtray.yaml names,
// else Kafka and what it needs.
func servicesToStart(c config.Project, base *compose.Project, r *compose.Report) []string {
	if len(c.Compose.Services) > 0 {
		return c.Compose.Services
	}
	return r.Needed(base)
}

// blocked is a port that cannot be published.
type blocked struct {
	port compose.Port
	why  *usererr.Error
}

// blocked goes through the ports of the wanted services that do not run yet and cannot be published. An error is the
// engine's or the system's, about a port that nothing is known of then.
func (s *stack) blocked(ctx context.Context) iter.Seq2[*blocked, error] {
	return func(yield func(*blocked, error) bool) {
		running, err := s.Containers(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, service := range s.services {
			up := slices.ContainsFunc(running, func(c docker.Container) bool { return c.Service == service.Name && c.Running() })
			if up || !slices.Contains(s.Services, service.Name) {
				continue
			}
			for _, p := range service.Ports {
				err := s.portFree(ctx, p)
				var told *usererr.Error
				switch {
				case err == nil:
					continue
				case errors.As(err, &told) && !of("docker", err): // it is for the user to decide who gives way
					if !yield(&blocked{p, told.Terminal()}, nil) {
						return
					}
				case !yield(nil, err):
					return
				}
			}
		}
	}
}

// portFree is nil for a port that can be published, or of which that cannot be said: another computer's, or one that is
// chosen later.
func (s *stack) portFree(ctx context.Context, p compose.Port) error {
	if !s.local || p.Host == 0 || p.HostEnd != 0 || p.UDP {
		return nil
	}
	owner, taken, err := s.Engine.PortOwner(ctx, p.Host)
	if err != nil {
		return err
	}
	if taken && owner.Project == s.Name { // the project's own, in whatever state
		return nil
	}
	if taken {
		args := map[string]any{"Port": p.Host, "Name": owner.Name, "Project": owner.Project}
		return usererr.New("project.port_container", args, nil)
	}
	return ports.Free(ctx, net.JoinHostPort(p.HostIP, strconv.Itoa(p.Host)))
}
