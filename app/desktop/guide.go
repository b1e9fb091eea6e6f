package desktop

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"streamtray/app"
	"streamtray/app/desktop/session"
	"streamtray/app/doctor"
	"streamtray/app/ui"
	"streamtray/app/view"
)

// guide leads a project that never came up here through its first start, in the welcome: it looks whether all is there,
// starts, and ends with the first record. It can be left at any moment; where it was left, the next start goes on,
// since it looks at what is and remembers nothing. Its fields belong to the main goroutine.
type guide struct {
	desk    *Desk
	session *session.Session
	asked   *question          // the guide itself
	cancel  context.CancelFunc // ends the look under way
	ids     []string           // of the checks that apply here; nil: not known yet
	known   map[string]doctor.Result
	started bool
	state   app.State
}

// lead begins the first start of the session's project.
func lead(d *Desk, s *session.Session) {
	g := &guide{desk: d, session: s, cancel: func() {}}
	d.screen.gl.Then(func(drawn bool) {
		switch {
		case d.session != s:
		case !drawn: // nobody can be led
			d.control.begin(s, true)
		default:
			g.asked = d.welcomer.ask("ui.guide.head", func(w *ui.Welcome) { w.ShowGuide(g.view(), g.do) })
			g.look()
			g.watch()
		}
	})
}

// over reports whether something else is shown by now.
func (g *guide) over() bool {
	return g.desk.session != g.session || g.desk.welcomer.question != g.asked || g.desk.ending.going
}

// show draws the guide anew, where its window is open.
func (g *guide) show() {
	if w := g.desk.screen.window; w != nil && w.shown == view.PageOverview && w.welcome != nil && !g.over() {
		g.asked.show(w.welcome)
	}
}

// look runs the checks, and starts once there is no problem.
func (g *guide) look() {
	d := g.desk
	g.cancel()
	ctx, cancel := context.WithCancel(g.session.Life())
	g.cancel, g.known = cancel, map[string]doctor.Result{}
	g.show()
	subject, known := d.opener.subject(), g.known
	d.work.Go(func() {
		defer cancel()
		s := subject(ctx)
		defer s.Close()
		ids := s.Applicable()
		ids = slices.DeleteFunc(doctor.BeforeStart(), func(id string) bool { return !slices.Contains(ids, id) })
		ui.Later(func() { g.ids = ids })
		all := doctor.RunOnly(ctx, s, ids, func(r doctor.Result) {
			ui.Later(func() {
				known[r.ID] = r
				g.show()
			})
		})
		if ctx.Err() != nil {
			return
		}
		ui.Later(func() {
			if doctor.Healthy(all) && !g.over() && !g.started {
				g.start()
			}
		})
	})
}

// start has the project kept.
func (g *guide) start() {
	g.started = true
	g.desk.control.begin(g.session, true)
	g.show()
}

// watch shows how the start goes, however it was begun, for as long as somebody looks.
func (g *guide) watch() {
	d, s := g.desk, g.session
	ctx, cancel := context.WithCancel(s.Life())
	d.work.Go(func() {
		defer cancel()
		states := s.Hub.Watch(ctx)
		for state := <-states; ctx.Err() == nil; state = wait(ctx, states, state) {
			ui.Later(func() {
				if d.screen.window == nil && !g.over() { // closed: from now on the overview tells
					d.welcomer.question = nil
				}
				if g.over() {
					cancel()
					return
				}
				g.state, g.started = state, g.started || state.Want.Up
				g.show()
			})
		}
	})
}

// do carries out what the user chose.
func (g *guide) do(a view.Act, arg string) {
	d := g.desk
	switch {
	case a == view.ActDiagnose:
		g.look()
	case a == view.ActStart && !g.started:
		g.start()
	case a == view.ActSetUp:
		d.opener.offerSetUp(slices.Collect(maps.Values(g.known)))
	case a == view.ActOverview:
		d.welcomer.answered()
	default:
		d.do(a, arg)
	}
}

// view is the guide as it stands.
func (g *guide) view() view.Guide {
	d, p := g.desk, g.session.Project
	v := view.Guide{Title: p.Title(), Dir: p.Dir}
	marks := [3]view.Mark{view.Busy, view.Pending, view.Pending}
	if g.started {
		marks = g.begun(&v)
	} else {
		marks[0] = g.looking(&v)
	}
	for i, id := range []string{"ui.guide.stage.check", "ui.guide.stage.start", "ui.guide.stage.record"} {
		v.Stages = append(v.Stages, view.Stage{Name: d.words.Text(id, nil), Mark: marks[i]})
	}
	return v
}

// item is a button.
func (g *guide) item(text string, a view.Act) view.Item {
	return view.Item{Label: g.desk.words.Text(text, nil), Act: a}
}

// looking shows the checks and returns how they stand.
func (g *guide) looking(v *view.Guide) view.Mark {
	w := g.desk.words
	c := checkup(g.ids, g.known, w)
	v.Steps = slices.DeleteFunc(c.Steps, func(s view.Step) bool { return s.Mark == view.Off }) // what does not apply here
	other := g.item("ui.guide.other", view.ActOpen)
	if c.Mark != view.Bad {
		v.About, v.Acts = w.Text("ui.guide.checking", nil), []view.Item{other}
		return c.Mark
	}
	slices.SortStableFunc(v.Steps, func(a, b view.Step) int { return cmp.Compare(urgency(a.Mark), urgency(b.Mark)) })
	failed := 0
	for _, s := range v.Steps {
		if s.Mark == view.Bad {
			failed++
		}
	}
	v.About = w.Text("ui.guide.found", map[string]any{"Count": failed})
	if slices.ContainsFunc(slices.Collect(maps.Values(g.known)), noDocker) {
		v.Acts = []view.Item{view.WithoutDocker(w), view.GetDocker(w), g.item("ui.check_again", view.ActDiagnose), other}
		return view.Bad
	}
	v.Acts = []view.Item{g.item("ui.doctor.again", view.ActDiagnose), g.item("ui.guide.anyway", view.ActStart), other}
	return view.Bad
}

// urgency puts what is to be mended first.
func urgency(m view.Mark) int {
	switch m {
	case view.Bad:
		return 0
	case view.Warn:
		return 1
	case view.Pending, view.Busy, view.Good, view.Idle, view.Said, view.Off:
	}
	return 2
}

// begun shows the start, and returns how the stages stand.
func (g *guide) begun(v *view.Guide) [3]view.Mark {
	w, s := g.desk.words, g.state
	b := view.BoardOf(s, g.session.Live(nil), w, time.Now())
	v.Steps = b.Steps
	overview := g.item("ui.guide.overview", view.ActOverview)
	flow, _ := s.Row("flow")
	switch phase := s.Phase(); {
	case flow.Holding():
		v.About, v.Acts = w.Text("ui.guide.done", nil), []view.Item{overview}
		return [3]view.Mark{g.checked(), view.Good, view.Good}
	case phase.Kept():
		v.About = w.Text("ui.guide.record", nil)
		if g.session.Project.Config.App.Ready.HTTP != "" {
			v.Acts = append(v.Acts, g.item("ui.browse", view.ActBrowse))
		}
		v.Acts = append(v.Acts, g.item("tray.canary", view.ActCanary), overview)
		return [3]view.Mark{g.checked(), view.Good, view.Busy}
	case phase == app.PhaseFailed || phase == app.Degraded:
		v.About, v.Acts = w.Text("ui.guide.failed", nil), append(forward(b.Acts), overview)
		return [3]view.Mark{g.checked(), view.Bad, view.Pending}
	}
	v.About, v.Acts = w.Text("ui.guide.starting.own", nil), []view.Item{overview}
	switch {
	case s.Held():
		v.About = w.Text("ui.guide.connection", nil)
	case g.session.InContainers():
		v.About = w.Text("ui.guide.starting", nil)
	}
	return [3]view.Mark{g.checked(), view.Busy, view.Pending}
}

// checked is how the checks stand once the start has begun: whoever starts anyway has not put right what they found.
func (g *guide) checked() view.Mark {
	for _, r := range g.known {
		if r.Status == doctor.Problem {
			return view.Bad
		}
	}
	return view.Good
}

// forward are the acts without the one that stops everything: it is in the window's header, and not what is meant here.
func forward(acts []view.Item) []view.Item {
	return slices.DeleteFunc(slices.Clone(acts), func(i view.Item) bool { return i.Act == view.ActStop })
}
