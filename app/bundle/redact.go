package bundle

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"streamtray/app/redact"
	"streamtray/internal/lazyregexp"
)

// entryLine is a line of YAML with a key: what stands before the key, the key, and what stands behind the colon.
var entryLine = lazyregexp.New(`^(\s*(?:- +)*)["']?([^\s"'#:{}\[\],][^"'#:{}\[\],]*?)["']?\s*:(?:\s+(.*))?$`)

// yaml is a YAML file without the values of secret names, over however many lines they go. It need not be right YAML:
// a person sends a bundle because something is not.
func (s *scrubber) yaml(text string) string {
	var b strings.Builder
	inside, next := -1, false // the column of a secret's key whose value goes on; the next item is a secret
	for line := range strings.Lines(text) {
		body := strings.TrimRight(line, "\r\n")
		end := line[len(body):]
		trimmed := strings.TrimLeft(body, " \t")
		column := len(body) - len(trimmed)
		switch {
		case trimmed == "":
		case inside >= 0 && (column > inside || column == inside && strings.HasPrefix(trimmed, "- ")):
			s.addValue(trimmed)
			body = body[:column] + redact.Mark
		case next && strings.HasPrefix(trimmed, "- "):
			s.add(trimmed[2:])
			body, inside = body[:column]+"- "+redact.Mark, -1
		default:
			body, inside = s.entry(body)
		}
		if trimmed != "" {
			next = flagItem.MatchString(trimmed) && redact.Secret(strings.Trim(trimmed, `- "'`))
		}
		b.WriteString(body + end)
	}
	return b.String()
}

// flagItem is an item of a command that names what the next one is.
var flagItem = lazyregexp.New(`^- +["']?--?[\w.-]+["']?$`)

// entry masks the value of a line if its key is that of a secret; inside is the key's column if the value may go on.
func (s *scrubber) entry(body string) (masked string, inside int) {
	m := entryLine.FindStringSubmatch(body)
	if m == nil || !redact.Secret(m[2]) || m[2] == "secrets" { // a list of names, which compose has at two places
		return body, -1
	}
	value := strings.TrimSpace(m[3])
	if value == "" {
		return body, len(m[1])
	}
	if redact.Value(m[2], value) != redact.Mark && !strings.Contains(value, "${") {
		return body, -1 // it says that there is none
	}
	if !strings.Contains(value, "${") {
		s.addValue(value)
	} else if f := fallback.FindStringSubmatch(value); f != nil {
		s.add(f[3])
	}
	return body[:strings.LastIndex(body, m[3])] + redact.Mark, len(m[1])
}

var anchor = lazyregexp.New(`^&\S+\s+`)

// addValue remembers a value as YAML writes it.
func (s *scrubber) addValue(v string) {
	v = strings.TrimSpace(strings.TrimPrefix(v, "- "))
	v = anchor.ReplaceAllString(v, "")
	if cut, _, ok := strings.Cut(v, " #"); ok {
		s.add(cut)
	}
	if _, after, ok := strings.Cut(v, ": "); ok {
		s.add(after)
	}
	s.add(v)
}

// shownPrefixes are the beginnings of variables whose values matter for streaming. Of all others only the name of those
// in .env files is told, and nothing of those in the environment: what they hold is nobody's business.
var shownPrefixes = []string{
	"ALGO_", "KAFKA_", "ZOOKEEPER_", "STREAMTRAY_", "DOCKER_", "COMPOSE_", "PYTHON", "VIRTUAL_ENV", "CONDA_", "FLASK_", "LANG", "LC_",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "PATH", "WSL", "PROCESSOR_ARCHITECTURE", "OS", "TZ", "XDG_SESSION_TYPE",
	"XDG_CURRENT_DESKTOP", "WINEPREFIX",
}

func shown(name string) bool {
	name = strings.ToUpper(name)
	return slices.ContainsFunc(shownPrefixes, func(p string) bool {
		return name == p || strings.HasPrefix(name, p) && strings.HasSuffix(p, "_") || p == "PYTHON" && strings.HasPrefix(name, p) ||
			p == "WSL" && strings.HasPrefix(name, p)
	})
}

// variables are "NAME=value" of those that may be shown, sorted, and how many are left out.
func (s *scrubber) variables(environ []string) string {
	var all []string
	left := 0
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if name == "" || !shown(name) {
			left++
			continue
		}
		all = append(all, name+"="+redact.Value(name, value))
	}
	slices.Sort(all)
	return strings.Join(all, "\n") + fmt.Sprintf("\n# %d more, left out\n", left)
}

// learnVariables remembers the values of secret names.
func (s *scrubber) learnVariables(environ []string) {
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if redact.Value(name, value) == redact.Mark {
			s.add(value)
		}
		s.learn(value)
	}
}

// plainValue is one that cannot be a secret: a switch, a number, an address of this computer.
var plainValue = lazyregexp.New(`^(?i:true|false|on|off|yes|no|\d{1,6}|(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d{1,5})?)?$`)

var dotenvLine = lazyregexp.New(`^(\s*(?:export\s+)?)([A-Za-z_][\w.-]*)(\s*=\s*)(.*)$`)

// dotenv is a .env file with the values that matter for streaming; of all others only the name is left.
func (s *scrubber) dotenv(text string) string {
	var b strings.Builder
	quote := "" // of a value that goes on
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		body := strings.TrimRight(line, "\r\n")
		m := dotenvLine.FindStringSubmatch(body)
		switch {
		case quote != "":
			s.add(body)
			if strings.Contains(body, quote) {
				quote = ""
			}
			b.WriteString(redact.Mark + "\n")
		case strings.TrimSpace(body) == "":
			b.WriteString("\n")
		case m == nil:
			b.WriteString(redact.Mark + "\n") // a comment often is a line that was in use
		default:
			b.WriteString(m[1] + m[2] + m[3] + s.dotenvValue(m[2], m[4], &quote) + "\n")
		}
	}
	return b.String()
}

func (s *scrubber) dotenvValue(name, value string, quote *string) string {
	bare := strings.Trim(value, `"'`)
	if (strings.HasPrefix(value, `"`) || strings.HasPrefix(value, "'")) && strings.Count(value, value[:1]) == 1 {
		*quote = value[:1]
	}
	if plainValue.MatchString(bare) || shown(name) && *quote == "" && open(name) && redact.Value(name, value) == value {
		return value
	}
	if redact.Value(name, bare) == redact.Mark || looksIssued(bare) {
		s.add(bare)
	}
	return redact.Mark
}

// openWords end the names of what may be shown: where something is, how it is called, how much of it there is. A variable
// that begins with KAFKA_ or ALGO_ may hold a key under any name else.
var openWords = []string{
	"address", "addr", "addresses", "bootstrap", "broker", "brokers", "servers", "server", "host", "hosts", "hostname", "port", "ports",
	"url", "uri", "endpoint", "listeners", "map", "protocol", "mechanism", "mechanisms", "topic", "topics", "prefix", "group", "name", "names",
	"version", "path", "dir", "directory", "file", "home", "level", "mode", "type", "format", "encoding", "lang", "timeout", "interval", "ms", "seconds",
	"bytes", "size", "count", "max", "min", "limit", "partitions", "replication", "factor", "replicas", "acks", "retries", "streaming", "enabled", "enable",
	"debug", "device", "model", "image", "tag", "roles", "quorum", "voters", "opts", "proxy", "profiles", "project", "env", "app", "region", "zone",
}

func open(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	return len(words) > 0 && slices.Contains(openWords, words[len(words)-1])
}

// looksIssued reports whether a value may be a key that somebody issued, whatever its name: letters and digits in one word.
func looksIssued(v string) bool {
	return len(v) >= 12 && !strings.ContainsAny(v, " /:\\") && strings.ContainsAny(v, "0123456789") && strings.ContainsFunc(v, unicode.IsLetter)
}
