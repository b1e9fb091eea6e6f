package compose

import (
	"cmp"
	"path"
	"strings"
)

// sharedData finds brokers that keep their data in one place: Kafka locks it, so that only one of them starts.
func sharedData(p *Project, brokers []*broker) []Problem {
	var all []Problem
	first := map[string]*broker{}
	for _, b := range brokers {
		for _, dir := range strings.Split(cmp.Or(b.settings.get("log.dirs"), b.settings.get("log.dir"), b.image.data), ",") {
			at := b.service.place(strings.TrimSpace(dir))
			switch other := first[at]; {
			case at == "" || other == b:
			case other == nil:
				first[at] = b
			default:
				all = append(all, Problem{
					Code: SharedData, Service: b.service.Name, File: b.service.file(p), Line: b.service.lineOf("volumes"), ID: "compose.shared_data",
					Args: map[string]any{"Service": b.service.Name, "Other": other.service.Name, "Volume": at},
				})
			}
		}
	}
	return all
}

// place is where a folder of the container lies outside of it: in which volume or folder of this host; empty: in none, or only
// a running system knows.
func (s *Service) place(dir string) string {
	var in Volume
	rest := ""
	for _, v := range s.Volumes {
		target := path.Clean(v.Target)
		if below, ok := strings.CutPrefix(path.Clean(dir)+"/", target+"/"); ok && v.Source != "" && len(target) > len(in.Target) {
			in, rest = Volume{Source: v.Source, Target: target, Bind: v.Bind}, below
		}
	}
	if in.Source == "" || dir == "" || strings.Contains(dir+in.Source, "$") {
		return ""
	}
	return strings.TrimSuffix(in.Source+"/"+rest, "/")
}
