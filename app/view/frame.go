package view

import (
	"fmt"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

// Page names a page of the main window.
type Page string

// The pages.
const (
	PageOverview Page = "overview"
	PageLogs     Page = "logs"
	PageTopics   Page = "topics"
	PageDiagnose Page = "diagnose"
	PageSettings Page = "settings"
)

// Pages are the pages in the order of the window's rail.
func Pages() []Page { return []Page{PageOverview, PageLogs, PageTopics, PageDiagnose, PageSettings} }

// Act is the act that opens a page.
func (p Page) Act() Act { return Act(p) }

// Title is the page's name.
func (p Page) Title(w *i18n.Words) string { return text(w, "ui.page."+string(p)) }

// Frame is what the main window shows around every page: whose state it is, how it goes, and what one would do next.
type Frame struct {
	Project string // empty: none is open
	Dir     string
	Recent  []Place
	Icon    string // one of assets.States
	State   string // the headline
	Switch  Toggle
	Primary Item   // the one act that is meant now; no label: none
	Stop    []Item // the ways to stop; none: nothing is to be stopped
	Banner  Banner
	Status  []Item // facts at the lower edge; one with an act copies it
}

// Toggle is the streaming switch in the header.
type Toggle struct {
	On     bool
	Usable bool
}

// Banner is what is wrong, in one sentence, with what helps. The zero value: nothing is.
type Banner struct {
	Mark  Mark
	Text  string
	Fixes []Item
}

// FrameOf is the frame for a state at a time. The zero Live means that no project is open.
func FrameOf(s app.State, l Live, w *i18n.Words, now time.Time) Frame {
	f := Frame{Recent: l.Recent, Icon: "stopped"}
	if l.Project != "" {
		v := Of(s, w, now)
		f.Project, f.Dir, f.Icon, f.State = l.Project, l.Dir, Icon(v.Phase), boardHeadline(v, s, w)
		f.Switch = Toggle{On: streamingWanted(s, l.Facts), Usable: true}
		f.Primary, f.Stop = primary(s, l.Facts, w), stops(s, l.Facts, w)
		if f.Banner = banner(v, s, l, w); f.Banner.Text == "" {
			f.Banner = l.Files
		}
		f.Status = status(v, l, w)
	}
	if l.Version != "" {
		f.Status = append(f.Status, Item{Label: l.Version})
	}
	return f
}

// streamingWanted reports whether streaming is wanted: now, or, while nothing is kept, for the next start.
func streamingWanted(s app.State, f Facts) bool {
	if !s.Want.Up {
		return !f.Plain
	}
	return s.Want.Streaming
}

// primary is the one act that is meant in this phase.
func primary(s app.State, f Facts, w *i18n.Words) Item {
	switch s.Phase() {
	case app.Stopped:
		return Item{Label: text(w, "ui.start"), Act: ActStart}
	case app.PhaseFailed:
		if !s.Want.Up {
			return Item{Label: text(w, "ui.start"), Act: ActStart}
		}
		return Item{Label: text(w, "tray.retry"), Act: retry(s)}
	case app.Ready, app.Connected, app.Streaming:
		if f.Page != "" && holds(s, "app") {
			return Item{Label: text(w, "ui.browse"), Act: ActBrowse}
		}
	case app.Starting, app.Stopping, app.Degraded:
	}
	return Item{}
}

// stops are the ways to stop what is kept.
func stops(s app.State, f Facts, w *i18n.Words) []Item {
	if !s.Want.Up {
		if f.OwnKafka && (holds(s, "infra") || holds(s, "embedded")) { // the app is stopped, Kafka runs on
			return []Item{{Label: stopAll(f, w), Act: ActStopEverything}}
		}
		return nil
	}
	all := []Item{{Label: text(w, "ui.stop.app"), Act: ActStop}}
	if f.OwnKafka {
		all = append(all, Item{Label: stopAll(f, w), Act: ActStopEverything})
	}
	return append(all, Item{}, Item{Label: text(w, "tray.restart"), Act: ActRestart})
}

func stopAll(f Facts, w *i18n.Words) string {
	if f.Contained {
		return text(w, "ui.stop.containers")
	}
	return text(w, "ui.stop.all")
}

// banner says what went wrong, where something did.
func banner(v View, s app.State, l Live, w *i18n.Words) Banner {
	if i, ok := Crashed(s); ok {
		b := Banner{Mark: Bad, Text: v.Headline}
		if where := l.Crash.Where(); where != "" {
			b.Text += " · " + where
			b.Fixes = append(b.Fixes, Item{Label: text(w, "ui.fix.file"), Act: ActOpenFile, Arg: fmt.Sprintf("%s:%d", l.Crash.File, l.Crash.Line)})
		}
		if r := v.Rows[i]; r.Finding != nil && !r.Finding.Told && !r.Finding.Unknown() {
			b.Text += " · " + r.Finding.Title
		}
		return Banner{b.Mark, b.Text, append(b.Fixes, fix(v.Rows[i], s, w), restart(s, s.Rows[i], w))}
	}
	for i, r := range v.Rows {
		if !broken(v, r, s.Rows[i], s) {
			continue
		}
		cause, _, _ := strings.Cut(r.cause(), "\n")
		return Banner{Mark: r.Mark, Text: r.Name + " · " + cause, Fixes: fixes(r, s, w)}
	}
	return Banner{}
}

// status are the facts at the lower edge of the window.
func status(v View, l Live, w *i18n.Words) []Item {
	var all []Item
	if l.Bootstrap != "" {
		all = append(all, Item{Label: "Kafka " + l.Bootstrap, Act: ActCopyAddress})
	}
	for _, r := range v.Rows {
		if r.Step == "engine" && (r.Mark == Good || r.Mark == Bad || r.Mark == Warn) {
			all = append(all, Item{Label: r.Name + " " + text(w, "ui.status."+r.Mark.String())})
		}
	}
	return all
}
