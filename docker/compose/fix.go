package compose

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Fix is a small override for one broker that makes it reachable from this host. It was tried: with it, Inspect finds
// the broker reachable and nothing else changed.
type Fix struct {
	Problem Problem
	Address string // what a program on this host then connects to
	change  change
}

// change is what an override file says of one service.
type change struct {
	service string
	env     map[string]string
	unset   []string
	ports   []string
	all     bool // ports replaces the service's ports instead of adding to them
	command []string
}

// Fixes proposes an override for every broker that a program on this host cannot use, in the order of the problems.
// A broker without a fix that holds is left out. The services' own connections are left as they are: where the broken
// listener may be theirs, a listener for this host is added.
func Fixes(ctx context.Context, p *Project) ([]Fix, error) {
	r := Inspect(p)
	n := network{project: p, subnets: p.subnets}
	var fixes []Fix
	for i, problem := range r.Problems {
		s := p.service(problem.Service)
		if s == nil || p.Unreadable {
			continue
		}
		_, img := classify(s)
		f := fixer{n: n, b: n.broker(s, img), report: r, nth: i}
		for _, c := range f.candidates() {
			address, err := try(ctx, p, r, c)
			if err != nil {
				return nil, err
			}
			if address != "" {
				fixes = append(fixes, Fix{Problem: problem, Address: address, change: c})
				break
			}
		}
	}
	return fixes, nil
}

// try loads the project with a change and gives the broker's address if that helps and harms nothing.
func try(ctx context.Context, p *Project, before *Report, c change) (string, error) {
	with := p.options
	with.overlay = []byte(render([]change{c}))
	changed, err := Load(ctx, with)
	if err != nil {
		return "", err
	}
	after := Inspect(changed)
	if len(after.Problems) >= len(before.Problems) || !contains(after.Bootstrap, before.Bootstrap) {
		return "", nil
	}
	for _, cluster := range after.Clusters {
		if slices.Contains(cluster.Brokers, c.service) && len(cluster.Bootstrap) > 0 {
			fresh := slices.DeleteFunc(slices.Clone(after.Bootstrap), func(a string) bool {
				return slices.Contains(before.Bootstrap, a)
			})
			return strings.Join(fresh, ","), nil
		}
	}
	return "", nil
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// Override is the text of an override file that holds fixes.
func Override(fixes []Fix) string {
	var all []change
	for _, f := range fixes {
		all = append(all, f.change)
	}
	return render(all)
}

// YAML is the text of an override file that holds this fix alone.
func (f Fix) YAML() string { return render([]change{f.change}) }

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
	if identifier(strings.NewReplacer("-", "_", ".", "_").Replace(name)) {
		return name
	}
	return quote(name)
}

// overlayName is what the override is called while it is tried; no such file is read or written.
func overlayName(dir string) string { return filepath.Join(dir, "streamtray.override.yml") }
