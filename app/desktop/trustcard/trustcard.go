// Package trustcard says what a project would run, for the person to agree to, and beside it what they agreed to before.
package trustcard

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/i18n"
	"streamtray/app/plan"
	"streamtray/app/project"
	"streamtray/app/ui"
)

// Of is what a project runs, as the welcome shows it; what the person agreed to otherwise says what it was.
func Of(p *project.Project, w *i18n.Words) ui.Card {
	d := difference{dir: p.Dir, words: w}
	_, changed := p.Trusts()
	if changed {
		d.changes = p.Changes()
	}
	c := ui.Card{Title: p.Title(), Dir: p.Dir, Hash: Hash(p), Changed: changed, Items: d.items(p.Plan())}
	for _, thing := range p.Consent().Things {
		c.Remote = append(c.Remote, ui.Remote{Name: thing.Name, Agreed: thing.Agreed})
	}
	return c
}

// difference puts a card beside the one that the person trusted.
type difference struct {
	dir     string // the project's
	changes plan.Changes
	words   *i18n.Words
}

func (d difference) items(c plan.Plan) []ui.CardItem {
	var items []ui.CardItem
	service := ""
	for _, l := range c.Lines() {
		switch l.Kind {
		case "outside", "remote": // its file shows the whole path; each thing of elsewhere is agreed to by itself
		case "container":
			service, _, _ = parts(l)
			items = append(items, d.container(l)...)
		case "mount", "runs": // it follows its container
			item := d.item(l)
			item.Now += " → " + service
			items = append(items, item)
		case "dir":
			if item := d.item(l); item.Now != "." || item.Was != "" {
				items = append(items, item)
			}
		default:
			items = append(items, d.item(l))
		}
	}
	return append(items, d.gone()...)
}

// Kind is the window's name for a kind of line.
func Kind(line string) string {
	switch line {
	case "file":
		return "files"
	case "mount":
		return "mounts"
	case "container":
		return "images"
	case "write":
		return "writes"
	case "topic":
		return "topics"
	case "variable":
		return "variables"
	case "grant":
		return "grants"
	}
	return line
}

// item is a line as a thing of the window.
func (d difference) item(l plan.Line) ui.CardItem {
	return ui.CardItem{Kind: Kind(l.Kind), Now: d.text(l), Was: d.was(l)}
}

// text is a line's as it is shown: paths as seen from the project.
func (d difference) text(l plan.Line) string {
	if l.Kind == "file" || l.Kind == "dir" || l.Kind == "program" {
		return within(d.dir, l.Text)
	}
	return l.Text
}

// was is what stood in a line's place; empty: it is as it was.
func (d difference) was(l plan.Line) string {
	l = l.Remembered()
	same := func(o plan.Line) bool { return o.Kind == l.Kind && o.Text == l.Text }
	switch {
	case slices.ContainsFunc(d.changes.Content, same):
		return d.words.Text("ui.trust.other", nil)
	case !slices.ContainsFunc(d.changes.New, same):
		return ""
	}
	if old, ok := d.replaced(l, d.changes.Gone); ok {
		return d.text(old)
	}
	return d.words.Text("ui.trust.nothing", nil)
}

// replaced finds the line, among others, that a line takes the place of.
func (d difference) replaced(l plan.Line, others []plan.Line) (plan.Line, bool) {
	i := slices.IndexFunc(others, func(o plan.Line) bool { return o.Kind == l.Kind && place(o) == place(l) })
	if i < 0 {
		return plan.Line{}, false
	}
	return others[i], true
}

// place is what only one line of a kind is about: a variable's name, a container's; of a file or a mount all of it.
func place(l plan.Line) string {
	switch l.Kind {
	case "command", "dir", "program":
		return ""
	case "topic":
		name, _, _ := strings.Cut(l.Text, "  ")
		return name
	case "write":
		file, _, _ := strings.Cut(l.Text, ": ")
		return file
	case "env":
		name, _, _ := strings.Cut(l.Text, "=")
		return name
	case "container":
		name, _, _ := parts(l)
		return name
	}
	return l.Text
}

// parts takes a container's line apart.
func parts(l plan.Line) (name, image string, ports []string) {
	all := append(strings.SplitN(l.Text, "  ", 3), "", "")
	return all[0], all[1], strings.Fields(all[2])
}

// container is a container's image and ports.
func (d difference) container(l plan.Line) []ui.CardItem {
	name, image, ports := parts(l)
	was, before := d.was(l), ports
	if old, ok := d.replaced(l, d.changes.Gone); ok && was != "" {
		var from string
		if _, from, before = parts(old); from == image {
			was = ""
		} else {
			was = cmp.Or(from, name)
		}
	}
	items := []ui.CardItem{{Kind: "images", Now: cmp.Or(image, name), Was: was}} // one without image is built from the project
	for _, p := range ports {
		item := ui.CardItem{Kind: "ports", Now: p + " → " + name}
		if !slices.Contains(before, p) {
			item.Was = d.words.Text("ui.trust.nothing", nil)
		}
		items = append(items, item)
	}
	for _, p := range before {
		if !slices.Contains(ports, p) {
			items = append(items, ui.CardItem{Kind: "ports", Now: d.words.Text("ui.trust.removed", nil), Was: p + " → " + name})
		}
	}
	return items
}

// gone are the things that are not run any more.
func (d difference) gone() []ui.CardItem {
	var items []ui.CardItem
	for _, l := range d.changes.Gone {
		if _, ok := d.replaced(l, d.changes.New); ok || l.Kind == "outside" {
			continue
		}
		items = append(items, ui.CardItem{Kind: Kind(l.Kind), Now: d.words.Text("ui.trust.removed", nil), Was: d.text(l)})
	}
	return items
}

// within is a path as seen from a folder that it lies in; another path stays as it is.
func within(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// Hash is the beginning of the hash of what a project runs, in groups that can be compared by eye.
func Hash(p *project.Project) string {
	hash := p.Plan().Hash()
	var groups []string
	for i := 0; i+4 <= min(len(hash), 32); i += 4 {
		groups = append(groups, hash[i:i+4])
	}
	return strings.Join(groups, " ")
}
