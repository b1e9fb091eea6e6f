package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Line is one line of a plan as it is shown: what kind of thing it tells, one of Kinds, and the thing. Of a file's content
// there is only a hash.
type Line struct{ Kind, Text, Hash string }

// Kinds are the kinds of lines, in their order.
func Kinds() []string {
	return []string{
		"command", "setup", "missing", "program", "dir", "remote", "variable", "container", "grant", "mount", "runs", "env", "write", "connect", "topic", "file", "outside",
	}
}

// Lines is the plan line by line, as it is shown before it is agreed to, and remembered: what can do the most first.
func (p Plan) Lines() []Line {
	var all []Line
	add := func(kind, text string) { all = append(all, Line{Kind: kind, Text: text}) }
	for _, r := range p.Processes {
		if len(r.Command) == 0 {
			continue // Kafka alone
		}
		text := CommandLine(r.Command)
		if len(p.Processes) > 1 {
			text = r.Name + ": " + text
		}
		add("command", text)
		if r.Missing != "" {
			add("missing", r.Missing)
		}
		if r.Program.Inner {
			add("program", r.Program.Path)
		}
		if r.Script != "" {
			add("program", r.Script)
		}
		add("dir", led(r.Dir, r.Real))
	}
	for _, s := range p.Setup.all() {
		for _, command := range s.Commands {
			add("setup", CommandLine(command)+"  ("+s.Dir+")")
		}
		if s.Missing != "" {
			add("missing", s.Missing)
		}
	}
	if p.Stack != nil {
		all = append(all, p.Stack.lines()...)
	}
	for _, text := range p.given() {
		add("env", text)
	}
	for _, w := range p.Writes {
		add("write", fmt.Sprintf("%s: %s=%s / %s", w.Path, w.Variable, w.On, w.Off))
	}
	for _, c := range p.Connections {
		text := c.What + "  " + c.Address
		if c.Protocol != "" {
			text += "  " + c.Protocol
		}
		add("connect", strings.Join(append([]string{text}, c.Credentials...), ", "))
	}
	for _, t := range p.Topics {
		add("topic", fmt.Sprintf("%s  partitions=%d replication-factor=%d", t.Name, t.Partitions, t.Replication))
	}
	for _, f := range p.Files {
		all = append(all, Line{Kind: "file", Text: led(f.Path, f.Real), Hash: f.Hash})
		if f.Outside {
			add("outside", "")
		}
	}
	return all
}

// all are the environments that are to be made, each by itself.
func (s *Setup) all() []Setup {
	if s == nil {
		return nil
	}
	return append([]Setup{*s}, s.Further...)
}

// led is a path with where it leads; real is empty where that is the same.
func led(path, real string) string {
	if real == "" {
		return path
	}
	return path + " → " + real
}

// given are the variables that the programs get, what several of them are given once.
func (p Plan) given() []string {
	var all []string
	add := func(text string) {
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	for _, r := range p.Processes {
		if len(r.Command) == 0 {
			continue
		}
		for _, v := range r.Env {
			add(v.line())
		}
		if r.Program.Inner {
			for _, kv := range r.Program.Env {
				add(kv)
			}
		}
	}
	return all
}

func (s *Stack) lines() []Line {
	var all []Line
	add := func(kind, text string) { all = append(all, Line{Kind: kind, Text: text}) }
	for _, r := range s.Remote {
		add("remote", r)
	}
	for _, v := range s.Variables {
		add("variable", v)
	}
	for _, c := range s.Containers {
		add("container", strings.TrimSpace(c.Name+"  "+c.Image+"  "+strings.Join(c.Ports, " ")))
		for _, g := range c.Grants {
			add("grant", c.Name+"  "+g.What+": "+g.Value)
		}
		for _, m := range c.Mounts {
			add("mount", m)
		}
		if args := slices.Concat(c.Entrypoint, c.Command); len(args) > 0 {
			add("runs", CommandLine(args))
		}
	}
	return all
}

// line is a variable as it is shown. One whose value is only known once Kafka runs says what it will be.
func (v Var) line() string {
	switch {
	case v.Kafka && v.Value == "":
		return v.Name + "=<" + cmp.Or(v.part, "host:port") + ">"
	case v.Off != "":
		return v.Name + "=" + v.Value + " / " + v.Off
	}
	return v.Name + "=" + v.Value
}

// CommandLine is a command as a person would read it: what is one argument is seen as one.
func CommandLine(command []string) string {
	args := make([]string, len(command))
	for i, a := range command {
		if args[i] = a; a == "" || strings.ContainsAny(a, " \t\n\"'") {
			args[i] = strconv.Quote(a)
		}
	}
	return strings.Join(args, " ")
}
