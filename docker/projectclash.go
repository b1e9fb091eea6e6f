package docker

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
)

// Compose names a project after the folder of its file, so that two that keep it in a folder called "deployment" have one
// name, and each takes the other's containers for its own. What a container was made from stands on it as well.

// madeFrom tells by its labels whether a container was made from this stack's files: known is false for one that carries
// none, as compose clients before 1.25 left it.
func (s *Stack) madeFrom(c Container) (own, known bool) {
	if c.workingDir == "" && c.configFiles == "" {
		return false, false
	}
	dirs := []string{plainPath(s.Dir)}
	if real, err := filepath.EvalSymlinks(s.Dir); err == nil {
		dirs = append(dirs, plainPath(real))
	}
	if slices.Contains(dirs, plainPath(c.workingDir)) {
		return true, true
	}
	for f := range strings.SplitSeq(c.configFiles, ",") { // --project-directory may have named another folder
		for _, ours := range s.Files {
			if !filepath.IsAbs(ours) {
				ours = filepath.Join(s.Dir, ours)
			}
			if plainPath(f) == plainPath(ours) {
				return true, true
			}
		}
	}
	return false, true
}

var wslDrive = lazyregexp.New(`^/mnt/([A-Za-z])/`)

// plainPath is a path as paths are compared: Windows' and WSL's ways to write one are the same.
func plainPath(path string) string {
	path = strings.TrimSuffix(strings.ReplaceAll(path, `\`, "/"), "/")
	if runtime.GOOS != "windows" {
		return path
	}
	return strings.ToLower(wslDrive.ReplaceAllString(path, "$1:/"))
}

// clash is nil unless a container that another project made stands where one of the wanted services would: compose would
// replace or stop it.
func (s *Stack) clash(others []Container) error {
	for _, c := range others {
		if len(s.Services) == 0 || slices.Contains(s.Services, c.Service) {
			return finalFault(ProjectClash, facts{
				"Project": s.Name, "Container": c.Name, "Dir": c.workingDir, "Name": s.ownName(),
			}, nil)
		}
	}
	return nil
}

var notInName = lazyregexp.New(`[^a-z0-9_-]+`)

// ownName is a project name that only this project would have.
func (s *Stack) ownName() string {
	above := strings.ToLower(filepath.Base(filepath.Dir(s.Dir)))
	return strings.TrimLeft(notInName.ReplaceAllString(above, "-")+"-"+s.Name, "-_")
}

// StopContainers has the engine stop the containers of the wanted services that were made from this stack's files, those
// that depend on others first. No program is run and no file read for it: what a project says is not listened to. A
// container whose labels do not say what it was made from is left.
func (s *Stack) StopContainers(ctx context.Context) error {
	own, _, err := s.containers(ctx)
	if err != nil {
		return err
	}
	own = slices.DeleteFunc(own, func(c Container) bool {
		mine, _ := s.madeFrom(c)
		wanted := len(s.Services) == 0 || slices.Contains(s.Services, c.Service)
		return !mine || !wanted || !c.Running() && c.State != "restarting" && c.State != "paused"
	})
	var errs []error
	for len(own) > 0 {
		i := slices.IndexFunc(own, func(c Container) bool { // nothing that is left depends on it
			return !slices.ContainsFunc(own, func(o Container) bool { return o.ID != c.ID && slices.Contains(o.dependsOn, c.Service) })
		})
		c := own[max(i, 0)] // a circle is begun anywhere
		own = slices.DeleteFunc(own, func(o Container) bool { return o.ID == c.ID })
		if s.Progress != nil {
			s.Progress(Progress{Name: c.Name, Action: "Stopping"})
		}
		errs = append(errs, s.Engine.stop(ctx, c.ID))
	}
	return errors.Join(errs...)
}
