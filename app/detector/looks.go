package detector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"streamtray/internal/usererr"
)

// Alive is one look at the app: nil while its process runs. Otherwise it says detector.not_running (never started, or
// stopped), detector.exited, detector.exited_clean or detector.killed; the latter three are final and carry the
// app's last words.
func (a *App) Alive(context.Context) error {
	r := a.current()
	if r == nil {
		return usererr.New("detector.not_running", nil, nil)
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
	if r.fate.stopped {
		return usererr.New("detector.not_running", nil, nil)
	}
	end, words := r.fate.exit, r.watch.lastWords()
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
	return w.verdict(l.settled().dirs(), scriptOf(l.Command))
}

// verdict is what was seen, as an error; dirs and script are the app's, to say where.
func (w *watch) verdict(dirs []string, script string) error {
	switch {
	case w.state == ready, w.state == unsaid && w.verdicts.Ready == "":
		return nil
	case w.state == unsaid:
		return usererr.New("detector.waiting_ready", nil, nil)
	}
	id, reason := "detector.init_failed", w.reason
	switch {
	case w.state == degraded:
		id, reason = "detector.degraded", w.by.Message()
	case reason == "":
		id = "detector.init_failed_unsaid"
	case unfilled(reason):
		id = "detector.init_failed_hidden"
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
	status, err := get(ctx, address)
	if err != nil {
		return usererr.New("detector.not_serving", map[string]any{"URL": address}, err)
	}
	if status >= http.StatusInternalServerError {
		return usererr.New("detector.http_status", map[string]any{"URL": address, "Status": status}, nil)
	}
	return nil
}

func get(ctx context.Context, address string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	client := http.Client{ // no proxy, and nobody sends us elsewhere
		Transport:     &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{}).DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the app's log shows no broken pipe
	return resp.StatusCode, nil
}

func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
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
	Running     bool
	PID         int
	Started     time.Time
	Ended       time.Time         // zero while it runs
	ExitCode    int               // once ended, unless ended by a signal
	Signal      string            // the signal that ended it: "killed"; empty for an exit
	Stopped     bool              // Stop was asked for
	Program     Found             // the interpreter, or whatever the command named
	Command     []string          // as run
	Dir         string            // where it runs
	LaunchedEnv map[string]string // what Launch.Env added; secrets are masked by their names
	Log         string            // the log file
	LogErr      error             // why the log file ended before the app did
}

// Facts tells about the current or last run; nothing if there was none.
func (a *App) Facts() Facts {
	r := a.current()
	if r == nil {
		return Facts{}
	}
	f := Facts{
		Running: !r.over(), PID: r.group.PID(), Started: r.started, Program: r.found, Command: slices.Clone(r.argv),
		Dir: r.launch.Dir, LaunchedEnv: masked(r.launch.Env), Log: r.launch.Log,
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !f.Running {
		f.Ended, f.ExitCode, f.Signal, f.Stopped = r.fate.at, r.fate.exit.Code, r.fate.exit.Signal, r.fate.stopped
	}
	f.LogErr = r.log
	return f
}
