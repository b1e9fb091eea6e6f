package desktop

import (
	"context"
	"strings"

	"streamtray/app/detector"
	"streamtray/app/plan"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/app/ui"
	"streamtray/app/view"
)

// prepare keeps a trusted project. One that is to be started and has no Python environment yet is first offered one, as the
// terminal does.
func (d *Desk) prepare(p *project.Project, start bool) {
	setup, missing := p.Setup()
	if kept := d.kept.Load(); !missing || !start || kept != nil && kept.Project.Dir == p.Dir && !kept.Over() {
		d.keep(p, start)
		return
	}
	ui.Later(func() {
		s := &setter{desk: d, project: p, setup: setup}
		d.put(p, "ui.setup.head", start, func(w *ui.Welcome) { w.ShowSetup(s.view(), s.do) })
	})
}

// setter makes a project's environment once the person agreed, and shows how that goes. Its fields belong to the main
// goroutine.
type setter struct {
	desk    *Desk
	project *project.Project
	setup   detector.Setup
	busy    bool
	cancel  context.CancelFunc // ends what is under way
	said    []string
	fault   error
}

// mostSaid is how many of the last lines are shown.
const mostSaid = 500

func (s *setter) view() view.Setup {
	w := s.desk.words
	v := view.Setup{Title: s.project.Title(), Dir: s.setup.Dir, Said: strings.Join(s.said, "\n")}
	for _, c := range s.setup.Commands {
		v.Commands = append(v.Commands, plan.CommandLine(c))
	}
	v.About = w.Text("ui.setup.about", map[string]any{"Missing": s.setup.Missing})
	if s.busy {
		v.About = w.Text("ui.setup.busy", nil)
	}
	if s.fault != nil {
		text, hint := w.Error(s.fault)
		v.Fault = strings.TrimSpace(text + " " + hint)
	}
	item := func(id string, a view.Act) view.Item {
		return view.Item{Label: w.Text(id, nil), Act: a, Disabled: s.busy}
	}
	if s.setup.Missing == "" {
		v.Acts = append(v.Acts, item("ui.setup.do", view.ActSetUp))
	}
	v.Acts = append(v.Acts, item("ui.setup.without", view.ActStart), view.Item{Label: w.Text("ui.trust.decline", nil), Act: view.ActOverview})
	return v
}

// do carries out what the person chose.
func (s *setter) do(a view.Act, _ string) {
	d := s.desk
	if d.pending != s.project {
		return
	}
	switch a {
	case view.ActSetUp:
		s.make()
	case view.ActStart:
		d.pending, d.question = nil, nil
		d.work.Go(func() { d.keep(s.project, true) })
	default:
		if s.busy {
			s.cancel()
		}
		welcomer{d}.Decline()
	}
}

// make runs the commands, and opens the project as it is then.
func (s *setter) make() {
	d := s.desk
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(d.ctx)
	cancel := s.cancel
	s.busy, s.said, s.fault = true, nil, nil
	s.show()
	d.work.Go(func() {
		defer cancel()
		err := s.project.SetUp(ctx, func(line string) {
			ui.Later(func() {
				if d.pending != s.project { // another question took its place
					cancel()
					return
				}
				s.said = append(s.said[max(len(s.said)-mostSaid, 0):], line)
				s.show()
			})
		})
		ui.Later(func() {
			s.busy, s.fault = false, err
			switch {
			case d.pending != s.project || d.going:
			case err != nil:
				s.show()
			default:
				d.reread() // that it may run as it is now was agreed to with it
				d.open(s.project.Dir, true)
			}
		})
	})
}

// reread takes over what the person agreed to and chose meanwhile.
func (d *Desk) reread() {
	if person, err := settings.Load(d.folders); err == nil {
		d.person = person
	}
}

// show draws the question anew, where its window is open.
func (s *setter) show() {
	if w := s.desk.window; w != nil && w.shown == view.PageOverview && w.welcome != nil && s.desk.question != nil {
		s.desk.question.show(w.welcome)
	}
}
