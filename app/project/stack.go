package project

import (
	"context"
	"sync"

	"streamtray/app"
	"streamtray/docker"
)

// engine is the container engine of the story.
type engine struct {
	*docker.Engine
	mayStart bool // the user agreed to have it started
}

// Start starts the engine, once the user agreed; else the reason why it does not answer stands.
func (e *engine) Start(ctx context.Context, _ app.Tell) error {
	if err := e.Answers(ctx); !e.mayStart || err == nil {
		return err
	}
	return e.StartDesktop(ctx)
}

// stack is the compose project of the story. The docker package tells its progress to one place; here it is told to
// whoever called.
type stack struct {
	*docker.Stack
	mu     sync.Mutex
	tell   app.Tell
	layers map[string]docker.Progress // of the images being pulled, by id
}

func newStack(s *docker.Stack) *stack {
	st := &stack{Stack: s}
	s.Progress = st.progress
	return st
}

// Up starts the services.
func (s *stack) Up(ctx context.Context, tell app.Tell) error {
	s.mu.Lock()
	s.tell, s.layers = tell, map[string]docker.Progress{}
	s.mu.Unlock()
	return s.Stack.Up(ctx)
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
