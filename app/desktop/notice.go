package desktop

import (
	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/view"
)

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
