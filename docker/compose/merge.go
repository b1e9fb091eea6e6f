package compose

import (
	"maps"
	"slices"
	"strings"
)

// How Compose joins an attribute of a service that two files (or a base and its extension) both set. Attributes not
// named here follow their kind: dicts join, lists append, scalars are replaced.
var (
	replaced = map[string]bool{"command": true, "entrypoint": true, "test": true}
	byKey    = map[string]bool{"environment": true, "labels": true, "args": true, "depends_on": true, "networks": true}
	appended = map[string]bool{"env_file": true, "dns": true, "tmpfs": true, "extra_hosts": true}
)

// merge is base as over changes it, both being what stands under key. Either may be nil.
func merge(key string, base, over *value) *value {
	switch {
	case over == nil:
		return base
	case over.tag == "!reset":
		return nil
	case base == nil || over.tag == "!override":
		return plain(key, over)
	case over.kind == null:
		return base
	case replaced[key]:
		return plain(key, over)
	case byKey[key]:
		base, over = keyed(base), keyed(over)
	case key == "build":
		base, over = under("context", base), under("context", over)
	case appended[key]:
		base, over = listed(base), listed(over)
	}
	switch {
	case base.kind == dict && over.kind == dict:
		return mergeDicts(key, base, over)
	case base.kind == list && over.kind == list:
		return appendItems(base, over)
	}
	return plain(key, over)
}

func mergeDicts(key string, base, over *value) *value {
	out := *base
	out.keys, out.dict = slices.Clone(base.keys), maps.Clone(base.dict)
	for _, k := range over.keys {
		child := merge(childKey(key, k), base.dict[k], over.dict[k])
		if child == nil {
			delete(out.dict, k)
			continue
		}
		if _, known := out.dict[k]; !known {
			out.keys = append(out.keys, k)
		}
		out.dict[k] = child
	}
	out.keys = slices.DeleteFunc(out.keys, func(k string) bool { return out.dict[k] == nil })
	return &out
}

// childKey tells names that users choose (sections' entries) from attributes, which have merge rules. The root of a
// file stands under "/".
func childKey(parent, k string) string {
	switch {
	case parent == "/":
		return "/" + k
	case strings.HasPrefix(parent, "/"):
		return ""
	}
	return k
}

// plain is v without its !reset parts and without tags, as it counts when there is nothing to merge with.
func plain(key string, v *value) *value {
	if byKey[key] {
		v = keyed(v)
	}
	c := *v
	c.tag = ""
	switch c.kind {
	case dict:
		c.keys, c.dict = nil, map[string]*value{}
		for _, k := range v.keys {
			if child := v.dict[k]; child.tag != "!reset" {
				c.keys = append(c.keys, k)
				c.dict[k] = plain(childKey(key, k), child)
			}
		}
	case list:
		c.items = nil
		for _, item := range v.items {
			if item.tag != "!reset" {
				c.items = append(c.items, plain("", item))
			}
		}
	}
	return &c
}

// keyed is a list of "key=value" or bare keys as the dict it stands for.
func keyed(v *value) *value {
	if v.kind != list {
		return v
	}
	c := &value{kind: dict, tag: v.tag, dict: map[string]*value{}, file: v.file, line: v.line}
	for _, item := range v.items {
		key, text, assigned := strings.Cut(item.str(), "=")
		if key == "" && len(item.unset) == 0 { // a name that a variable should have given is missed later
			continue
		}
		child := &value{kind: null, unset: item.unset, file: item.file, line: item.line}
		if assigned {
			child.kind, child.text = scalar, text
		}
		if _, twice := c.dict[key]; !twice {
			c.keys = append(c.keys, key)
		}
		c.dict[key] = child
	}
	return c
}

// listed is a lone scalar as a list of one.
func listed(v *value) *value {
	if v.kind != scalar {
		return v
	}
	return &value{kind: list, items: []*value{v}, tag: v.tag, file: v.file, line: v.line}
}

// under is a lone scalar as the dict's key it abbreviates.
func under(key string, v *value) *value {
	if v.kind != scalar {
		return v
	}
	return &value{kind: dict, keys: []string{key}, dict: map[string]*value{key: v}, tag: v.tag, file: v.file, line: v.line}
}

func appendItems(base, over *value) *value {
	out := *base
	out.items = slices.Clone(base.items)
	known := map[string]bool{}
	for _, item := range out.items {
		if item.kind == scalar {
			known[item.text] = true
		}
	}
	for _, item := range over.items {
		if item.tag != "!reset" && (item.kind != scalar || !known[item.text]) {
			out.items = append(out.items, plain("", item))
		}
	}
	return &out
}
