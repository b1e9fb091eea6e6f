package compose

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"

	"streamtray/internal/lazyregexp"
)

const (
	maxNesting   = 16      // ${A:-${B:-${C}}}
	maxExpansion = 1 << 20 // bytes that variables may add to a project
)

var (
	reference = lazyregexp.New(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)
	errGrowth = errors.New("its variables expand without end")
)

// substitution puts the project's variables into text as Compose does, and notes where Compose would refuse.
type substitution struct {
	lookup func(string) (string, bool)
	grown  int
	unsafe bool
}

// apply is text with variables in place. What Compose would refuse is told in words: a required variable without a
// value counts as empty, a text that is no template stays as written.
func (s *substitution) apply(text string) (out string, refusal error) {
	if !strings.Contains(text, "$") {
		return text, nil
	}
	if nesting(text) > maxNesting || s.grown > maxExpansion {
		s.unsafe = true
		return text, errGrowth
	}
	out, refusal = s.put(text)
	s.grown += len(out)
	return out, refusal
}

func (s *substitution) put(text string) (out string, refusal error) {
	for range strings.Count(text, "$") + 1 {
		out, err := template.SubstituteWithOptions(text, s.lookup, template.WithoutLogging)
		var missing *template.MissingRequiredError
		switch {
		case err == nil:
			return out, refusal
		case !errors.As(err, &missing):
			return text, err
		}
		refusal = err
		empty := regexp.MustCompile(`\$\{` + regexp.QuoteMeta(missing.Variable) + `:?\?[^}]*\}`)
		without := empty.ReplaceAllLiteralString(text, "")
		if without == text {
			return text, refusal
		}
		text = without
	}
	return text, refusal
}

// variableName is one variable in a text, with what stands behind its name: a default or an alternative.
var variableName = lazyregexp.New(`\$\$|\$\{([A-Za-z_]\w*)([^}]?)|\$([A-Za-z_]\w*)`)

// unset names the variables of a text that have no value and no default, as they come.
func (s *substitution) unset(text string) []string {
	var names []string
	for _, m := range variableName.FindAllStringSubmatch(text, maxFindings) {
		name := m[1] + m[3]
		if v, _ := s.lookup(name); name != "" && v == "" && (m[2] == "" || m[2] == "?") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// nesting is how deep braces with a dollar stand in each other.
func nesting(text string) int {
	depth, deepest := 0, 0
	for i := range len(text) {
		switch {
		case text[i] == '{' && i > 0 && text[i-1] == '$':
			depth++
			deepest = max(deepest, depth)
		case text[i] == '}' && depth > 0:
			depth--
		}
	}
	return deepest
}

// parseEnv reads a .env or env_file text. Raw values are taken to the letter.
func parseEnv(text []byte, raw bool, lookup func(string) (string, bool)) (map[string]string, error) {
	if raw {
		return parseRaw(text), nil
	}
	if err := growth(text, lookup); err != nil {
		return nil, err
	}
	vars, err := dotenv.ParseWithLookup(bytes.NewReader(text), lookup)
	if err != nil {
		return vars, fmt.Errorf("%w", err)
	}
	return vars, nil
}

func parseRaw(text []byte) map[string]string {
	vars := map[string]string{}
	for line := range strings.Lines(string(text)) {
		key, val, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		if ok && !strings.HasPrefix(strings.TrimSpace(key), "#") {
			vars[strings.TrimSpace(key)] = val
		}
	}
	return vars
}

// growth refuses a file whose lines double what earlier lines doubled. Its estimate is never below the truth: a value
// over several lines counts under the last key seen.
func growth(text []byte, lookup func(string) (string, bool)) error {
	size := map[string]int{}
	key, total := "", 0
	for line := range strings.Lines(string(text)) {
		if nesting(line) > maxNesting {
			return errGrowth
		}
		if i := strings.IndexAny(line, "=:"); i >= 0 {
			key = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line[:i]), "export "))
		}
		n := len(line)
		for _, m := range reference.FindAllStringSubmatch(line, -1) {
			v, _ := lookup(m[1])
			n += max(size[m[1]], len(v))
		}
		size[key] += n
		if total += n; total > maxExpansion {
			return errGrowth
		}
	}
	return nil
}
