// Package session is one open project on the desktop: the connection to its agent, in this process or in another one; its
// logs merged into one; and what is measured of it (traffic, containers, processes, the place of a crash, changed files).
package session

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/story"
	"streamtray/app/ui"
	"streamtray/app/view"
	"streamtray/internal/pause"
)

// Session is one open project. This process runs its agent, or, if it is Far, watches another process's.
type Session struct {
	Project *project.Project
	Keeper  *agentrpc.Session
	Hub     *app.Hub
	Far     bool        // another process runs its agent
	Demo    bool        // it has no file, and nothing of it is saved
	Fresh   bool        // it was never up on this computer
	Plain   atomic.Bool // the next start is without streaming
	Log     *ui.Log

	merge     logMerge // sorts what is read for Log
	traffic   traffic
	contained contained
	processes processes
	crashes   crashes
	files     files

	ctx    context.Context //nolint:containedctx // the session's life
	cancel context.CancelFunc
	work   sync.WaitGroup
	logs   sync.Once
}

// Open runs the project's agent, or connects to the process that runs it already. show is called when another process asks
// for this one's window.
func Open(ctx context.Context, p *project.Project, show func()) (*Session, error) {
	s := &Session{Project: p, Log: ui.NewLog()}
	s.merge.log = s.Log
	s.ctx, s.cancel = context.WithCancel(ctx)
	var err error
	if s.Keeper, err = agentrpc.KeepOrJoin(s.ctx, p, agentrpc.AnswerWithin, show); err != nil {
		s.cancel()
		return nil, err
	}
	s.Hub, s.Far = s.Keeper.Hub, s.Keeper.Far != nil
	return s, nil
}

// Life is done when the session ends.
func (s *Session) Life() context.Context { return s.ctx }

// Go runs f in a goroutine that Close waits for.
func (s *Session) Go(f func()) { s.work.Go(f) }

// Over reports whether the session has ended or is being closed.
func (s *Session) Over() bool {
	select {
	case <-s.Keeper.Ended():
		return true
	default:
		return s.ctx.Err() != nil
	}
}

// Close ends the session. Where this process runs the agent, that stops the app; containers go on. It waits for that until ctx
// ends.
func (s *Session) Close(ctx context.Context) error {
	s.cancel()
	all := make(chan error, 1)
	go func() {
		err := s.Keeper.Wait()
		if errors.Is(err, context.Canceled) {
			err = nil
		}
		s.work.Wait()
		all <- errors.Join(err, s.Project.Close())
	}()
	select {
	case err := <-all:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Sources are the names of the logs: the programs, the containers, the agent.
func (s *Session) Sources() []string {
	sources := append([]string{"app"}, s.Project.Programs()[1:]...)
	if stack := s.Project.Plan().Stack; stack != nil {
		for _, c := range stack.Containers {
			sources = append(sources, c.Name)
		}
	}
	return append(sources, "agent")
}

// ReadLogs begins to read all logs into s.Log. Further calls do nothing.
func (s *Session) ReadLogs(w *i18n.Words) {
	s.logs.Do(func() {
		s.work.Go(func() { s.merge.flush(s.ctx) })
		for _, source := range s.Sources() {
			if source == "agent" {
				s.work.Go(func() { s.readEvents(w) })
				continue
			}
			s.work.Go(func() { followLog(s.ctx, s.Project.Logs, source, s.merge.add) })
		}
	})
}

// logBack is how many of the existing lines are read.
const logBack = 5000

// readAgain is the pause between two looks whether a log that ended, as its container stopped, has new lines.
const readAgain = 2 * time.Second

// followLog reads a log until ctx ends. After the log's end it reads the last line every readAgain, and follows the log again
// when that line is new.
func followLog(ctx context.Context, read func(context.Context, project.LogOptions) iter.Seq2[project.LogLine, error], source string, add func(ui.LogLine)) {
	var next time.Time // lines before this time were read
	for first := true; ctx.Err() == nil; first = false {
		if first || goesOn(ctx, read, source, next) {
			for l, err := range read(ctx, project.LogOptions{Source: source, Follow: true, Tail: logBack}) {
				if err != nil {
					break // where it matters, a step reports it
				}
				if !l.Time.Before(next) { // reading again begins with lines that were read before
					add(ui.LogLine{Time: l.Time, Source: source, Level: level(l), Text: l.Text})
					next = l.Time
				}
			}
			next = next.Add(1)
		}
		pause.For(ctx, readAgain)
	}
}

// goesOn reports whether the last line of a log is not older than from.
func goesOn(ctx context.Context, read func(context.Context, project.LogOptions) iter.Seq2[project.LogLine, error], source string, from time.Time) bool {
	for l, err := range read(ctx, project.LogOptions{Source: source, Tail: 1}) {
		if err == nil && !l.Time.Before(from) {
			return true
		}
	}
	return false
}

// level is the line's own level, or the one that a broker or ZooKeeper writes at its beginning.
func level(l project.LogLine) string {
	if l.Level != "" {
		return l.Level
	}
	head := l.Text[:min(len(l.Text), 60)]
	for _, known := range [...]struct{ word, level string }{{"ERROR", "error"}, {"FATAL", "critical"}, {"WARN", "warning"}, {"DEBUG", "debug"}} {
		if strings.Contains(head, known.word) {
			return known.level
		}
	}
	return "info"
}

// readEvents adds the agent's events to the log.
func (s *Session) readEvents(w *i18n.Words) {
	for e, missed := range s.Hub.Events(s.ctx) {
		if missed > 0 {
			s.merge.add(ui.LogLine{Time: e.At, Source: "agent", Level: "warning", Text: fmt.Sprintf("… %d", missed)})
		}
		if line, ok := eventLine(e, w); ok {
			s.merge.add(line)
		}
	}
}

// eventLine is an event as a line of the log; false for events that only arrange the rows.
func eventLine(e app.Event, w *i18n.Words) (ui.LogLine, bool) {
	switch e.Kind {
	case app.Planned, app.Skipped, app.Current, app.Wants:
		return ui.LogLine{}, false
	case app.Holds:
		if e.Step == story.StepFlow { // it comes every few seconds, and the overview shows it
			return ui.LogLine{}, false
		}
	}
	line := ui.LogLine{Time: e.At, Source: "agent", Level: "info", Text: view.StepName(e.Step, e.Program, w) + " · " + w.Text("ui.event."+e.Kind.String(), nil)}
	if e.Note.ID != "" {
		line.Text += " · " + w.Text(e.Note.ID, e.Note.Args)
	}
	if e.Err != nil {
		text, hint := w.Error(e.Err)
		line.Text, line.About = line.Text+" · "+text, hint
	}
	if e.Kind == app.Failed || e.Kind == app.Lost {
		line.Level = "error"
	} else {
		line.About = ""
	}
	return line, true
}
