package compose

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// advertisedWith are the advertised listeners, one of them replaced.
func (f fixer) advertisedWith(old Listener, e endpoint) string {
	var items []string
	for _, l := range f.b.listeners {
		host, port := l.Host, l.HostPort
		if l.Name == old.Name && e.name != "" {
			host, port = e.host, e.port
		}
		items = append(items, address(l.Name, host, port))
	}
	return strings.Join(items, ",")
}

// listenersWith are the listeners, those of the controllers included, one of them replaced.
func (f fixer) listenersWith(old Listener, e endpoint) string {
	var items []string
	var known []string
	for _, l := range f.b.listeners {
		host := l.Bind
		if host == "" {
			host = "0.0.0.0"
		}
		if l.Name == old.Name && e.name != "" {
			host = e.host
		}
		items = append(items, address(l.Name, host, l.Port))
		known = append(known, l.Name)
	}
	for _, b := range endpoints(f.b.settings.get("listeners")) {
		if !slices.Contains(known, b.name) {
			items = append(items, address(b.name, b.host, b.port))
		}
	}
	return strings.Join(items, ",")
}

func address(name, host string, port int) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return fmt.Sprintf("%s://%s:%d", name, host, port)
}

// protocolMap names the security of every listener, what the file says first.
func (f fixer) protocolMap() string {
	have := f.b.settings.get("listener.security.protocol.map")
	var items, names []string
	if have != "" {
		items = append(items, have)
	}
	for pair := range strings.SplitSeq(strings.ToUpper(have), ",") {
		name, _, _ := strings.Cut(pair, ":")
		names = append(names, strings.TrimSpace(name))
	}
	for _, l := range f.b.listeners {
		if !slices.Contains(names, l.Name) {
			items = append(items, l.Name+":"+l.Protocol)
			names = append(names, l.Name)
		}
	}
	for _, name := range controllers(f.b.settings) {
		if name != "" && !slices.Contains(names, name) {
			items = append(items, name+":PLAINTEXT")
		}
	}
	return strings.Join(items, ",")
}

// set changes properties where they stand: in the command that sets them, else in the environment.
func (f fixer) set(values map[string]string) change {
	s, img := f.b.service, f.b.image
	c := change{service: s.Name, env: map[string]string{}}
	if img.redpanda {
		return f.setFlags(values)
	}
	for _, property := range slices.Sorted(maps.Keys(values)) {
		at := f.b.settings[property]
		switch {
		case len(at.keys) == 2 && at.keys[0] == "environment":
			c.env[at.keys[1]] = values[property]
		case len(at.keys) == 1 && at.keys[0] != "volumes":
			f.inScript(&c, at, values[property])
		case len(img.prefixes) > 0:
			prefix := img.prefixes[len(img.prefixes)-1]
			c.env[prefix+strings.ToUpper(strings.ReplaceAll(property, ".", "_"))] = values[property]
		}
	}
	return c
}

// inScript puts a new value where a command sets it: in the variable that it takes the value from, else in its own text,
// there only behind the name that it sets. A value that stands nowhere as it is stays: the command works it out.
func (f fixer) inScript(c *change, at setting, value string) {
	s := f.b.service
	text := strings.Join(slices.Concat(s.Entrypoint, s.Command), " ")
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		if s.Environment[name] == at.value && (strings.Contains(text, "$"+name) || strings.Contains(text, "${"+name)) {
			c.env[name] = value
			return
		}
	}
	set := regexp.MustCompile(`(\b` + regexp.QuoteMeta(at.name) + `=["']?)` + regexp.QuoteMeta(at.value) + `(["'\s;&]|$)`)
	for _, part := range []struct {
		from []string
		to   *[]string
	}{{s.Entrypoint, &c.starts}, {s.Command, &c.command}} {
		words := part.from
		if *part.to != nil {
			words = *part.to
		}
		for i, w := range words {
			if changed := set.ReplaceAllString(w, "${1}"+strings.ReplaceAll(value, "$", "$$")+"${2}"); changed != w {
				if *part.to == nil {
					*part.to = slices.Clone(part.from)
				}
				(*part.to)[i] = changed
			}
		}
	}
}
