package desktop

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/bundle"
	"streamtray/app/config"
	"streamtray/app/doctor"
	"streamtray/app/filechooser"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/ui"
	"streamtray/app/view"
)

// checkup puts what the checks found so far into rows, in the order of ids.
func checkup(ids []string, known map[string]doctor.Result, w *i18n.Words) view.Checkup {
	c := view.Checkup{Mark: view.Good}
	count := map[doctor.Status]int{}
	for _, id := range ids {
		r, ok := known[id]
		if !ok {
			r.ID = id
		}
		count[r.Status]++
		c.Steps = append(c.Steps, checked(r, w))
	}
	switch {
	case len(known) < len(ids):
		c.Mark = view.Busy
		c.Headline = w.Text("ui.doctor.busy", map[string]any{"Done": len(known), "All": len(ids)})
		return c
	case count[doctor.Problem] > 0:
		c.Mark, c.Headline = view.Bad, w.Text("ui.doctor.ill", map[string]any{"Count": count[doctor.Problem]})
	case count[doctor.Warning] > 0:
		c.Mark = view.Warn
		fallthrough
	default:
		c.Headline = w.Text("ui.doctor.well", map[string]any{"Skipped": count[doctor.Skipped]})
	}
	c.Sum = w.Text("ui.doctor.sum", map[string]any{
		"OK": count[doctor.OK], "Warnings": count[doctor.Warning], "Problems": count[doctor.Problem], "Skipped": count[doctor.Skipped],
	})
	return c
}

// checked is one check as a row; one without a status is still being looked at.
func checked(r doctor.Result, w *i18n.Words) view.Step {
	mark := view.Busy
	switch r.Status {
	case doctor.OK:
		mark = view.Good
	case doctor.Warning:
		mark = view.Warn
	case doctor.Problem:
		mark = view.Bad
	case doctor.Skipped:
		mark = view.Off
	}
	st := view.Step{Row: view.Row{Step: r.ID, Name: r.Name(w), Mark: mark}, Word: w.Text("ui.doctor.mark."+mark.String(), nil)}
	if mark == view.Busy {
		return st
	}
	st.Text, st.Hint, st.Proof = r.Text(w), r.Advice(w), r.Details(w)
	if r.Took >= time.Second {
		st.Time = view.Seconds(r.Took, w)
	}
	switch r.Action {
	case doctor.SetUp:
		st.Fix = view.Item{Label: w.Text("ui.setup.offer", nil), Act: view.ActSetUp}
	case doctor.StartEngine:
		st.Fix = view.Item{Label: w.Text("view.fix.start_engine", nil), Act: view.ActMend, Arg: string(r.Action)}
	}
	if noDocker(r) {
		st.Fix = view.WithoutDocker(w)
	}
	return st
}

// noDocker reports whether a check found that there is no Docker on this computer.
func noDocker(r doctor.Result) bool {
	return r.Status == doctor.Problem && r.Message.ID == doctor.NotInstalled
}

// examiner is what the page of the diagnosis asks for.
type examiner struct {
	desk   *Desk
	window *window
	ctx    context.Context //nolint:containedctx // the page's life
	shown  *ui.Doctor
	cancel context.CancelFunc // ends the look under way
	last   []doctor.Result    // complete, or empty
	phase  app.Phase          // of the project when the look began
}

var _ ui.Examiner = (*examiner)(nil)

// diagnosePage looks at everything, and shows it.
func (w *window) diagnosePage() *page {
	e := &examiner{desk: w.desk, window: w, ctx: w.ctx, cancel: func() {}}
	e.shown = ui.NewDoctor(w.desk.words, e)
	e.Again()
	return &page{content: e.shown.Content, checked: e, run: func(context.Context) { e.outdated() }}
}

// outdated has what was found looked at again where the project has come to another state since, and the page is seen. It is
// no longer counted as long as nobody sees it.
func (e *examiner) outdated() {
	d := e.desk
	if d.session == nil || e.last == nil {
		return
	}
	switch now := d.session.Hub.State().Phase(); {
	case now == e.phase || now == app.Starting || now == app.Stopping: // the latter last a moment
	case e.window.shown == view.PageDiagnose:
		e.Again()
	default:
		e.window.shell.Count(view.PageDiagnose, 0)
	}
}

// Again looks at everything, once more; each result is shown as soon as it is there.
func (e *examiner) Again() {
	d, w := e.desk, e.desk.words
	e.cancel()
	var ctx context.Context
	ctx, e.cancel = context.WithCancel(e.ctx)
	e.last = nil
	if d.session != nil {
		e.phase = d.session.Hub.State().Phase()
	}
	var ids []string
	known := map[string]doctor.Result{}
	e.shown.Show(view.Checkup{Mark: view.Busy, Headline: w.Text("ui.doctor.opening", nil)})
	subject := d.opener.subject()
	d.work.Go(func() {
		s := subject(ctx)
		defer s.Close()
		applicable := s.Applicable()
		ui.Later(func() { ids = applicable })
		all := doctor.RunOnly(ctx, s, applicable, func(r doctor.Result) {
			ui.Later(func() {
				if !slices.Contains(ids, r.ID) {
					return // it only was needed
				}
				if known[r.ID] = r; ctx.Err() == nil {
					c := checkup(ids, known, w)
					if c.Sum != "" { // how many there are of the rest is told by the headline and in front of what is folded
						c.Sum = w.Text("ui.doctor.at", map[string]any{"Time": time.Now().Format(time.TimeOnly), "Warnings": warnings(c)})
					}
					e.shown.Show(c)
				}
			})
		})
		ui.Later(func() {
			if ctx.Err() == nil {
				e.last = all
				e.window.shell.Count(view.PageDiagnose, problems(all))
			}
		})
	})
}

// warnings are how many of the rows are one.
func warnings(c view.Checkup) (n int) {
	for _, s := range c.Steps {
		if s.Mark == view.Warn {
			n++
		}
	}
	return n
}

// problems are how many of the results are one.
func problems(all []doctor.Result) (n int) {
	for _, r := range all {
		if r.Status == doctor.Problem {
			n++
		}
	}
	return n
}

// Copy gives what was found as text.
func (e *examiner) Copy() {
	var b strings.Builder
	w := e.desk.words
	for _, r := range e.last {
		fmt.Fprintf(&b, "%s · %s · %s\n", checked(r, w).Word, r.Name(w), r.Text(w))
		for _, l := range append(r.Details(w), r.Advice(w)) {
			if l != "" {
				fmt.Fprintf(&b, "    %s\n", l)
			}
		}
	}
	e.desk.outside.copy(b.String())
}

// Do carries out what a row offers. What is offered for a project that nobody keeps is done, and looked at again.
func (e *examiner) Do(a view.Act, arg string) {
	d := e.desk
	if a == view.ActSetUp {
		d.opener.offerSetUp(e.last)
		return
	}
	if a != view.ActMend || d.session != nil {
		d.do(a, arg)
		return
	}
	if arg == project.UseEmbedded {
		d.remedies.offerEmbedded(config.Root(d.opener.meant().Dir))
		return
	}
	open := d.opener.subject()
	d.remedies.agree(arg, e.window, func() {
		s := open(d.ctx)
		defer s.Close()
		err := s.StartEngine(d.ctx) // the one thing that a check offers
		ui.Later(func() {
			if err != nil && d.ctx.Err() == nil {
				d.notifier.complain(err)
			}
			e.Again()
		})
	})
}

// Bundle saves what a colleague needs where the user wants it, and puts its summary into the clipboard.
func (e *examiner) Bundle() {
	d, now := e.desk, time.Now()
	subject, o := d.opener.subject(), d.opener.meant()
	q := filechooser.Question{Title: d.words.Text("ui.choose.save", nil), Save: true, Name: bundle.DefaultName(now)}
	e.window.choosePath(q, func(path string) {
		d.work.Go(func() {
			summary, err := e.writeBundle(subject, bundle.Sources{Options: o, Version: d.options.Version, Now: now}, path)
			ui.Later(func() {
				if err != nil {
					e.window.say(q.Title, d.notifier.inWords(err))
					return
				}
				d.outside.copy(summary)
				e.window.say(d.words.Text("ui.page.diagnose", nil), d.words.Text("ui.doctor.saved", map[string]any{"File": path}))
			})
		})
	})
}

// writeBundle gathers a bundle and writes it; it returns the summary in both languages.
func (e *examiner) writeBundle(subject func(context.Context) *doctor.Subject, src bundle.Sources, path string) (string, error) {
	src.Subject = subject(e.desk.ctx)
	defer src.Subject.Close()
	src.State, src.Kept = src.Subject.State()
	var err error
	if src.Words, err = i18n.All(); err != nil {
		return "", err
	}
	b := bundle.Gather(e.desk.ctx, src)
	zip, err := b.Zip()
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, zip, 0o600); err != nil {
		return "", err
	}
	var all []string
	for _, lang := range i18n.Languages {
		all = append(all, b.Summary[lang])
	}
	return strings.Join(all, "\n\n"), nil
}
