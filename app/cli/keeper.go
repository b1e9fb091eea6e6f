package cli

import (
	"context"

	"streamtray/app/agentrpc"
	"streamtray/app/project"
)

// keep gives the project's agent: that of the process that keeps the project already, else a new one in this process
// that lives until ctx ends.
func (c *call) keep(ctx context.Context, p *project.Project, noApp bool) (*agentrpc.Session, error) {
	if noApp { // infrastructure alone belongs to nobody
		return agentrpc.Keep(ctx, p, true), nil
	}
	return agentrpc.KeepOrJoin(ctx, p, agentrpc.AnswerWithin, nil)
}

// attach connects to the process that keeps the project, until ctx ends, or gives agentrpc.ErrNobody.
func (c *call) attach(ctx context.Context, p *project.Project) (*agentrpc.Session, error) {
	return agentrpc.Join(ctx, p.Channel(), agentrpc.AnswerWithin)
}
