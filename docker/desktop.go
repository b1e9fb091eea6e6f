package docker

import (
	"context"
	"strings"
)

// StartDesktop sets going what would bring the engine up and returns once that is under way; Answers tells when the
// engine is there. Where this program cannot do it, since the engine is another machine's or needs an administrator,
// the error tells how it is done by hand.
func (g *Engine) StartDesktop(ctx context.Context) error {
	host := g.line.end.Host
	if !g.line.end.Local() {
		return finalFault("docker.start_remote", facts{"Host": host}, nil)
	}
	return startEngine(ctx, strings.TrimPrefix(host, "unix://"))
}
