package detector

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"streamtray/internal/procgroup"
	"streamtray/internal/usererr"
)

// App is one detection app: not running, or running once. Its methods may be called from any goroutine; looks
// (Alive, Producing, Serving, Facts) never wait for a Start or Stop under way.
type App struct {
	verdicts Verdicts
	output   *Ring
	turn     chan struct{} // held by the one Start or Stop under way

	mu  sync.Mutex
	run *run // the current or last one; nil before the first Start
}

// New returns an app that is judged by v. It keeps the last lines of output, over all launches, within the bounds
// RingLines and RingBytes.
func New(v Verdicts) *App {
	return &App{verdicts: v, output: NewRing(RingLines, RingBytes), turn: make(chan struct{}, 1)}
}

// Output gives the app's last lines, and those to come.
func (a *App) Output() *Ring { return a.output }

// Start launches the app and returns once its process runs; it does not wait for the app to be ready. The app
// outlives ctx. When it runs already with the same launch, Start does nothing; with another one it refuses with
// detector.already_running. What a run before left behind, its agent and its keeper having been killed, is ended first.
func (a *App) Start(ctx context.Context, l Launch) error {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if r := a.current(); r != nil && !r.over() {
		if r.launch.same(l) {
			return nil
		}
		return usererr.New("detector.already_running", map[string]any{"PID": r.group.PID()}, nil).Terminal()
	}
	if err := l.EndLeftover(ctx); err != nil { // it may hold the app's port
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	r, err := a.begin(l)
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.run = r
	a.mu.Unlock()
	return nil
}

// Stop ends the app and everything it started: a polite signal to all, the launch's Grace to comply, then no more
// politeness. When it returns nil, no process is left. When ctx ends there is no more grace, but Stop still sees to
// the end. Stopping an app that does not run is fine.
func (a *App) Stop(ctx context.Context) error {
	a.turn <- struct{}{} // a Start under way is short
	defer func() { <-a.turn }()
	r := a.current()
	if r == nil {
		return nil
	}
	if r.over() {
		r.mu.Lock()
		r.outcome.stopped = true // it ended by itself, and whoever asks now wants it to be so
		r.mu.Unlock()
		return r.leftover()
	}
	return r.stop(ctx)
}

func (a *App) current() *run {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.run
}

// EndLeftover ends, as Stop does, what runs with the launch's mark although its agent and its keeper were killed. The app
// must not run here.
func (l Launch) EndLeftover(ctx context.Context) error {
	if err := procgroup.EndLeftover(ctx, l.Mark, l.withDefaults().Grace); err != nil {
		return usererr.New("detector.not_stopped", map[string]any{"PID": fmt.Sprint(procgroup.Leftover(l.Mark))}, err)
	}
	return nil
}

// run is one launch of the app, from its start until nothing of it is left.
type run struct {
	launch  Launch
	found   Found
	argv    []string
	group   procgroup.Group
	output  *Ring
	started time.Time
	done    chan struct{} // closed when no process is left and every line is read

	mu      sync.Mutex
	watch   watch
	outcome outcome
	log     error // why the log file ended early
}

// outcome is how a run ended.
type outcome struct {
	exit    procgroup.Exit
	at      time.Time
	stopped bool  // Stop asked for it
	left    error // processes could not be ended
}

func (a *App) begin(l Launch) (*run, error) {
	l = l.withDefaults()
	found, argv, err := l.resolve(os.Getenv)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(found.Path, argv[1:]...) //nolint:noctx // the app outlives its start
	cmd.Dir = l.Dir
	cmd.Env = l.environ(os.Environ(), found)
	out, err := newPipe(cmd)
	if err != nil {
		return nil, usererr.New("detector.start_failed", map[string]any{"Command": argv[0]}, err)
	}
	r := &run{
		launch: l, found: found, argv: argv, output: a.output, started: time.Now(), done: make(chan struct{}),
		watch: watch{verdicts: a.verdicts},
	}
	cmd.Path, cmd.Dir = shortened(cmd.Path), shortened(cmd.Dir)
	r.group, err = procgroup.Start(cmd, procgroup.Options{Keeper: l.Keeper, Grace: l.Grace, Mark: l.Mark})
	out.closeOurWriter()
	if err != nil {
		out.close()
		return nil, usererr.New("detector.start_failed", map[string]any{"Command": argv[0]}, err)
	}
	go r.supervise(out)
	return r, nil
}

// supervise sees the run through: it reads the output and waits for the end of every process. It closes done last, and
// Stop, which everyone calls who started one, waits for that.
func (r *run) supervise(out *pipe) {
	first := r.output.Last()
	var reading, logging sync.WaitGroup
	reading.Go(func() { read(out.output, Output, r.take) })
	unread, allRead := context.WithCancel(context.Background())
	if r.launch.Log != "" {
		logging.Go(func() { r.keepLog(unread, first) })
	}
	end, left := r.group.Wait()
	out.endSoon()
	reading.Wait()
	allRead()
	logging.Wait()
	out.close()

	r.mu.Lock()
	r.outcome.exit, r.outcome.at, r.outcome.left = end, time.Now(), left
	r.mu.Unlock()
	close(r.done)
}

// take is given every line once, a batch at a time. The verdict comes first: whoever follows the output finds it
// drawn.
func (r *run) take(lines []Line) {
	r.judge(lines)
	r.output.Append(lines...)
}

func (r *run) judge(lines []Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range lines {
		r.watch.see(l)
	}
}

func (r *run) keepLog(ctx context.Context, after uint64) {
	err := writeLog(ctx, r.output, after, r.launch.Log)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = err
}

func (r *run) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// killWithin is how long killed processes may take to disappear.
const killWithin = 10 * time.Second

func (r *run) stop(ctx context.Context) error {
	r.mu.Lock()
	r.outcome.stopped = true
	r.mu.Unlock()
	grace, cancel := context.WithTimeout(ctx, r.launch.Grace)
	defer cancel()
	// A signal that cannot be sent is no failure: what counts is that nothing is left, and killing comes next.
	if err := r.group.Ask(); err == nil {
		select {
		case <-r.done:
			return r.leftover()
		case <-grace.Done():
		}
	}
	killed := r.group.Kill()
	late := time.NewTimer(killWithin)
	defer late.Stop()
	select {
	case <-r.done:
		return r.leftover()
	case <-late.C:
		return usererr.New("detector.not_stopped", map[string]any{"PID": r.group.PID()}, killed)
	}
}

func (r *run) leftover() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.outcome.left == nil {
		return nil
	}
	return usererr.New("detector.not_stopped", map[string]any{"PID": r.group.PID()}, r.outcome.left)
}

// pipe carries the app's output to us: one for both of its streams, since only that keeps them in the order in which the
// app wrote to them. A traceback would have other lines in its middle.
type pipe struct {
	output *os.File // our end
	writer *os.File // the app's end
}

func newPipe(cmd *exec.Cmd) (*pipe, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	return &pipe{output: r, writer: w}, nil
}

// closeOurWriter leaves the app as the only writer, so that its end ends the reading.
func (p *pipe) closeOurWriter() { _ = p.writer.Close() }

// endSoon ends the reading soon after the last process, even where somebody outside the tree got hold of the pipe.
// Windows knows no deadline on a pipe; a Job Object leaves nobody.
func (p *pipe) endSoon() { _ = p.output.SetReadDeadline(time.Now().Add(2 * time.Second)) }

func (p *pipe) close() { _ = p.output.Close() }

// absolute makes dir independent of the working directory.
func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}
