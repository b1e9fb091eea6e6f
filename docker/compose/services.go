package compose

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
)

// services fills the project's services: as compose-go loads them when it accepts the project, else one by one.
func (l *loading) services(ctx context.Context, root *value) {
	written := root.at("services")
	l.guard(root)
	accepted, err := l.strict(ctx)
	if err == nil {
		l.project.Accepted, l.project.Findings, l.project.Unreadable = true, nil, false
	} else {
		l.inconsistent(root)
	}
	for _, name := range names(written, accepted) {
		config, ok := accepted[name]
		if !ok {
			config = l.tolerant(ctx, name, written.at(name))
		}
		s := newService(config, written.at(name))
		if b := config.Build; b != nil {
			l.dockerfile(&s, b.DockerfileInline, b.Target, b.Args.ToMapping())
		}
		l.mounted(&s, root)
		l.project.Services = append(l.project.Services, s)
	}
	if err != nil && len(l.project.Findings) == 0 {
		l.refused(root, err)
	}
	activate(l.project)
}

func names(written *value, accepted types.Services) []string {
	var out []string
	if written != nil {
		out = slices.Clone(written.keys)
	}
	if accepted != nil {
		out = slices.DeleteFunc(out, func(n string) bool { _, ok := accepted[n]; return !ok })
		for _, n := range slices.Sorted(maps.Keys(accepted)) {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// strict loads the project as `docker compose` does.
func (l *loading) strict(ctx context.Context) (types.Services, error) {
	if l.noStrict || l.reader.unsafe {
		return nil, errGrowth
	}
	details := types.ConfigDetails{WorkingDir: l.project.Dir, Environment: maps.Clone(l.env)}
	for i, path := range l.project.ComposeFiles {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: path, Content: unversioned(l.contents[i])})
	}
	p, err := caught(ctx, details, func(o *loader.Options) {
		o.SetProjectName(l.project.Name, false)
		o.Interpolate.Substitute = quiet
	})
	if err != nil {
		return nil, err
	}
	return p.AllServices(), nil
}

// caught is compose-go's loader, every profile active. It panics on some files that are wrong in ways it did not think
// of; that is an error as any other.
func caught(ctx context.Context, details types.ConfigDetails, set func(*loader.Options)) (p *types.Project, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("compose-go: %v", r)
		}
	}()
	return loader.LoadWithContext(ctx, details, loader.WithProfiles([]string{"*"}), set)
}

var versionLine = regexp.MustCompile(`(?m)^version:[^\n]*`)

// unversioned blanks the line that makes compose-go log that it ignores it.
func unversioned(text []byte) []byte { return versionLine.ReplaceAllLiteral(text, []byte("#")) }

// quiet substitutes as Compose does, without a log line for an unset variable.
func quiet(text string, lookup template.Mapping) (string, error) {
	return template.SubstituteWithOptions(text, lookup, template.WithoutLogging)
}

// refused notes that compose-go refuses the project for a reason that nothing else has told.
func (l *loading) refused(root *value, err error) {
	file, line := l.project.ComposeFiles[0], lineOf(err)
	if line == 0 {
		if v := mentioned(root, err.Error()); v != nil {
			file, line = v.file, v.line
		}
	}
	l.complain(file, line, "compose.parse_error", map[string]any{"Reason": reason(err)})
}

// mentioned is the service that a message of compose-go speaks of.
func mentioned(root *value, message string) *value {
	services := root.at("services")
	if services == nil {
		return nil
	}
	for _, name := range services.keys {
		if strings.Contains(message, "services."+name+".") || strings.Contains(message, `"`+name+`"`) {
			return services.dict[name]
		}
	}
	return nil
}

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
		switch key {
		case "ports":
			part = numbered(part)
		case "healthcheck": // its numbers do not matter here
			part = pick(part, "test")
		case "command", "entrypoint":
			if len(part.str()) > maxWords { // compose-go splits it in time that grows with its square
				part = listed(part)
			}
		}
		if err := l.service(ctx, dir, name, map[string]any{key: plainOf(part)}, nil); err != nil {
			l.complain(part.file, part.line, "compose.attribute",
				map[string]any{"Service": name, "Attribute": key, "Reason": reason(err)})
			continue
		}
		model[key] = plainOf(part)
	}
	out := types.ServiceConfig{}
	if err := l.service(ctx, dir, name, model, &out); err != nil {
		out = types.ServiceConfig{}
	}
	out.Name = name
	out.DependsOn = types.DependsOnConfig{}
	if on := written.at("depends_on"); on != nil {
		for _, d := range keyed(on).keys {
			out.DependsOn[d] = types.ServiceDependency{}
		}
	}
	for _, link := range slices.Concat(texts(written.at("links")), texts(written.at("volumes_from"))) {
		d, _, _ := strings.Cut(link, ":")
		out.DependsOn[d] = types.ServiceDependency{}
	}
	if d, ok := strings.CutPrefix(out.NetworkMode, "service:"); ok {
		out.DependsOn[d] = types.ServiceDependency{}
	}
	out.Environment = l.environment(written, out.Environment)
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
		o.SkipInterpolation, o.SkipExtends, o.SkipInclude, o.SkipResolveEnvironment = true, true, true, true
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

// environment is a container's environment where compose-go has not worked it out: files first, the service's own
// entries over them, a bare name taken from the caller.
func (l *loading) environment(written *value, own types.MappingWithEquals) types.MappingWithEquals {
	out := types.MappingWithEquals{}
	for k, v := range l.envFiles(written) {
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

// envFiles are the variables of a service's env_file entries, later ones over earlier ones.
func (l *loading) envFiles(written *value) map[string]string {
	out := map[string]string{}
	files := written.at("env_file")
	if files == nil {
		return out
	}
	for _, item := range listed(files).items {
		maps.Copy(out, l.envFile(under("path", item)))
	}
	return out
}

func (l *loading) envFile(item *value) map[string]string {
	path := item.at("path").str()
	if path == "" {
		return nil
	}
	path = abs(l.dirs[item.file], path)
	if vars, known := l.envs[path]; known {
		return vars
	}
	text, err := l.reader.read(path, "env_file")
	var vars map[string]string
	if err == nil {
		vars, err = parseEnv(text, item.at("format").str() == "raw", l.lookup)
	}
	l.noStrict = l.noStrict || errors.Is(err, errGrowth)
	if err != nil && item.at("required").str() != "false" {
		l.complain(item.file, item.line, "compose.env_file",
			map[string]any{"Path": item.at("path").str(), "Reason": reason(err)})
	}
	l.envs[path] = vars
	return vars
}

// activate tells which services run with the profiles asked for; no profile asked for means all of them.
func activate(p *Project) {
	if len(p.Profiles) == 0 || slices.Contains(p.Profiles, "*") {
		return
	}
	for i := range p.Services {
		s := &p.Services[i]
		s.Active = len(s.Profiles) == 0 ||
			slices.ContainsFunc(s.Profiles, func(n string) bool { return slices.Contains(p.Profiles, n) })
	}
}
