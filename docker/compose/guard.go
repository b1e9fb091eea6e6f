package compose

import (
	"strconv"

	"streamtray/internal/lazyregexp"
)

// compose-go takes time and memory that grow with the square of some lists, and spells ranges out. What stays below
// these bounds takes it well under a second; public files stay far below.
const (
	maxStrictValues = 8_000
	maxStrictPorts  = 2_000
	maxPorts        = 70_000 // more than there are is no mistake
	maxWords        = 16_000 // bytes of a command that is one text
)

var portRange = lazyregexp.New(`(\d{1,9})-(\d{1,9})`)

// guard looks at what compose-go is about to do with a project and forbids what could run away. It also looks at
// the files of variables and labels, which compose-go would read without bounds.
func (l *loading) guard(root *value) {
	services := root.at("services")
	if services == nil || services.kind != dict {
		return
	}
	values, wanted := 0, 0
	for _, name := range services.keys {
		s := services.dict[name]
		values += size(s)
		for _, key := range []string{"ports", "expose"} {
			v := s.at(key)
			wanted += ports(v)
			if ports(v) > maxPorts {
				l.complain(v.file, v.line, "compose.ports", map[string]any{"Service": name})
			}
		}
		for _, key := range []string{"command", "entrypoint"} {
			l.noStrict = l.noStrict || len(s.at(key).str()) > maxWords
		}
		l.apart = l.apart || s.at("develop") != nil // it follows the links of what is watched
		for _, path := range texts(s.at("label_file")) {
			at := s.at("label_file")
			if _, err := l.once(abs(l.dirs[at.file], path), "label_file"); err != nil {
				id, args := l.fileRefusal(EnvFile, path, abs(l.dirs[at.file], path), err)
				l.fault(at.file, at.line, id, args)
			}
		}
		l.envFiles(s, nil)
	}
	l.noStrict = l.noStrict || wanted > maxStrictPorts
	if values > maxStrictValues {
		l.noStrict = true
		l.complain(root.file, 0, "compose.too_large", nil)
	}
}

func size(v *value) int {
	if v == nil {
		return 0
	}
	n := 1
	for _, item := range v.items {
		n += size(item)
	}
	for _, k := range v.keys {
		n += size(v.dict[k])
	}
	return n
}

// ports is how many ports a list of ports stands for.
func ports(v *value) int {
	if v == nil {
		return 0
	}
	n := 0
	if v.kind == scalar {
		for _, m := range portRange.FindAllStringSubmatch(v.text, -1) {
			from, _ := strconv.Atoi(m[1])
			to, _ := strconv.Atoi(m[2])
			n = max(n, to-from+1)
		}
		return max(n, 1)
	}
	for _, item := range v.items {
		n += ports(item)
	}
	for _, k := range v.keys {
		n = max(n, ports(v.dict[k]))
	}
	return n
}
