package compose

import (
	"encoding/json"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
)

// stage is what a Dockerfile says of one image.
type stage struct {
	from       string // the public image it goes back to
	env        map[string]string
	entrypoint []string
	command    []string
	copied     []Volume // what COPY puts where, sources seen from the build context
	workdir    string   // absolute
	copies     []Copy
}

// Image is what a Dockerfile tells the programs of the image that it makes, and which files it gives them.
type Image struct {
	Env     map[string]string
	Workdir string // absolute; empty: it says nothing of it
	Copied  []Copy
}

// Copy is something of the build context that a Dockerfile puts into an image.
type Copy struct {
	From string // seen from the context
	To   string // absolute
	Into bool   // To is the folder that a file is put into
}

// ReadDockerfile is the image that a Dockerfile's text makes when it is told nothing: its last stage.
func ReadDockerfile(text string) Image {
	st := parseDockerfile(text, "", nil)
	return Image{Env: st.env, Workdir: st.workdir, Copied: st.copies}
}

// dockerfile takes from a service's Dockerfile what the image would say: where it starts from, its environment, its
// command, and the configuration it copies.
func (l *loading) dockerfile(s *Service, inline, target string, args map[string]string) {
	if s.Build == nil || s.Build.Context == "" || strings.Contains(s.Build.Context, "://") {
		return
	}
	text := []byte(inline)
	if inline == "" {
		name := s.Build.Dockerfile
		if name == "" {
			name = "Dockerfile"
		}
		s.Build.Dockerfile = abs(abs(l.project.Dir, s.Build.Context), filepath.FromSlash(name))
		var err error
		if text, err = l.reader.read(s.Build.Dockerfile, "dockerfile"); err != nil {
			return
		}
	}
	st := parseDockerfile(string(text), target, args)
	s.Build.From = st.from
	s.baked = map[string]bool{}
	for k, v := range st.env {
		s.baked[k] = true
		if _, set := s.Environment[k]; !set {
			s.Environment[k] = v
		}
	}
	if len(s.Entrypoint) == 0 {
		s.Entrypoint = st.entrypoint
		if len(s.Command) == 0 {
			s.Command = st.command
		}
	}
	for _, c := range st.copied {
		from := filepath.FromSlash(path.Join("/", c.Source)) // nothing above the context is copied, whatever is written
		c.Source, c.Bind = filepath.Join(abs(l.project.Dir, s.Build.Context), from), true
		s.copied = append(s.copied, c)
	}
}

var continued = lazyregexp.New(`\\[ \t]*\r?\n([ \t]*#[^\n]*\n)*`)

// parseDockerfile gives the stage that is built: the last one, or the one named by target.
func parseDockerfile(text, target string, args map[string]string) stage {
	vars := maps.Clone(args)
	if vars == nil {
		vars = map[string]string{}
	}
	named := map[string]stage{}
	current := stage{env: map[string]string{}}
	var name string
	for line := range strings.Lines(continued.ReplaceAllString(text, " ")) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		switch strings.ToUpper(word) {
		case "FROM":
			if target != "" && strings.EqualFold(name, target) {
				return current
			}
			current, name = startStage(rest, named, vars)
		case "ARG":
			k, v, _ := strings.Cut(rest, "=")
			if _, given := vars[k]; !given {
				vars[k] = expandVars(strings.Trim(v, `"'`), vars)
			}
		case "ENV":
			for k, v := range pairs(rest) {
				current.env[k] = current.expand(v, vars)
			}
		case "WORKDIR":
			current.workdir = current.place(current.expand(rest, vars))
		case "ENTRYPOINT":
			current.entrypoint, current.command = execForm(rest), nil
		case "CMD":
			current.command = execForm(rest)
		case "COPY", "ADD":
			current.copy(current.expand(rest, vars))
		}
		if name != "" {
			named[strings.ToLower(name)] = current
		}
	}
	return current
}

func startStage(rest string, named map[string]stage, vars map[string]string) (stage, string) {
	words := strings.Fields(rest)
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		words = words[1:]
	}
	if len(words) == 0 {
		return stage{env: map[string]string{}}, ""
	}
	name := ""
	if len(words) > 2 && strings.EqualFold(words[1], "as") {
		name = words[2]
	}
	from := expandVars(words[0], vars)
	if base, ok := named[strings.ToLower(from)]; ok {
		base.env = maps.Clone(base.env)
		base.copied, base.copies = slices.Clip(base.copied), slices.Clip(base.copies) // several go back to it
		return base, name
	}
	return stage{from: from, env: map[string]string{}}, name
}

// expand puts what a stage has set so far, and a Dockerfile's arguments, into text.
func (st *stage) expand(text string, vars map[string]string) string {
	known := maps.Clone(vars)
	maps.Copy(known, st.env)
	return expandVars(text, known)
}

// place is a path as it is in the image.
func (st *stage) place(to string) string {
	if path.IsAbs(to) {
		return path.Clean(to)
	}
	return path.Join("/", st.workdir, to)
}

func (st *stage) copy(rest string) {
	words := execForm(rest)
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		if strings.HasPrefix(words[0], "--from") {
			return
		}
		words = words[1:]
	}
	if len(words) < 2 || len(st.copied) > 50 {
		return
	}
	to := words[len(words)-1]
	for _, from := range words[:len(words)-1] {
		place := to
		if strings.HasSuffix(to, "/") || len(words) > 2 {
			place = path.Join(to, path.Base(from))
		}
		st.copied = append(st.copied, Volume{Source: from, Target: place})
		st.copies = append(st.copies, Copy{From: from, To: st.place(to), Into: place != to})
	}
}

// execForm is a command written as a JSON list, or as words for a shell.
func execForm(text string) []string {
	var words []string
	if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &words) == nil {
		return words
	}
	return strings.Fields(text)
}

var assignment = lazyregexp.New(`([A-Za-z_][A-Za-z0-9_]*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)`)

// pairs are the variables of an ENV line, in either of its forms.
func pairs(text string) map[string]string {
	out := map[string]string{}
	key, val, _ := strings.Cut(text, " ")
	if !strings.Contains(key, "=") {
		out[key] = strings.TrimSpace(val)
		return out
	}
	for _, m := range assignment.FindAllStringSubmatch(text, -1) {
		out[m[1]] = strings.Trim(m[2], `"'`)
	}
	return out
}

// expandVars puts a Dockerfile's arguments into text.
func expandVars(text string, vars map[string]string) string {
	s := substitution{lookup: func(k string) (string, bool) { v, ok := vars[k]; return v, ok }}
	out, _ := s.apply(text)
	return out
}
