package compose

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// attributes are what matters of a service to a program on this host.
var attributes = []string{
	"image", "build", "command", "entrypoint", "environment", "ports", "volumes", "healthcheck",
	"profiles", "network_mode", "networks", "hostname", "container_name",
}

// tolerant loads one service attribute by attribute: one that compose-go cannot take is told and left out.
func (l *loading) tolerant(ctx context.Context, name string, written *value) types.ServiceConfig {
	model, dir := map[string]any{}, l.project.Dir
	if written != nil && l.dirs[written.file] != "" {
		dir = l.dirs[written.file]
	}
	for _, key := range attributes {
		part := written.at(key)
		if part == nil || part.kind == null {
			continue
		}
		part = eased(key, part)
		if err := l.service(ctx, dir, name, map[string]any{key: plainOf(part)}, nil); err == nil {
			model[key] = plainOf(part)
		} else if kept := l.sound(ctx, dir, name, key, part); kept != nil {
			model[key] = plainOf(kept)
		}
	}
	out := types.ServiceConfig{}
	if err := l.service(ctx, dir, name, model, &out); err != nil {
		out = types.ServiceConfig{}
	}
	out.Name = name
	out.DependsOn = dependsOn(written, out.NetworkMode)
	return out
}

// sound is what compose-go takes of an attribute that it does not take as a whole: the good items of a list. What is
// left out is noted.
func (l *loading) sound(ctx context.Context, dir, name, key string, part *value) *value {
	if part.kind != list || len(part.items) > maxFindings {
		l.badValue(part, name, key)
		return nil
	}
	out := *part
	out.items = nil
	for _, item := range part.items {
		one := &value{kind: list, items: []*value{item}, file: item.file, line: item.line}
		if err := l.service(ctx, dir, name, map[string]any{key: plainOf(one)}, nil); err != nil {
			l.badValue(item, name, key)
			continue
		}
		out.items = append(out.items, item)
	}
	if len(out.items) == len(part.items) { // each is fine alone
		l.badValue(part, name, key)
		return nil
	}
	return &out
}

// eased is an attribute without what compose-go takes long over, or stumbles on, and what does not matter here.
func eased(key string, part *value) *value {
	switch {
	case key == "ports":
		return numbered(part)
	case key == "healthcheck":
		return pick(part, "test")
	case len(part.str()) > maxWords: // a command as one text is split in time that grows with its square
		return listed(part)
	}
	return part
}

// dependsOn are the services that one waits for, the older ways of saying so included.
func dependsOn(written *value, networkMode string) types.DependsOnConfig {
	out := types.DependsOnConfig{}
	if on := written.at("depends_on"); on != nil {
		for _, d := range keyed(on).keys {
			out[d] = types.ServiceDependency{}
		}
	}
	for _, link := range slices.Concat(texts(written.at("links")), texts(written.at("volumes_from"))) {
		d, _, _ := strings.Cut(link, ":")
		out[d] = types.ServiceDependency{}
	}
	if d, ok := strings.CutPrefix(networkMode, "service:"); ok {
		out[d] = types.ServiceDependency{}
	}
	return out
}

// numbered is a list of ports whose targets are numbers even where a variable gave them. Ranges too wide to spell out
// are left out.
func numbered(v *value) *value {
	out := *v
	out.items = nil
	for _, item := range v.items {
		if ports(item) > maxStrictPorts || len(out.items) > maxStrictPorts {
			continue
		}
		if n, err := strconv.Atoi(item.at("target").str()); err == nil {
			c := *item
			c.dict = maps.Clone(item.dict)
			c.dict["target"] = &value{kind: scalar, plain: n}
			item = &c
		}
		out.items = append(out.items, item)
	}
	return &out
}

// pick is a dict with some of its keys only.
func pick(v *value, keys ...string) *value {
	out := &value{kind: dict, dict: map[string]*value{}, file: v.file, line: v.line}
	for _, k := range keys {
		if child := v.at(k); child != nil {
			out.keys = append(out.keys, k)
			out.dict[k] = child
		}
	}
	return out
}

// service has compose-go read a service on its own, with no check but the types.
func (l *loading) service(ctx context.Context, dir, name string, model map[string]any, into *types.ServiceConfig) error {
	config := map[string]any{"services": map[string]any{name: model}}
	details := types.ConfigDetails{
		WorkingDir: dir, Environment: map[string]string{},
		ConfigFiles: []types.ConfigFile{{Filename: l.project.ComposeFiles[0], Config: config, Content: []byte{}}},
	}
	p, err := caught(ctx, details, func(o *loader.Options) {
		o.SetProjectName(l.project.Name, true)
		o.SkipValidation, o.SkipConsistencyCheck, o.SkipNormalization = true, true, true
		o.SkipInterpolation, o.SkipExtends = true, true
	})
	if err == nil && into != nil {
		*into = p.AllServices()[name]
	}
	return err
}

// plainOf is a value as compose-go takes it.
func plainOf(v *value) any {
	switch v.kind {
	case scalar:
		if v.plain != nil {
			return v.plain
		}
		return v.text
	case list:
		out := make([]any, 0, len(v.items))
		for _, item := range v.items {
			out = append(out, plainOf(item))
		}
		return out
	case dict:
		out := make(map[string]any, len(v.keys))
		for _, k := range v.keys {
			out[k] = plainOf(v.dict[k])
		}
		return out
	}
	return nil
}

// environment is a container's environment: files first, the service's own entries over them, a bare name taken from
// the caller.
func (l *loading) environment(written *value, own types.MappingWithEquals) types.MappingWithEquals {
	out := types.MappingWithEquals{}
	for k, v := range l.envFiles(written, own) {
		out[k] = &v
	}
	for k, v := range own {
		if v == nil {
			if set, ok := l.lookup(k); ok {
				v = &set
			}
		}
		if v != nil {
			out[k] = v
		}
	}
	return out
}

// envFiles are the variables of a service's env_file entries, later ones over earlier ones. They may refer to the
// caller's variables and to the service's own.
func (l *loading) envFiles(written *value, own types.MappingWithEquals) map[string]string {
	out := map[string]string{}
	files := written.at("env_file")
	if files == nil {
		return out
	}
	for _, item := range listed(files).items {
		maps.Copy(out, l.envFile(under("path", item), func(k string) (string, bool) {
			if v, set := l.lookup(k); set || own[k] == nil {
				return v, set
			}
			return *own[k], true
		}))
	}
	return out
}

func (l *loading) envFile(item *value, lookup func(string) (string, bool)) map[string]string {
	path := item.at("path").str()
	if path == "" {
		return nil
	}
	text, err := l.once(abs(l.dirs[item.file], path), "env_file")
	var vars map[string]string
	if err == nil {
		vars, err = parseEnv(text, item.at("format").str() == "raw", lookup)
	}
	if err != nil && item.at("required").str() != "false" {
		id, args := l.fileRefusal(EnvFile, path, abs(l.dirs[item.file], path), err)
		l.fault(item.file, item.line, id, args)
	}
	return vars
}

// once is a file's content, read but once however many services name it.
func (l *loading) once(path, role string) ([]byte, error) {
	got, known := l.texts[path]
	if !known {
		got.text, got.err = l.reader.read(path, role)
		l.texts[path] = got
	}
	return got.text, got.err
}
