package compose

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"mvdan.cc/sh/v3/syntax"
)

// Fix is a small override for one broker that makes it reachable from this host. It was proved; see prove.go.
type Fix struct {
	Problem Problem
	Address string // what a program on this host then connects to
	change  change
}

// Refusal is why nothing is offered for a broker: there is no change of which it can be shown that it mends the file
// and breaks nothing.
type Refusal struct {
	Service string
	File    string // absolute
	Line    int
	ID      string // names the text; ID+".hint" says what to do instead
	Args    map[string]any
}

// Mending is what can be done, by one override file, about the brokers that a program on this host cannot use.
type Mending struct {
	Fixes   []Fix
	Refused []Refusal
}

// Override is the text of the override file, empty without a fix.
func (m *Mending) Override() string {
	var all []change
	for _, f := range m.Fixes {
		all = append(all, f.change)
	}
	return render(all)
}

// Bounds of looking for fixes.
const (
	maxMended = 100 // brokers
	maxTried  = 12  // changes of one broker
	maxProofs = 4   // of the whole project
)

// change is what an override file says of one service.
type change struct {
	service string
	env     map[string]string
	unset   []string
	ports   []string
	all     bool // ports replaces the service's ports instead of adding to them
	command []string
	starts  []string // entrypoint
}

// applied is a service as a change makes it.
func (c change) applied(s Service) Service {
	s.ran = nil
	s.Environment = maps.Clone(s.Environment)
	if s.Environment == nil {
		s.Environment = map[string]string{}
	}
	maps.Copy(s.Environment, c.env)
	for _, k := range c.unset {
		delete(s.Environment, k)
	}
	ports := slices.Clone(s.Ports)
	if c.all {
		ports = nil
	}
	for _, text := range c.ports {
		if parsed, err := types.ParsePortConfig(text); err == nil {
			for _, p := range parsed {
				ports = append(ports, newPort(p))
			}
		}
	}
	s.Ports = ports
	if c.command != nil {
		s.Command = c.command
	}
	if c.starts != nil {
		s.Entrypoint = c.starts
	}
	return s
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

func render(all []change) string {
	if len(all) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("services:\n")
	for _, c := range all {
		fmt.Fprintf(&out, "  %s:\n", plainKey(c.service))
		if len(c.env)+len(c.unset) > 0 {
			out.WriteString("    environment:\n")
		}
		for _, k := range slices.Sorted(maps.Keys(c.env)) {
			fmt.Fprintf(&out, "      %s: %s\n", plainKey(k), quote(c.env[k]))
		}
		for _, k := range c.unset {
			fmt.Fprintf(&out, "      %s: !reset null\n", plainKey(k))
		}
		writeList(&out, "ports", c.ports, c.all)
		writeList(&out, "entrypoint", c.starts, false)
		writeList(&out, "command", c.command, false)
	}
	return out.String()
}

func writeList(out *strings.Builder, key string, items []string, replace bool) {
	if len(items) == 0 {
		return
	}
	tag := ""
	if replace {
		tag = " !override"
	}
	fmt.Fprintf(out, "    %s:%s\n", key, tag)
	for _, item := range items {
		fmt.Fprintf(out, "      - %s\n", quote(item))
	}
}

// quote is text as a YAML string in which Compose puts no variables.
func quote(text string) string { return strconv.Quote(strings.ReplaceAll(text, "$", "$$")) }

// plainKey is a name as a YAML key.
func plainKey(name string) string {
	if syntax.ValidName(strings.NewReplacer("-", "_", ".", "_").Replace(name)) {
		return name
	}
	return quote(name)
}

// overlayName is what the override is called while it is tried; no such file is read or written.
func overlayName(dir string) string { return filepath.Join(dir, "streamtray.override.yml") }
