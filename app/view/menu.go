package view

import (
	"reflect"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

// Menu is the tray as a value: its icon, its tooltip and its menu. Two menus that are the same need no redrawing.
type Menu struct {
	Icon    string // one of assets.States
	Tooltip string // the headline
	Items   []Item
}

// Item is one line of a menu. One without label is a line between groups.
type Item struct {
	Label    string
	Act      Act
	Arg      string // what Act needs to know: a project's folder
	Ticked   bool
	Disabled bool
	Items    []Item // a menu of its own
}

// Act names what choosing an item, or pressing a button, does.
type Act string

// The acts. Those that change something only send the agent a request, and so are possible while a story runs.
const (
	ActNone           Act = ""
	ActStart          Act = "start"           // keep the story, with streaming
	ActStop           Act = "stop"            // stop the app, leave Kafka running
	ActStopEverything Act = "stop-everything" // stop the containers too
	ActStreamingOn    Act = "streaming-on"
	ActStreamingOff   Act = "streaming-off"
	ActRestart        Act = "restart"
	ActBrowse         Act = "browse" // open a page; no Arg: the app's
	ActMend           Act = "mend"   // Arg: what is to be done about a failure, which is asked about first
	ActSetUp          Act = "set-up" // make the project's environment
	ActCanary         Act = "canary"
	ActCopyAddress    Act = "copy-address"
	ActCopyPowerShell Act = "copy-powershell"
	ActCopyBash       Act = "copy-bash"
	ActLogFolder      Act = "log-folder" // show it in the file manager
	ActOpenFile       Act = "open-file"  // Arg: path:line, shown in an editor
	ActProject        Act = "project"    // Arg: its folder
	ActOpen           Act = "open"       // choose a folder
	ActQuit           Act = "quit"       // Arg: what becomes of Kafka, as in the settings; empty: as chosen there
)

// The acts that open a page of the window.
const (
	ActOverview Act = Act(PageOverview)
	ActLogs     Act = Act(PageLogs) // Arg: the one source to show; empty: all
	ActTopics   Act = Act(PageTopics)
	ActDiagnose Act = Act(PageDiagnose) // look at everything that streaming stands on
	ActSettings Act = Act(PageSettings)
)

// Place is a project that can be opened.
type Place struct {
	Title, Dir string
	Gone       bool // its folder was not found
}

// Label is the project's title, and whether it is gone.
func (p Place) Label(w *i18n.Words) string {
	if p.Gone {
		return p.Title + " · " + text(w, "ui.recent.gone")
	}
	return p.Title
}

// Facts are what the menu must know besides the state. The zero Facts mean that no project is open.
type Facts struct {
	Project   string // its title
	Dir       string
	Env       string // the streaming variable
	Page      string // the app's page; empty: none known
	Bootstrap string // Kafka's address; empty: none known yet
	Contained bool   // the project's Kafka runs in containers
	OwnKafka  bool   // Kafka is started, and stopped, for this project
	Plain     bool   // the next start is one without streaming
	Recent    []Place
}

// Same reports whether m and o look the same.
func (m Menu) Same(o Menu) bool { return reflect.DeepEqual(m, o) }

// MenuOf is the tray for a state. What changes from second to second stands in the tooltip only: on Windows, redrawing
// a menu rebuilds it.
func MenuOf(s app.State, f Facts, w *i18n.Words, now time.Time) Menu {
	if f.Project == "" {
		return Menu{Icon: "stopped", Tooltip: text(w, "tray.none"), Items: withoutProject(f, w)}
	}
	v := Of(s, w, now)
	m := Menu{Icon: Icon(v.Phase), Tooltip: f.Project + " · " + v.Headline}
	m.Items = append([]Item{{Label: f.Project + " · " + calm(v, w), Act: ActOverview}, {}}, steer(s, f, w)...)
	m.Items = append(m.Items,
		Item{},
		Item{Label: text(w, "tray.window"), Act: ActOverview},
		Item{Label: text(w, "ui.page.logs"), Act: ActLogs},
		Item{},
		Item{Label: text(w, "tray.copy"), Items: copies(f, w)},
		projects(f, w),
		Item{},
		quit(f, w),
	)
	return m
}

// quit ends the program: where Kafka is this project's, with it or without.
func quit(f Facts, w *i18n.Words) Item {
	q := Item{Label: text(w, "tray.quit"), Act: ActQuit}
	if f.Contained {
		q.Items = []Item{
			{Label: text(w, "tray.quit.keep"), Act: ActQuit, Arg: "keep"},
			{Label: text(w, "tray.quit.stop"), Act: ActQuit, Arg: "stop"},
		}
	}
	return q
}

func text(w *i18n.Words, id string) string { return w.Text(id, nil) }

// Icon is the name of the icon for a phase.
func Icon(p app.Phase) string {
	switch p {
	case app.Starting, app.Stopping:
		return "starting"
	case app.Ready:
		return "ready"
	case app.Connected:
		return "connected"
	case app.Streaming:
		return "streaming"
	case app.Degraded, app.PhaseFailed:
		return "problem"
	case app.Stopped:
	}
	return "stopped"
}

// calm is the headline without what moves: the step it is at, not the rate.
func calm(v View, w *i18n.Words) string {
	if v.Phase == app.Streaming {
		return text(w, "view.phase.streaming")
	}
	return v.Headline
}

// steer are the items that change what is kept.
func steer(s app.State, f Facts, w *i18n.Words) []Item {
	var items []Item
	switch {
	case !s.Want.Up:
		items = append(items, Item{Label: text(w, "ui.start"), Act: ActStart})
	case s.Phase() == app.PhaseFailed:
		for _, r := range Of(s, w, s.Since).Rows {
			if way, ok := mend(r); ok && r.Mark == Bad {
				items = append(items, way)
			}
		}
		items = append(items, Item{Label: text(w, "tray.retry"), Act: retry(s)})
	}
	for _, stop := range stops(s, f, w) {
		if stop.Act == ActStop || stop.Act == ActStopEverything {
			items = append(items, stop)
		}
	}
	toggle := Item{Label: text(w, "ui.streaming"), Act: ActStreamingOn, Ticked: streamingWanted(s, f)}
	if toggle.Ticked {
		toggle.Act = ActStreamingOff
	}
	return append(items, toggle,
		Item{Label: text(w, "tray.restart"), Act: ActRestart, Disabled: !s.Want.Up},
		Item{Label: text(w, "ui.browse"), Act: ActBrowse, Disabled: f.Page == "" || !holds(s, "app")},
	)
}

// retry is the act that tries again what is wanted.
func retry(s app.State) Act {
	if s.Want.Streaming {
		return ActStart
	}
	return ActRestart
}

func holds(s app.State, step string) bool {
	r, ok := s.Row(step)
	return ok && r.Holding()
}

// copies are what other programs must be told to find Kafka.
func copies(f Facts, w *i18n.Words) []Item {
	unknown := f.Bootstrap == ""
	return []Item{
		{Label: text(w, "tray.copy_address"), Act: ActCopyAddress, Disabled: unknown},
		{Label: text(w, "tray.copy_powershell"), Act: ActCopyPowerShell, Disabled: unknown},
		{Label: text(w, "tray.copy_bash"), Act: ActCopyBash, Disabled: unknown},
	}
}

func projects(f Facts, w *i18n.Words) Item {
	menu := Item{Label: text(w, "tray.projects")}
	for _, p := range f.Recent {
		menu.Items = append(menu.Items, Item{Label: p.Label(w), Act: ActProject, Arg: p.Dir, Ticked: p.Dir == f.Dir})
	}
	if len(menu.Items) > 0 {
		menu.Items = append(menu.Items, Item{})
	}
	menu.Items = append(menu.Items, Item{Label: text(w, "tray.open"), Act: ActOpen})
	return menu
}

func withoutProject(f Facts, w *i18n.Words) []Item {
	items := []Item{{Label: text(w, "tray.none"), Disabled: true}, {}, {Label: text(w, "tray.window"), Act: ActOverview}}
	if len(f.Recent) > 0 {
		items = append(items, projects(f, w))
	} else {
		items = append(items, Item{Label: text(w, "tray.open_first"), Act: ActOpen})
	}
	return append(items, Item{}, Item{Label: text(w, "tray.quit"), Act: ActQuit})
}
