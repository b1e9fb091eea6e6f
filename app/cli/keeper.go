package cli

import (
	"context"
	"errors"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/project"
)

// keep gives the project's agent: that of the process that keeps the project already, else a new one in this process
// that lives until ctx ends.
func (c *call) keep(ctx context.Context, p *project.Project, shared bool) (*agentrpc.Session, error) {
	if shared { // containers alone belong to nobody
		return agentrpc.Keep(ctx, p, true), nil
	}
	return agentrpc.KeepOrJoin(ctx, p, agentrpc.AnswerWithin, nil)
}

// attach connects to the process that keeps the project, until ctx ends, or gives agentrpc.ErrNobody.
func (c *call) attach(ctx context.Context, p *project.Project) (*agentrpc.Session, error) {
	return agentrpc.Join(ctx, p.Channel(), agentrpc.AnswerWithin)
}

// keptState is the project's state as the process that keeps it has it; false: nobody does.
func (c *call) keptState(ctx context.Context, p *project.Project) (s app.State, kept bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, err := c.attach(ctx, p)
	switch {
	case err == nil:
		return k.Hub.State(), true, nil
	case errors.Is(err, agentrpc.ErrNobody):
		err = nil
	}
	return s, false, err
}
