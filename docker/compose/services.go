package compose

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"

	"streamtray/internal/lazyregexp"
)

// services fills the project's services: as compose-go loads them when it accepts the project, else one by one.
func (l *loading) services(ctx context.Context, root *value) {
	written := root.at("services")
	l.findTemplates(unsetIn(root))
	l.guard(root)
	accepted, err := l.strict(ctx, root)
	faults := l.faults
	if l.apart {
		faults = slices.Clone(l.project.Findings) // compose-go saw what was left after them
	}
	if err == nil {
		l.project.Accepted, l.project.Unreadable = len(faults) == 0, l.project.Unreadable && l.apart
	} else if !l.project.Unreadable {
		l.inconsistent(root)
	}
	for _, name := range names(written, accepted) {
		config, ok := accepted[name]
		if !ok {
			config = l.tolerant(ctx, name, written.at(name))
		}
		config.Environment = l.environment(written.at(name), config.Environment)
		s := newService(config, written.at(name))
		if b := config.Build; b != nil {
			l.dockerfile(&s, b.DockerfileInline, b.Target, b.Args.ToMapping())
		}
		l.mounted(&s, root)
		s.Grants = l.grants(written.at(name), root)
		l.remoteBuild(written.at(name))
		l.inherited(written.at(name).at("environment"))
		l.project.Services = append(l.project.Services, s)
	}
	if err == nil {
		l.project.Findings = faults
	}
	if err != nil && !errors.Is(err, errNotAsked) && len(l.project.Findings) == 0 {
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

// errNotAsked says that a project was kept from compose-go; what is wrong with it, if anything, has been told.
var errNotAsked = errors.New("compose-go was not asked")

// strict loads the project as `docker compose` does. The services are nil where compose-go may only judge them.
func (l *loading) strict(ctx context.Context, root *value) (types.Services, error) {
	if l.noStrict || l.reader.unsafe || len(l.contents) != len(l.project.ComposeFiles) {
		return nil, errNotAsked
	}
	details := types.ConfigDetails{WorkingDir: l.project.Dir, Environment: maps.Clone(l.env)}
	if l.apart {
		return nil, l.judged(ctx, details, root)
	}
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

// judged has compose-go say whether it takes what this package has read and joined. It opens files by their names, which
// may lead elsewhere than when this package looked, to a pipe that nobody writes into or to a device without an end.
func (l *loading) judged(ctx context.Context, details types.ConfigDetails, root *value) error {
	config, _ := plainOf(root).(map[string]any)
	details.ConfigFiles = []types.ConfigFile{{Filename: l.project.ComposeFiles[0], Config: config, Content: []byte{}}}
	_, err := caught(ctx, details, func(o *loader.Options) {
		o.SetProjectName(l.project.Name, true)
		o.Interpolate.Substitute = func(text string, _ template.Mapping) (string, error) { return text, nil } // it is done
		o.ResolvePaths = false
	})
	return err
}

// caught is compose-go's loader, every profile active. It panics on some files that are wrong in ways it did not think
// of; that is an error as any other. It opens no file: what those hold that a project names was looked at, within bounds.
func caught(ctx context.Context, details types.ConfigDetails, set func(*loader.Options)) (p *types.Project, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("compose-go: %v", r)
		}
	}()
	return loader.LoadWithContext(ctx, details, loader.WithProfiles([]string{"*"}), set, func(o *loader.Options) {
		o.SkipInclude, o.SkipResolveEnvironment, o.SkipResolveLabels = true, true, true
		o.ResourceLoaders = []loader.ResourceLoader{noFile{}}
	})
}

// noFile keeps compose-go from opening what a service extends.
type noFile struct{}

func (noFile) Accept(string) bool                           { return true }
func (noFile) Load(context.Context, string) (string, error) { return "", errNotAsked }
func (noFile) Dir(path string) string                       { return path }

var versionLine = lazyregexp.New(`(?m)^version:[^\n]*`)

// unversioned blanks the line that makes compose-go log that it ignores it.
func unversioned(text []byte) []byte { return versionLine.ReplaceAllLiteral(text, []byte("#")) }

// quiet substitutes as Compose does, without a log line for an unset variable.
func quiet(text string, lookup template.Mapping) (string, error) {
	return template.SubstituteWithOptions(text, lookup, template.WithoutLogging)
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
