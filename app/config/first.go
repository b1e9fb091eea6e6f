package config

import (
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"streamtray/app/facts"
	"streamtray/internal/lazyregexp"
)

// First is the text of a first streamtray.yaml for a project: what is known of it, each line with what shows it; what could
// be meant instead as a comment; and what nothing shows as a question. say gives the text of a name in the reader's language.
//
// Whoever writes the file and changes nothing has what they had without it.
func (p Project) First(say func(id string, args map[string]any) string) string {
	f := &firstFile{p: p, say: say}
	f.b.WriteString("# yaml-language-server: $schema=" + SchemaFile + "\n")
	f.comment("config.first.head")
	f.line("version: "+strconv.Itoa(Version), "")
	f.line("name: "+Quoted(p.Name), "")
	f.infrastructure()
	f.kafka()
	f.app()
	return f.b.String()
}

// firstFile writes lines.
type firstFile struct {
	p   Project
	say func(id string, args map[string]any) string
	b   strings.Builder
}

func (f *firstFile) comment(id string) {
	fmt.Fprintf(&f.b, "# %s\n", f.say(id, nil))
}

// line writes a line with its evidence behind it.
func (f *firstFile) line(text, evidence string) {
	const column = 44
	if evidence != "" {
		text = fmt.Sprintf("%-*s # %s", column, text, evidence)
	}
	f.b.WriteString(text + "\n")
}

func (f *firstFile) infrastructure() {
	f.b.WriteString("\n")
	if f.p.Kafka.Mode != Docker || len(f.p.Compose.Files) == 0 {
		several := f.p.found().Compose
		if len(several) == 0 {
			f.comment("config.first.no_compose")
			several = []facts.Text{{Value: "compose.yaml"}}
		} else {
			f.comment("config.first.ask_compose")
		}
		for _, c := range several {
			f.line("# compose: {files: ["+Quoted(c.Value)+"]}", c.Where.String())
		}
		return
	}
	f.line("compose:", "")
	var files []string
	for _, file := range f.p.Compose.Files {
		files = append(files, Quoted(f.p.rel(file)))
	}
	f.line("  files: ["+strings.Join(files, ", ")+"]", "")
	if f.p.Found == nil {
		return
	}
	for _, c := range f.p.Found.Compose {
		if !slices.Contains(files, Quoted(c.Value)) {
			f.line("  # files: ["+Quoted(c.Value)+"]", f.say("config.first.instead", nil))
		}
	}
}

func (p Project) rel(path string) string {
	rel, err := filepath.Rel(p.Dir, path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

func (f *firstFile) kafka() {
	k, found := f.p.Kafka, f.p.found()
	f.b.WriteString("\n")
	f.line("kafka:", "")
	f.line("  mode: "+k.Mode, f.say("config.first.mode", nil))
	read := func(name string) string {
		v, _ := found.Reads(name)
		return v.Where.String()
	}
	for _, v := range []struct{ key, name string }{{"env", k.Env}, {"host_env", k.HostEnv}, {"port_env", k.PortEnv}} {
		if v.name != "" {
			f.line("  "+v.key+": "+v.name, read(v.name))
		}
	}
	if len(k.AlsoEnv) > 0 {
		f.line("  also_env: ["+strings.Join(k.AlsoEnv, ", ")+"]", read(k.AlsoEnv[0]))
	}
	if k.Env == "" && k.HostEnv == "" {
		f.unknownAddress(found)
	}
	f.topics(found)
	f.b.WriteString("\n")
	s := f.p.Streaming
	if s.Env != "" {
		f.line(fmt.Sprintf("streaming: {env: %s, on: %s, off: %s}", s.Env, Quoted(s.On), Quoted(s.Off)), read(s.Env))
	} else {
		f.line(`streaming: {env: ""}`, f.say("config.first.no_flag", nil))
	}
	for _, v := range found.Flags {
		if v.Name != s.Env {
			f.line("# streaming: {env: "+v.Name+"}", v.Where.String())
		}
	}
}

func (f *firstFile) unknownAddress(found *facts.Found) {
	for _, v := range found.Address {
		f.line("  # env: "+v.Name, v.Where.String())
	}
	for _, a := range found.Fixed {
		f.line("  # "+f.say("config.first.fixed", map[string]any{"Address": a.Value, "Where": a.Where.String()}), "")
	}
	if len(found.Fixed) == 0 || len(found.Address) > 0 {
		f.line("  # "+f.say("config.first.ask_env", nil), "")
	}
	f.line(`  env: ""`, "")
}

func (f *firstFile) topics(found *facts.Found) {
	evidence := func(name string) string {
		for _, t := range found.Topics {
			if t.Name == name {
				return t.Where.String()
			}
		}
		return ""
	}
	topic := func(t Topic) string {
		text := fmt.Sprintf("- {name: %s, partitions: %d, replication: %d", Quoted(t.Name), t.Partitions, t.Replication)
		if t.Env != "" {
			text += ", env: " + t.Env
		}
		return text + "}"
	}
	if len(f.p.Kafka.Topics) == 0 {
		f.line("  topics: []", f.say("config.first.no_topics", nil))
	} else {
		f.line("  topics:", "")
	}
	for _, t := range f.p.Kafka.Topics {
		f.line("    "+topic(t), evidence(t.Name))
	}
	for _, t := range found.Topics {
		if !t.Sure {
			f.line("    # "+topic(Topic{Name: t.Name, Partitions: max(1, t.Partitions), Replication: 1, Env: t.Env}), t.Where.String())
		}
	}
}

func (f *firstFile) app() {
	if f.p.App.Name != "" {
		f.apps()
		return
	}
	a, found := f.p.App, f.p.found()
	f.b.WriteString("\n")
	f.line("app:", "")
	known := f.is(a)
	if len(a.Command) > 0 {
		evidence := ""
		if i := slices.IndexFunc(found.Programs, known); i >= 0 {
			evidence = found.Programs[i].Where.String()
		}
		f.line("  command: "+List(a.Command), evidence)
		f.line("  dir: "+Quoted(f.p.rel(a.Dir)), "")
		f.environment("  ", a)
	} else {
		f.line("  # "+f.say("config.first.ask_command", nil), "")
	}
	for _, c := range found.Programs {
		if !known(c) || len(a.Command) == 0 {
			f.line("  # command: "+List(c.Command), c.Where.String())
			f.line("  # dir: "+Quoted(c.Dir), "")
		}
	}
	for _, n := range found.Notes {
		f.line("  # "+f.say("config.first.notebook", map[string]any{"File": n.Value}), "")
	}
	var ready []string
	if a.Ready.Log != "" {
		ready = append(ready, "log: "+Quoted(a.Ready.Log))
	}
	if _, err := url.Parse(a.Ready.HTTP); err == nil && a.Ready.HTTP != "" {
		ready = append(ready, "http: "+Quoted(a.Ready.HTTP))
	}
	if len(ready) > 0 {
		f.line("  ready: {"+strings.Join(ready, ", ")+"}", "")
	}
	for _, l := range []struct {
		key   string
		lines []string
	}{{"failed", a.Failed}, {"degraded", a.Degraded}} {
		if len(l.lines) > 0 {
			f.line("  "+l.key+": "+List(l.lines), "")
		}
	}
}

// environment writes what an app is started with.
func (f *firstFile) environment(indent string, a App) {
	if len(a.Env) == 0 {
		return
	}
	f.line(indent+"env:", "")
	shown, _ := f.p.shown(a)
	for _, name := range slices.Sorted(maps.Keys(a.Env)) {
		evidence := ""
		for _, s := range shown.Env {
			if s.Name == name && s.Value == a.Env[name] {
				evidence = s.Where.String()
			}
		}
		f.line(indent+"  "+name+": "+Quoted(a.Env[name]), evidence)
	}
}

// is tells whether a program that the files show is one of the project's.
func (f *firstFile) is(a App) func(facts.Program) bool {
	return func(c facts.Program) bool { return slices.Equal(c.Command, a.Command) && f.p.rel(a.Dir) == c.Dir }
}

// apps writes several programs.
func (f *firstFile) apps() {
	found := f.p.found()
	f.b.WriteString("\n")
	f.comment("config.first.apps")
	f.line("apps:", "")
	var listed []facts.Program
	for _, a := range f.p.Programs() {
		evidence := ""
		if i := slices.IndexFunc(found.Programs, f.is(a)); i >= 0 {
			evidence = found.Programs[i].Where.String()
			listed = append(listed, found.Programs[i])
		}
		f.line("  "+a.Name+":", "")
		f.line("    command: "+List(a.Command), evidence)
		f.line("    dir: "+Quoted(f.p.rel(a.Dir)), "")
		f.environment("    ", a)
		if a.Ready.HTTP != "" {
			f.line("    ready: {http: "+Quoted(a.Ready.HTTP)+"}", "")
		}
	}
	for _, c := range found.Programs {
		if !slices.ContainsFunc(listed, func(l facts.Program) bool { return slices.Equal(l.Command, c.Command) && l.Dir == c.Dir }) {
			f.line("  # "+List(c.Command)+" ("+c.Dir+")", c.Where.String())
		}
	}
}

// found is what the files show; nothing, where they were not looked at.
func (p Project) found() *facts.Found {
	if p.Found == nil {
		return &facts.Found{Root: p.Dir}
	}
	return p.Found
}

// plainText is a text that needs no quotes in any place, unless it is one of otherwise or a number.
var plainText = lazyregexp.New(`^[A-Za-z_./][A-Za-z0-9_./-]*$`)

// otherwise are the words that some reader of YAML takes for something else, and the folder that is only a dot.
var otherwise = []string{"yes", "no", "on", "off", "y", "n", "."}

// Quoted is a text as every reader of YAML reads it back, in quotes where it needs them.
func Quoted(s string) string {
	var v any
	if plainText.MatchString(s) && !slices.Contains(otherwise, strings.ToLower(s)) && yaml.Unmarshal([]byte(s), &v) == nil && v == s {
		return s
	}
	return strconv.Quote(s)
}

// List is a list of words as YAML has it on one line.
func List(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = Quoted(w)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
