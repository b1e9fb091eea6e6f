package view

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

// Process is what the processes of one of the project's programs take.
type Process struct {
	CPU    float64 // percent of one core
	Memory int64   // bytes
}

// Programs are the names of the project's programs in the order of the rows; that of the first is empty.
func Programs(s app.State) (names []string) {
	for _, r := range s.Rows {
		if base, of := program(r.Step); base == "app" {
			names = append(names, of)
		}
	}
	return names
}

// PIDOf is the process of a program that runs; 0: none does.
func PIDOf(s app.State, name string) int {
	for _, r := range s.Rows {
		if base, of := program(r.Step); base == "app" && of == name && r.Holding() {
			switch pid := r.Note.Args["PID"].(type) {
			case int:
				return pid
			case float64: // it came from another process, as JSON
				return int(pid)
			}
		}
	}
	return 0
}

// Resource is a part of the project as it is now: a program, Kafka, a container, the topics. What is not measured is "–".
type Resource struct {
	Name     string
	Mark     Mark
	State    string // how it is, and what shows that
	Where    string // its address; may be empty
	CPU      string
	Memory   string
	Uptime   string
	Restarts string
	Menu     []Item // the first is what a click on the row does
}

// resources are the parts of a project: its programs, Kafka and what it stands on, the streaming flag, the topics.
func resources(s app.State, v View, l Live, w *i18n.Words, now time.Time) []Resource {
	var all []Resource
	page := l.Page
	for i, r := range s.Rows {
		base, of := program(r.Step)
		if base != "app" {
			continue
		}
		all = append(all, programOf(s, v, i, of, page, l, w, now))
		page = "" // the first's
	}
	kafka, mine := -1, Container{}
	for _, c := range l.Containers {
		if placeOf(c.Service) == "broker" && mine.Service == "" {
			mine = c
		}
	}
	for i, r := range s.Rows {
		if r.Step == "broker" {
			kafka = i
		}
	}
	if kafka >= 0 {
		all = append(all, kafkaOf(v.Rows[kafka], s.Rows[kafka], mine, l, w, now))
	}
	for _, c := range l.Containers {
		if kafka < 0 || c.Service != mine.Service {
			all = append(all, containerOf(c, w, now))
		}
	}
	if r, ok := streamingOf(s, l, w); ok {
		all = append(all, r)
	}
	if len(l.Topics) > 0 {
		for i, r := range s.Rows {
			if r.Step == "topics" {
				all = append(all, topicsOf(v.Rows[i], l, w))
			}
		}
	}
	return all
}

// restart restarts the program that a row is of: of several that one alone.
func restart(s app.State, row app.Row, w *i18n.Words) Item {
	i := Item{Label: text(w, "tray.restart"), Act: ActRestart, Disabled: !s.Want.Up}
	if len(Programs(s)) > 1 {
		i.Label, i.Arg = w.Text("ui.restart.one", map[string]any{"Name": cmp.Or(row.Program, text(w, "ui.source.app"))}), row.Step
	}
	return i
}

func programOf(s app.State, v View, i int, of, page string, l Live, w *i18n.Words, now time.Time) Resource {
	row := s.Rows[i]
	name := cmp.Or(row.Program, text(w, "ui.source.app"))
	source := cmp.Or(of, "app")
	r := Resource{Name: name, Mark: v.Rows[i].Mark, State: v.Rows[i].Text, Where: page, CPU: Unknown, Memory: Unknown, Uptime: Unknown, Restarts: Unknown, Menu: []Item{
		{Label: text(w, "ui.fix.app_log"), Act: ActLogs, Arg: source}, restart(s, row, w),
	}}
	if !row.Holding() {
		r.Where = ""
		if r.State == "" {
			r.State = text(w, "ui.container.exited")
		}
		return r
	}
	r.State = text(w, "ui.container.running")
	for j, other := range s.Rows {
		base, whose := program(other.Step)
		if base != "connection" || whose != of {
			continue
		}
		switch v.Rows[j].Mark {
		case Good:
			r.State = text(w, "ui.resource.connected")
		case Bad, Warn:
			r.State, r.Mark = v.Rows[j].cause(), v.Rows[j].Mark
		case Pending, Busy, Idle, Said:
			r.Mark, r.State = Said, text(w, "ui.resource.unconnected")
		case Off:
		}
	}
	r.Uptime = uptime(now.Sub(row.Ended), w)
	if p, ok := l.Processes[of]; ok {
		r.CPU, r.Memory = fmt.Sprintf("%.1f%%", p.CPU), megabytes(p.Memory)
	}
	return r
}

func kafkaOf(v Row, row app.Row, c Container, l Live, w *i18n.Words, now time.Time) Resource {
	r := Resource{Name: "Kafka", Mark: v.Mark, State: v.Text, CPU: Unknown, Memory: Unknown, Uptime: Unknown, Restarts: Unknown, Menu: []Item{
		{Label: text(w, "ui.fix.kafka_log"), Act: ActLogs, Arg: "kafka"}, {Label: text(w, "tray.canary"), Act: ActCanary, Disabled: !row.Holding()},
	}}
	if row.Holding() {
		r.State, r.Where = text(w, "ui.resource.reachable"), l.Bootstrap
	}
	if c.Service == "" {
		r.State = cmp.Or(r.State, Unknown)
		return r
	}
	box := containerOf(c, w, now)
	r.CPU, r.Memory, r.Uptime, r.Restarts = box.CPU, box.Memory, box.Uptime, box.Restarts
	r.Menu[0].Arg = c.Service
	if v.Mark == Off || v.Mark == Pending { // nobody asks Kafka, and its container tells
		r.Mark, r.State = box.Mark, box.State
	}
	return r
}

func containerOf(c Container, w *i18n.Words, now time.Time) Resource {
	r := Resource{
		Name: c.Service, Mark: Off, State: c.State, Where: published(c.Ports), CPU: Unknown, Memory: Unknown, Uptime: Unknown, Restarts: strconv.Itoa(c.Restarts),
		Menu: []Item{{Label: text(w, "ui.page.logs"), Act: ActLogs, Arg: c.Service}},
	}
	if c.Health != "" && c.State == "running" {
		r.State = c.Health
	}
	switch r.State {
	case "running", "healthy":
		r.Mark = Good
	case "starting", "created":
		r.Mark = Busy
	case "unhealthy", "restarting", "dead":
		r.Mark = Bad
	}
	if s, ok := w.Find("ui.container."+r.State, nil); ok {
		r.State = s
	}
	if c.Memory > 0 {
		r.CPU, r.Memory = fmt.Sprintf("%.1f%%", c.CPU), megabytes(c.Memory)
	}
	if c.State == "running" && !c.Started.IsZero() {
		r.Uptime = uptime(now.Sub(c.Started), w)
	}
	return r
}

// streamingOf is the streaming flag: what the running app was told, and what came of it.
func streamingOf(s app.State, l Live, w *i18n.Words) (r Resource, ok bool) {
	flag, _ := s.Row("flag")
	if l.Env == "" || !holds(s, "app") || !flag.Holding() {
		return Resource{}, false
	}
	launched := flag.Note.ID == "view.flag.on" // the app is stopped before the flag changes
	r = Resource{Name: text(w, "ui.streaming"), Mark: Off, State: text(w, "ui.off"), Where: l.Env + "=" + l.Off}
	if launched {
		r.Where = l.Env + "=" + l.On
	}
	switch {
	case launched != s.Want.Streaming:
		r.Mark, r.State = Busy, text(w, "ui.switch.pending")
	case launched && s.Proven(app.Connected):
		r.Mark, r.State = Good, text(w, "ui.on")
	case launched:
		r.Mark, r.State = Said, text(w, "ui.effective.not_yet")
	}
	return r, true
}

func topicsOf(v Row, l Live, w *i18n.Words) Resource {
	return Resource{
		Name: text(w, "ui.page.topics"), Mark: v.Mark, State: w.Text("ui.resource.topics", map[string]any{"Count": len(l.Topics)}),
		Menu: []Item{{Label: text(w, "ui.fix.topics"), Act: ActTopics}},
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+500_000)/1_000_000) }

// strip is the start-up in one line: how far it is, and what it waits for; and once it has ended, how long it took.
func strip(s app.State, b []Step, w *i18n.Words, now time.Time) (line string, open bool) {
	done, all, took := 0, 0, time.Duration(0)
	var at *Step
	for i := range b {
		if s.Rows[i].Soft || b[i].Mark == Off {
			continue
		}
		all++
		switch b[i].Mark {
		case Good, Said:
			done++
			took += s.Rows[i].Took(now)
		case Busy, Bad, Warn:
			if at == nil {
				at = &b[i]
			}
		case Pending, Idle, Off:
		}
	}
	switch {
	case all == 0:
		return "", false
	case at != nil:
		parts := []string{strconv.Itoa(done) + "/" + strconv.Itoa(all), at.Name}
		if at.Time != "" {
			parts = append(parts, at.Time)
		}
		return strings.Join(parts, " · "), true
	case !s.Want.Up: // how far it once was says nothing
		return "", false
	case done < all:
		return strconv.Itoa(done) + "/" + strconv.Itoa(all), true
	}
	return w.Text("ui.startup.done", map[string]any{"Count": done, "Took": Seconds(took, w)}), false
}
