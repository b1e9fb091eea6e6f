package project

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/config"
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
	if len(found) == 0 {
		return named.Files, nil // what is wrong with them is told later
	}
	usual := filepath.Join(p.Dir, filepath.FromSlash(config.InfraFile))
	if found = apart(ctx, found, env); len(found) == 1 || found[0].Path == usual {
		return []string{found[0].Path}, nil
	}
	u := &Undecided{Dir: p.Dir, Found: found}
	names := make([]string, len(found))
	for i, c := range found {
		names[i] = u.Name(c)
	}
	told := names
	if len(told) > mostCandidates {
		told = append(slices.Clone(told[:mostCandidates]), "…")
	}
	u.fault = usererr.New("project.several", map[string]any{"Files": strings.Join(told, ", "), "First": names[0]}, nil).Terminal()
	return nil, u
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
