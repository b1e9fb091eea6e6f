package facts

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"

	"streamtray/app/pyast"
	"streamtray/internal/lazyregexp"
)

// candidate is something that might be the project's program.
type candidate struct {
	Program
	rank   rank
	key    string // what is started: two candidates of one key are one program
	sub    string // the word behind a script that tells it which of several things to do; empty: none
	kafka  bool   // it talks to Kafka
	web    bool   // it is a web server
	worker bool   // it does the tasks of others, and nothing says to start it
	aside  bool   // it lies where examples and tools lie
	rival  bool   // it has the name of a program, where no code talks to Kafka
	source *source
	in     []*surroundings // what is told of them, the best first
}

// finder looks for programs.
type finder struct {
	f       *Found
	t       *tree
	c       *code
	reads   []Variable
	scripts map[string]string // console scripts: name -> target
	found   []candidate
	ways    []candidate // a program that was found with other options, too
	missing bool        // a file says to start something that is not there: by another name it may be one that is
}

// programs finds what the project is started by.
func (f *Found) programs(t *tree, c *code) {
	p := &finder{f: f, t: t, c: c, reads: c.reads(), scripts: map[string]string{}}
	for _, s := range p.consoleScripts() {
		p.say(s)
	}
	for _, s := range t.saids {
		p.say(s)
		f.composed(t, s)
	}
	p.fromCode()
	f.Programs = p.choose()
}

// consoleScripts are the scripts of pyproject.toml, each a command by its name.
func (p *finder) consoleScripts() []said {
	var all []said
	for _, file := range p.t.named("pyproject.toml") {
		v, ok := p.t.pyproject(file)
		if !ok {
			continue
		}
		add := func(name, target string) {
			p.scripts[name] = target
			all = append(all, said{[]string{name}, path.Dir(file), Place{file, p.t.line(file, name+" ")}, installed, nil})
		}
		for name, target := range v.Project.Scripts {
			if !onceWord.MatchString(name) {
				add(name, target)
			}
		}
		for name, target := range v.Tool.Poetry.Scripts {
			if s, ok := target.(string); ok && !onceWord.MatchString(name) {
				add(name, s)
			}
		}
		for _, tasks := range []map[string]any{v.Tool.PDM.Scripts, v.Tool.Poe.Tasks} {
			for name, task := range tasks {
				line, _ := task.(string)
				if m, ok := task.(map[string]any); ok {
					line, _ = m["cmd"].(string)
				}
				if !endsName.MatchString(strings.ToLower(name)) {
					more, _ := p.t.commandLines(line, path.Dir(file), path.Dir(file), Place{file, p.t.line(file, name+" ")}, started)
					all = append(all, more...)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return byPlace(a.where, b.where) })
	return all
}

// say takes a command line in, if it starts something of the project.
func (p *finder) say(s said) {
	command, ok := filled(unwrapped(s.words))
	if !ok || len(command) == 0 || slices.ContainsFunc(command, func(w string) bool { return strings.ContainsAny(w, "<>") }) {
		return
	}
	c := candidate{Program: Program{Command: command, Where: s.where}, rank: s.rank, in: s.in}
	if before := assigned(s.words); len(before) > 0 && len(s.in) == 0 {
		c.in = besides(before, s.dir, s.where)
	}
	if slices.ContainsFunc(command[1:], ofAPerson.MatchString) {
		c.rank = private
	}
	if p.target(&c, s.dir) {
		p.add(c)
	} else if s.rank <= contained {
		p.missing = p.missing || p.lacks(command)
	}
}

// lacks reports whether a command starts a script, or has a server load a module, of a name that no file has.
func (p *finder) lacks(command []string) bool {
	if len(command) > 2 && command[0] == "python" && command[1] == "-m" {
		command = command[2:]
	}
	if len(command) < 2 {
		return false
	}
	file := command[1]
	if servers[command[0]].by == byModule {
		module, _, ok := strings.Cut(file, ":")
		if !ok {
			return false
		}
		file = strings.ReplaceAll(module, ".", "/") + ".py"
	} else if command[0] != "python" {
		return false
	}
	return strings.HasSuffix(file, ".py") && len(p.t.named(path.Base(file))) == 0
}

// ofAPerson is a path, also as the value of an option, in somebody's own folder.
var ofAPerson = lazyregexp.New(`(?i)^(--?[\w-]+=)?(~[/\\]|/home/|/Users/|[A-Z]:[/\\]Users[/\\])`)

// composed notes the compose files that a README or a Makefile says to start.
func (f *Found) composed(t *tree, s said) {
	base := strings.ToLower(path.Base(s.where.File))
	if line := strings.Join(s.words, " "); !strings.HasPrefix(line, "docker-compose ") && !strings.HasPrefix(line, "docker compose ") || !slices.Contains(s.words, "up") ||
		s.rank != told && base != "makefile" && base != "justfile" {
		return
	}
	var files []string
	for i, w := range s.words {
		name, file, joined := strings.Cut(w, "=")
		if name != "-f" && name != "--file" {
			continue
		}
		if !joined && i+1 < len(s.words) {
			file = s.words[i+1]
		}
		files = append(files, moved(s.dir, file))
	}
	for _, usual := range []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"} {
		if usual = moved(s.dir, usual); len(files) == 0 && t.has[usual] {
			files = append(files, usual)
		}
	}
	if len(files) > 0 && !slices.ContainsFunc(files, func(file string) bool { return !t.has[file] }) &&
		!slices.ContainsFunc(f.Started, func(o Start) bool { return slices.Equal(o.Files, files) }) {
		f.Started = append(f.Started, Start{files, s.where})
	}
}

func (p *finder) add(c candidate) {
	if c.source != nil {
		reach := p.c.reach(c.source)
		c.kafka = c.kafka || slices.ContainsFunc(reach, func(s *source) bool { return s.kafka })
		c.aside = c.aside || aside(c.source.file)
	}
	p.serve(&c)
	p.found = append(p.found, c)
}

// aside reports whether a file lies where examples, tools and the like lie, or is named like one.
func aside(file string) bool {
	for _, part := range strings.Split(path.Dir(file), "/") {
		if strings.HasPrefix(part, ".") && part != "." || slices.Contains([]string{"examples", "example", "scripts", "tools", "docs", "doc", "notebooks", "benchmark", "benchmarks", "migrations", "alembic", "bin", "utils", "ci", "hack", "demo", "demos", "samples"}, part) {
			return true
		}
	}
	return helperName.MatchString(strings.TrimSuffix(path.Base(file), ".py"))
}

// partName is the name of a file that is a part of a program and none by itself.
var partName = lazyregexp.New(`(?i)^(config|conf|settings|constants|utils?|helpers?|models?|schemas?|types|logs?|logger|logging|errors?|exceptions?|common|base|db|database|version)\.py$`)

var helperName = lazyregexp.New(`(?i)^(create|setup|init|delete|reset|check|wait|seed|clean|list|test\d*|debug|verify|inspect|bench)(_|$)|_(test|check|setup|admin|example|demo)$|^topics?$|admin`)

// choose decides which candidates are the project's programs.
func (p *finder) choose() []Program {
	groups := p.groups()
	some := slices.ContainsFunc(groups, relevant)
	tooMany := unsaid(groups)
	spawned := p.spawned()
	var chosen, rest []Program
	for _, c := range groups {
		switch {
		case some && !relevant(c) && !c.rival:
		case c.worker:
			rest = append(rest, c.Program)
		case c.rank == coded && (c.aside || p.imported(c, groups)) && some && len(groups) > 1:
			if own := c.source.main > 0 && !spawned[c.source]; c.kafka && (own || !p.imported(c, groups)) {
				rest = append(rest, c.Program)
			}
		case p.doubtful(c, groups):
			c.open = true
			chosen = append(chosen, c.Program)
		case p.needs(c), c.rank == private, c.rank > installed && p.loose(c, groups), tooMany, isTest(c.File), onceOnly(c):
			rest = append(rest, c.Program)
		case c.rank == coded && p.named(c, groups), demo(c) && slices.ContainsFunc(groups, func(o candidate) bool { return relevant(o) && !demo(o) }):
			rest = append(rest, c.Program)
		default:
			c.Sure, c.open = some, p.missing && c.rank == coded
			chosen = append(chosen, c.Program)
		}
	}
	switch {
	case len(chosen) == 1:
		chosen[0].Sure = !chosen[0].open
	case len(chosen) == 0 && len(rest) == 1 && !slices.ContainsFunc(groups, p.needs):
		rest[0].Sure = true
	}
	for _, c := range p.ways {
		if !some || relevant(c) {
			c.open = true
			rest = append(rest, c.Program)
		}
	}
	return joined(chosen, rest)
}

// named reports whether a file names a program for a candidate's folder, or one above it.
func (p *finder) named(c candidate, all []candidate) bool {
	return slices.ContainsFunc(all, func(o candidate) bool {
		return o.rank < coded && relevant(o) && !onceOnly(o) && (o.kafka || !p.anyKafka(all)) && (o.Dir == "." || o.Dir == c.Dir || strings.HasPrefix(c.Dir, o.Dir+"/"))
	})
}

// doubtful reports whether a candidate may well be one of the programs, and nothing shows that it is, or how it is started: a server
// that no file names beside what one does, what a file may mean that names a script which is not there, what has a rival, and what is torn.
func (p *finder) doubtful(c candidate, all []candidate) bool {
	if c.rank == coded && slices.ContainsFunc(all, func(o candidate) bool { return o.rival }) {
		return true
	}
	if c.rank != coded || !c.kafka || unsaid(all) || isTest(c.File) || onceOnly(c) {
		return p.torn(c)
	}
	return c.web && p.named(c, all) || p.missing && (p.named(c, all) || p.loose(c, all)) || p.torn(c)
}

// loose reports whether a candidate of which only its code is known is a file of a few lines without a main part beside one that
// has one, or serves: an experiment, more often than a program.
func (p *finder) loose(c candidate, all []candidate) bool {
	return c.source != nil && c.source.main == 0 && c.Command[0] == "python" && slices.ContainsFunc(all, func(o candidate) bool {
		return o.source != nil && o.Dir == c.Dir && (o.kafka || !c.kafka) && (o.source.main > 0 || o.web)
	})
}

// relevant reports whether a candidate has to do with the project's streaming, or serves, or is a worker that a file names: else it
// only helps.
func relevant(c candidate) bool {
	return c.kafka || c.web || c.rank < coded && c.Command[0] == "celery" && slices.Contains(c.Command, "worker")
}

// unsaid reports whether there are more candidates than anybody would start of which no file says anything: some are old, or tries.
func unsaid(all []candidate) bool {
	const most = 6
	all = slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !relevant(c) })
	return len(all) > most && !slices.ContainsFunc(all, func(c candidate) bool { return c.rank < coded })
}

// onceOnly reports whether a candidate is a script that is run once by its name, also where a README says to run it.
func onceOnly(c candidate) bool {
	return c.Command[0] == "python" && onceWord.MatchString(path.Base(c.File))
}

// joined is a list of programs with those of another that are not in it.
func joined(list, more []Program) []Program {
	for _, r := range more {
		same := func(o Program) bool { return o.Dir == r.Dir && slices.Equal(o.Command, r.Command) }
		if !slices.ContainsFunc(list, same) {
			list = append(list, r)
		}
	}
	return list
}

// spawned are the files that others start as programs.
func (p *finder) spawned() map[*source]bool {
	all := map[*source]bool{}
	for _, s := range p.c.sources {
		for _, to := range p.c.spawned(s) {
			all[to] = true
		}
	}
	return all
}

// demo reports whether a candidate shows what the others do.
func demo(c candidate) bool {
	return demoName.MatchString(c.sub) || demoName.MatchString(strings.TrimSuffix(path.Base(c.File), ".py"))
}

var demoName = lazyregexp.New(`(?i)^demos?([_-]|$)`)

func (p *finder) anyKafka(all []candidate) bool {
	return slices.ContainsFunc(all, func(c candidate) bool { return c.kafka })
}

// imported reports whether another candidate needs this one: it is a part of that.
func (p *finder) imported(c candidate, all []candidate) bool {
	return slices.ContainsFunc(all, func(o candidate) bool {
		return o.key != c.key && o.source != nil && c.source != nil && o.source != c.source && slices.Contains(p.c.reach(o.source), c.source)
	})
}

// oneDjango leaves one server of each Django project: what a README or the like names, or a container serves by ASGI, else
// manage.py's own, which is for a developer's computer, and runs on Windows too. That listens where the other one would.
func (p *finder) oneDjango() {
	for _, manage := range p.t.named("manage.py") {
		dir := path.Dir(manage)
		own := func(c candidate) bool { return c.File == manage && slices.Contains(c.Command, "runserver") }
		gateway := func(c candidate) bool {
			base := path.Base(c.File)
			return c.web && (base == "wsgi.py" || base == "asgi.py") && p.t.above(c.File, "manage.py") == dir
		}
		o, g := slices.IndexFunc(p.found, own), slices.IndexFunc(p.found, gateway)
		if o < 0 || g < 0 {
			continue
		}
		named := told // by what counts for a developer's computer
		if path.Base(p.found[g].File) == "asgi.py" {
			named = contained
		}
		drop, kept := gateway, &p.found[o]
		if p.found[g].Command[0] != "gunicorn" && p.found[g].rank <= named && kept.rank > named {
			drop, kept = own, &p.found[g]
		} else if kept.rank == coded {
			kept.listenLike(p.found[g])
		}
		kept.kafka = kept.kafka || p.loadsKafka(dir)
		p.found = slices.DeleteFunc(p.found, drop)
	}
}

// listenLike has Django's own server listen where another one would, for which a file of the project is the better evidence.
func (c *candidate) listenLike(other candidate) {
	c.rank = other.rank
	if other.HTTP == c.HTTP || other.HTTP == "" {
		return
	}
	u, err := url.Parse(other.HTTP)
	if err != nil {
		return
	}
	c.Command, c.HTTP, c.Where = append(slices.Clone(c.Command), u.Port()), other.HTTP, other.Where
}

// subcommand is a word that tells a script which of several things to do; onceWord is one for what is done once.
var (
	subcommand = lazyregexp.New(`^[a-z][a-z0-9]*([_-][a-z0-9]+)*$`)
	onceWord   = lazyregexp.New(onceNames)
)

const onceNames = `^(setup|init|install|create|delete|drop|reset|clean|clear|seed|load|import|export|train|test|check|lint|migrate|list|download|build|help|version|status|populate|configure)([_.-]|$)`

// subcommands tells the programs apart that one script is by the word behind its name, and leaves out what is done once.
func (p *finder) subcommands() {
	words := map[string][]string{}
	for _, c := range p.found {
		if c.sub != "" && !slices.Contains(words[c.key], c.sub) {
			words[c.key] = append(words[c.key], c.sub)
		}
	}
	split := func(c candidate) bool { return len(words[c.key]) > 1 }
	p.found = slices.DeleteFunc(p.found, func(c candidate) bool {
		return c.sub != "" && onceWord.MatchString(c.sub) || c.rank == coded && split(c)
	})
	for i, c := range p.found {
		if c.sub != "" && split(c) {
			p.found[i].key = c.key + " " + c.sub
		}
	}
}

// otherWay reports whether of two commands each has options that the other has not: they have one program do two things.
func otherWay(a, b []string) bool {
	lacks := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(w string) bool {
			name, _, _ := strings.Cut(w, "=")
			return strings.HasPrefix(w, "-") && !slices.ContainsFunc(b, func(o string) bool { return o == name || strings.HasPrefix(o, name+"=") })
		})
	}
	return lacks(a, b) && lacks(b, a)
}

// needs reports whether a candidate of which only its code is known does nothing without an argument: which one, nothing shows.
func (p *finder) needs(c candidate) bool {
	if c.rank != coded || c.source == nil {
		return false
	}
	for _, declared := range p.c.options {
		if slices.ContainsFunc(declared, func(b bound) bool { return b.scope.source == c.source && p.required(b) }) {
			return true
		}
	}
	return slices.ContainsFunc(p.c.calls["add_mutually_exclusive_group"], func(k call) bool { // one of several
		must := k.expr.Arg("required", -1)
		return k.scope.source == c.source && must != nil && must.Text == "True"
	})
}

// required reports whether a program does not start without an option or an argument that a call declares.
func (p *finder) required(b bound) bool {
	e := b.expr
	is := func(name, text string) bool { a := e.Arg(name, -1); return a != nil && a.Text == text }
	if len(e.Items) == 0 || e.Items[0].Kind != pyast.String || e.Arg("default", -1) != nil {
		return false
	}
	if e.X.Text == "add_argument" && !slices.ContainsFunc(p.c.lookup(e.X.X.Dotted(), b.scope), func(to bound) bool {
		return to.expr != nil && to.expr.Kind == pyast.Call && to.expr.X.Text == "ArgumentParser"
	}) {
		return false // of one of its commands
	}
	if strings.HasPrefix(e.Items[0].Text, "-") {
		return is("required", "True")
	}
	return e.X.Text != "option" && !is("required", "False") && !is("nargs", "?") && !is("nargs", "*") && e.Arg("nargs", -1) == nil
}

// groups is one candidate for each program, the one with the best evidence.
func (p *finder) groups() []candidate {
	unix := func(c candidate) int { // gunicorn does not run on Windows
		if c.Command[0] == "gunicorn" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(p.found, func(a, b candidate) int { return cmp.Or(int(a.rank-b.rank), unix(a)-unix(b)) })
	p.oneDjango()
	p.subcommands()
	var all []candidate
	for _, c := range p.found {
		if i := slices.IndexFunc(all, func(o candidate) bool { return o.key == c.key }); i >= 0 {
			all[i].kafka, all[i].web, all[i].in = all[i].kafka || c.kafka, all[i].web || c.web, append(all[i].in, c.in...)
			if all[i].HTTP == "" {
				all[i].HTTP = c.HTTP
			}
			if c.rank <= told && !slices.ContainsFunc(append(p.ways, all[i]), func(o candidate) bool { return o.key == c.key && !otherWay(o.Command, c.Command) }) {
				p.ways = append(p.ways, c)
			}
			continue
		}
		all = append(all, c)
	}
	for i := range all {
		all[i].Env = p.settings(all[i])
	}
	for i := range p.ways {
		p.ways[i].Env = p.settings(p.ways[i])
	}
	return all
}
