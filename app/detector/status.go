package detector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"streamtray/internal/loopback"
	"streamtray/internal/usererr"
)

// Alive is one look at the app: nil while its process runs. Otherwise it says detector.not_running (never started, or
// stopped), detector.exited, detector.exited_clean or detector.killed; the latter three are final and carry the
// app's last words.
func (a *App) Alive(context.Context) error {
	r := a.current()
	if r == nil {
		return usererr.New(NotRunning, nil, nil)
	}
	if !r.over() {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended()
}

// ended tells how the run ended; r.mu is held.
func (r *run) ended() error {
	if r.outcome.stopped {
		return usererr.New(NotRunning, nil, nil)
	}
	end, words := r.outcome.exit, r.watch.lastWords()
	id, how := "detector.exited", fmt.Sprintf("exit code %d", end.Code)
	switch {
	case end.Signal != "":
		id, how = "detector.killed", end.Signal
	case end.Code == 0:
		id, words = "detector.exited_clean", r.watch.complaint // its last line is no reason
	}
	if words != "" {
		how += ": " + words
	}
	return usererr.New(id, map[string]any{"Code": end.Code, "Signal": end.Signal, "Line": words}, errors.New(how)).Terminal()
}

// Producing is one look at what the app said of its Kafka producer since it was launched: nil when the last word is
// that it is up. Otherwise it says how Alive answers for an app that does not run, detector.waiting_ready (nothing
// said yet), or, all final: detector.init_failed with the app's reason, detector.init_failed_hidden (the app printed
// a placeholder instead of its reason), detector.init_failed_unsaid (no reason given), detector.degraded (it goes on
// without streaming). That its web server answers does not count.
func (a *App) Producing(ctx context.Context) error {
	if err := a.Alive(ctx); err != nil {
		return err
	}
	r := a.current()
	r.mu.Lock()
	w := r.watch
	r.mu.Unlock()
	return w.verdict(r.launch.dirs(), r.script())
}

// Said is what the lines of a log, as ReadLog gives them, tell of the producer of an app launched by l: nil when they say
// that it is up, else an error as Producing gives it.
func Said(lines []Line, v Verdicts, l Launch) error {
	w := watch{verdicts: v}
	for _, line := range lines {
		w.see(line)
	}
	return w.verdict(l.withDefaults().dirs(), scriptOf(l.Command))
}

// The faults that others look for, by ID.
const (
	NotRunning      = "detector.not_running"
	WaitingReady    = "detector.waiting_ready"
	InitHidden      = "detector.init_failed_hidden" // the app printed a placeholder instead of its reason
	InitUnsaid      = "detector.init_failed_unsaid" // it gave no reason
	GoesOnWithout   = "detector.degraded"           // it runs without streaming
	PythonNotFound  = "detector.python_not_found"
	CommandNotFound = "detector.command_not_found"
	VenvBroken      = "detector.venv_broken"
)

// verdict is what was seen, as an error; dirs and script are the app's, to say where.
func (w *watch) verdict(dirs []string, script string) error {
	switch {
	case w.state == ready, w.state == unsaid && w.verdicts.Ready == "":
		return nil
	case w.state == unsaid:
		return usererr.New(WaitingReady, nil, nil)
	}
	id, reason := "detector.init_failed", w.reason
	switch {
	case w.state == degraded:
		id, reason = GoesOnWithout, w.by.Message()
	case reason == "":
		id = InitUnsaid
	case unfilled(reason):
		id = InitHidden
	}
	args := map[string]any{
		"Reason": reason, "Line": w.by.Text, "Where": where(w.by.Source, dirs, script),
	}
	return usererr.New(id, args, errors.New(w.by.Message())).Terminal()
}

func (r *run) script() string { return scriptOf(r.argv) }

// scriptOf is the Python file that a command names, empty if it names none.
func scriptOf(argv []string) string {
	i := slices.IndexFunc(argv, func(arg string) bool { return strings.HasSuffix(arg, ".py") })
	if i < 0 {
		return ""
	}
	return argv[i]
}

// servingWithin bounds one HTTP look.
const servingWithin = 3 * time.Second

// Serving is one look at the app's web server: what Serves says of its address, or how Alive answers for an app that does
// not run.
func (a *App) Serving(ctx context.Context) error {
	if err := a.Alive(ctx); err != nil {
		return err
	}
	return Serves(ctx, a.verdicts.ReadyHTTP)
}

// Serves is nil when a web server answers at a URL with anything below 500, or when there is no URL. Otherwise it says
// detector.not_serving, detector.http_status, or, final, detector.bad_ready_url: only addresses of this machine are looked
// at.
func Serves(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	if !onThisMachine(address) {
		return usererr.New("detector.bad_ready_url", map[string]any{"URL": address}, nil).Terminal()
	}
	ctx, cancel := context.WithTimeout(ctx, servingWithin)
	defer cancel()
	status, _, err := Get(ctx, address)
	if err != nil {
		return usererr.New("detector.not_serving", map[string]any{"URL": address}, err)
	}
	if status >= http.StatusInternalServerError {
		return usererr.New("detector.http_status", map[string]any{"URL": address, "Status": status}, nil)
	}
	return nil
}

// mostOfPage is read of what a web server answers; it is read at all so that the app's log shows no broken pipe.
const mostOfPage = 64 << 10

// Get asks the app's web server, on this computer, for what is at an address: the answer's status and the beginning of its
// body.
func Get(ctx context.Context, address string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	client := http.Client{ // no proxy, and nobody sends us elsewhere
		Transport:     &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{}).DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, _ = io.ReadAll(io.LimitReader(resp.Body, mostOfPage)) // that it answered is what counts
	return resp.StatusCode, body, nil
}

func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return loopback.Is(u.Hostname())
}

// Processes are the processes that the running app descends from, its first one or who looks after it, so that all of
// its descend from them; none while it does not run.
func (a *App) Processes() []int {
	r := a.current()
	if r == nil || r.over() {
		return nil
	}
	return r.group.Roots()
}

// Facts is what is known of the app's current or last run.
type Facts struct {
	Running  bool
	PID      int
	Started  time.Time
	Ended    time.Time // zero while it runs
	ExitCode int       // once ended, unless ended by a signal
	Signal   string    // the signal that ended it: "killed"; empty for an exit
	Stopped  bool      // Stop was asked for
	Program  Found     // the interpreter, or whatever the command named
	Command  []string  // as run
	Dir      string    // where it runs
	Log      string    // the log file
	LogErr   error     // why the log file ended before the app did
}

// Facts tells about the current or last run; nothing if there was none.
func (a *App) Facts() Facts {
	r := a.current()
	if r == nil {
		return Facts{}
	}
	f := Facts{
		Running: !r.over(), PID: r.group.PID(), Started: r.started, Program: r.found, Command: slices.Clone(r.argv),
		Dir: r.launch.Dir, Log: r.launch.Log,
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !f.Running {
		f.Ended, f.ExitCode, f.Signal, f.Stopped = r.outcome.at, r.outcome.exit.Code, r.outcome.exit.Signal, r.outcome.stopped
	}
	f.LogErr = r.log
	return f
}
