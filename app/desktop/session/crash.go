package session

import (
	"context"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/project"
	"streamtray/app/view"
)

// crashes finds where a program of the project crashed: once for each time, since its log is read for that.
type crashes struct {
	mu    sync.Mutex
	of    time.Time // when what was looked for happened
	found view.Crash
}

// crashBack is how many of the log's last lines are looked through.
const crashBack = 400

// where is the place of the crash that a state tells of; zero: of none, or it is not known.
func (c *crashes) where(ctx context.Context, s app.State, p *project.Project) view.Crash {
	i, ok := view.Crashed(s)
	if !ok {
		return view.Crash{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := s.Rows[i].Ended; c.of.IsZero() || !at.Equal(c.of) {
		c.of = at
		c.found = view.Crash{}
		var lines []string
		for l, err := range p.Logs(ctx, project.LogOptions{Source: "app", Tail: crashBack}) {
			if err == nil {
				lines = append(lines, l.Text)
			}
		}
		c.found = lastFrame(lines, p.Dir, p.Config.App.Dir)
	}
	return c.found
}

var (
	traceback = "Traceback (most recent call last):"
	frameLine = regexp.MustCompile(`^\s*File "([^"]+)", line (\d+)`)
)

// lastFrame is the last place in the project's own files that the last traceback of a Python program names. A path that is
// not whole is one from base on, where the program was started.
func lastFrame(lines []string, dir, base string) view.Crash {
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i], traceback) {
			lines = lines[i:]
			break
		}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		m := frameLine.FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		file := m[1]
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, base, file)
			if filepath.IsAbs(base) {
				file = filepath.Join(base, m[1])
			}
		}
		name, err := filepath.Rel(dir, file)
		line, bad := strconv.Atoi(m[2])
		if err != nil || bad != nil || !filepath.IsLocal(name) || strings.Contains(filepath.ToSlash(name), "site-packages/") {
			continue
		}
		return view.Crash{File: file, Name: filepath.ToSlash(name), Line: line}
	}
	return view.Crash{}
}

// Crash is where a program of the project crashed, if a state tells of that; the first time it reads the program's log.
func (s *Session) Crash(state app.State) view.Crash { return s.crashes.where(s.ctx, state, s.Project) }
