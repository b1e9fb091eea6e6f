package docker

import "context"

// agree settles on the newest API version that both sides speak. It is done anew at every answer, as the engine may
// have been updated, or may have been half started and offered little the last time.
func (g *Engine) agree(offered string) error {
	version := g.newest
	if versionOf(offered).less(versionOf(version)) {
		version = offered
	}
	old := g.agreed.Load()
	if old != nil && old.version == version {
		return nil
	}
	c, err := g.newClient(version)
	if err != nil {
		return err
	}
	g.agreed.Store(&session{c, version})
	if old != nil {
		_ = old.Close() // idle connections only: calls under way end well
	}
	return nil
}

// api is the client of the agreed version; at first use it looks whether the engine answers.
func (g *Engine) api(ctx context.Context) (*session, error) {
	if s := g.agreed.Load(); s != nil {
		return s, nil
	}
	if err := g.Answers(ctx); err != nil {
		return nil, err
	}
	return g.agreed.Load(), nil
}

// Close lets go of idle connections.
func (g *Engine) Close() error {
	if s := g.agreed.Load(); s != nil {
		return s.Close()
	}
	return nil
}
