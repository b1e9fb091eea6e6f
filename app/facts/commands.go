package facts

import (
	"encoding/json"
	"iter"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/mattn/go-shellwords"

	"streamtray/internal/lazyregexp"
)

// said is a command line that a file of the project names.
type said struct {
	words []string
	dir   string // where it is run, from the root on, with slashes
	where Place
	rank  rank
}

// rank orders the files that name commands: what a person starts comes before what a container does.
type rank int

const (
	started   rank = iota // for starting: Procfile, launch.json, a Makefile's run
	told                  // a README
	contained             // a Dockerfile, a compose file
	installed             // a console script
	coded                 // the code alone shows it
)

// saids are all command lines that the project's files name.
func saids(t *tree) []said {
	var all []said
	for _, file := range t.files {
		base, dir := path.Base(file), path.Dir(file)
		lower := strings.ToLower(base)
		switch {
		case base == "Procfile" || strings.HasPrefix(base, "Procfile."):
			all = append(all, procfile(t, file)...)
		case lower == "makefile" || lower == "justfile" || lower == "taskfile.yml":
			all = append(all, makefile(t, file)...)
		case strings.HasPrefix(lower, "readme") || lower == "quickstart.md" || lower == "usage.md" || lower == "getting_started.md":
			all = append(all, readme(t, file)...)
		case base == "launch.json" && path.Base(dir) == ".vscode":
			all = append(all, launchJSON(t, file)...)
		case strings.HasPrefix(base, "Dockerfile") || strings.HasSuffix(base, ".Dockerfile"):
			all = append(all, dockerfile(t, file)...)
		case isYAML(base) && composeText.MatchString(t.text(file)):
			all = append(all, composeCommands(t, file)...)
		case slices.Contains([]string{"run.sh", "start.sh", "serve.sh", "run.bat", "start.bat", "run.ps1", "start.ps1", "run.cmd", "start.cmd"}, lower):
			all = append(all, lines(t, file, started)...)
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return int(a.rank - b.rank) })
	return all
}

// commandLines cuts a line of a shell into commands, and follows cd from dir, or, where that leads nowhere, from where the
// lines began: in a README each of them may be meant for a terminal of its own.
func (t *tree) commandLines(line, dir, from string, where Place, r rank) (all []said, after string) {
	line = strings.TrimSpace(line)
	for _, prompt := range []string{"$ ", "> ", "% ", "PS> "} {
		line = strings.TrimPrefix(line, prompt)
	}
	line = windowsPath.ReplaceAllString(line, "/$1")
	for _, part := range separators.Split(line, -1) {
		words, err := shellwords.Parse(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(part), "&")))
		if err != nil || len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "#") }); i > 0 {
			words = words[:i]
		}
		if words[0] == "cd" && len(words) == 2 {
			dir = t.moved(dir, from, words[1])
			continue
		}
		all = append(all, said{words, dir, where, r})
	}
	return all, dir
}

// windowsPath is a backslash between the parts of a path: no shell escapes a letter.
var windowsPath = lazyregexp.New(`\\([A-Za-z0-9_.])`)

var separators = lazyregexp.New(`&&|;|\|\||\|`)

// moved is the folder that cd goes to; one outside of the project is the project's folder.
func moved(dir, to string) string {
	to = strings.ReplaceAll(to, `\`, "/")
	if path.IsAbs(to) || strings.HasPrefix(to, "~") || strings.ContainsAny(to, "<$") {
		return "."
	}
	if d := path.Join(dir, to); d != ".." && !strings.HasPrefix(d, "../") {
		return d
	}
	return "."
}

// moved is the folder that cd goes to, from dir or, where it is not there, from where the lines began.
func (t *tree) moved(dir, from, to string) string {
	d := moved(dir, to)
	if !isThere(t.root, d) && dir != from {
		return moved(from, to)
	}
	return d
}

// continued are the lines of a text with the numbers that they begin at; a backslash at the end of one goes on in the next.
func continued(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		begun, whole := 0, ""
		for n, line := range strings.Split(text, "\n") {
			if whole == "" {
				begun = n + 1
			}
			line = strings.TrimSuffix(line, "\r")
			if rest, more := strings.CutSuffix(line, `\`); more {
				whole += rest + " "
				continue
			}
			if !yield(begun, whole+line) {
				return
			}
			whole = ""
		}
		if whole != "" {
			yield(begun, whole)
		}
	}
}

func lines(t *tree, file string, r rank) []said {
	var all []said
	dir := path.Dir(file)
	for n, line := range continued(t.text(file)) {
		var more []said
		more, dir = t.commandLines(line, dir, path.Dir(file), Place{file, n}, r)
		all = append(all, more...)
	}
	return all
}

func procfile(t *tree, file string) []said {
	var all []said
	for n, line := range strings.Split(t.text(file), "\n") {
		if name, command, ok := strings.Cut(line, ":"); ok && name != "release" && !strings.HasPrefix(name, "#") {
			more, _ := t.commandLines(command, path.Dir(file), path.Dir(file), Place{file, n + 1}, started)
			all = append(all, more...)
		}
	}
	return all
}

// runTargets are the targets of a Makefile that start something.
var runTargets = lazyregexp.New(`(?i)(^|[-_])(run|start|serve|server|dev|up|app|api|web|worker|producer|consumer|backend|stream|launch)([-_]|$)`)

func makefile(t *tree, file string) []said {
	var all []said
	target, dir := "", path.Dir(file)
	for n, line := range strings.Split(t.text(file), "\n") {
		recipe := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "    ")
		if !recipe {
			if name, rest, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(rest, "=") && !strings.HasPrefix(line, "#") {
				target, _, _ = strings.Cut(strings.TrimSpace(name), " ")
			}
			continue
		}
		if runTargets.MatchString(target) {
			more, _ := t.commandLines(strings.TrimLeft(strings.TrimSpace(line), "@-"), dir, dir, Place{file, n + 1}, started)
			all = append(all, more...)
		}
	}
	return all
}

// shells are the languages of a README's blocks that hold commands.
var shells = []string{"", "bash", "sh", "shell", "console", "zsh", "powershell", "ps1", "pwsh", "cmd", "bat", "batch", "text", "terminal", "shell-session", "shellsession"}

var inlineCode = lazyregexp.New("`([^`\n]+)`")

// readme finds commands in the blocks of a README, and in the code between its words.
func readme(t *tree, file string) []said {
	var all []said
	dir, fence, shell := path.Dir(file), "", false
	for n, line := range strings.Split(t.text(file), "\n") {
		at, trimmed := Place{file, n + 1}, strings.TrimSpace(line)
		mark := ""
		for _, m := range []string{"```", "~~~"} {
			if strings.HasPrefix(trimmed, m) {
				mark = m
			}
		}
		switch {
		case fence == "" && mark != "":
			language, _, _ := strings.Cut(strings.Trim(strings.TrimPrefix(trimmed, mark), "`~{. "), " ")
			fence, shell, dir = mark, slices.Contains(shells, strings.ToLower(strings.Trim(language, "{}."))), path.Dir(file)
		case fence != "" && mark == fence:
			fence = ""
		case fence != "" && shell || fence == "" && (strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") || strings.HasPrefix(trimmed, "$ ")):
			var more []said
			more, dir = t.commandLines(line, dir, path.Dir(file), at, told)
			for _, s := range more {
				if s, ok := withoutProse(s); ok {
					all = append(all, s)
				}
			}
		case fence == "":
			dir = path.Dir(file)
			for _, m := range inlineCode.FindAllStringSubmatch(line, -1) {
				more, _ := t.commandLines(m[1], dir, dir, at, told)
				all = append(all, slices.DeleteFunc(more, func(s said) bool { return len(s.words) < 2 })...)
			}
		}
	}
	return all
}

// withoutProse leaves out what a README says behind a command, and lines that only list a file and what it is for, or draw how
// one hands on to the next.
func withoutProse(s said) (said, bool) {
	if strings.HasSuffix(s.words[0], ".py") && !strings.HasPrefix(s.words[0], "./") {
		return s, false
	}
	for i, w := range s.words {
		if strings.IndexFunc(w, func(r rune) bool { return unicode.In(r, unicode.Sm, unicode.So) }) >= 0 { // arrows, boxes
			return s, false
		}
		option := i > 0 && strings.HasPrefix(s.words[i-1], "-")
		if w == "(" || strings.HasPrefix(w, "（") || w == "—" || w == "–" || i > 0 && !option && isHan(w) {
			s.words = s.words[:i]
			break
		}
	}
	return s, len(s.words) > 0
}

// isHan reports whether a word is of Chinese alone: said of a command, and no file's name.
func isHan(w string) bool {
	han := strings.IndexFunc(w, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
	return han && !strings.ContainsAny(w, `./\=`)
}

var (
	jsonComment = lazyregexp.New(`(?m)^\s*//.*$|([,{\[]\s*)//.*$`)
	jsonComma   = lazyregexp.New(`,(\s*[}\]])`)
)

// launchJSON reads what the IDE starts.
func launchJSON(t *tree, file string) []said {
	var v struct {
		Configurations []struct {
			Type, Request, Module, Program, Cwd string
			Args                                any
		}
	}
	text := jsonComma.ReplaceAllString(jsonComment.ReplaceAllString(t.text(file), "$1"), "$1")
	if json.Unmarshal([]byte(text), &v) != nil {
		return nil
	}
	root := path.Dir(path.Dir(file))
	inRoot := func(s string) string {
		for _, name := range []string{"${workspaceFolder}", "${workspaceRoot}"} {
			s = strings.ReplaceAll(s, name+"/", "")
			s = strings.ReplaceAll(s, name, ".")
		}
		return s
	}
	var all []said
	for _, c := range v.Configurations {
		if c.Request == "attach" {
			continue
		}
		dir := path.Join(root, inRoot(c.Cwd))
		s := said{words: []string{"python"}, dir: dir, where: Place{file, t.line(file, c.Module+c.Program)}, rank: started}
		switch {
		case c.Module != "":
			s.words = append(s.words, "-m", c.Module)
		case c.Program != "" && !strings.Contains(c.Program, "${file}"):
			program := inRoot(c.Program)
			if rel, ok := strings.CutPrefix(path.Join(root, program), dir+"/"); ok {
				program = rel
			}
			s.words = append(s.words, program)
		default:
			continue
		}
		switch a := c.Args.(type) {
		case []any:
			for _, one := range a {
				if w, ok := one.(string); ok {
					s.words = append(s.words, inRoot(w))
				}
			}
		case string:
			if words, err := shellwords.Parse(a); err == nil {
				s.words = append(s.words, words...)
			}
		}
		all = append(all, s)
	}
	return all
}

// dockerfile reads what a container is started with: the last CMD, behind the ENTRYPOINT.
func dockerfile(t *tree, file string) []said {
	var entry, cmd []string
	at := Place{File: file}
	for n, line := range continued(t.text(file)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(word) {
		case "CMD":
			cmd, at.Line = execForm(rest), n
		case "ENTRYPOINT":
			entry, cmd, at.Line = execForm(rest), nil, n
		}
	}
	words := append(entry, cmd...)
	if len(words) == 0 {
		return nil
	}
	return []said{{t.unshelled(words), path.Dir(file), at, contained}}
}

// execForm is a command as a list, or as a line.
func execForm(s string) []string {
	var list []string
	if json.Unmarshal([]byte(s), &list) == nil {
		return list
	}
	words, err := shellwords.Parse(s)
	if err != nil {
		return nil
	}
	return words
}

// unshelled is what `sh -c "..."` runs.
func (t *tree) unshelled(words []string) []string {
	if len(words) == 3 && words[1] == "-c" && strings.HasSuffix(words[0], "sh") {
		all, _ := t.commandLines(strings.TrimPrefix(words[2], "exec "), ".", ".", Place{}, contained)
		if len(all) > 0 {
			return all[len(all)-1].words
		}
	}
	return words
}

// composeCommands reads what services that are built from the project run.
func composeCommands(t *tree, file string) []said {
	var v struct {
		Services map[string]struct {
			Build   any
			Command any
		}
	}
	if yaml.Unmarshal([]byte(t.text(file)), &v) != nil {
		return nil
	}
	var all []said
	for name, s := range v.Services {
		dir := ""
		switch b := s.Build.(type) {
		case string:
			dir = b
		case map[string]any:
			dir, _ = b["context"].(string)
			if docker, _ := b["dockerfile"].(string); path.Dir(docker) != "." { // of one of several services
				dir = path.Join(dir, path.Dir(docker))
			}
		}
		if s.Build == nil || s.Command == nil {
			continue
		}
		var words []string
		switch c := s.Command.(type) {
		case string:
			words = execForm(c)
		case []any:
			for _, one := range c {
				if w, ok := one.(string); ok {
					words = append(words, w)
				}
			}
		}
		if len(words) > 0 {
			all = append(all, said{t.unshelled(words), moved(path.Dir(file), dir), Place{file, t.keyLine(file, name, "command")}, contained})
		}
	}
	slices.SortFunc(all, func(a, b said) int { return byPlace(a.where, b.where) })
	return all
}
