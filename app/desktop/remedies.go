package desktop

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/rogpeppe/go-internal/diff"

	"streamtray/app/config"
	"streamtray/app/desktop/session"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/app/ui"
)

// remedies asks whether what this program can do about a failure is to be done, and does it.
type remedies struct{ desk *Desk }

// askSize is that of a question with a file in it.
var askSize = fyne.NewSize(760, 480)

// mend asks whether what this program can do about a failure is to be done, says what it costs, and does it.
func (r *remedies) mend(s *session.Session, remedy string) {
	d := r.desk
	switch remedy {
	case project.FreePort:
		r.offerPort(s)
		return
	case project.UseEmbedded:
		r.offerEmbedded(s.Project.Dir)
		return
	case project.ResetKafka:
		d.resetter.offer(s)
		return
	}
	d.screen.with(func(w *window) {
		r.agree(remedy, w, func() { d.control.mended(s, s.Project.Mend(s.Life(), remedy)) })
	})
}

// agree asks in a window whether a remedy is wanted at its cost, and has it done, off the main goroutine, after a yes.
func (r *remedies) agree(remedy string, w *window, do func()) {
	d := r.desk
	say := func(id string) string { return d.words.Text(id, nil) }
	q := ui.Question{Title: say("view.fix." + remedy), Text: say("view.fix." + remedy + ".cost"), Answers: []string{say("view.fix." + remedy), say("ui.ports.leave")}}
	ui.Ask(w.Canvas(), q, func(answer int) {
		if answer == 0 {
			d.work.Go(do)
		}
	})
}

// offerPort shows which free port could take the place of a taken one, and the override file that would do it; it is
// used after a yes.
func (r *remedies) offerPort(s *session.Session) {
	d := r.desk
	d.work.Go(func() {
		offer, err := s.Project.Offer(s.Life())
		switch {
		case err != nil:
			d.notifier.saidNo(s, err)
		case offer == nil: // it is free by now
			d.control.again(s)
		default:
			ui.Later(func() { d.screen.with(func(w *window) { r.askPort(s, offer, w) }) })
		}
	})
}

// offerEmbedded shows what the built-in Kafka would change in a project's file. After a yes that is written, and the project
// opened as it is then.
func (r *remedies) offerEmbedded(dir string) {
	d := r.desk
	file := fileOf(dir, d.words)
	d.work.Go(func() {
		is, text, err := withEmbedded(file)
		ui.Later(func() {
			if err != nil {
				d.notifier.complain(err)
				return
			}
			d.screen.with(func(w *window) { r.askEmbedded(w, file, is, text) })
		})
	})
}

func (r *remedies) askEmbedded(w *window, file projectFile, is, text string) {
	d := r.desk
	say := func(id string) string { return d.words.Text(id, nil) }
	q := ui.Question{
		Title: say("view.fix.use_embedded"), Text: say("view.fix.use_embedded.cost"), Size: askSize,
		Content: ui.NewDiff(string(diff.Diff(config.FileName, []byte(is), config.FileName, []byte(text))), d.outside.copy),
		Answers: []string{say("view.fix.use_embedded"), say("ui.ports.leave")},
	}
	ui.Ask(w.Canvas(), q, func(answer int) {
		if answer != 0 {
			return
		}
		if err := file.Save(text); err != nil {
			d.notifier.complain(err)
			return
		}
		d.opener.open(filepath.Dir(file.path), true)
	})
}

func (r *remedies) askPort(s *session.Session, o *project.Offer, w *window) {
	d := r.desk
	var lines []string
	say := func(id string, args map[string]any) { lines = append(lines, d.words.Text(id, args)) }
	for _, m := range o.Moves {
		text, _ := d.words.Error(m.Why)
		lines = append(lines, text)
		say("cli.ports.move", map[string]any{"From": m.From, "To": m.To})
	}
	for _, n := range o.Notes() {
		say(n.ID, n.Args)
	}
	q := ui.Question{
		Title: d.words.Text("view.fix.free_port", nil), Text: strings.Join(lines, "\n"), Content: ui.NewText(o.Override, d.outside.copy), Size: askSize,
		Answers: []string{d.words.Text("ui.ports.use", nil), d.words.Text("ui.ports.leave", nil)},
	}
	ui.Ask(w.Canvas(), q, func(answer int) {
		if answer == 0 {
			r.movePorts(s, o)
		}
	})
}

// movePorts remembers the free ports and opens the project anew with them, where this process keeps it.
func (r *remedies) movePorts(s *session.Session, o *project.Offer) {
	d := r.desk
	dir := s.Project.Dir
	d.work.Go(func() {
		err := s.Project.Accept(o)
		person, read := settings.Load(d.folders)
		if err = errors.Join(err, read); err != nil {
			d.notifier.saidNo(s, err)
			return
		}
		if !s.Far { // its channel has to be free before the next session listens there
			err = s.Close(d.ctx)
		} else {
			s.Keeper.Stop()
		}
		ui.Later(func() {
			d.person = person
			if err != nil {
				d.opener.failed(err)
				return
			}
			d.opener.open(dir, true)
		})
	})
}

// withEmbedded is what a project's file says, and what it would say with the built-in Kafka.
func withEmbedded(file projectFile) (is, text string, err error) {
	if is, err = file.Text(); err != nil {
		return "", "", err
	}
	if text, err = config.Embed(is); err != nil {
		return "", "", err
	}
	if _, missing := os.Stat(file.path); missing != nil {
		is = "" // what it would begin with is new as well
	}
	return is, text, file.Check(text)
}
