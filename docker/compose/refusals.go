package compose

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamtray/internal/lazyregexp"
	"streamtray/internal/projectfile"
)

// encodingError says that a file is no UTF-8.
type encodingError struct{ line int }

func (e *encodingError) Error() string { return fmt.Sprintf("line %d: not UTF-8", e.line) }

// notUTF8 is the line of the first byte that is none of UTF-8's; 0: the text is UTF-8, UTF-16 with its mark, or binary.
func notUTF8(text []byte) int {
	if utf8.Valid(text) || len(text) > 1 && (text[0] == 0xff && text[1] == 0xfe || text[0] == 0xfe && text[1] == 0xff) {
		return 0
	}
	line := 1
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && n == 1:
			return line
		case r == 0:
			return 0
		case r == '\n':
			line++
		}
		text = text[n:]
	}
	return 0
}

// bounds are our own reasons not to read or go on, which Compose need not share.
var bounds = []struct {
	err error
	id  string
}{
	{errFileSize, "compose.file_size"},
	{errReads, "compose.too_many_files"},
	{projectfile.ErrNetwork, "compose.network_path"},
	{projectfile.ErrNotRegular, "compose.not_regular"},
	{projectfile.ErrLoop, "compose.link_loop"},
	{errTooLarge, "compose.too_large"},
	{errGrowth, "compose.too_large"},
	{errCycle, "compose.alias_cycle"},
	{errDeep, "compose.include_circle"},
	{errNoMapping, "compose.no_mapping"},
	{fs.ErrPermission, "compose.no_permission"},
}

// refusals are what compose-go and the YAML parser say, and the text that says it in a user's words. The groups of the
// expression are the text's values by their names.
var refusals = []struct {
	words *lazyregexp.Regexp
	id    string
}{
	{lazyregexp.New(`^services\.(?P<Service>[^.]+)\.(?P<Key>\S+) false schema`), "compose.unknown_key"},
	{lazyregexp.New(`^services additional properties '(?P<Service>[^']+)' not allowed`), "compose.service_name"},
	{lazyregexp.New(`^(?P<Section>\w*) ?additional properties '(?P<Key>[^']+)'.* not allowed`), "compose.unknown_section"},
	{lazyregexp.New("^service (?P<Service>\\S+) declares mutually exclusive `(?P<Key>\\w+)` and `(?P<Other>\\w+)`"), "compose.exclusive"},
	{lazyregexp.New(`^service "(?P<Service>[^"]+)" (refers to|depends on) undefined \w+ (?P<Name>[^\s:]*)`), "compose.undefined"},
	{lazyregexp.New(`^dependency cycle detected: (?P<Chain>[^:]+)`), "compose.cycle"},
	{lazyregexp.New(`^required variable (?P<Variable>\w+) is missing a value`), "compose.required_variable"},
	{lazyregexp.New(`^Invalid template: "(?P<Text>.*)"`), "compose.template"},
	{lazyregexp.New(`^(?P<Name>\S+) is written twice`), "compose.twice"},
	{lazyregexp.New(`^empty compose file`), "compose.empty"},
	{lazyregexp.New(`^(?P<Key>[\w.]+) must be a mapping`), "compose.not_a_mapping"},
	{lazyregexp.New(`control characters are not allowed`), "compose.binary"},
	{lazyregexp.New(`unknown anchor '(?P<Name>[^']+)'`), "compose.yaml_anchor"},
	{lazyregexp.New(`cannot start any token`), "compose.yaml_token"},
	{lazyregexp.New(`quoted scalar`), "compose.yaml_quote"},
	{lazyregexp.New(`flow (sequence|mapping)`), "compose.yaml_bracket"},
	{lazyregexp.New(`mapping values are not allowed|did not find expected (key|'-' indicator)|could not find expected ':'`), "compose.yaml_indent"},
}

// wrongValue are compose-go's ways to say that a value is none that it takes, with the value's place.
var wrongValue = lazyregexp.New(`services[.\[]([\w.\[\]-]+?)(?:'|:)? (?:'[^']*' )?` +
	`(?:does not match pattern|must be|value must be|invalid|failed to cast|unexpected type|expected a|time: |strconv)`)

// refusal names the text that says why a file, or something in it, is not taken.
func (l *loading) refusal(file string, err error) (id string, args map[string]any) {
	shown := filepath.Base(file)
	var encoding *encodingError
	switch {
	case errors.As(err, &encoding):
		return "compose.not_utf8", map[string]any{"Path": shown}
	case l.reader.foreign(file):
		return "compose.not_expected", map[string]any{"Path": shown}
	}
	for _, b := range bounds {
		if errors.Is(err, b.err) {
			return b.id, map[string]any{"Path": shown}
		}
	}
	words := reason(err)
	for _, r := range refusals {
		if m := r.words.FindStringSubmatch(words); m != nil {
			args := map[string]any{}
			for i, name := range r.words.SubexpNames() {
				if name != "" {
					args[name] = m[i]
				}
			}
			return r.id, args
		}
	}
	return "compose.parse_error", map[string]any{"Reason": words}
}

// refuse notes that a file, or a line of it, is not taken.
func (l *loading) refuse(file string, line int, err error) {
	id, args := l.refusal(file, err)
	l.complain(file, line, id, args)
}

// fileRefusal is refusal for a file that another names as shown; one that is not there has the text id.
func (l *loading) fileRefusal(id, shown, path string, err error) (string, map[string]any) {
	if errors.Is(err, fs.ErrNotExist) {
		return id, map[string]any{"Path": shown, "Example": l.example(path, shown)}
	}
	id, args := l.refusal(path, err)
	if _, named := args["Path"]; !named {
		return "compose.bad_file", map[string]any{"Path": shown, "Line": lineOf(err)}
	}
	args["Path"] = shown
	return id, args
}

// example is the file beside one that is not there which shows what it would hold (.env.example), named as that one is; empty:
// there is none.
func (l *loading) example(path, shown string) string {
	base := filepath.Base(path)
	for _, name := range []string{base + ".example", base + ".sample", base + ".template", base + ".dist", "example" + base, "env.example", base + "_example", base + "_template"} {
		file := filepath.Join(filepath.Dir(path), name)
		if _, inside := l.reader.folder.Inside(file); inside && l.reader.folder.Regular(file) {
			return filepath.ToSlash(filepath.Join(filepath.Dir(shown), name))
		}
	}
	return ""
}

// refused notes that compose-go refuses the project for a reason that nothing else has told.
func (l *loading) refused(root *value, err error) {
	for _, f := range l.project.ComposeFiles {
		err = errors.New(strings.ReplaceAll(reason(err), "validating "+f+": ", ""))
	}
	err = errors.New(strings.TrimSpace(strings.ReplaceAll(err.Error(), l.project.Dir, ".")))
	file, line := l.project.ComposeFiles[0], lineOf(err)
	if at, path := l.misplaced(root, err.Error()); at != nil && len(path) > 1 {
		l.badValue(at, path[0], strings.Join(path[1:], "."))
		return
	}
	id, args := l.refusal(file, err)
	at := mentioned(root, args, err.Error())
	if at != nil {
		file, line = at.file, at.line
	}
	l.complain(file, line, id, args)
}

// misplaced is the value that a message of compose-go does not take, and its path below the services.
func (l *loading) misplaced(root *value, message string) (*value, []string) {
	m := wrongValue.FindStringSubmatch(strings.ReplaceAll(message, "error while interpolating ", ""))
	if m == nil {
		return nil, nil
	}
	path := strings.FieldsFunc(m[1], func(r rune) bool { return strings.ContainsRune(".[]", r) })
	at := root.at("services")
	for i, key := range path {
		next := at.at(key)
		if n, err := strconv.Atoi(key); err == nil && at != nil && at.kind == list && n < len(at.items) {
			next = at.items[n]
		}
		if next == nil {
			return at, path[:i]
		}
		at = next
	}
	return at, path
}

// badValue notes a value that Compose does not take. Where a variable without a value made it so, that is the reason.
func (l *loading) badValue(at *value, service, key string) {
	args := map[string]any{"Service": service, "Key": strings.TrimRight(key, ".0123456789"), "Value": shortened(at)}
	if unset := unsetIn(at); len(unset) > 0 {
		l.complainUnset(at, "compose.unset_value", args, unset)
		return
	}
	l.complain(at.file, at.line, "compose.wrong_value", args)
}

// complainUnset notes what follows from variables without a value. Where a template of the variables lies beside the
// file, the text's variant names it.
func (l *loading) complainUnset(at *value, id string, args map[string]any, unset []string) {
	args["Variable"] = strings.Join(unset, ", ")
	if t := l.project.template(unset[0]); t != "" {
		args["Template"] = t
		id += "_template"
	}
	l.complain(at.file, at.line, id, args)
}

// unsetIn are the variables without a value in a value and all below it.
func unsetIn(v *value) []string {
	if v == nil {
		return nil
	}
	names := slices.Clone(v.unset)
	for _, item := range v.items {
		names = append(names, unsetIn(item)...)
	}
	for _, k := range v.keys {
		names = append(names, unsetIn(v.dict[k])...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// shortened is a value as a sentence shows it.
func shortened(v *value) string {
	switch v.kind {
	case scalar:
		if runes := []rune(v.text); len(runes) > 60 {
			return `"` + string(runes[:60]) + `..."`
		}
		return `"` + v.text + `"`
	case list:
		return "[...]"
	case dict:
		return "{...}"
	}
	return "null"
}

// mentioned is the place that a message speaks of: the key or section among its values, else the service.
func mentioned(root *value, args map[string]any, message string) *value {
	key, _ := args["Key"].(string)
	name, _ := args["Service"].(string)
	services := root.at("services")
	if at := services.at(name); at != nil {
		if part := at.at(strings.Split(key, ".")[0]); part != nil {
			return part
		}
		return at
	}
	if at := root.at(key); key != "" && at != nil {
		return at
	}
	if services == nil {
		return nil
	}
	for _, name := range services.keys {
		if strings.Contains(message, "services."+name+".") || strings.Contains(message, `"`+name+`"`) ||
			strings.Contains(message, "'"+name+"'") || strings.HasPrefix(message, "dependency cycle detected: "+name) {
			return services.dict[name]
		}
	}
	return nil
}

// templateNames are what a file that shows the variables of .env is called.
var templateNames = lazyregexp.New(`^(\.?env|sample|example)?[._-]?(env)?[._-]?(example|sample|template|tmpl|dist|env|default)$`)

// findTemplates looks which files beside the compose file show the variables that have no value.
func (l *loading) findTemplates(unset []string) {
	if len(unset) == 0 {
		return
	}
	l.project.templates = map[string]string{}
	folder, err := os.Open(l.project.Dir)
	if err != nil {
		return
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(maxCommands) // what could not be listed shows nothing
	slices.Sort(names)
	for _, name := range names {
		if name == ".env" || !strings.Contains(name, "env") || !templateNames.MatchString(name) {
			continue
		}
		path := filepath.Join(l.project.Dir, name)
		text, err := l.reader.content(path)
		if _, inside := l.reader.folder.Inside(path); err != nil || !inside {
			continue
		}
		shown := parseRaw(text)
		for _, v := range slices.Sorted(maps.Keys(shown)) {
			if v = strings.TrimPrefix(v, "export "); slices.Contains(unset, v) && l.project.templates[v] == "" {
				l.project.templates[v] = name
			}
		}
	}
}

// template is the file beside the compose file that shows a variable, or "".
func (p *Project) template(variable string) string { return p.templates[variable] }
