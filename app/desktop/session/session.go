// Package session is one project on a desktop, kept by this process or watched while another keeps it: its logs put together,
// and what is measured of it (traffic, containers, processes, a crash's place, what became of its files).
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

// Session is one project, kept by this process or watched while another keeps it.
type Session struct {
	Project *project.Project
	Keeper  *agentrpc.Session
	Hub     *app.Hub
	Far     bool        // another process keeps it
	Demo    bool        // no file describes it, and nothing of it is kept
	Fresh   bool        // it never came up here before
	Plain   atomic.Bool // the next start is one without streaming
	Log     *ui.Log

	gathered  gathered // what is read for Log
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

// Open keeps a project, or joins the process that does. show is called when another process asks to see this one.
func Open(ctx context.Context, p *project.Project, show func()) (*Session, error) {
	s := &Session{Project: p, Log: ui.NewLog()}
	s.gathered.log = s.Log
	s.ctx, s.cancel = context.WithCancel(ctx)
	var err error
	if s.Keeper, err = agentrpc.KeepOrJoin(s.ctx, p, agentrpc.AnswerWithin, show); err != nil {
		s.cancel()
		return nil, err
	}
	s.Hub, s.Far = s.Keeper.Hub, s.Keeper.Far != nil
	return s, nil
}

// Life ends when the session does.
func (s *Session) Life() context.Context { return s.ctx }

// Go has the end of the session wait for f.
func (s *Session) Go(f func()) { s.work.Go(f) }

// Over reports whether it has ended, or is about to.
func (s *Session) Over() bool {
	select {
	case <-s.Keeper.Ended():
		return true
	default:
		return s.ctx.Err() != nil
	}
}

// Close stops the app where this process keeps it, lets the containers run, and waits until all of it has ended or ctx
// does.
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

// Sources are the logs that there are.
func (s *Session) Sources() []string {
	sources := append([]string{"app"}, s.Project.Programs()[1:]...)
	if stack := s.Project.Plan().Stack; stack != nil {
		for _, c := range stack.Containers {
			sources = append(sources, c.Name)
		}
	}
	return append(sources, "agent")
}

// ReadLogs begins to read all logs into s.Log; a second call changes nothing.
func (s *Session) ReadLogs(w *i18n.Words) {
	s.logs.Do(func() {
		s.work.Go(func() { s.gathered.release(s.ctx) })
		for _, source := range s.Sources() {
			if source == "agent" {
				s.work.Go(func() { s.readEvents(w) })
				continue
			}
			s.work.Go(func() { followLog(s.ctx, s.Project.Logs, source, s.gathered.add) })
		}
	})
}

// logBack is how many of the lines so far are read.
const logBack = 5000

// readAgain is the pause before it is looked whether a log that ended (the container stopped) goes on.
const readAgain = 2 * time.Second

// followLog reads a log, and goes on when it does, until ctx ends. As long as nothing came since it ended, no more than its
// last line is read again.
func followLog(ctx context.Context, read func(context.Context, project.LogOptions) iter.Seq2[project.LogLine, error], source string, add func(ui.LogLine)) {
	var next time.Time // lines before it were read
	for first := true; ctx.Err() == nil; first = false {
		if first || goesOn(ctx, read, source, next) {
			for l, err := range read(ctx, project.LogOptions{Source: source, Follow: true, Tail: logBack}) {
				if err != nil {
					break // told by the story where it matters
				}
				if !l.Time.Before(next) { // after a break, what was read already comes again
					add(ui.LogLine{Time: l.Time, Source: source, Level: level(l), Text: l.Text})
					next = l.Time
				}
			}
			next = next.Add(1)
		}
		pause.For(ctx, readAgain)
	}
}

// goesOn reports whether a log has a line from a time on.
func goesOn(ctx context.Context, read func(context.Context, project.LogOptions) iter.Seq2[project.LogLine, error], source string, from time.Time) bool {
	for l, err := range read(ctx, project.LogOptions{Source: source, Tail: 1}) {
		if err == nil && !l.Time.Before(from) {
			return true
		}
	}
	return false
}

// level is the line's own, or what a broker's log says at its beginning.
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

// readEvents tells the agent's own events as lines.
func (s *Session) readEvents(w *i18n.Words) {
	for e, missed := range s.Hub.Events(s.ctx) {
		if missed > 0 {
			s.gathered.add(ui.LogLine{Time: e.At, Source: "agent", Level: "warning", Text: fmt.Sprintf("… %d", missed)})
		}
		if line, ok := eventLine(e, w); ok {
			s.gathered.add(line)
		}
	}
}

// eventLine puts an event into words; what only orders the rows says nothing.
func eventLine(e app.Event, w *i18n.Words) (ui.LogLine, bool) {
	switch e.Kind {
	case app.Planned, app.Skipped, app.Current, app.Wants:
		return ui.LogLine{}, false
	case app.Holds:
		if e.Step == story.StepFlow { // every few seconds: the overview has it
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
