package docker

import (
	"context"
	"strings"
)

// HasImage reports whether the engine has an image, so that nothing has to be pulled for it.
func (g *Engine) HasImage(ctx context.Context, ref string) (bool, error) {
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	api, err := g.api(ctx)
	if err != nil {
		return false, err
	}
	_, err = api.ImageInspect(ctx, ref)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, g.classify(ctx, err)
}

// Pullable asks the image's registry by way of the engine, and so through its proxy and mirrors, whether the image could
// be pulled; nothing is. It says nothing of a registry that wants a login, where the error is docker.image_denied.
func (g *Engine) Pullable(ctx context.Context, ref string) error {
	api, err := g.api(ctx)
	if err != nil {
		return err
	}
	_, err = api.DistributionInspect(ctx, ref, "")
	switch {
	case err == nil, ctx.Err() != nil:
		return ctx.Err()
	case strings.Contains(err.Error(), "unauthorized") || strings.Contains(err.Error(), "authentication required"):
		return finalFault(ImageDenied, facts{"Image": ref}, err)
	}
	told := causeOf([]string{err.Error()}, facts{"Image": ref, "Line": err.Error()}, &ComposeError{Verb: "pull", Tail: []string{err.Error()}})
	if told.ID == ComposeFailed { // compose has no part in this
		return g.classify(ctx, err)
	}
	return told
}

// Usage is what an engine keeps on its disk, in bytes.
type Usage struct {
	Images      int64
	Volumes     int64
	Containers  int64 // what they wrote beside volumes
	BuildCache  int64
	Reclaimable int64 // images without a container, and build cache not in use
}
