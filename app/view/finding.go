package view

import (
	"strings"

	"streamtray/app"
	"streamtray/app/diagnose"
	"streamtray/app/i18n"
)

// Finding is a diagnosis with the words for its reader. Where it is Told, there is no need to show title and advice beside
// the row's own text; its Evidence is empty where the row says it already.
type Finding struct {
	app.Diagnosis
	Title   string // what is wrong, in a sentence
	Why     string // how it comes about
	Advice  string // what to do about it
	Command string // the exact command or edit; empty where there is none
	Fix     *Fix   // what this program can do about it; nil: nothing
}

// Unknown reports whether it is an error that nobody knows: the row's own hint says more.
func (f *Finding) Unknown() bool { return f.Cause == diagnose.Unknown }

// Lines are what there is to say below the title: the line that shows it, and what to do, which for an error that nobody
// knows is the row's own hint.
func (f *Finding) Lines(hint string, w *i18n.Words) []string {
	lines := f.Seen(w)
	if f.Unknown() && hint != "" {
		return append(lines, hint)
	}
	for _, l := range append([]string{f.Advice}, strings.Split(f.Command, "\n")...) {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// Seen are the lines that show it.
func (f *Finding) Seen(w *i18n.Words) []string {
	var lines []string
	for _, l := range append([]string{f.Evidence}, f.Others...) {
		if l != "" {
			lines = append(lines, w.Text("view.seen", map[string]any{"Line": l}))
		}
	}
	return lines
}

// seen is the line of a log that shows it. What this program met itself is an error that names its text: the row says
// it in words already, and its name is for programs.
func seen(d app.Diagnosis, w *i18n.Words) string {
	id, values, _ := strings.Cut(d.Evidence, " ")
	if _, ours := w.Find(strings.TrimSuffix(id, ":"), nil); ours && (d.Line == 0 || values != "") { // the first line of an error's text is one, too
		return ""
	}
	return d.Evidence
}

// Fix is what this program can do about a finding once the reader agreed to it.
type Fix struct {
	ID   string // for Keeper.Mend
	Text string // on a button: "Start Docker"
	Cost string // to be said before they agree: what it takes, what is lost
}

// Found puts a diagnosis into words; nil where nothing is known.
func Found(d app.Diagnosis, w *i18n.Words) *Finding {
	if !d.Known() {
		return nil
	}
	v := &Finding{Diagnosis: d, Title: d.Cause} // the cause stands for a code that this version does not know
	v.Evidence = seen(d, w)
	if f, ok := diagnose.Recall(d.Code, d.Args); ok {
		f = f.In(w.Lang())
		v.Title, v.Why, v.Advice, v.Command = f.Title, f.Why, f.Doing(w.Lang()), f.Fix
	}
	if text, ok := w.Find("view.fix."+d.Remedy, nil); ok && d.Remedy != "" {
		v.Fix = &Fix{ID: d.Remedy, Text: text, Cost: w.Text("view.fix."+d.Remedy+".cost", nil)}
	}
	return v
}

// Explained is what is known about one line of a log, in at most three lines: what is wrong, what to do about it, and
// the command for it; empty where nothing is. source is "app", "agent" or a service of the compose project.
func Explained(source, line string, w *i18n.Words) string {
	if source == "agent" { // it says by itself what is known
		return ""
	}
	s := diagnose.New(placeOf(source))
	s.Line(line)
	for _, f := range s.Findings() {
		if f.Cause == diagnose.Unknown {
			continue
		}
		f = f.In(w.Lang())
		text := f.Title + " (" + f.Code + ")"
		for _, more := range []string{f.Advice, f.Fix} {
			if more != "" {
				text += "\n" + more
			}
		}
		return text
	}
	return ""
}

// placeOf is the kind of text that a log holds; empty: not known.
func placeOf(source string) string {
	switch {
	case source == "app":
		return diagnose.App
	case strings.Contains(source, "zookeeper"):
		return diagnose.Zookeeper
	case strings.Contains(source, "kafka"), strings.Contains(source, "broker"):
		return diagnose.Broker
	}
	return ""
}
