package project

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"streamtray/app/config"
	"streamtray/app/plan"
	"streamtray/app/settings"
	"streamtray/docker/compose"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// Plan is everything that keeping the project would do with this computer, as its files said when it was opened.
func (p *Project) Plan() plan.Plan { return p.plan }

// Trusted reports whether the person trusts the plan, as far as this process knows. Without that a project is only looked
// at: see gate.
func (p *Project) Trusted() bool { return p.own || p.trusted.Load() }

// Trusts reports whether the person trusts the plan, and whether they trusted another one of this project before.
func (p *Project) Trusts() (trusts, changed bool) {
	return p.options.Settings.Trusts(p.Dir, p.plan.Hash())
}

// Trust remembers that the person trusts the plan, which they have seen.
func (p *Project) Trust() error {
	err := settings.Change(p.options.Folders, func(s *settings.Settings) {
		s.Trust(p.Dir, p.plan.Hash(), p.plan.Remembered())
	})
	if err == nil {
		p.trusted.Store(true)
	}
	return err
}

// Changes compares the plan with the one that the person trusted last. Nothing is known of one trusted long ago.
func (p *Project) Changes() plan.Changes {
	return p.plan.Compare(p.options.Settings.Cards[p.Dir])
}

// gate is the one way from a look to a deed. It is nil when the person trusts the plan and the project's files still say
// it: project.untrusted and project.changed are final. Whatever runs a program, writes a file, changes containers or
// topics, or uses credentials passes here right before.
func (p *Project) gate(ctx context.Context) error {
	if p.own {
		return nil
	}
	person, err := settings.Load(p.options.Folders)
	if err != nil {
		return err
	}
	trusts, changed := person.Trusts(p.Dir, p.plan.Hash())
	if p.trusted.Store(trusts); !trusts {
		return untrusted(changed)
	}
	now, err := p.planNow(ctx)
	if err != nil {
		return usererr.New("project.changed", map[string]any{"Changes": ""}, err).Terminal()
	}
	if now.Hash() != p.plan.Hash() {
		args := map[string]any{"Changes": now.Compare(p.plan.Remembered()).Text()}
		return usererr.New("project.changed", args, nil).Terminal()
	}
	return p.named(person)
}

// untrusted says that the person does not trust the project, or not as it is now.
func untrusted(changed bool) error {
	return usererr.New("project.untrusted", map[string]any{"Changed": changed}, nil).Terminal()
}

// named is nil when the person agreed by name to each thing that compose would fetch from elsewhere: what it says no plan
// knows.
func (p *Project) named(person settings.Settings) error {
	others := p.plan.Consent(person.Remote[p.Dir]).Missing()
	if len(others) == 0 {
		return nil
	}
	return usererr.New("project.remote", map[string]any{"Names": strings.Join(others, ", "), "First": others[0]}, nil).Terminal()
}

// TrustRemote remembers that the person agreed to have these things fetched from elsewhere, by their names.
func (p *Project) TrustRemote(names []string) error {
	return settings.Change(p.options.Folders, func(s *settings.Settings) { s.TrustRemote(p.Dir, names) })
}

// Consent is what the person agreed to earlier, for a surface that asks for the rest.
func (p *Project) Consent() plan.Consent {
	return p.plan.Consent(p.options.Settings.Remote[p.Dir])
}

// Agree remembers a consent, all of it at once. One to another plan than the project's is project.changed, and nothing is
// remembered.
func (p *Project) Agree(c plan.Consent) error {
	if c.Hash != p.plan.Hash() {
		return usererr.New("project.changed", map[string]any{"Changes": ""}, nil).Terminal()
	}
	err := settings.Change(p.options.Folders, func(s *settings.Settings) {
		s.Trust(p.Dir, p.plan.Hash(), p.plan.Remembered())
		s.TrustRemote(p.Dir, c.Names())
		s.DistrustRemote(p.Dir, c.Missing())
	})
	if err == nil {
		p.trusted.Store(true)
	}
	return err
}

// Agreed is nil when the person trusts the plan, its files still say it, and what compose would fetch from elsewhere was
// agreed to by name: what would keep everything from being done, told beforehand.
func (p *Project) Agreed(ctx context.Context) error { return p.gate(ctx) }

// Unchanged reports whether the project's files still say what they did when it was opened.
func (p *Project) Unchanged(ctx context.Context) bool {
	now, err := p.planNow(ctx)
	return err == nil && now.Hash() == p.plan.Hash()
}

// planNow is the plan of what the project's files say at this moment.
func (p *Project) planNow(ctx context.Context) (plan.Plan, error) {
	c, err := config.Open(p.Dir)
	if err != nil {
		return plan.Plan{}, err
	}
	if c.Kafka.Mode != config.Docker {
		return p.planOf(c, nil, nil), nil
	}
	files := c.Compose.Files
	if c.Compose.Guessed && p.base != nil {
		files = p.asked // which of several is the project's has been decided
	}
	base, err := p.load(ctx, c, files)
	if err != nil {
		return plan.Plan{}, err
	}
	return p.planOf(c, base, compose.Inspect(base)), nil
}

// planOf is the plan of a configuration and what its compose files say; both nil without containers. It looks at the files
// that decide, and for the program that the app is run by.
func (p *Project) planOf(c config.Project, base *compose.Project, r *compose.Report) plan.Plan {
	known := plan.Known{Config: c, Compose: base, Protocol: c.Kafka.Remote.Security, Bootstrap: c.Kafka.Bootstrap}
	for _, a := range c.Programs() {
		found, missing := p.program(c.Dir, a), missingFile(c.Dir, a)
		if missing == "" && found.Path == "" && len(a.Command) > 0 {
			missing = a.Command[0]
		}
		known.Found, known.Missing = append(known.Found, found), append(known.Missing, missing)
		folder, script := projectfile.In(c.Dir), ""
		if file := startFile(a); file != "" {
			script = folder.Led(file)
		}
		known.Real, known.Scripts = append(known.Real, folder.Led(a.Dir)), append(known.Scripts, script)
	}
	known.Setup = p.setupOf()
	if c.Streaming.File != "" {
		known.Flag, _ = projectfile.In(c.Dir).Inside(c.Streaming.File)
	}
	var read []compose.File
	if base != nil {
		read = base.Files
		known.Services = servicesToStart(c, base, r)
		known.Bootstrap, known.Protocol = addresses(c, r)
	}
	if c.Kafka.Mode == config.Embedded {
		known.Bootstrap, known.Protocol = nil, ""
	}
	known.Files = p.deciding(c, read)
	return plan.Of(known)
}

// program is what a program's command is found to run here. Nothing is run for that.
func (p *Project) program(dir string, a config.App) plan.Program {
	path, args, env, err := p.launchOf(dir, a).Program(p.options.Environ)
	if err != nil { // told when it is to be started
		return plan.Program{}
	}
	return plan.Program{Path: path, Args: args, Env: env, Inner: plan.Inner(dir, path) || above(dir, environment(env))}
}

// above reports whether the Python environment among these variables lies in a folder above the project's: others may be able
// to put one there.
func above(dir string, env map[string]string) bool {
	home := cmp.Or(env["VIRTUAL_ENV"], env["CONDA_PREFIX"])
	return home != "" && plan.Inner(filepath.Dir(home), dir)
}

// deciding are the files that decide what is done, with a hash of what each says.
func (p *Project) deciding(c config.Project, read []compose.File) []plan.File {
	var all []plan.File
	if c.File != "" {
		all = append(all, hashed(c, plan.Project(c.File))...)
	}
	if ca := c.Kafka.Remote.CAFile; ca != "" {
		all = append(all, hashed(c, plan.File{Path: ca, Role: "certificate"})...)
	}
	for _, f := range read {
		file := plan.File{Path: f.Path, Role: f.Role}
		if f.Refused {
			_, inside := projectfile.In(c.Dir).Inside(f.Path)
			file.Hash, file.Outside = plan.Refused, !inside
			all = append(all, file)
			continue
		}
		all = append(all, hashed(c, file)...)
	}
	return all
}

// mostHashed is the size in bytes up to which a file that decides is read; the compose package has the same bound.
const mostHashed = 1 << 20

// hashed is a file with what it says. The streaming flag is left out: we set it ourselves, often in a file that compose
// reads too, and neither trust nor containers depend on it; a file that says nothing else is none.
func hashed(c config.Project, f plan.File) []plan.File {
	folder := projectfile.In(c.Dir)
	real, inside := folder.Inside(f.Path)
	if f.Outside = !inside; f.Outside && real != f.Path {
		f.Real = real
	}
	text, err := folder.Read(f.Path, mostHashed)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []plan.File{f}
	case err != nil:
		f.Hash = plan.Refused
		return []plan.File{f}
	case f.Path == c.Streaming.File:
		if text = without(text, c.Streaming.Env); len(text) == 0 {
			return nil
		}
	}
	sum := sha256.Sum256(text)
	f.Hash = hex.EncodeToString(sum[:16])
	return []plan.File{f}
}

// without is the text of a .env file without the lines that set a variable.
func without(text []byte, variable string) []byte {
	line := regexp.MustCompile(`(?m)^[ \t]*(export[ \t]+)?` + regexp.QuoteMeta(variable) + `[ \t]*=.*(\n|\z)`)
	return bytes.TrimRight(line.ReplaceAll(text, nil), "\r\n")
}

// flagFile is nil while the file that the flag is written to is the one of the plan: a link in its place would have it
// written elsewhere.
func (p *Project) flagFile() error {
	for _, w := range p.plan.Writes {
		real, inside := projectfile.In(p.Dir).Inside(p.Config.Streaming.File)
		if !inside || real != w.Path {
			args := map[string]any{"Changes": "- " + w.Path + "; + " + filepath.ToSlash(real)}
			return usererr.New("project.changed", args, nil).Terminal()
		}
	}
	return nil
}
