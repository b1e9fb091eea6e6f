package compose

import "slices"

// Needed names the services that Kafka needs to run, in the order written: brokers, controllers, ZooKeeper, and all
// that these depend on.
func (r *Report) Needed(p *Project) []string {
	need := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		if need[name] {
			return
		}
		need[name] = true
		for i := range p.Services {
			if p.Services[i].Name == name {
				for _, d := range p.Services[i].DependsOn {
					add(d)
				}
			}
		}
	}
	for i, s := range r.Services {
		if slices.Contains([]Role{Broker, Controller, ZooKeeper}, s.Role) && p.Services[i].Active {
			add(s.Name)
		}
	}
	var out []string
	for _, s := range p.Services {
		if need[s.Name] {
			out = append(out, s.Name)
		}
	}
	return out
}
