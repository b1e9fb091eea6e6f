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

// setter makes a project's environment, or puts packages into the one there is, once the person agreed, and shows how that
// goes. Its fields belong to the main goroutine.
type setter struct {
	desk    *Desk
	project *project.Project
	setup   detector.Setup
	there   bool // there is an environment
	busy    bool
	cancel  context.CancelFunc // ends what is under way
	said    []string
	fault   error
}

// mostSaid is how many of the last lines are shown.
const mostSaid = 500

func (s *setter) view() view.Setup {
	w := s.desk.words
	v := view.Setup{Head: w.Text(s.head(), nil), Title: s.project.Title(), Dir: s.setup.Dir, Said: strings.Join(s.said, "\n")}
	for _, c := range s.setup.Commands {
		v.Commands = append(v.Commands, plan.CommandLine(c))
	}
	v.About = w.Text("ui.setup.about", map[string]any{"There": s.there, "Missing": s.setup.Missing})
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
	switch {
	case s.there:
		v.Acts = append(v.Acts, item("ui.setup.install", view.ActSetUp))
	case s.setup.Missing == "":
		v.Acts = append(v.Acts, item("ui.setup.do", view.ActSetUp), item("ui.setup.without", view.ActStart))
	default:
		v.Acts = append(v.Acts, item("ui.setup.without", view.ActStart))
	}
	v.Acts = append(v.Acts, view.Item{Label: w.Text("ui.trust.decline", nil), Act: view.ActOverview})
	return v
}

// head is the question.
func (s *setter) head() string {
	if s.there {
		return "ui.setup.packages"
	}
	return "ui.setup.head"
}

// do carries out what the person chose.
func (s *setter) do(a view.Act, _ string) {
	d := s.desk
	if d.welcomer.pending != s.project {
		return
	}
	switch a {
	case view.ActSetUp:
		s.make()
	case view.ActStart:
		d.welcomer.pending, d.welcomer.question = nil, nil
		d.work.Go(func() { d.control.keep(s.project, true) })
	default:
		if s.busy {
			s.cancel()
		}
		d.welcomer.Decline()
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
		err := s.project.SetUp(ctx, s.setup, func(line string) {
			ui.Later(func() {
				if d.welcomer.pending != s.project { // another question took its place
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
			case d.welcomer.pending != s.project || d.ending.going:
			case err != nil:
				s.show()
			default:
				d.reread() // that it may run as it is now was agreed to with it
				if now := d.session; now == nil || now.Project.Dir != s.project.Dir {
					d.opener.openAnyway(s.project.Dir, true)
					return
				}
				d.welcomer.Decline() // the question is answered
				d.do(view.ActStart, "")
			}
		})
	})
}

// reread takes over what the person agreed to and chose meanwhile.
func (d *Desk) reread() {
	if person, err := settings.Load(d.folders); err == nil {
		d.person = person
		d.lookForRecent()
	}
}

// show draws the question anew, where its window is open.
func (s *setter) show() {
	if w := s.desk.screen.window; w != nil && w.shown == view.PageOverview && w.welcome != nil && s.desk.welcomer.question != nil {
		s.desk.welcomer.question.show(w.welcome)
	}
}
