package config

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"streamtray/app/facts"
	"streamtray/internal/lazyregexp"
	"streamtray/internal/nearest"
)

// mostPrograms bounds how many programs one project has.
const mostPrograms = 32

// apps reads several programs, each under its name, in the order of the file.
func (r *reader) apps(p *Project) field {
	one := func(a *App) fields {
		f := r.app(a)
		f["after"] = r.listLike(&a.After, programName)
		return f
	}
	values := r.mapping(one(&App{})).takes
	takes := JSONSchema{Type: []string{"object", "null"}, Names: &JSONSchema{Pattern: programName.pattern}, Additional: &values}
	return field{takes: takes, read: func(n ast.Node, at string) {
		var all []App
		for _, v := range r.pairs(n, at) {
			name := join(at, v.name)
			r.places[name] = v.key
			switch {
			case !programName.ok(v.name):
				r.problem(programName.wrong, v.key, map[string]any{"Key": at, "Value": v.name})
				continue
			case len(all) == mostPrograms:
				r.problem("config.many_programs", v.key, map[string]any{"Most": mostPrograms})
				return
			}
			a := App{Name: v.name, Dir: p.Dir}
			r.mapping(one(&a)).read(v.value, name)
			if len(a.Command) == 0 || a.Command[0] == "" {
				r.problemWith(name+".command", "config.missing", nil)
			}
			all = append(all, a)
		}
		if len(all) > 0 {
			all = r.ordered(all)
			p.App, p.More = all[0], all[1:]
		}
	}}
}

// ordered are programs so that each comes behind those that it waits for, else as they were.
func (r *reader) ordered(all []App) []App {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	for _, a := range all {
		for i, other := range a.After {
			if !slices.Contains(names, other) || other == a.Name {
				key := fmt.Sprintf("apps.%s.after[%d]", a.Name, i)
				r.problemWith(key, "config.no_such_program", map[string]any{"Value": other, "Near": nearest.To(other, names), "Known": strings.Join(names, ", ")})
			}
		}
	}
	var sorted []App
	placed := func(name string) bool {
		return !slices.Contains(names, name) || slices.ContainsFunc(sorted, func(a App) bool { return a.Name == name })
	}
	for rest := slices.Clone(all); len(rest) > 0; {
		i := slices.IndexFunc(rest, func(a App) bool {
			return !slices.ContainsFunc(a.After, func(name string) bool { return name != a.Name && !placed(name) })
		})
		if i < 0 {
			r.problemWith("apps."+rest[0].Name+".after", "config.circle", map[string]any{"Name": rest[0].Name})
			return all
		}
		sorted, rest = append(sorted, rest[i]), slices.Delete(rest, i, i+1)
	}
	return sorted
}

// several makes one of what the file says of several programs and what was found.
func (p *Project) several(r *reader) {
	if _, ok := p.Given["app"]; ok && len(p.Given) > 0 && p.App.Name != "" {
		r.problemWith("app", "config.app_and_apps", nil)
		return
	}
	if p.App.Name == "" {
		return
	}
	for _, key := range []string{"command", "dir", "env", "ready", "ready.log", "ready.http"} { // the first one stands where a single one would
		if line, ok := p.Given["apps."+p.App.Name+"."+key]; ok {
			p.Given["app."+key] = line
		}
	}
	for i := range p.More {
		a := &p.More[i]
		if _, said := p.Given["apps."+a.Name+".ready.http"]; !said {
			if shown, ok := p.shown(*a); ok {
				a.Ready.HTTP = shown.HTTP
			}
		}
		if _, said := p.Given["apps."+a.Name+".env"]; !said {
			a.Env = p.needed(*a)
		}
	}
}

// Take has the project run these programs, each under a name of its own; servers come first. Of two that would listen on the
// same port the later is told another one, where its command takes one.
func (p *Project) Take(programs []facts.Program) {
	sorted := slices.Clone(programs)
	place := func(c facts.Program) int {
		if c.HTTP != "" {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(sorted, func(a, b facts.Program) int { return cmp.Compare(place(a), place(b)) })
	var all []App
	var pages []string
	for _, c := range sorted {
		a := App{Name: nameOf(c, all), Command: slices.Clone(c.Command), Dir: filepath.Join(p.Dir, filepath.FromSlash(c.Dir)), Env: environment(c)}
		page := c.HTTP
		if slices.Contains(pages, origin(page)) {
			a.Command, page = onAnotherPort(a.Command, page, pages)
		}
		if page != "" {
			a.Ready.HTTP = page
			pages = append(pages, origin(page))
		}
		all = append(all, a)
	}
	if len(all) > 0 {
		p.App, p.More = all[0], all[1:]
	}
}

// onAnotherPort is a command that listens on a port which no other page has, and its page; the page is empty where the
// command takes no port.
func onAnotherPort(command []string, page string, pages []string) (told []string, at string) {
	u, err := url.Parse(page)
	if err != nil {
		return command, ""
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		return command, ""
	}
	for slices.Contains(pages, u.Host) {
		port++
		u.Host = net.JoinHostPort(u.Hostname(), strconv.Itoa(port))
	}
	program := command[0]
	if program == "python" && len(command) > 2 && command[1] == "-m" {
		program = command[2]
	}
	text := strconv.Itoa(port)
	switch i := slices.Index(command, "runserver"); {
	case i >= 0 && i+1 == len(command):
		return append(command, text), u.String()
	case facts.PortOption(program) != "":
		option := facts.PortOption(program)
		if i := slices.Index(command, option); i >= 0 && i+1 < len(command) {
			command[i+1] = text
			return command, u.String()
		}
		return append(command, option, text), u.String()
	}
	return command, ""
}

// origin is a web address up to its path.
func origin(page string) string {
	u, err := url.Parse(page)
	if err != nil {
		return page
	}
	return u.Host
}

// generic are names of files that tell nothing of what a program is: its folder tells more.
var generic = []string{"main", "app", "server", "run", "__main__", "__init__", "manage", "index", "service", "wsgi", "asgi"}

var noName = lazyregexp.New(`[^a-z0-9_-]+`)

// nameOf is what a program is called: after its file, its folder or the word behind it where that says more, or, of manage.py,
// its command. Where another has that name, the word or the folder comes behind it, and else a number.
func nameOf(c facts.Program, others []App) string {
	file, word := strings.TrimSuffix(path.Base(c.File), ".py"), wordOf(c.Command)
	name := file
	if i := slices.IndexFunc(c.Command, func(w string) bool { return strings.HasSuffix(w, "manage.py") }); i >= 0 && i+1 < len(c.Command) {
		if name, word = c.Command[i+1], ""; name == "runserver" {
			name = "web"
		}
	} else if slices.Contains(generic, file) && word != "" {
		name, word = word, ""
	} else if slices.Contains(generic, file) {
		for dir := path.Dir(c.File); dir != "."; dir = path.Dir(dir) {
			if name = path.Base(dir); name != "src" && !slices.Contains(generic, name) {
				break
			}
		}
	}
	taken := func(name string) bool { return slices.ContainsFunc(others, func(a App) bool { return a.Name == name }) }
	base := cmp.Or(nameFrom(name), "program")
	if !taken(base) {
		return base
	}
	for _, more := range []string{word, runnerOf(c.Command), path.Base(c.Dir)} {
		if more = nameFrom(more); more != "" && more != base && !taken(nameFrom(base+"-"+more)) {
			return nameFrom(base + "-" + more)
		}
	}
	n := 2
	for taken(base + "-" + strconv.Itoa(n)) {
		n++
	}
	return base + "-" + strconv.Itoa(n)
}

// nameFrom is a text as a program's name.
func nameFrom(text string) string {
	const longest = 30
	text = strings.TrimLeft(noName.ReplaceAllString(strings.ToLower(text), "-"), "-_0123456789")
	return strings.TrimRight(text[:min(len(text), longest)], "-_")
}

// runnerOf is the program that runs the project's code in Python's place; empty: Python itself.
func runnerOf(command []string) string {
	if len(command) == 0 || command[0] == "python" {
		return ""
	}
	return command[0]
}

// aWord is one that tells a program which of several things to do.
var aWord = lazyregexp.New(`^[a-z][a-z0-9]*([_-][a-z0-9]+)*$`)

// wordOf is the word behind the script or the module that Python is told to run; empty: there is none.
func wordOf(command []string) string {
	for i, w := range command[:max(0, len(command)-1)] {
		if i > 0 && (command[i-1] == "-m" || strings.HasSuffix(w, ".py")) && aWord.MatchString(command[i+1]) {
			return command[i+1]
		}
	}
	return ""
}
