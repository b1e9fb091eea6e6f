package project

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"streamtray/app"
	"streamtray/app/detector"
	"streamtray/app/diagnose"
	"streamtray/app/envfile"
	"streamtray/app/evidence"
	"streamtray/app/plan"
	"streamtray/app/redact"
	"streamtray/internal/usererr"
)

// flag is the streaming flag: the value that the next launch of the app will find in its environment and, where the
// project asks for it, in its .env file, so that a launch by hand finds it too.
type flag struct {
	env     string       // the variable
	on, off string       // its values
	file    string       // the .env file; empty: none
	same    func() error // nil while file is the one that was agreed to

	mu    sync.Mutex
	value string // empty: not set
}

func (f *flag) want(on bool) string {
	if on {
		return f.on
	}
	return f.off
}

// Is is nil when the flag is set to on or off.
func (f *flag) Is(on bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.value != f.want(on) {
		return usererr.New("project.flag_not_set", map[string]any{"Env": f.env, "Want": f.want(on)}, nil)
	}
	return nil
}

// Set sets the flag for the next launch.
func (f *flag) Set(on bool) error {
	if err := f.write(f.want(on)); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.value = f.want(on)
	return nil
}

// Blocked is nil unless the flag's file may not be written.
func (f *flag) Blocked() error {
	if f.file == "" {
		return nil
	}
	file, err := os.OpenFile(f.file, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return usererr.New("envfile.unwritable", map[string]any{"Path": f.file}, err).Terminal()
	}
	return file.Close()
}

// Clear takes the flag back. A .env file is left saying off, since a launch by hand would otherwise look for a Kafka
// that nobody keeps.
func (f *flag) Clear() error {
	if err := f.write(f.off); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.value = ""
	return nil
}

// write sets the flag in the .env file, if there is one.
func (f *flag) write(value string) error {
	if f.file == "" {
		return nil
	}
	if err := f.same(); err != nil {
		return err
	}
	_, err := envfile.Set(f.file, f.env, value)
	return err
}

func (f *flag) now() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.value
}

// overruled are the .env files beside the app that say another value of the streaming flag than we do: an app that lets
// its file win does not stream.
func (p *Project) overruled() []diagnose.Measured {
	f := p.Config.Streaming
	if f.Env == "" {
		return nil
	}
	var found []diagnose.Measured
	for _, dir := range slices.Compact([]string{p.Config.App.Dir, p.Dir}) {
		file := filepath.Join(dir, ".env")
		value, ok, err := envfile.Get(file, f.Env)
		if err == nil && ok && value != f.On {
			found = append(found, diagnose.Measured{
				Cause: "env-flag", Where: diagnose.App, Said: file + ": " + f.Env + "=" + value, Args: map[string]string{"value": value},
			})
		}
	}
	return found
}

// detection is the detection app of the story.
type detection struct {
	*detector.App
	launch  detector.Launch // without what is known only at launch
	env     []plan.Var
	flag    *flag
	cluster *cluster
	page    *page
	told    func(addrs []string) map[string]string // the variables of Kafka's address
	program func() error                           // why the command cannot be started; nil: it can, as far as files show

	first   bool   // of the programs that are kept: what comes after its start counts as records since
	restart string // what becomes of it when it ends by itself

	watch *evidence.Watch
	ready string // the line that it says its producer is made by; empty: none is known
	file  string // where that is set
}

// Alive is one look at the app; of one that does not run it says why it could not.
func (d *detection) Alive(ctx context.Context) error {
	err := d.App.Alive(ctx)
	if err != nil && d.finished() {
		return nil
	}
	return d.checked(err)
}

// Start launches the app with the flag as it is set now.
func (d *detection) Start(ctx context.Context) error {
	if err := d.program(); err != nil {
		return err
	}
	if err := d.failedForGood(ctx); err != nil {
		return err
	}
	l := d.launch
	l.Env = map[string]string{}
	k, err := d.cluster.at() // streaming off, there may be none
	for _, v := range d.env {
		switch {
		case v.Off != "":
			if now := d.flag.now(); now != "" {
				l.Env[v.Name] = now
			}
		case v.Kafka && err == nil:
			l.Env[v.Name] = d.told(k.Bootstrap)[v.Name]
		case !v.Kafka:
			l.Env[v.Name] = v.Value
		}
	}
	if d.Alive(ctx) != nil {
		d.begin(ctx)
	}
	return d.App.Start(ctx, l)
}

// Stop ends the app, and what a run before it may have left behind.
func (d *detection) Stop(ctx context.Context) error {
	return errors.Join(d.App.Stop(ctx), d.launch.EndLeftover(ctx))
}

// EndLeftover ends what is left of an app whose agent and keeper were killed. Nobody may keep the project.
func (p *Project) EndLeftover(ctx context.Context) error {
	var errs []error
	for _, l := range p.launches() {
		errs = append(errs, l.EndLeftover(ctx))
	}
	return errors.Join(errs...)
}

// Page tells where the app's web server answers.
func (d *detection) Page() app.Note { return pageNote(d.page.url) }

func pageNote(url string) app.Note {
	return app.Note{ID: "project.page", Args: map[string]any{"URL": url}}
}

// Facts tells how the app runs.
func (d *detection) Facts() app.Note {
	f := d.App.Facts()
	if d.finished() {
		return app.Note{ID: "project.app_finished", Args: map[string]any{"Command": redact.Text(strings.Join(d.launch.Command, " "))}}
	}
	return app.Note{ID: "project.app", Args: map[string]any{"PID": f.PID, "Command": redact.Text(strings.Join(d.launch.Command, " "))}}
}
