package desktop

import (
	"strings"

	"streamtray/app"
	"streamtray/app/desktop/session"
	"streamtray/app/i18n"
	"streamtray/app/ui"
	"streamtray/app/view"
)

// notifier tells what the person should know although they do not look.
type notifier struct {
	desk *Desk
	last notice
}

// notice is what a change of the state is worth telling: that it streams, that something was lost, that it needs the
// user. What was told last is not told again, and what the user did is not either.
type notice struct{ last app.Phase }

// of is the text for a state, and whether there is one.
func (n *notice) of(s app.State, w *i18n.Words) (string, bool) {
	p := s.Phase()
	if p == n.last || p == app.Starting || p == app.Stopping { // on the way somewhere
		return "", false
	}
	before := n.last
	n.last = p
	switch p {
	case app.Connected:
		return w.Text("tray.notice.connected", nil), before != app.Streaming
	case app.Streaming:
		return w.Text("tray.notice.streaming", nil), true
	case app.Ready:
		return w.Text("tray.notice.ready", nil), before != app.Streaming && before != app.Connected
	case app.Degraded, app.PhaseFailed:
		return view.Of(s, w, s.Since).Headline, true
	case app.Stopped, app.Starting, app.Stopping:
	}
	return "", false
}

// tell shows a notification, unless the person wants none.
func (n *notifier) tell(text string) {
	d := n.desk
	if d.person.Quiet {
		return
	}
	title := "StreamTray"
	if d.session != nil {
		title += " · " + d.session.Project.Title()
	}
	d.work.Go(func() { _ = d.system.Notify(d.ctx, title, text) }) // a desktop without notifications has the tray
}

// saidNo tells why something that the user chose cannot be done.
func (n *notifier) saidNo(s *session.Session, err error) {
	if s.Life().Err() != nil {
		return
	}
	ui.Later(func() { n.complain(err) })
}

// complain tells an error as a notification.
func (n *notifier) complain(err error) { n.tell(n.inWords(err)) }

// inWords is an error with what to do about it.
func (n *notifier) inWords(err error) string {
	text, hint := n.desk.words.Error(err)
	return strings.TrimSpace(text + " " + hint)
}
