package docker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/client"
)

// This is the only file that imports the docker client module, and none of that module's types leave it: its successor
// then needs a change here alone.

// Engine is a client of one engine. It is safe for use by several goroutines.
type Engine struct {
	dialer *dialer
	newest string                  // the newest API version this program speaks
	agreed atomic.Pointer[session] // nil until the engine has answered once
}

// session is a client of the API version that was agreed on.
type session struct {
	*client.Client
	version string
}

// Connect makes a client of the engine at e. It reads TLS material and talks to nobody: whether anything answers is for
// Answers to say.
func Connect(e Endpoint) (*Engine, error) {
	l, err := newDialer(e)
	if err != nil {
		return nil, err
	}
	g := &Engine{dialer: l}
	c, err := g.newClient("")
	if err != nil {
		return nil, err
	}
	g.newest = c.ClientVersion()
	return g, nil
}

// newClient makes a client of one API version. It ignores DOCKER_API_VERSION on purpose, a stale value there makes a
// healthy engine refuse, and proxies, since dial knows the only address there is.
func (g *Engine) newClient(version string) (*client.Client, error) {
	transport := &http.Transport{
		TLSClientConfig: g.dialer.tls, MaxIdleConns: 6, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: mostHeader,
	}
	calls := &http.Client{Transport: transport, CheckRedirect: client.CheckRedirect}
	direct := func(*client.Client) error { transport.Proxy = nil; return nil }
	c, err := client.NewClientWithOpts(
		client.WithHTTPClient(calls),
		client.WithHost(g.dialer.end.Host), direct,
		client.WithDialContext(g.dialer.dial),
		client.WithVersion(version),
	)
	if err != nil {
		return nil, finalFault(HostInvalid, facts{"Host": g.dialer.end.Host}, err)
	}
	calls.Transport = bounding{calls.Transport} // at last: the options want the bare one
	return c, nil
}

// Info is what an engine says of itself.
type Info struct {
	Version string // of the engine: "28.2.2"
	API     string // version spoken with it: "1.50"
	OS      string // in words: "Docker Desktop", "Debian GNU/Linux 12 (bookworm)"
	OSType  string // of its containers: "linux" or "windows"
	Arch    string
	Driver  string // of its image store: "overlay2"
	Root    string // its data folder, on the engine's side
	CPUs    int
	Memory  int64 // bytes that containers may use in all
	Desktop bool  // Docker Desktop
	Mirrors []string
	Proxy   Proxy     // what it pulls images through
	Time    time.Time // its clock, which its containers share; zero when it does not tell
	Host    string    // address in use
	Context string    // docker context in use; empty for none
}

// Info asks the engine about itself.
func (g *Engine) Info(ctx context.Context) (Info, error) {
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	api, err := g.api(ctx)
	if err != nil {
		return Info{}, err
	}
	in, err := api.Info(ctx)
	if err != nil {
		return Info{}, g.classify(ctx, err)
	}
	info := Info{
		Version: in.ServerVersion, API: api.version, OS: in.OperatingSystem, OSType: in.OSType,
		Arch: in.Architecture, Driver: in.Driver, Root: in.DockerRootDir, CPUs: in.NCPU, Memory: in.MemTotal,
		Desktop: in.OperatingSystem == "Docker Desktop", Host: g.Host(), Context: g.dialer.end.Context,
		Proxy: Proxy{HTTP: in.HTTPProxy, HTTPS: in.HTTPSProxy, No: in.NoProxy}, Time: engineTime(in.SystemTime),
	}
	for _, label := range in.Labels {
		info.Desktop = info.Desktop || strings.HasPrefix(label, "com.docker.desktop.")
	}
	if in.RegistryConfig != nil {
		info.Mirrors = in.RegistryConfig.Mirrors
	}
	return info, nil
}

// list finds containers, stopped ones too when all is set, that carry every one of the labels.
func (g *Engine) list(ctx context.Context, all bool, labels ...string) ([]Container, error) {
	args := filters.NewArgs()
	for _, l := range labels {
		args.Add("label", l)
	}
	api, err := g.api(ctx)
	if err != nil {
		return nil, err
	}
	found, err := api.ContainerList(ctx, container.ListOptions{All: all, Filters: args})
	if err != nil {
		return nil, g.classify(ctx, err)
	}
	cs := make([]Container, 0, len(found))
	for _, f := range found {
		c := Container{
			ID: f.ID, Image: f.Image, State: f.State,
			Project: f.Labels[labelProject], Service: f.Labels[labelService], oneOff: f.Labels[labelOneOff] == "True",
			workingDir: f.Labels[labelDir], configFiles: f.Labels[labelFiles],
		}
		for on := range strings.SplitSeq(f.Labels[labelDepends], ",") { // "zookeeper:service_started:false"
			if service, _, _ := strings.Cut(on, ":"); service != "" {
				c.dependsOn = append(c.dependsOn, service)
			}
		}
		if len(f.Names) > 0 {
			c.Name = strings.TrimPrefix(f.Names[0], "/")
		}
		for _, p := range f.Ports {
			c.Ports = append(c.Ports, Port{HostIP: p.IP, Host: p.PublicPort, Container: p.PrivatePort, Proto: p.Type})
		}
		cs = append(cs, c)
	}
	return cs, nil
}

// inspect completes c with what only an inspection knows; false when the container is gone meanwhile.
func (g *Engine) inspect(ctx context.Context, c *Container) (bool, error) {
	api, err := g.api(ctx)
	if err != nil {
		return false, err
	}
	in, err := api.ContainerInspect(ctx, c.ID)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, g.classify(ctx, err)
	}
	if in.Config != nil {
		c.TTY = in.Config.Tty
	}
	if in.ContainerJSONBase == nil || in.State == nil {
		return true, nil
	}
	c.Restarts = in.RestartCount
	c.State, c.ExitCode, c.OOM, c.Problem = in.State.Status, in.State.ExitCode, in.State.OOMKilled, in.State.Error
	c.Started, c.Finished = engineTime(in.State.StartedAt), engineTime(in.State.FinishedAt)
	if h := in.State.Health; h != nil && h.Status != container.NoHealthcheck {
		c.Health = h.Status
	}
	return true, nil
}

// stop asks a container to end, and ends it after the engine's usual grace. One that is gone has ended.
func (g *Engine) stop(ctx context.Context, id string) error {
	api, err := g.api(ctx)
	if err != nil {
		return err
	}
	if err := api.ContainerStop(ctx, id, container.StopOptions{}); err != nil && !isNotFound(err) {
		return g.classify(ctx, err)
	}
	return nil
}

// stream follows what happens to containers that carry label. The engine listens already when stream returns. The first
// error ends it; end must be called, and waits for what runs behind.
func (g *Engine) stream(ctx context.Context, label string) (happened <-chan message, failed <-chan error, end func(), err error) {
	api, err := g.api(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	args := filters.NewArgs(filters.Arg("type", string(events.ContainerEventType)), filters.Arg("label", label))
	for _, a := range watched {
		args.Add("event", string(a))
	}
	ctx, cancel := context.WithCancel(ctx)
	raw, errs := api.Events(ctx, events.ListOptions{Filters: args})
	end = func() {
		cancel()
		for range errs { //nolint:revive // closed when the client's goroutine is done
		}
	}
	return raw, errs, end, nil
}

// message is one event in the client's own words; asEvent translates.
type message = events.Message

func asEvent(m message) Event {
	at := time.Unix(0, m.TimeNano)
	if m.TimeNano == 0 {
		at = time.Unix(m.Time, 0)
	}
	return newEvent(string(m.Action), m.Actor.ID, m.Actor.Attributes, at)
}

// rawLogs is a container's log as the engine sends it; see demux for its form.
func (g *Engine) rawLogs(ctx context.Context, id string, o LogOptions, since time.Time) (io.ReadCloser, error) {
	opts := container.LogsOptions{
		ShowStdout: true, ShowStderr: true, Timestamps: true, Follow: o.Follow, Tail: o.tail(),
	}
	if !since.IsZero() {
		opts.Since = since.UTC().Format(time.RFC3339Nano)
	}
	api, err := g.api(ctx)
	if err != nil {
		return nil, err
	}
	body, err := api.ContainerLogs(ctx, id, opts)
	return body, g.classify(ctx, err)
}

// rawStats is one sample of a container's use of the machine, with the sample before it. The engine takes a second.
func (g *Engine) rawStats(ctx context.Context, id string) (now, before sample, err error) {
	api, err := g.api(ctx)
	if err != nil {
		return now, before, err
	}
	reply, err := api.ContainerStats(ctx, id, false)
	if err != nil {
		return now, before, g.classify(ctx, err)
	}
	defer reply.Body.Close()
	var r container.StatsResponse
	if err := json.NewDecoder(io.LimitReader(reply.Body, maxConfig)).Decode(&r); err != nil {
		return now, before, g.classify(ctx, err)
	}
	return sampleOf(r.CPUStats, r.MemoryStats), sampleOf(r.PreCPUStats, container.MemoryStats{}), nil
}

func sampleOf(cpu container.CPUStats, mem container.MemoryStats) sample {
	s := sample{
		busy: cpu.CPUUsage.TotalUsage, machine: cpu.SystemUsage, cores: int(cpu.OnlineCPUs),
		memory: mem.Usage, limit: mem.Limit,
	}
	if s.cores == 0 {
		s.cores = len(cpu.CPUUsage.PercpuUsage)
	}
	for _, cache := range []string{"total_inactive_file", "inactive_file"} { // cgroup v1, v2
		if n, ok := mem.Stats[cache]; ok && n < s.memory {
			s.memory -= n
			break
		}
	}
	return s
}

// Usage adds up what the engine keeps on its disk. On one with many images this takes it seconds.
func (g *Engine) Usage(ctx context.Context) (Usage, error) {
	api, err := g.api(ctx)
	if err != nil {
		return Usage{}, err
	}
	found, err := api.DiskUsage(ctx, types.DiskUsageOptions{})
	if err != nil {
		return Usage{}, g.classify(ctx, err)
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

// Pack writes what a volume holds to w, as a tar archive.
func (g *Engine) Pack(ctx context.Context, v Volume, w io.Writer) error {
	api, err := g.api(ctx)
	if err != nil {
		return err
	}
	archive, _, err := api.CopyFromContainer(ctx, v.Container, v.Destination)
	if err != nil {
		return g.classify(ctx, err)
	}
	_, err = io.Copy(w, archive)
	return errors.Join(err, archive.Close())
}

// Remove has the engine remove the containers, and then the volumes, for good. A volume that another container has stays,
// and is an error.
func (g *Engine) Remove(ctx context.Context, d Data) error {
	api, err := g.api(ctx)
	if err != nil {
		return err
	}
	for _, c := range d.Containers {
		if err := api.ContainerRemove(ctx, c.ID, container.RemoveOptions{Force: true}); err != nil && !isNotFound(err) {
			return g.classify(ctx, err)
		}
	}
	var errs []error
	for _, v := range d.Volumes {
		if err := api.VolumeRemove(ctx, v.Name, false); err != nil && !isNotFound(err) {
			errs = append(errs, g.classify(ctx, err))
		}
	}
	return errors.Join(errs...)
}

// mounts are the volumes and folders that a container has; none where it is gone.
func (g *Engine) mounts(ctx context.Context, id string) ([]mounted, error) {
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	api, err := g.api(ctx)
	if err != nil {
		return nil, err
	}
	c, err := api.ContainerInspect(ctx, id)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, g.classify(ctx, err)
	}
	var all []mounted
	for _, m := range c.Mounts {
		switch m.Type {
		case mount.TypeVolume:
			all = append(all, mounted{m.Name, m.Destination, true})
		case mount.TypeBind:
			all = append(all, mounted{m.Source, m.Destination, false})
		}
	}
	return all, nil
}

// changed are the paths in a container's own file system that are not as in its image.
func (g *Engine) changed(ctx context.Context, id string) ([]string, error) {
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	api, err := g.api(ctx)
	if err != nil {
		return nil, err
	}
	all, err := api.ContainerDiff(ctx, id)
	if err != nil && !isNotFound(err) {
		return nil, g.classify(ctx, err)
	}
	var paths []string
	for _, c := range all {
		if c.Kind != container.ChangeDelete {
			paths = append(paths, c.Path)
		}
	}
	return paths, nil
}

// madeFor reports whether a volume is one that compose made for a project, or the engine for a container alone.
func (g *Engine) madeFor(ctx context.Context, name, project string) (bool, error) {
	if anonymous.MatchString(name) {
		return true, nil
	}
	ctx, cancel := within(ctx, lookWithin)
	defer cancel()
	api, err := g.api(ctx)
	if err != nil {
		return false, err
	}
	v, err := api.VolumeInspect(ctx, name)
	if err != nil {
		return false, g.classify(ctx, err)
	}
	return v.Labels[labelProject] == project, nil
}

func isNotFound(err error) bool         { return errdefs.IsNotFound(err) }
func isConnectionFailed(err error) bool { return client.IsErrConnectionFailed(err) }
