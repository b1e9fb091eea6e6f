package desktop

import (
	"context"
	"errors"
	"slices"
	"strings"

	"streamtray/app/desktop/session"
	"streamtray/app/project"
	"streamtray/app/ui"
	"streamtray/internal/usererr"
)

// resetter has all taken away that Kafka keeps for a project.
type resetter struct {
	desk *Desk
	busy bool // nothing is begun meanwhile
}

// offer shows what would go if all that Kafka keeps for a project went, and asks about it in so many words, as the
// terminal does.
func (k *resetter) offer(s *session.Session) {
	d := k.desk
	if k.busy {
		return
	}
	d.screen.with(func(w *window) {
		ctx, cancel := context.WithCancel(s.Life())
		done := k.underWay(w, "ui.reset.looking", cancel)
		d.work.Go(func() {
			r, err := s.Project.PlanReset(ctx, project.ResetScope{All: true})
			unwanted := ctx.Err() != nil
			cancel()
			ui.Later(func() {
				if done(); unwanted || s.Life().Err() != nil {
					return
				}
				d.screen.with(func(w *window) {
					if err != nil {
						w.say(d.words.Text("view.fix.reset_kafka", nil), d.notifier.inWords(err))
						return
					}
					k.ask(s, r, w)
				})
			})
		})
	})
}

// underWay says in a window what is done for a reset, until what is returned is called; it can be cancelled there.
func (k *resetter) underWay(w *window, text string, cancel func()) (done func()) {
	say := func(id string) string { return k.desk.words.Text(id, nil) }
	return ui.Ask(w.Canvas(), ui.Question{Title: say("view.fix.reset_kafka"), Text: say(text), Answers: []string{say("ui.cancel")}}, func(int) { cancel() })
}

func (k *resetter) ask(s *session.Session, r *project.Reset, w *window) {
	d := k.desk
	say := func(id string) string { return d.words.Text(id, nil) }
	title := say("view.fix.reset_kafka")
	if r.Empty() {
		w.say(title, say("cli.reset.nothing"))
		return
	}
	where := d.words.Text("cli.reset.where", map[string]any{"Folder": s.Project.Backups()})
	q := ui.Question{
		Title: title, Text: strings.Join([]string{say("view.fix.reset_kafka.cost"), where, say("ui.reset.question")}, "\n"), Size: askSize,
		Content: ui.NewText(k.goes(r), d.outside.copy), Answers: []string{say("ui.reset.do"), say("ui.cancel")},
	}
	ui.AskText(w.Canvas(), q, "", nil, func(answer string) {
		if !project.AgreesToReset(answer) {
			w.say(title, say("cli.reset.kept"))
			return
		}
		k.do(s, r, w)
	})
}

// goes are the lines of what would go, and what stays.
func (k *resetter) goes(r *project.Reset) string {
	d := k.desk
	var lines []string
	say := func(id string, args map[string]any) { lines = append(lines, d.words.Text(id, args)) }
	for _, n := range r.Notes() {
		say(n.ID, n.Args)
	}
	if r.Silent != nil {
		text, _ := d.words.Error(r.Silent)
		say("cli.reset.silent", map[string]any{"Text": text})
	}
	if len(r.Topics) > 0 {
		say("cli.reset.topics", map[string]any{"Records": r.Records()})
	}
	for _, t := range r.Topics {
		say("ui.reset.topic", map[string]any{"Topic": t.Name, "Partitions": t.Partitions, "Records": t.Records})
	}
	return strings.Join(lines, "\n")
}

// do stops what keeps the project, has what was shown saved and taken away, tells where it was saved, and goes on with
// what was wanted. Nothing is begun meanwhile.
func (k *resetter) do(s *session.Session, r *project.Reset, w *window) {
	d := k.desk
	if k.busy || d.session != s {
		return
	}
	k.busy = true
	want := s.Hub.State().Want
	ctx, cancel := context.WithCancel(d.ctx) // it goes on where another project is opened meanwhile
	title := d.words.Text("view.fix.reset_kafka", nil)
	done := k.underWay(w, "ui.reset.busy", cancel)
	over := make(chan struct{})
	s.Go(func() { <-over }) // the project stays open until then
	d.work.Go(func() {
		defer close(over)
		err := release(ctx, s)
		if err == nil {
			err = s.Project.Reset(ctx, r, s.Project.Backups())
		}
		cancel()
		ui.Later(func() {
			k.busy = false
			done()
			if d.ending.going || d.ctx.Err() != nil {
				return
			}
			d.screen.with(func(w *window) { w.say(title, k.after(r, err)) })
			switch {
			case d.session != s || !want.Up:
			case s.Over(): // another process kept it
				d.opener.open(s.Project.Dir, true)
			default:
				d.control.begin(s, want.Streaming)
			}
		})
	})
}

// release has whoever keeps a session's project stop that, or it would start Kafka again.
func release(ctx context.Context, s *session.Session) error {
	ctx, cancel := context.WithTimeout(ctx, closeWithin)
	defer cancel()
	s.Keeper.Stop()
	if !untilStopped(ctx, s) {
		return usererr.New("cli.reset.used", nil, ctx.Err())
	}
	return nil
}

// after says what came of a reset, and in which files what went can be found.
func (k *resetter) after(r *project.Reset, err error) string {
	d := k.desk
	var lines []string
	switch {
	case err == nil:
		records := slices.ContainsFunc(r.Saved, func(file string) bool { return strings.HasSuffix(file, ".jsonl.gz") })
		lines = append(lines, d.words.Text("ui.reset.done", map[string]any{"Records": records}))
	case !errors.Is(err, context.Canceled):
		lines = append(lines, d.notifier.inWords(err))
	}
	if kept := d.words.Text("cli.reset.kept", nil); !r.Begun && !strings.Contains(strings.Join(lines, "\n"), kept) { // some errors say it
		lines = append(lines, kept)
	}
	for _, f := range r.Saved {
		lines = append(lines, d.words.Text("cli.reset.saved", map[string]any{"File": f}))
	}
	return strings.Join(lines, "\n")
}
