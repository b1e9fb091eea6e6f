package detector

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"streamtray/internal/limitbuf"
	"streamtray/internal/procgroup"
)

// retraceScript is ours, and reads nothing of the app but what the app itself imports.
//
//go:embed retrace.py
var retraceScript string

// errNoModule is why there is nothing to retrace.
var errNoModule = errors.New("the log names no module that could be imported again")

// place is where a line was logged, if it was in a module other than the app's program.
var place = regexp.MustCompile(`^([A-Za-z_][\w.]*):[^:]*:(\d+)$`)

// Retrace looks for the error that the app caught and did not print before it said that its producer could not be
// made, or that it goes on without streaming. It has the app's interpreter import the module that said so once more,
// in the app's folder and with its environment, and returns the traceback of the last error raised there before that
// line; empty when none was raised this time. What the module does when it is imported, with a camera, a GPU or a server,
// it does once more: only a person may ask for it. ctx bounds it.
func (a *App) Retrace(ctx context.Context) (traceback string, err error) {
	r := a.current()
	module, line := r.complained()
	if module == "" {
		return "", errNoModule
	}
	found, err := r.interpreter()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, found.Path, slices.Concat(found.Args, []string{"-", module, line})...) //nolint:gosec // the app's own
	cmd.Dir, cmd.Env, cmd.SysProcAttr = r.launch.Dir, r.launch.environ(os.Environ(), found), procgroup.Own()
	cmd.Stdin, cmd.WaitDelay = strings.NewReader(retraceScript), time.Second
	out := &limitbuf.Buffer{Limit: MaxLine}
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("module %s: %w", module, err)
	}
	return strings.ToValidUTF8(out.String(), "?"), nil
}

// Complained is the module, other than the app's program, that said what Retrace would look into; empty: none did.
func (a *App) Complained() (module string) {
	module, _ = a.current().complained()
	return module
}

// complained is that module and the line where it said so. No run has none.
func (r *run) complained() (module, line string) {
	if r == nil {
		return "", ""
	}
	r.mu.Lock()
	source := r.watch.by.Source
	r.mu.Unlock()
	if at := place.FindStringSubmatch(source); at != nil && at[1] != "__main__" {
		return at[1], at[2]
	}
	return "", ""
}

// interpreter is the Python that the app runs in, with the arguments that choose its version.
func (r *run) interpreter() (Found, error) {
	if name := r.launch.Command[0]; !isPython(name) && !isInterpreter(name) { // flask, uvicorn: of the same environment
		return Find("python", r.launch.dirs(), os.Getenv)
	}
	found := r.found
	n := slices.IndexFunc(r.argv[1:], func(arg string) bool { return !launcherVersion.MatchString(arg) })
	found.Args = r.argv[1 : 1+max(n, 0)]
	return found, nil
}
