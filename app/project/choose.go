package project

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/config"
	"streamtray/app/facts"
	"streamtray/app/settings"
	"streamtray/docker/compose"
	"streamtray/internal/usererr"
)

// Undecided is why a project cannot be opened before somebody says which of several compose files with a broker is
// its own.
type Undecided struct {
	Dir   string              // the project's folder
	Found []compose.Candidate // the likeliest first

	fault error
}

func (u *Undecided) Error() string { return u.fault.Error() }

// Unwrap gives the fault that tells the candidates, and how to choose without being asked.
func (u *Undecided) Unwrap() error { return u.fault }

// Choose remembers for this person which compose file is the project's.
func (u *Undecided) Choose(f settings.Folders, c compose.Candidate) error {
	return settings.Change(f, func(s *settings.Settings) { s.Choose(u.Dir, []string{c.Path}) })
}

// Name is a candidate's path as a person would write it in streamtray.yaml.
func (u *Undecided) Name(c compose.Candidate) string {
	rel, err := filepath.Rel(u.Dir, c.Path)
	if err != nil {
		return c.Path
	}
	return filepath.ToSlash(rel)
}

// composeFiles are the project's compose files: those that it names, else those that the person chose, else the one
// that is found to hold a broker. With several of these the error is *Undecided.
func (p *Project) composeFiles(ctx context.Context) ([]string, error) {
	named := p.Config.Compose
	if !named.Guessed {
		return named.Files, nil
	}
	if chosen := p.options.Settings.Compose[p.Dir]; len(chosen) > 0 && !slices.ContainsFunc(chosen, missing) {
		return chosen, nil
	}
	env := environment(p.options.Environ)
	found, err := compose.Candidates(ctx, p.Dir, env)
	if err != nil {
		return nil, err
	}
	found = apart(ctx, found, env)
	if files := settled(p.Config, found); len(files) > 0 {
		return files, nil
	}
	if len(found) == 0 {
		return named.Files, nil // what is wrong with them is told later
	}
	u := &Undecided{Dir: p.Dir, Found: found}
	names := make([]string, len(found))
	for i, c := range found {
		names[i] = u.Name(c)
	}
	first := names
	if len(first) > mostCandidates {
		first = append(slices.Clone(first[:mostCandidates]), "…")
	}
	u.fault = usererr.New("project.several", map[string]any{"Files": strings.Join(first, ", "), "First": names[0]}, nil).Terminal()
	return nil, u
}

// settled are the compose files of a project that does not name any, without a question: those that its README or Makefile says
// to start together, else the only one with a broker, else the usual one, else the one that is said to be started. None: a person
// has to choose.
func settled(c config.Project, found []compose.Candidate) []string {
	told := toldToStart(c)
	usual := filepath.Join(c.Dir, filepath.FromSlash(config.InfraFile))
	switch {
	case len(told) > 1, len(found) == 0: // also by a name that is no compose file's
		return told
	case len(found) == 1 || found[0].Path == usual:
		return []string{found[0].Path}
	}
	return told
}

// toldToStart are the compose files with a broker that the project's README or Makefile says to start; none: neither does, or they
// say several things.
func toldToStart(c config.Project) []string {
	if c.Found == nil {
		return nil
	}
	var told []string
	for _, s := range c.Found.Started {
		if !slices.ContainsFunc(c.Found.Compose, func(t facts.Text) bool { return slices.Contains(s.Files, t.Value) }) {
			continue
		}
		if told != nil {
			return nil
		}
		for _, file := range s.Files {
			told = append(told, filepath.Join(c.Dir, filepath.FromSlash(file)))
		}
	}
	return told
}

// mostCandidates are the compose files that a sentence tells.
const mostCandidates = 6

func missing(path string) bool {
	_, err := os.Stat(path)
	return err != nil
}

// apart leaves out the files that another candidate includes or extends: they are parts of it.
func apart(ctx context.Context, found []compose.Candidate, env map[string]string) []compose.Candidate {
	var parts []string
	for _, c := range found {
		whole, err := compose.Load(ctx, compose.Options{Files: []string{c.Path}, Env: env})
		if err != nil || slices.Contains(parts, c.Path) {
			continue
		}
		for _, f := range whole.Files {
			if f.Path != c.Path {
				parts = append(parts, f.Path)
			}
		}
	}
	return slices.DeleteFunc(found, func(c compose.Candidate) bool { return slices.Contains(parts, c.Path) })
}
