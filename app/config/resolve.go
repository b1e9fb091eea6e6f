package config

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/facts"
)

// resolved is a project as its files show it to a person who stands in dir. The names of the detection system that
// StreamTray was made for are taken only where the project's own code has them.
func resolved(found *facts.Found, dir string) Project {
	p := Blank(found.Root)
	if reference(found) {
		p = Default(found.Root)
	} else {
		p.messages(found)
	}
	p.Found = found
	p.program(found, dir)
	p.address(found)
	if flag, ok := found.Flag(); ok {
		p.Streaming.Env = flag.Name
		p.Streaming.On, p.Streaming.Off = values(flag.Default)
	}
	if topics := topicsOf(found); len(topics) > 0 {
		p.Kafka.Topics = topics
	}
	return p
}

// reference reports whether a project is of the kind that StreamTray was made for: its code has that system's flag and
// its first topic.
func reference(found *facts.Found) bool {
	like := Default(found.Root)
	_, flag := found.Reads(like.Streaming.Env)
	topic := slices.ContainsFunc(found.Topics, func(t facts.Topic) bool { return t.Name == like.Kafka.Topics[0].Name })
	return flag && topic
}

// program takes the program over that the project is started by: the only one, or the only one where the person stands.
func (p *Project) program(found *facts.Found, dir string) {
	one, ok := found.Program()
	if here, is := p.standing(found, dir); is {
		one, ok = here, true
	}
	if !ok {
		return
	}
	page := p.App.Ready.HTTP
	p.TakeOne(one)
	p.App.Ready.HTTP = cmp.Or(one.HTTP, page)
}

// TakeOne has the project run this program alone.
func (p *Project) TakeOne(one facts.Program) {
	p.App.Command, p.App.Dir = slices.Clone(one.Command), filepath.Join(p.Dir, filepath.FromSlash(one.Dir))
	p.App.Ready.HTTP, p.App.Env = one.HTTP, environment(one)
}

// environment is what a program needs to be started with; nil: nothing.
func environment(one facts.Program) map[string]string {
	if len(one.Env) == 0 {
		return nil
	}
	env := map[string]string{}
	for _, s := range one.Env {
		env[s.Name] = s.Value
	}
	return env
}

// standing is the one program of the folder that the person stands in, which is not the project's.
func (p *Project) standing(found *facts.Found, dir string) (facts.Program, bool) {
	rel, err := filepath.Rel(found.Root, dir)
	if err != nil || rel == "." {
		return facts.Program{}, false
	}
	rel = filepath.ToSlash(rel)
	var here []facts.Program
	for _, c := range found.Programs {
		if c.Sure && (c.Dir == rel || strings.HasPrefix(c.Dir, rel+"/") || strings.HasPrefix(c.File, rel+"/")) {
			here = append(here, c)
		}
	}
	if len(here) != 1 {
		return facts.Program{}, false
	}
	return here[0], true
}

// messages takes over the lines of the reference project's log that this project's code can write.
func (p *Project) messages(found *facts.Found) {
	like := Default(p.Dir).App
	says := func(s string) bool {
		_, ok := found.Says(s)
		return ok
	}
	p.App.Ready.Log = ""
	if says(like.Ready.Log) {
		p.App.Ready.Log = like.Ready.Log
	}
	without := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !says(s) })
	}
	p.App.Failed, p.App.Degraded = without(like.Failed), without(like.Degraded)
}

// address takes over the variables that tell the program where Kafka is.
func (p *Project) address(found *facts.Found) {
	sure := slices.DeleteFunc(slices.Clone(found.Address), func(v facts.Variable) bool { return !v.Sure })
	if len(sure) == 0 {
		return
	}
	if !slices.ContainsFunc(sure, func(v facts.Variable) bool { return v.Name == p.Kafka.Env }) {
		p.Kafka.Env = ""
	}
	for _, v := range sure {
		switch {
		case v.Name == p.Kafka.Env:
		case v.Role == facts.Whole && p.Kafka.Env == "":
			p.Kafka.Env = v.Name
		case v.Role == facts.Host && p.Kafka.HostEnv == "":
			p.Kafka.HostEnv = v.Name
		case v.Role == facts.Port && p.Kafka.PortEnv == "":
			p.Kafka.PortEnv = v.Name
		case v.Role == facts.Whole:
			p.Kafka.AlsoEnv = append(p.Kafka.AlsoEnv, v.Name)
		}
	}
}

// values are how a flag whose default is written like this is set on and off.
func values(def string) (on, off string) {
	for _, pair := range [][2]string{{"1", "0"}, {"yes", "no"}, {"on", "off"}, {"True", "False"}, {"true", "false"}} {
		if def == pair[0] || def == pair[1] {
			on, off = pair[0], pair[1]
			break
		}
	}
	if on == "" || on == "True" { // a default in Python is no text
		return "true", "false"
	}
	return on, off
}

// topicsOf are the topics that the project surely names. One partition is what a broker makes of a topic that it creates
// by itself; those of the reference project have more.
func topicsOf(found *facts.Found) []Topic {
	partitions := 1
	if reference(found) {
		partitions = defaultPartitions
	}
	var all []Topic
	for _, t := range found.Topics {
		if t.Sure {
			all = append(all, Topic{Name: t.Name, Partitions: max(t.Partitions, partitions), Replication: 1, Env: t.Env})
		}
	}
	return all
}

// settle makes one of what the file says and what was found, where one of them depends on the other.
func (p *Project) settle() {
	given := func(key string) bool { _, ok := p.Given[key]; return ok }
	if given("kafka.env") || given("kafka.host_env") || given("kafka.port_env") || given("kafka.also_env") { // the user's word is whole
		for key, to := range map[string]*string{"kafka.env": &p.Kafka.Env, "kafka.host_env": &p.Kafka.HostEnv, "kafka.port_env": &p.Kafka.PortEnv} {
			if !given(key) {
				*to = ""
			}
		}
		if !given("kafka.also_env") {
			p.Kafka.AlsoEnv = nil
		}
	}
	switch {
	case given("compose.files"):
		p.Compose.Guessed = false
	case p.Kafka.Mode != Docker:
		p.Compose.Files, p.Compose.Guessed = nil, false
	}
	if !given("app.command") {
		return
	}
	if !given("app.dir") {
		p.App.Dir = p.Dir
	}
	if !given("app.env") {
		p.App.Env = p.needed(p.App)
	}
	if given("app.ready.http") {
		return
	}
	like := Blank(p.Dir)
	if reference(p.found()) {
		like = Default(p.Dir)
	}
	shown, _ := p.shown(p.App)
	p.App.Ready.HTTP = cmp.Or(shown.HTTP, like.App.Ready.HTTP)
}

// shown is the program that the project's files show to have the command of an app, in its folder where several have it.
func (p *Project) shown(a App) (facts.Program, bool) {
	var one facts.Program
	found := false
	for _, c := range p.found().Programs {
		if slices.Equal(c.Command, a.Command) && (!found || p.sameFolder(c, a)) {
			one, found = c, true
		}
	}
	return one, found
}

func (p *Project) sameFolder(c facts.Program, a App) bool {
	return filepath.Join(p.Dir, filepath.FromSlash(c.Dir)) == p.absolute(a.Dir)
}

// needed is what an app needs to be started with, as the project's files show it.
func (p *Project) needed(a App) map[string]string {
	if one, ok := p.shown(a); ok && p.sameFolder(one, a) {
		return environment(one)
	}
	return nil
}
