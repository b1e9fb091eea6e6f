package docker

import (
	"context"
	"strings"

	"github.com/docker/docker/api/types"
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
	return err == nil, g.told(ctx, err)
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
		return finalFault("docker.image_denied", facts{"Image": ref}, err)
	}
	told := causeOf([]string{err.Error()}, facts{"Image": ref, "Line": err.Error()}, &ComposeError{Verb: "pull", Tail: []string{err.Error()}})
	if told.ID == "docker.compose_failed" { // compose has no part in this
		return g.told(ctx, err)
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

// Usage adds up what the engine keeps on its disk. On one with many images this takes it seconds.
func (g *Engine) Usage(ctx context.Context) (Usage, error) {
	api, err := g.api(ctx)
	if err != nil {
		return Usage{}, err
	}
	found, err := api.DiskUsage(ctx, types.DiskUsageOptions{})
	if err != nil {
		return Usage{}, g.told(ctx, err)
	}
	u := Usage{Images: found.LayersSize}
	for _, i := range found.Images {
		if i.Containers == 0 {
			u.Reclaimable += max(i.Size-max(i.SharedSize, 0), 0)
		}
	}
	for _, c := range found.Containers {
		u.Containers += c.SizeRw
	}
	for _, v := range found.Volumes {
		if v.UsageData != nil {
			u.Volumes += max(v.UsageData.Size, 0)
		}
	}
	for _, b := range found.BuildCache {
		u.BuildCache += b.Size
		if !b.InUse {
			u.Reclaimable += b.Size
		}
	}
	return u, nil
}
