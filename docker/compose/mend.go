package compose

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
)

// Mend looks for an override for every broker that a program on this host cannot use, in the order of the problems. What
// it gives was proved on the project as Compose would load it with the override. The services' own connections are left
// as they are: where the broken listener may be theirs, a listener for this host is added.
func Mend(ctx context.Context, p *Project) (*Mending, error) {
	before := Inspect(p)
	m := &Mending{}
	if p.Unreadable {
		return m, nil
	}
	d := &draft{before: p, report: before, work: *p, taken: map[int]bool{}}
	d.work.Services = slices.Clone(p.Services)
	for _, problem := range before.Problems {
		if problem.Code == ParseError || problem.Code == SharedData || slices.Contains(d.seen, problem.Service) {
			continue
		}
		d.seen = append(d.seen, problem.Service)
		if len(d.seen) > maxMended {
			m.Refused = append(m.Refused, *refuse(problem, "compose.unproved.many", map[string]any{"Max": maxMended}))
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		fix, why := d.mend(problem)
		if why != nil {
			m.Refused = append(m.Refused, *why)
			continue
		}
		m.Fixes = append(m.Fixes, fix)
	}
	return m, m.prove(ctx, p, before)
}

// refuse says why nothing is offered for a problem's broker.
func refuse(p Problem, id string, args map[string]any) *Refusal {
	all := map[string]any{"Service": p.Service}
	for k, v := range args {
		all[k] = v
	}
	return &Refusal{Service: p.Service, File: p.File, Line: p.Line, ID: id, Args: all}
}

// draft is a project in which fixes are tried, each on top of those found before.
type draft struct {
	before *Project
	report *Report // of before
	work   Project
	seen   []string
	taken  map[int]bool // ports of this host that fixes publish
}

// mend finds the first change that makes a problem's broker reachable and holds by the rules of prove.go.
func (d *draft) mend(problem Problem) (Fix, *Refusal) {
	at := slices.IndexFunc(d.work.Services, func(s Service) bool { return s.Name == problem.Service })
	if at < 0 {
		return Fix{}, refuse(problem, "compose.unproved.unreached", nil)
	}
	was := d.work.Services[at]
	_, img := classify(&was)
	n := network{project: &d.work}
	f := fixer{n: n, b: n.broker(&was, img), report: d.report, taken: d.taken}
	if why := unreadable(f.b, problem); why != nil {
		if path, ok := why.Args["Path"].(string); ok {
			if rel, err := filepath.Rel(d.before.Dir, path); err == nil {
				why.Args["Path"] = filepath.ToSlash(rel)
			}
		}
		return Fix{}, why
	}
	var first *Refusal
	tried := 0
	for _, c := range f.candidates() {
		if tried++; tried > maxTried {
			break
		}
		d.work.Services[at] = c.applied(was)
		proof := proof{before: d.before, after: &d.work, report: d.report, problem: problem}
		why := proof.service(problem.Service, c)
		if why == nil {
			fix := Fix{Problem: problem, change: c}
			for _, port := range d.work.Services[at].Ports {
				d.taken[port.Host] = true
			}
			return fix, nil
		}
		if first == nil || first.ID == "compose.unproved.unreached" {
			first = why
		}
	}
	d.work.Services[at] = was
	if first == nil {
		first = refuse(problem, "compose.unproved.unreached", nil)
	}
	if f.blocked != nil && first.ID == "compose.unproved.unreached" {
		first = refuse(problem, f.blocked.ID, f.blocked.Args)
	}
	return Fix{}, first
}

// prove loads the project with the fixes, as Compose would, and takes back those that do not hold there.
func (m *Mending) prove(ctx context.Context, p *Project, before *Report) error {
	for range maxProofs {
		if len(m.Fixes) == 0 {
			return nil
		}
		after, err := LoadWith(ctx, p, []byte(m.Override()))
		if err != nil {
			return err
		}
		if !m.sift(p, after, before) {
			return nil
		}
	}
	for _, f := range m.Fixes {
		m.Refused = append(m.Refused, *refuse(f.Problem, "compose.unproved.unreached", nil))
	}
	m.Fixes = nil
	return nil
}

// sift takes back the fixes that do not hold in the loaded project, and reports whether there were any.
func (m *Mending) sift(p, after *Project, before *Report) bool {
	report := Inspect(after)
	var kept []Fix
	for _, f := range m.Fixes {
		proof := proof{before: p, after: after, report: before, problem: f.Problem}
		why := proof.service(f.Problem.Service, f.change)
		if why == nil {
			why = proof.whole(report)
		}
		if why != nil {
			m.Refused = append(m.Refused, *why)
			continue
		}
		f.Address = reached(after, f.Problem.Service)
		kept = append(kept, f)
	}
	changed := len(kept) < len(m.Fixes)
	m.Fixes = kept
	return changed
}

// reached are a service's addresses for this host.
func reached(p *Project, service string) string {
	s := p.service(service)
	_, img := classify(s)
	var all []string
	for _, l := range (network{project: p}).broker(s, img).works {
		all = append(all, l.Address())
	}
	return strings.Join(all, ",")
}
