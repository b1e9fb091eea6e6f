package facts

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"maps"
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
	in    []*surroundings
}

// rank orders the files that name commands: what a person starts comes before what a container does.
type rank int

const (
	started   rank = iota // for starting: Procfile, launch.json, a Makefile's run
	told                  // a README
	contained             // a Dockerfile, a compose file
	installed             // a console script
	coded                 // the code alone shows it
	private               // it names a file of its author's computer
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
		case strings.HasPrefix(lower, "dockerfile") || strings.HasSuffix(lower, ".dockerfile"):
			all = append(all, dockerfile(t, file)...)
		case isYAML(base):
			all = append(all, composeCommands(t, file)...)
		case slices.Contains(scriptKinds, path.Ext(lower)) && !endsName.MatchString(lower):
			all = append(all, script(t, file)...)
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return int(a.rank - b.rank) })
	return all
}

// commandLines cuts a line of a shell into commands, and follows cd from dir, or, where that leads nowhere, from where the
// lines began: in a README each of them may be meant for a terminal of its own.
func (t *tree) commandLines(line, dir, from string, where Place, r rank) (all []said, after string) {
	line = prompt.ReplaceAllString(strings.TrimSpace(line), "")
	line = windowsPath.ReplaceAllString(line, "/$1")
	for _, part := range commandsOf(line) {
		words, err := shellwords.Parse(part)
		if err != nil || len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "#") }); i > 0 {
			words = words[:i]
		}
		if slices.Contains(moving, strings.ToLower(words[0])) && len(words) > 1 {
			dir = t.moved(dir, from, words[len(words)-1])
			continue
		}
		all = append(all, t.launched(said{words, dir, where, r, nil}, from)...)
	}
	return all, dir
}

var (
	prompt = lazyregexp.New(`^(\$|>|%|(PS )?[A-Za-z]:\\[^>]*>|PS ?[^>]*>) *`)
	// windowsPath is a backslash between the parts of a path: no shell escapes a letter.
	windowsPath = lazyregexp.New(`\\([\pL\pN_.%$])`)
	moving      = []string{"cd", "chdir", "pushd", "set-location", "sl"}
)

// commandsOf cuts a line where one command ends and the next begins, outside of quotes.
func commandsOf(line string) []string {
	var all []string
	begun, quote := 0, rune(0)
	for i, r := range line {
		switch {
		case r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		case quote == 0 && strings.ContainsRune("&;|", r) && !strings.HasSuffix(line[:i], ">"): // 2>&1
			all, begun = append(all, line[begun:i]), i+1
		}
	}
	return append(all, line[begun:])
}

// launchers start a command behind their own words, in a window or a shell.
var launchers = []string{
	"start", "cmd", "call", "powershell", "pwsh", "start-process", "invoke-expression", "iex", "bash", "sh", "gnome-terminal", "xterm", "konsole", "wt",
	"screen", "tmux", "winpty", "if",
}

// launched are the commands that a launcher starts: a line in quotes is one or several, else they begin at the first word that
// could be a program. Other commands are themselves.
func (t *tree) launched(s said, from string) []said {
	name := strings.ToLower(strings.TrimSuffix(path.Base(s.words[0]), ".exe"))
	if !slices.Contains(launchers, name) {
		return []said{s}
	}
	rest := s.words[1:]
	if name == "start-process" {
		rest, s.dir = t.startProcess(rest, s.dir, from)
	}
	if i := slices.IndexFunc(rest, startsSomething); i >= 0 {
		s.words = rest[i:]
		return t.launched(s, from)
	}
	if (name == "bash" || name == "sh") && len(rest) > 0 && path.Ext(rest[0]) == ".sh" {
		s.words = rest
		return []said{s}
	}
	var all []said
	for _, w := range rest {
		if isLine(w) {
			more, _ := t.commandLines(w, s.dir, from, s.where, s.rank)
			all = append(all, more...)
		}
	}
	return all
}

func isLine(word string) bool { return strings.ContainsAny(word, " &;") }

// startsSomething reports whether a word could be a program that runs Python, or a launcher.
func startsSomething(word string) bool {
	if isLine(word) && (!elsewhere.MatchString(word) || strings.ContainsAny(word, "&;")) {
		return false
	}
	name := strings.ToLower(strings.TrimSuffix(path.Base(strings.ReplaceAll(word, `\`, "/")), ".exe"))
	return pythonName.MatchString(name) || pythonVariable.MatchString(word) || strings.HasSuffix(name, ".py") || slices.Contains(launchers, name) ||
		Runs(name) || slices.ContainsFunc(runners, func(r []string) bool { return r[0] == name })
}

// startProcess is what PowerShell's Start-Process runs, and where.
func (t *tree) startProcess(words []string, dir, from string) (command []string, in string) {
	for i := 0; i < len(words); i++ {
		switch w := strings.ToLower(words[i]); {
		case w == "-workingdirectory" && i+1 < len(words):
			i++
			dir = t.moved(dir, from, words[i])
		case w == "-windowstyle" || strings.HasPrefix(w, "-redirect"):
			i++
		case w == "-filepath" || w == "-argumentlist" || w == "-nonewwindow" || w == "-passthru" || w == "-wait":
		default:
			if w = strings.Trim(words[i], "@(),"); isLine(w) && !strings.ContainsAny(w, "&;") && len(command) > 0 && !slices.Contains(launchers, command[0]) {
				command = append(command, strings.Fields(w)...)
			} else if w != "" {
				command = append(command, w)
			}
		}
	}
	return command, dir
}

// moved is the folder that cd goes to; one outside of the project is the project's folder.
func moved(dir, to string) string {
	to = strings.ReplaceAll(to, `\`, "/")
	if elsewhere.MatchString(to) || strings.ContainsAny(to, "<$%") {
		return "."
	}
	if d := path.Join(dir, to); d != ".." && !strings.HasPrefix(d, "../") {
		return d
	}
	return "."
}

// elsewhere is a path that is the same from everywhere.
var elsewhere = lazyregexp.New(`^(/|~|[A-Za-z]:)`)

// moved is the folder that cd goes to, from dir or, where it is not there, from where the lines began. One of another computer is
// the folder of the project that its end names.
func (t *tree) moved(dir, from, to string) string {
	if to = strings.ReplaceAll(to, `\`, "/"); elsewhere.MatchString(to) {
		for rest := to; rest != ""; {
			if _, rest, _ = strings.Cut(rest, "/"); rest != "" && !strings.ContainsAny(rest, "$%") && fs.ValidPath(rest) && isThere(t.root, rest) {
				return rest
			}
		}
	}
	d := moved(dir, to)
	if !isThere(t.root, d) && dir != from {
		return moved(from, to)
	}
	return d
}

// continued are the lines of a text with the numbers that they begin at; a mark at the end of one goes on in the next.
func continued(text, mark string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		begun, whole := 0, ""
		for n, line := range strings.Split(text, "\n") {
			if whole == "" {
				begun = n + 1
			}
			line = strings.TrimSuffix(line, "\r")
			if rest, more := strings.CutSuffix(line, mark); more {
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

// Scripts that a person starts, and the names of those, and of targets and tasks, that end, prepare or look at something instead.
var (
	scriptKinds = []string{".sh", ".bat", ".cmd", ".ps1"}
	endsName    = lazyregexp.New(`^(stop|kill|down|wait|docker|entrypoint|logs?|backup|restore|deploy|release|format|ci)([_.-]|$)|` + onceNames + `|停止|安装|测试|部署|清理`)
)

// script reads a script that a person starts.
func script(t *tree, file string) []said {
	return t.scriptLines(file, path.Dir(file), variables{}, started)
}

// scriptLines reads a script line by line as it is run in dir, with the variables that it is given or sets put in.
func (t *tree) scriptLines(file, dir string, vars variables, r rank) []said {
	var all []said
	from, mark := dir, `\`
	switch path.Ext(strings.ToLower(file)) {
	case ".ps1":
		mark = "`"
	case ".bat", ".cmd":
		mark = "^"
	}
	for n, line := range continued(t.text(file), mark) {
		line = strings.TrimSpace(line)
		lower := strings.ToLower(line)
		if strings.HasPrefix(lower, "rem ") || strings.HasPrefix(line, "::") || strings.HasPrefix(lower, "echo") || strings.HasPrefix(lower, "write-host") {
			continue
		}
		line = vars.expand(joinPath.ReplaceAllString(line, "$1/$2"))
		if vars.set(line) {
			continue
		}
		var more []said
		more, dir = t.commandLines(strings.ReplaceAll(line, `","`, `" "`), dir, from, Place{file, n}, r)
		all = append(all, more...)
	}
	return all
}

// variables are what a script has set.
type variables map[string]string

var (
	variableOf = lazyregexp.New(`%([A-Za-z_]\w*)%|\$\{(?:env:)?(\w+)(?::?-([^}]*))?\}|\$(?:env:)?([A-Za-z_]\w*)`)
	setting    = lazyregexp.New(`(?i)^(?:export\s+|set\s+"?|\$(?:env:)?)?([A-Za-z_]\w*)\s*=\s*(.*?)"?$`)
	joinPath   = lazyregexp.New(`(?i)\(?Join-Path\s+(?:-Path\s+)?(\S+)\s+(?:-ChildPath\s+)?["']?([^"')\s]+)["']?\)?`)
	// ownFolder is how scripts say where they lie.
	ownFolder = lazyregexp.New(`(?i)%~dp0\\?|\$PSScriptRoot\b|%cd%|\$PWD\b`)
	itself    = lazyregexp.New(`(?i)dirname|MyInvocation|BASH_SOURCE`)
)

// expand puts the variables in that are known, by their default where they have one.
func (v variables) expand(line string) string {
	line = ownFolder.ReplaceAllString(line, "./")
	return variableOf.ReplaceAllStringFunc(line, func(whole string) string {
		m := variableOf.FindStringSubmatch(whole)
		if value, ok := v[strings.ToLower(m[1]+m[2]+m[4])]; ok {
			return value
		}
		if m[3] != "" {
			return strings.Trim(m[3], `"'`)
		}
		return whole
	})
}

// set notes the variable that a line sets, and reports whether it does. What only running it would show is not known.
func (v variables) set(line string) bool {
	m := setting.FindStringSubmatch(line)
	if m == nil || !strings.HasPrefix(strings.ToLower(line), "set ") && !strings.HasPrefix(line, "$") && strings.Contains(strings.Trim(m[2], `"'`), " ") && !strings.ContainsAny(m[2], `"'(`) {
		return false // NAME=value command
	}
	name, value := strings.ToLower(m[1]), m[2]
	switch {
	case itself.MatchString(value) || strings.Contains(strings.ToLower(value), "split-path"):
		ups := strings.Count(value, "..") + strings.Count(strings.ToLower(value), "split-path")
		if strings.Contains(value, "MyInvocation") {
			ups--
		}
		v[name] = "./" + strings.Repeat("../", ups)
	case strings.ContainsAny(value, "(`@"):
	default:
		v[name] = strings.Trim(value, `"'`)
	}
	return true
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

func makefile(t *tree, file string) []said {
	var all []said
	target, dir := "", path.Dir(file)
	for n, line := range continued(t.text(file), `\`) {
		recipe := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "    ")
		if !recipe {
			if name, rest, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(rest, "=") && !strings.HasPrefix(line, "#") {
				target, _, _ = strings.Cut(strings.TrimSpace(name), " ")
			}
			continue
		}
		if !endsName.MatchString(strings.ToLower(target)) {
			more, _ := t.commandLines(strings.TrimLeft(strings.TrimSpace(line), "@-"), dir, dir, Place{file, n}, started)
			for i, s := range more {
				more[i].where = t.onward(s.where, s.words[len(s.words)-1])
			}
			all = append(all, more...)
		}
	}
	return all
}

// shells are the languages of a README's blocks that hold commands.
var shells = []string{"", "bash", "sh", "shell", "console", "zsh", "powershell", "ps1", "pwsh", "cmd", "bat", "batch", "text", "terminal", "shell-session", "shellsession"}

var (
	inlineCode = lazyregexp.New("`+([^`\n]+)`+")
	// proseCommand is a command at the end of a sentence, behind its colon.
	proseCommand = lazyregexp.New(`[:：]\s*((?:python3?|streamlit run|uvicorn|faust|celery|flask)\s[^` + "`" + `]+)$`)
)

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
		case fence != "" && shell || fence == "" && !strings.Contains(trimmed, "`") && (strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") || strings.HasPrefix(trimmed, "$ ") || strings.HasPrefix(trimmed, ">")):
			var more []said
			more, dir = t.commandLines(line, dir, path.Dir(file), at, told)
			for _, s := range more {
				if s, ok := withoutProse(s); ok {
					all = append(all, s)
				}
			}
		case fence == "":
			dir = path.Dir(file)
			for _, m := range append(inlineCode.FindAllStringSubmatch(line, -1), proseCommand.FindAllStringSubmatch(line, -1)...) {
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
		if w == "(" || strings.HasPrefix(w, "[") || strings.HasPrefix(w, "（") || w == "—" || w == "–" || i > 0 && !option && isHan(w) {
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
			Request, Module, Program, Cwd string
			Args                          any
			Env                           environ
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
		for name, value := range c.Env {
			c.Env[name] = inRoot(value)
		}
		s.in = besides(c.Env, root, s.where)
		all = append(all, s)
	}
	return all
}

// dockerfile reads what a container is started with: the last CMD, behind the ENTRYPOINT.
func dockerfile(t *tree, file string) []said {
	var entry, cmd []string
	at := Place{File: file}
	for n, line := range continued(t.text(file), `\`) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(word) {
		case "CMD":
			cmd, at.Line = shellForm(rest), n
		case "ENTRYPOINT":
			entry, cmd, at.Line = shellForm(rest), nil, n
		}
	}
	dir := path.Dir(file)
	of := image{file, dir, nil}
	in := t.inBuilt(of)
	all := t.contained(said{entry, dir, at, contained, in}, of)
	if len(all) == 0 || slices.Equal(all[0].words, entry) {
		all = t.contained(said{append(entry, cmd...), dir, at, contained, in}, of)
	}
	return all
}

// image is what a container is made from: its Dockerfile, the folder that this takes files from, and what it is told.
type image struct {
	file, context string
	told          environ
}

// contained are the commands that a container is started with. Where that is a script of the project's, they are what it runs.
func (t *tree) contained(s said, of image) []said {
	if len(s.words) == 0 {
		return nil
	}
	begun := []said{s}
	if _, ok := t.copied(s.words[0], of); !ok { // a script may be called as what starts another one is
		begun = t.launched(s, ".")
	}
	var all []said
	for _, c := range begun {
		file, ok := t.copied(c.words[0], of)
		if !ok || slices.Contains(c.words, "--") { // it waits, or prepares, before what stands behind it
			all = append(all, c)
			continue
		}
		more := t.scriptLines(file, s.dir, of.told.lowered(), s.rank)
		for i := range more {
			more[i].in = s.in
		}
		if len(more) == 0 { // it hands on to what stands behind it
			more = []said{c}
		}
		all = append(all, more...)
	}
	return all
}

// copied is the project's script that has this name in a container: one that the Dockerfile copies there, or that lies under the
// same name in the folder which it copies whole.
func (t *tree) copied(name string, of image) (file string, ok bool) {
	if !strings.Contains(name, "/") || path.Ext(name) != "" && path.Ext(name) != ".sh" {
		return "", false
	}
	for _, line := range continued(t.text(of.file), `\`) {
		words := slices.DeleteFunc(strings.Fields(line), func(w string) bool { return strings.HasPrefix(w, "--") })
		if len(words) != 3 || strings.ToUpper(words[0]) != "COPY" && strings.ToUpper(words[0]) != "ADD" {
			continue
		}
		from, to := words[1], words[2]
		if strings.HasSuffix(to, "/") || to == "." {
			to = path.Join(to, path.Base(from))
		}
		for _, context := range []string{of.context, "."} {
			if script := moved(context, from); t.has[script] && (to == name || path.Base(to) == strings.TrimPrefix(name, "./")) {
				return script, true
			}
		}
	}
	for _, rel := range []string{strings.TrimPrefix(name, "./"), path.Base(name)} {
		if script := join(of.context, rel); t.has[script] && (path.Ext(rel) == ".sh" || strings.HasPrefix(t.text(script), "#!")) {
			return script, true
		}
	}
	return "", false
}

// shellForm is a command as a Dockerfile has it: a list, or else a line for a shell.
func shellForm(s string) []string {
	if strings.HasPrefix(strings.TrimSpace(s), "[") || len(commandsOf(s)) == 1 {
		return execForm(s)
	}
	return []string{"sh", "-c", s}
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

// composeCommands reads what services that are built from the project run.
func composeCommands(t *tree, file string) []said {
	var all []said
	for name, s := range t.builtServices(file) {
		key, words := "command", wordsOf(s["command"])
		if len(words) == 0 {
			key, words = "entrypoint", wordsOf(s["entrypoint"])
		}
		context, docker := built(s["build"])
		dir := context
		if path.Dir(docker) != "." { // of one of several services
			dir = path.Join(dir, path.Dir(docker))
		}
		of := imageOf(file, s)
		at := Place{file, t.keyLine(file, name, key)}
		all = append(all, t.contained(said{words, moved(path.Dir(file), dir), at, contained, []*surroundings{t.inService(file, name, s, of)}}, of)...)
	}
	slices.SortFunc(all, func(a, b said) int { return byPlace(a.where, b.where) })
	return all
}

// imageOf is the image of a service that is built from the project.
func imageOf(file string, service map[string]any) image {
	context, docker := built(service["build"])
	context = moved(path.Dir(file), context)
	return image{file: moved(context, docker), context: context, told: environmentOf(service["environment"])}
}

// composeFile is what is asked of one.
type composeFile struct {
	services []string                  // the names of all
	built    map[string]map[string]any // see builtServices
}

// services are the names of all services of a compose file.
func (t *tree) services(file string) []string { return t.stack(file).services }

// builtServices are the services of a compose file that are built from the project, by their names, those that run the image of one,
// and those that run the project's code from a folder of it in their container.
func (t *tree) builtServices(file string) map[string]map[string]any { return t.stack(file).built }

func (t *tree) stack(file string) composeFile {
	known, ok := t.stacks[file]
	if !ok {
		known = readComposeFile(t, file)
		t.stacks[file] = known
	}
	return known
}

func readComposeFile(t *tree, file string) composeFile {
	if !isYAML(path.Base(file)) || !composeText.MatchString(t.text(file)) {
		return composeFile{}
	}
	var v struct {
		Services map[string]map[string]any // a struct could not say again what << has brought
	}
	if yaml.Unmarshal([]byte(t.text(file)), &v) != nil {
		return composeFile{}
	}
	names := slices.Sorted(maps.Keys(v.Services))
	made := map[string]any{} // by the name of the image
	for _, s := range v.Services {
		if name, ok := s["image"].(string); ok && s["build"] != nil {
			made[name] = s["build"]
		}
	}
	for _, s := range v.Services {
		if name, ok := s["image"].(string); ok && s["build"] == nil && made[name] != nil {
			s["build"] = made[name]
		}
		if from, to := mounted(s); s["build"] == nil && from != "" && runsPython(s) {
			s["build"], s["command"] = from, below(to, wordsOf(s["command"]))
		}
	}
	maps.DeleteFunc(v.Services, func(_ string, s map[string]any) bool { return s["build"] == nil })
	return composeFile{names, v.Services}
}

// mounted is the folder of the project's that a service has in its container, and where; empty: it has none. Of several it is the one
// that the service works in, else the first.
func mounted(s map[string]any) (from, to string) {
	for _, m := range mounts(s) {
		if works, _ := s["working_dir"].(string); strings.HasPrefix(m.from, ".") && (from == "" || path.Clean(m.to) == path.Clean(works)) {
			from, to = m.from, m.to
		}
	}
	return from, to
}

// mounts are what a service is given in its container, as the compose file writes it.
func mounts(s map[string]any) []placed {
	var all []placed
	list, _ := s["volumes"].([]any)
	for _, one := range list {
		var source, target string
		switch v := one.(type) {
		case string:
			source, target, _ = strings.Cut(v, ":")
			target, _, _ = strings.Cut(target, ":")
		case map[string]any:
			source, _ = v["source"].(string)
			target, _ = v["target"].(string)
		}
		all = append(all, placed{source, target})
	}
	return all
}

// runsPython reports whether a service's command starts Python, or a program that runs its code.
func runsPython(s map[string]any) bool {
	return slices.ContainsFunc(strings.Fields(strings.Join(wordsOf(s["command"]), " ")), func(w string) bool {
		return pythonName.MatchString(path.Base(w)) || Runs(path.Base(w))
	})
}

// below are the words of a command as they are in the folder that a container has at a path.
func below(at string, words []string) []any {
	var all []any
	for _, w := range words {
		if at = path.Clean(at); at != "/" {
			w = strings.ReplaceAll(w, at+"/", "")
		}
		all = append(all, w)
	}
	return all
}

// built is the folder that a service is built in, and its Dockerfile from there on.
func built(build any) (context, docker string) {
	docker = "Dockerfile"
	switch b := build.(type) {
	case string:
		context = b
	case map[string]any:
		context, _ = b["context"].(string)
		if d, ok := b["dockerfile"].(string); ok {
			docker = d
		}
	}
	return context, docker
}

// wordsOf is a command in a compose file, a line or a list.
func wordsOf(command any) []string {
	var words []string
	switch c := command.(type) {
	case string:
		words = execForm(c)
	case []any:
		for _, one := range c {
			if w, ok := one.(string); ok {
				words = append(words, w)
			}
		}
	}
	return words
}

// environmentOf is a service's environment in a compose file, a mapping or a list, as its programs are told it.
func environmentOf(environment any) environ {
	told := environ{}
	switch e := environment.(type) {
	case map[string]any:
		for name, value := range e {
			told[name] = fmt.Sprint(value)
		}
	case []any:
		for _, one := range e {
			line, _ := one.(string)
			if name, value, ok := strings.Cut(line, "="); ok {
				told[name] = value
			}
		}
	}
	return told
}

// environ are the variables that a program is told, by their names.
type environ map[string]string

// lowered are they as a script has them.
func (e environ) lowered() variables {
	v := variables{}
	for name, value := range e {
		v[strings.ToLower(name)] = value
	}
	return v
}
