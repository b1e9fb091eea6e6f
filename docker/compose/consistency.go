package compose

import "strings"

// inconsistent notes, each with its line, what compose-go refuses of a project whose parts are sound by themselves. It
// stops at the first such thing; this goes through them all, in the order written.
func (l *loading) inconsistent(root *value) {
	services := root.at("services")
	if services == nil {
		return
	}
	for _, name := range services.keys {
		s := services.dict[name]
		if s.at("image").str() == "" && s.at("build") == nil && s.at("provider") == nil {
			if unset := unsetIn(s.at("image")); len(unset) > 0 {
				l.badValue(s.at("image"), name, "image")
			} else {
				l.complain(s.file, s.line, "compose.no_image", map[string]any{"Service": name})
			}
		}
		l.undefined(root, name, "depends_on", "services")
		l.undefined(root, name, "networks", "networks")
		if volumes := s.at("volumes"); volumes != nil {
			for _, item := range volumes.items {
				source, _, mounted := strings.Cut(item.str(), ":")
				named := mounted && source != "" && !strings.ContainsAny(source, `/\.~$`)
				if named && !defines(root, "volumes", source) {
					l.complainUndefined(item, name, source)
				}
			}
		}
	}
}

// undefined notes the names under an attribute of a service that a section does not define.
func (l *loading) undefined(root *value, service, attribute, section string) {
	v := root.at("services", service, attribute)
	if v == nil {
		return
	}
	names := keyed(v)
	for _, name := range names.keys {
		if name != "default" && !defines(root, section, name) {
			l.complainUndefined(names.dict[name], service, name)
		}
	}
}

func (l *loading) complainUndefined(at *value, service, name string) {
	args := map[string]any{"Service": service, "Name": name}
	if len(at.unset) > 0 {
		l.complainUnset(at, "compose.undefined_unset", args, at.unset)
		return
	}
	l.complain(at.file, at.line, "compose.undefined", args)
}

// defines reports whether a section of the project has an entry, be it empty.
func defines(root *value, section, name string) bool {
	s := root.at(section)
	if s == nil {
		return false
	}
	_, ok := s.dict[name]
	return ok
}
