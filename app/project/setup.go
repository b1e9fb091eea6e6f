package project

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/app/detector"
	"streamtray/app/plan"
	"streamtray/app/settings"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// Setup is what would make the first environment of the project's programs that is missing; false where none is, or nothing
// shows what would be in it.
func (p *Project) Setup() (detector.Setup, bool) {
	if p.plan.Setup == nil {
		return detector.Setup{}, false
	}
	for _, l := range p.launches() {
		if s, ok := l.Setup(p.options.Environ); ok {
			return s, true
		}
	}
	return detector.Setup{}, false
}

// setupOf is what the plan shows of it.
func (p *Project) setupOf() *plan.Setup {
	var all []plan.Setup
	for _, a := range p.Config.Programs() {
		s, ok := p.launchOf(p.Config.Dir, a).Setup(p.options.Environ)
		if ok && !slices.ContainsFunc(all, func(o plan.Setup) bool { return o.Dir == s.Dir }) {
			all = append(all, plan.Setup{Dir: s.Dir, Commands: s.Commands, Missing: s.Missing})
		}
	}
	if len(all) == 0 {
		return nil
	}
	all[0].Further = all[1:]
	return &all[0]
}

// SetUp runs the commands of a set-up, each of which the person saw and agreed to just now, and tells what they print, line
// by line. That the project's programs run in the environment from then on was agreed to with it. Errors are
// project.setup_missing, project.setup_failed and those of the gate.
func (p *Project) SetUp(ctx context.Context, s detector.Setup, tell func(line string)) error {
	if s.Missing != "" {
		return usererr.New("project.setup_missing", map[string]any{"Name": s.Missing, "Command": plan.CommandLine(s.Commands[0])}, nil).Terminal()
	}
	if err := p.gate(ctx); err != nil {
		return err
	}
	for _, command := range s.Commands {
		tell("$ " + plan.CommandLine(command))
		last, err := p.runSetup(ctx, s.Dir, command, tell)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			args := map[string]any{"Command": plan.CommandLine(command), "Dir": s.Dir, "Last": last}
			return usererr.New("project.setup_failed", args, err).Terminal()
		}
	}
	return p.trustSetUp(ctx)
}

// trustSetUp takes what was just made for agreed to, where nothing else of the plan is another one.
func (p *Project) trustSetUp(ctx context.Context) error {
	now, err := p.planNow(ctx)
	if err != nil {
		return err
	}
	like := now
	like.Processes = nil
	for i, run := range now.Processes {
		if i < len(p.plan.Processes) {
			run.Program = p.plan.Processes[i].Program
		}
		like.Processes = append(like.Processes, run)
	}
	if p.own || like.Hash() != p.plan.Hash() {
		return nil // the next question tells what changed
	}
	return settings.Change(p.options.Folders, func(s *settings.Settings) { s.Trust(p.Dir, now.Hash(), now.Remembered()) })
}

// setupGrace is how long a command of a set-up may take to end once nobody wants it any more.
const setupGrace = 5 * time.Second

// runSetup runs one command and returns the last line that it printed.
func (p *Project) runSetup(ctx context.Context, dir string, command []string, tell func(string)) (last string, err error) {
	program := command[0]
	if !filepath.IsAbs(program) {
		if program, err = exec.LookPath(program); err != nil {
			return "", err
		}
	}
	cmd := exec.CommandContext(ctx, program, command[1:]...)
	cmd.Dir, cmd.WaitDelay = dir, setupGrace
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	for _, kv := range p.options.Environ { // an environment that is active here is not the project's
		if name, _, _ := strings.Cut(kv, "="); name != "VIRTUAL_ENV" && name != "PYTHONHOME" {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, "PYTHONUTF8=1", "PYTHONUNBUFFERED=1", "PIP_REQUIRE_VIRTUALENV=1", "POETRY_VIRTUALENVS_CREATE=true")
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	var reading sync.WaitGroup
	reading.Go(func() {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, mostHashed)
		for lines.Scan() {
			if text := strings.TrimSpace(termtext.OneLine(lines.Text())); text != "" {
				last = text
				tell(text)
			}
		}
		_, _ = io.Copy(io.Discard, r) // a line without an end must not stop the command
	})
	err = cmd.Run()
	err = errors.Join(err, w.Close())
	reading.Wait()
	return last, err
}
