package doctor

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/cmdline"
)

// file looks at what the compose files mean for a program on this computer.
func (s *Subject) file(ctx context.Context) Result {
	if f, yes := s.withoutDocker(); yes {
		return f
	}
	r := s.parts.Report
	if len(r.Problems) == 0 && !r.Reachable {
		return problem("doctor.compose.file.no_broker", args{"File": filepath.Base(r.File)})
	}
	if len(r.Problems) == 0 {
		return passed("doctor.compose.file.ok", args{"File": filepath.Base(r.File), "Addr": strings.Join(r.Bootstrap, ", ")})
	}
	first := r.Problems[0]
	f := Result{
		Status: Problem, Message: app.Note{ID: first.ID, Args: first.Args}, Fix: app.Note{ID: first.ID + ".hint", Args: first.Args},
		More: []app.Note{place(first)},
	}
	if m, err := compose.Mend(ctx, s.parts.Compose); err == nil && slices.ContainsFunc(m.Fixes, func(x compose.Fix) bool {
		return x.Problem.Service == first.Service && x.Problem.Code == first.Code
	}) { // what was computed is better than what holds in general
		f.Fix = app.Note{ID: "doctor.compose.file.fix", Args: args{"File": cmdline.Quoted(first.File)}}
	}
	for _, p := range r.Problems[1:] {
		f = f.with(app.Note{ID: p.ID, Args: p.Args}, place(p))
	}
	if r.Reachable && s.parts.Compose.Accepted && !slices.ContainsFunc(r.Problems, func(p compose.Problem) bool { return p.Code == compose.SharedData }) {
		return f.asWarning() // one of several brokers, or listeners, that is not needed from here
	}
	return f
}

func place(p compose.Problem) app.Note {
	return app.Note{ID: "doctor.compose.file.place", Args: args{"File": p.File, "Line": p.Line}}
}

// wanted are the services that the project would start.
func (s *Subject) wanted() []compose.Service {
	if s.parts.Stack == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.parts.Compose.Services), func(c compose.Service) bool {
		return !slices.Contains(s.parts.Stack.Services, c.Name)
	})
}

// images looks whether the engine has the images, and of one that is missing, whether it could be pulled.
func (s *Subject) images(ctx context.Context) Result {
	var all, missing []string
	for _, w := range s.wanted() {
		if w.Image == "" || w.Build != nil || slices.Contains(all, w.Image) {
			continue // what is built is not pulled
		}
		all = append(all, w.Image)
		has, err := s.engine.HasImage(ctx, w.Image)
		if err != nil {
			return fromError(err)
		}
		if !has {
			missing = append(missing, w.Image)
		}
	}
	if len(missing) == 0 {
		return passed("doctor.images.present.ok", args{"Images": strings.Join(all, ", ")})
	}
	if !s.trusted() { // the registry is the project's choice
		return skip("doctor.untrusted.images", args{"Images": strings.Join(missing, ", ")}).can(Trust)
	}
	for _, image := range missing {
		if f, yes := s.unpullable(ctx, image); yes {
			return f
		}
	}
	return passed("doctor.images.present.pullable", args{"Images": strings.Join(missing, ", ")})
}

// unpullable asks for an image without pulling it. One that is refused to strangers may be there for those who are
// logged in, whose password is not ours to use.
func (s *Subject) unpullable(ctx context.Context, image string) (Result, bool) {
	err := s.engine.Pullable(ctx, image)
	if err == nil {
		return Result{}, false
	}
	f := fromError(err)
	f.More = append([]app.Note{{ID: "doctor.images.present.missing", Args: args{"Image": image}}}, f.More...)
	var told *docker.Error
	if errors.As(err, &told) && told.ID == docker.ImageDenied || f.Message.ID == "doctor.no_answer" {
		f = f.asWarning()
	}
	return f, true
}

// containers looks whether the wanted services run.
func (s *Subject) containers(ctx context.Context) Result {
	if err := s.parts.Stack.Running(ctx); err != nil {
		return s.ofRunning(err)
	}
	return passed("doctor.containers.running.ok", args{"Services": strings.Join(s.parts.Stack.Services, ", ")})
}
