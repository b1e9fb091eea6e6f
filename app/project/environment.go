package project

import "strings"

// Setting is a variable of the app's environment.
type Setting struct{ Name, Value string }

// Environment is what the app is told at launch, streaming on: what a start from an IDE or another terminal needs.
func (p *Project) Environment() ([]Setting, error) {
	var all []Setting
	for _, v := range p.plan.Processes[0].Env {
		value := v.Value
		if v.Kafka && value == "" { // only known while it runs
			k, err := p.cluster.at()
			if err != nil {
				return nil, err
			}
			value = strings.Join(k.Bootstrap, ",")
		}
		if v.Name != "" {
			all = append(all, Setting{v.Name, value})
		}
	}
	return all, nil
}
