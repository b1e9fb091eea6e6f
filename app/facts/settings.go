package facts

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"streamtray/app/envfile"
	"streamtray/app/pyast"
	"streamtray/app/redact"
	"streamtray/docker/compose"
	"streamtray/internal/lazyregexp"
)

// Setting is a variable that a program needs to be started with, and that nothing else gives it.
type Setting struct {
	Name  string
	Value string // paths in it are from the program's folder on
	Where Place
}

// surroundings are what a file that starts a program has it run in: the variables that it is told, and, of a container, where the
// project's files are in it.
type surroundings struct {
	told     map[string]Setting // as they are written
	dir      string             // that paths in them are from: of the project's, from the root on, or of the container's
	copied   []placed
	services []string // the names by which containers reach each other
}

// placed is a file or a folder of the project's that a container has at a path.
type placed struct{ from, to string }

// inImage is what a Dockerfile has a program run in, seen from the folder that it takes files from, or else from the project's.
func (t *tree) inImage(of image) *surroundings {
	made := compose.ReadDockerfile(t.text(of.file))
	s := &surroundings{told: map[string]Setting{}, dir: made.Workdir}
	for name, value := range made.Env {
		s.told[name] = Setting{name, value, Place{of.file, t.line(of.file, name)}}
	}
	for _, c := range made.Copied {
		for _, context := range []string{of.context, path.Dir(of.file), "."} {
			if from := moved(context, c.From); t.isFolder(from) {
				s.copied = append(s.copied, placed{from, c.To})
				break
			} else if t.has[from] {
				to := c.To
				if c.Into {
					to = path.Join(to, path.Base(from))
				}
				s.copied = append(s.copied, placed{from, to})
				break
			}
		}
	}
	return s
}

// inService is what a service of a compose file has a program run in: its image, and what it is told and given beside that.
func (t *tree) inService(file, name string, service map[string]any, of image) *surroundings {
	s := t.inImage(of)
	for _, m := range mounts(service) {
		if from := moved(path.Dir(file), m.from); strings.HasPrefix(m.from, ".") && t.isFolder(from) {
			s.copied = append(s.copied, placed{from, path.Clean(m.to)})
		}
	}
	at := Place{file, t.keyLine(file, name)}
	for name, value := range environmentOf(service["environment"]) {
		s.told[name] = Setting{name, variables{}.expand(value), t.onward(at, name)}
	}
	if dir, ok := service["working_dir"].(string); ok {
		s.dir = dir
	}
	s.services = t.services(file)
	return s
}

// inBuilt is what each service has a program run in that is built by a Dockerfile and leaves it to that what to start; where none is,
// it is the image.
func (t *tree) inBuilt(of image) []*surroundings {
	var all []*surroundings
	for _, file := range t.files {
		services := t.builtServices(file)
		for _, name := range slices.Sorted(maps.Keys(services)) {
			service := services[name]
			if its := imageOf(file, service); its.file == of.file && len(wordsOf(service["command"]))+len(wordsOf(service["entrypoint"])) == 0 {
				all = append(all, t.inService(file, name, service, its))
			}
		}
	}
	if len(all) == 0 {
		all = append(all, t.inImage(of))
	}
	return all
}

// besides is what a person has a program run in who starts it by hand in dir, with variables before the command.
func besides(told environ, dir string, at Place) []*surroundings {
	s := &surroundings{told: map[string]Setting{}, dir: dir}
	for name, value := range told {
		s.told[name] = Setting{name, value, at}
	}
	return []*surroundings{s}
}

// assigned are the variables before a command that it alone is run with.
func assigned(words []string) environ {
	told := environ{}
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		switch {
		case ok && syntax.ValidName(name):
			told[name] = value
		case w != "env":
			return told
		}
	}
	return told
}

// isFolder reports whether a path is that of a folder with files of the project's in it.
func (t *tree) isFolder(dir string) bool {
	return dir == "." || slices.ContainsFunc(t.files, func(f string) bool { return strings.HasPrefix(f, dir+"/") })
}

// inProject is the project's file or folder that a program finds at a path; false: there is none, or it is not known.
func (s *surroundings) inProject(t *tree, at string) (string, bool) {
	there := func(p string) bool { return t.isFolder(p) || t.has[p] }
	if !path.IsAbs(at) {
		at = path.Join(s.dir, at)
	}
	if at = path.Clean(at); !path.IsAbs(at) {
		return at, fs.ValidPath(at) && there(at)
	}
	best, longest := "", -1
	for _, c := range s.copied {
		if rest, ok := strings.CutPrefix(at+"/", strings.TrimSuffix(c.to, "/")+"/"); ok && len(c.to) >= longest {
			best, longest = join(c.from, rest), len(c.to)
		}
	}
	if longest >= 0 {
		return best, there(best)
	}
	for _, c := range s.copied { // the folder that holds, in the container as in the project, what was copied
		rest, ok := strings.CutPrefix(c.to, strings.TrimSuffix(at, "/")+"/")
		if ok && at != "/" && (c.from == rest || strings.HasSuffix(c.from, "/"+rest)) {
			return path.Clean("./" + strings.TrimSuffix(strings.TrimSuffix(c.from, rest), "/")), true
		}
	}
	return "", false
}

// settings are the variables that a program needs to be started with on this computer.
func (p *finder) settings(c candidate) []Setting {
	if c.source == nil || len(c.Command) == 0 || p.c.late() {
		return nil
	}
	var all []Setting
	if set, ok := p.modulePath(c); ok {
		all = append(all, set)
	}
	told := map[string][]Setting{}
	for _, in := range c.in {
		for name, set := range in.told {
			if !p.needsSetting(c, set) {
				continue
			}
			value, ok := p.valueHere(c, in, set.Value)
			if set.Value = value; !ok {
				set.Value = ""
			}
			told[name] = append(told[name], set)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(told)) {
		sets := told[name]
		differs := func(s Setting) bool { return s.Value != sets[0].Value } // then which one, nobody knows
		if sets[0].Value != "" && !slices.ContainsFunc(sets, differs) {
			all = append(all, sets[0])
		}
	}
	return all
}

// needsSetting reports whether a program reads a variable, has no value of its own for it that would do here, and is given none by
// anything else. What is secret is for its owner to hand over.
func (p *finder) needsSetting(c candidate, set Setting) bool {
	i := slices.IndexFunc(p.reads, func(v Variable) bool { return v.Name == set.Name })
	if i < 0 || p.c.spared()[set.Name] || redact.Value(set.Name, set.Value) != set.Value || p.f.tells(set.Name) {
		return false
	}
	v, django := p.reads[i], p.t.has[join(c.Dir, "manage.py")] // it loads the project's files by their names
	here := slices.ContainsFunc(p.c.reach(c.source), func(s *source) bool { return s.file == v.Where.File }) || django && (c.Dir == "." || strings.HasPrefix(v.Where.File, c.Dir+"/"))
	return here && (v.Default == "" || v.Default == set.Value && path.IsAbs(set.Value))
}

// tells reports whether a program is told a variable anyway: where Kafka is, whether to stream, what its topics are called, and
// what a .env file says.
func (f *Found) tells(name string) bool {
	is := func(v Variable) bool { return v.Name == name }
	if slices.ContainsFunc(f.Address, is) || slices.ContainsFunc(f.Flags, is) || slices.ContainsFunc(f.Topics, func(t Topic) bool { return t.Env == name }) {
		return true
	}
	return slices.ContainsFunc(f.Dotenv, func(d Text) bool {
		if isExample(d.Value) {
			return false
		}
		_, ok, err := envfile.Get(filepath.Join(f.Root, filepath.FromSlash(d.Value)), name)
		return ok && err == nil
	})
}

// valueHere is a variable's value as it is right on this computer; false: it names something that only a container has, or what it
// is only its shell knows.
func (p *finder) valueHere(c candidate, in *surroundings, value string) (string, bool) {
	switch {
	case value == "" || strings.ContainsAny(value, "$`") || strings.Contains(value, "host.docker.internal"):
		return "", false
	case path.IsAbs(value):
		at, ok := in.inProject(p.t, value)
		return relative(c.Dir, at), ok
	}
	for _, name := range in.services {
		if isHost(value, name) {
			return "", false
		}
	}
	return value, !slices.ContainsFunc(in.copied, func(to placed) bool { return to.to != "/" && strings.Contains(value, to.to+"/") })
}

// isHost reports whether a value has a name where an address has its host.
func isHost(value, name string) bool {
	for _, one := range strings.Split(value, ",") {
		if _, rest, ok := strings.Cut(one, "://"); ok {
			one = rest
		}
		if _, rest, ok := strings.Cut(one, "@"); ok {
			one = rest
		}
		if host := strings.FieldsFunc(strings.TrimSpace(one), func(r rune) bool { return r == ':' || r == '/' }); len(host) > 0 && host[0] == name {
			return true
		}
	}
	return false
}

// relative is a path of the project's as it is seen from a folder of the project's.
func relative(dir, to string) string {
	if rel, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(to)); err == nil {
		return filepath.ToSlash(rel)
	}
	return to
}

// pythonPath is the variable by which Python is told where to look for modules.
const pythonPath = "PYTHONPATH"

// modulePath is where a program has Python look for modules besides its own folder: as a file that starts it says, and else as what it
// imports needs.
func (p *finder) modulePath(c candidate) (Setting, bool) {
	own, ok := p.ownPath(c)
	if !ok {
		return Setting{}, false
	}
	var dirs []string
	var where Place
	for _, in := range c.in {
		if set := in.told[pythonPath]; len(dirs) == 0 && set.Value != "" {
			dirs, where = slices.DeleteFunc(p.t.listed(in, set.Value), func(dir string) bool { return dir == own }), set.Where
		}
	}
	if len(dirs) == 0 {
		dirs, where = p.lookedFor(c, own)
	}
	if len(dirs) == 0 {
		return Setting{}, false
	}
	for i, dir := range dirs {
		dirs[i] = relative(c.Dir, dir)
	}
	return Setting{pythonPath, strings.Join(dirs, string(filepath.ListSeparator)), where}, true
}

// pythonPaths are the folders in which files that start programs have Python look for modules.
func (t *tree) pythonPaths() []string {
	var all []string
	for _, s := range t.saids {
		in := s.in
		if before := assigned(s.words); len(in) == 0 && len(before) > 0 {
			in = besides(before, s.dir, s.where)
		}
		for _, i := range in {
			all = append(all, t.listed(i, i.told[pythonPath].Value)...)
		}
	}
	return all
}

// listed are the project's folders in a list of paths.
func (t *tree) listed(in *surroundings, paths string) []string {
	var dirs []string
	for _, one := range strings.FieldsFunc(paths, func(r rune) bool { return r == ':' || r == ';' }) {
		if one = workingDir.ReplaceAllString(one, "."); strings.ContainsAny(one, "$%`(") {
			continue
		}
		if at, ok := in.inProject(t, one); ok && t.isFolder(at) && !slices.Contains(dirs, at) {
			dirs = append(dirs, at)
		}
	}
	return dirs
}

// workingDir is how a shell is asked for the folder that it is in.
var workingDir = lazyregexp.New("(?i)^(\\$PWD|\\$\\{PWD\\}|\\$\\(pwd\\)|`pwd`|%cd%)")

// ownPath is the folder that Python looks for modules in first when it runs a program: that of the script, or where it is run; false:
// it is installed.
func (p *finder) ownPath(c candidate) (string, bool) {
	name := c.Command[0]
	first := slices.IndexFunc(c.Command[1:], func(w string) bool { return w == "-m" || strings.HasSuffix(w, ".py") })
	module := first >= 0 && c.Command[1+first] == "-m"
	switch {
	case name == "fastapi": // it looks for the package that the script is in
		return p.packageRoot(c.source), true
	case name == "python" && !module || servers[name].by == byScript:
		return path.Dir(c.File), true
	case name == "python" || servers[name].by != notTold:
		return c.Dir, true
	}
	return "", false
}

// lookedFor are the folders in which the modules lie that a program imports and Python would not find, and where it imports the first
// of them. One that sets Python's path itself needs none.
func (p *finder) lookedFor(c candidate, own string) (dirs []string, where Place) {
	const most = 3 // more is no path, but a misunderstanding
	reach := p.c.reach(c.source)
	if slices.ContainsFunc(reach, func(s *source) bool { return strings.Contains(p.t.text(s.file), "sys.path") }) {
		return nil, Place{}
	}
	found := func(m string) bool {
		return slices.ContainsFunc(append([]string{own}, dirs...), func(dir string) bool { return p.t.moduleFile(dir, m) != "" })
	}
	for _, s := range reach {
		for _, i := range s.lines {
			for _, m := range imports(i) {
				first, _, _ := strings.Cut(m, ".")
				if i.Level > 0 || found(m) || p.c.file(m, s) == "" || p.c.known(first) || slices.Contains(standard, first) || p.f.requires(p.t, first) || optional(i, s) {
					continue
				}
				_, root := p.c.under(m, s)
				if s != c.source && path.Base(root) != "src" && p.t.has[join(root, "__init__.py")] {
					continue // from within a package, that is the name of one that is installed
				}
				dirs, where = append(dirs, root), cmp.Or(where, Place{s.file, i.Line})
			}
		}
	}
	if len(dirs) > most {
		return nil, Place{}
	}
	return dirs, where
}

// requires reports whether the project has a package installed: a folder of its name is not meant by an import.
func (f *Found) requires(t *tree, pkg string) bool {
	name := strings.NewReplacer("_", "[-_.]", "-", "[-_.]").Replace(pkg)
	listed := regexp.MustCompile(`(?im)^\s*["']?` + name + `\s*(["'\[<>=!~;,@ ]|$)`)
	return slices.ContainsFunc(f.Env.Requirements, func(r Text) bool { return listed.MatchString(t.text(r.Value)) })
}

// optional reports whether an import is one that a program can do without, or do in another way.
func optional(i *pyast.Stmt, s *source) bool {
	tried := false
	pyast.Walk(s.module.Body, func(st *pyast.Stmt) bool {
		if st.Word == pyast.Try {
			pyast.Walk(slices.Concat(st.Body, st.Else), func(in *pyast.Stmt) bool { tried = tried || in == i; return true })
		}
		return !tried
	})
	return tried
}

// standard are modules of Python's own whose names a file of a project may have, too: a path that holds such a file would hide them.
var standard = []string{
	"abc", "asyncio", "calendar", "cmd", "code", "codecs", "collections", "copy", "csv", "dataclasses", "datetime", "email", "enum", "html", "http", "inspect",
	"io", "json", "logging", "math", "numbers", "operator", "os", "parser", "pathlib", "platform", "profile", "queue", "random", "re", "sched", "secrets",
	"select", "signal", "site", "socket", "ssl", "stat", "statistics", "string", "struct", "subprocess", "sys", "test", "threading", "time", "token", "trace",
	"types", "typing", "unittest", "urllib", "uuid", "warnings", "xml", "zipfile",
}
