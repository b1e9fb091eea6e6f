package compose

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"

	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// Options say which project to load.
type Options struct {
	Dir      string            // where compose is called; empty: the first file's folder, or the current one
	Files    []string          // compose files, seen from Dir; none: the default names in Dir
	Profiles []string          // active profiles; none: every service counts
	Env      map[string]string // the caller's environment; it outranks .env
	Here     []string          // this host's own names and addresses, besides loopback; none: a fixed address counts as foreign

	overlay  []byte // one more compose file, not on disk
	tolerant bool   // as if compose-go refused; tests compare the two
}

// Project is what compose files say, as far as it concerns a program on this host.
type Project struct {
	Name         string    // as `docker compose` computes it
	Dir          string    // the project folder, absolute: the first compose file's folder
	Asked        string    // the first compose file, as it was asked for
	ComposeFiles []string  // absolute, in the order of `docker compose -f`, an override file of the default name included
	Files        []File    // every file read or looked for, in order
	Services     []Service // in the order written
	Findings     []Finding // what Compose would refuse; empty when it accepts the project
	Accepted     bool      // Compose would take the files as they are
	Unreadable   bool      // a file is no YAML: Compose could start nothing
	Profiles     []string  // active profiles asked for
	Remote       []string  // what Compose would fetch from another computer: includes, bases, what is built
	Variables    []string  // names of the caller's variables that the files refer to, in order
	Digest       string    // changes when anything does that the files say, variables in place

	subnets []netip.Prefix  // of its networks
	shared  map[string]bool // its networks that containers of other files may be on
	options Options         // it was loaded with
	guess   string          // mode of a file that is no YAML, by the words in it

	templates map[string]string // files beside the compose file that show a variable without a value, by its name
}

// Finding is something that Compose would refuse, told by a text's id and its values.
type Finding struct {
	ID   string // compose.parse_error or a text more exact
	Args map[string]any
	File string // absolute
	Line int    // from 1; 0: the file as a whole
}

// defaultNames are Compose's own, in its order of preference; each has an override file.
var defaultNames = []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}

// Load reads a project as Compose would and goes on where Compose would stop. It fails only when there is no compose
// file to read, or ctx ends; everything else is a Finding. Every path in the result is absolute.
func Load(ctx context.Context, o Options) (*Project, error) {
	dir, files, err := locate(o)
	if err != nil {
		return nil, err
	}
	l := newLoading(o, filepath.Dir(files[0]))
	if o.overlay != nil {
		files = append(files, overlayName(l.project.Dir))
		l.reader.memory = map[string][]byte{files[len(files)-1]: o.overlay}
	}
	l.project.ComposeFiles, l.project.Asked = files, files[0]
	if len(o.Files) > 0 {
		l.project.Asked = o.Files[0]
	}
	l.dotenv(o, dir)
	root := l.files(ctx, files)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if l.missing != nil {
		return nil, l.missing
	}
	l.name(root)
	root = l.extendAll(ctx, root)
	l.services(ctx, root)
	l.project.Digest = digest(root)
	slices.Sort(l.project.Variables)
	l.project.Variables = slices.Compact(l.project.Variables)
	l.project.subnets, l.project.shared = subnetsOf(root), sharedOf(root)
	l.project.Files = l.reader.files
	return l.project, ctx.Err()
}

// locate is the folder and the compose files asked for, absolute.
func locate(o Options) (dir string, files []string, err error) {
	if dir, err = filepath.Abs(o.Dir); err != nil {
		return "", nil, usererr.New("compose.no_file", map[string]any{"Path": o.Dir}, err).Terminal()
	}
	for _, f := range o.Files {
		files = append(files, abs(dir, f))
	}
	if len(files) == 0 {
		files = usual(dir, o.Env)
		for _, f := range files { // .env may name any: nothing is looked for on another computer
			if _, err := projectfile.In(dir).Resolve(f); errors.Is(err, projectfile.ErrNetwork) {
				return "", nil, err
			}
		}
	}
	if len(files) == 0 {
		return "", nil, usererr.New("compose.no_file", map[string]any{"Path": dir}, os.ErrNotExist).Terminal()
	}
	if len(files) == 1 && slices.Contains(defaultNames, filepath.Base(files[0])) {
		files = append(files, override(files[0])...)
	}
	for _, f := range files {
		if err := contained(dir, f); err != nil {
			return "", nil, err
		}
	}
	return dir, files, nil
}

// contained is nil unless a file lies in the project's folder, or in another that was named, and is a link out of it.
func contained(dir, file string) error {
	if rel, err := filepath.Rel(dir, file); err != nil || !filepath.IsLocal(rel) {
		dir = filepath.Dir(file)
	}
	return projectfile.In(dir).Own(file)
}

// usual are the files that Compose takes in a folder when told none: those that COMPOSE_FILE names, else the first of
// its own names.
func usual(dir string, env map[string]string) (files []string) {
	named := env["COMPOSE_FILE"]
	r := newReader(dir)
	if named == "" {
		if text, err := r.content(filepath.Join(dir, ".env")); err == nil {
			vars, _ := parseEnv(text, false, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
			named = vars["COMPOSE_FILE"]
		}
	}
	for _, f := range filepath.SplitList(named) {
		files = append(files, abs(dir, f))
	}
	if len(files) > 0 {
		return files
	}
	for _, n := range defaultNames {
		if r.folder.Regular(filepath.Join(dir, n)) {
			return []string{filepath.Join(dir, n)}
		}
	}
	return nil
}

// override is the file that Compose joins to a file of a default name by itself.
func override(file string) []string {
	ext := filepath.Ext(file)
	stem := strings.TrimSuffix(file, ext) + ".override"
	folder := projectfile.In(filepath.Dir(file))
	for _, e := range []string{".yml", ".yaml"} {
		if folder.Regular(stem + e) {
			return []string{stem + e}
		}
	}
	return nil
}

// maxVariables is how many references are kept before those to the same variable are put together.
const maxVariables = 10_000

// loading is one run of Load.
type loading struct {
	project  *Project
	reader   reader
	vars     substitution
	env      map[string]string   // the caller's, then .env
	left     int                 // values that may still be built
	parsed   map[string]*value   // compose files by path, for extends
	bases    map[string]*value   // their services, as bases of others
	dirs     map[string]string   // the folder that a compose file's relative paths are seen from
	contents [][]byte            // the compose files asked for, as read
	texts    map[string]fileText // env_files and label_files by path
	faults   []Finding           // what Compose would refuse and compose-go is not asked about
	missing  error               // a compose file that the caller named is not there
	noStrict bool                // compose-go must not see this: it could run away
	apart    bool                // compose-go would go by names of files: it sees what was read instead
}

func newLoading(o Options, projectDir string) *loading {
	l := &loading{
		project: &Project{Dir: projectDir, Profiles: o.Profiles, options: o},
		reader:  newReader(projectDir),
		env:     maps.Clone(o.Env),
		left:    maxValues,
		parsed:  map[string]*value{},
		bases:   map[string]*value{},
		dirs:    map[string]string{},
		texts:   map[string]fileText{},
	}
	l.noStrict = o.tolerant
	if l.env == nil {
		l.env = map[string]string{}
	}
	l.vars.lookup = l.lookup
	return l
}

func (l *loading) lookup(name string) (string, bool) {
	v, ok := l.env[name]
	if _, callers := l.project.options.Env[name]; callers {
		l.project.Variables = append(l.project.Variables, name)
		if len(l.project.Variables) > maxVariables {
			slices.Sort(l.project.Variables)
			l.project.Variables = slices.Compact(l.project.Variables)
		}
	}
	return v, ok
}

// fileText is what reading a file gave.
type fileText struct {
	text []byte
	err  error
}

// fault notes what Compose would refuse and compose-go is not asked about.
func (l *loading) fault(file string, line int, id string, args map[string]any) {
	l.complain(file, line, id, args)
	l.faults = noted(l.faults, Finding{ID: id, Args: args, File: file, Line: line})
}

// quotes reports whether a finding repeats what stands in the file.
func quotes(args map[string]any) bool {
	for _, name := range []string{"Reason", "Value", "Text"} {
		if _, quoted := args[name]; quoted {
			return true
		}
	}
	return false
}

// complain notes what Compose would refuse.
func (l *loading) complain(file string, line int, id string, args map[string]any) {
	if quotes(args) && l.reader.foreign(file) {
		id, args = "compose.not_expected", map[string]any{"Path": filepath.Base(file)}
	}
	l.project.Findings = noted(l.project.Findings, Finding{ID: id, Args: args, File: file, Line: line})
}

const maxFindings = 100

// noted is a list with one more finding, unless the same stands there or it is long enough.
func noted(list []Finding, f Finding) []Finding {
	same := func(k Finding) bool { return k.ID == f.ID && k.File == f.File && k.Line == f.Line }
	if len(list) >= maxFindings || slices.ContainsFunc(list, same) {
		return list
	}
	return append(list, f)
}

// dotenv adds the variables of .env, of the folder compose is called in before the project's.
func (l *loading) dotenv(o Options, dir string) {
	dirs := []string{l.project.Dir}
	if o.Dir != "" && dir != l.project.Dir {
		dirs = []string{dir, l.project.Dir}
	}
	for _, d := range dirs {
		if path := filepath.Join(d, ".env"); l.reader.takes(path) {
			l.addEnv(path)
		}
	}
}

// addEnv adds the variables of a .env file beneath those that are set already.
func (l *loading) addEnv(path string) {
	text, err := l.reader.read(path, "dotenv")
	var vars map[string]string
	if err == nil {
		vars, err = parseEnv(text, false, l.lookup)
	}
	for k, v := range vars {
		if _, set := l.env[k]; !set {
			l.env[k] = v
		}
	}
	if err != nil {
		l.noStrict = l.noStrict || errors.Is(err, errGrowth)
		id, args := l.fileRefusal("compose.bad_file", path, path, err)
		l.fault(path, lineOf(err), id, args)
	}
}

// files is all compose files joined, variables put in and includes resolved; extends are not yet.
func (l *loading) files(ctx context.Context, files []string) *value {
	var root *value
	for _, f := range files {
		v, err := l.file(ctx, f, l.project.Dir, nil)
		switch {
		case errors.Is(err, os.ErrNotExist):
			l.missing = usererr.New("compose.no_file", map[string]any{"Path": f}, err).Terminal()
			return nil
		case err != nil:
			l.project.Unreadable = true
			l.refuse(f, lineOf(err), err)
		}
		root = merge("/", root, v)
	}
	return root
}

// name finds the project's name: the environment's, else the last file's, else the folder's.
func (l *loading) name(root *value) {
	name := l.env["COMPOSE_PROJECT_NAME"]
	if name == "" {
		name = root.at("name").str()
	}
	if name == "" {
		name = filepath.Base(l.project.Dir)
	}
	l.project.Name = ProjectName(name)
	if l.project.Name == "" {
		l.project.Name = hashedName(l.project.Dir)
	}
}

// ProjectName is how Compose spells a project's name: what is none in a container's name is left out.
func ProjectName(name string) string { return loader.NormalizeProjectName(name) }
