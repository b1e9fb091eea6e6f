package bundle

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamtray/app/redact"
	"streamtray/internal/lazyregexp"
)

// scrubber takes secrets out of texts: what package redact knows by name and shape, and then, wherever else it stands and
// however it is encoded, every value that was found to be a secret in any of the texts. So a password that is known from
// an environment variable is not left in a log line that merely repeats it.
type scrubber struct {
	secrets []string
	known   map[string]bool
	names   *strings.Replacer // the secrets in all their spellings; made when the first text is scrubbed
	home    *strings.Replacer // the person's folder, whose name is often their own
}

// Bounds of what is taken for a secret's value, in bytes, and of how many are remembered.
const (
	shortest    = 6
	longest     = 8 << 10
	mostSecrets = 5000
)

// common are values that stand behind names of secrets in examples, and everywhere else too: to take them out of every
// text would leave little of it. Behind the name they are masked all the same.
var common = []string{
	"password", "passwd", "secret", "secrets", "changeit", "changeme", "default", "example", "docker", "postgres", "localhost",
	"zookeeper", "streaming", "detection", "external", "environment", "required", "optional", "disabled", "enabled", "detection-results",
}

func newScrubber(home string) *scrubber {
	s := &scrubber{known: map[string]bool{}, home: strings.NewReplacer()}
	if len(home) > 3 {
		inner := strconv.Quote(home)
		s.home = strings.NewReplacer(inner[1:len(inner)-1], "~", home, "~", strings.ReplaceAll(home, `\`, "/"), "~")
	}
	return s
}

// add remembers a secret's value.
func (s *scrubber) add(value string) {
	value = strings.Trim(value, " \t\r\n\"',;")
	if len(value) < shortest || len(value) > longest || len(s.secrets) == mostSecrets || s.known[value] {
		return
	}
	if slices.Contains(common, strings.ToLower(value)) || strings.Contains(value, redact.Mark) || strings.HasPrefix(value, "/run/secrets/") {
		return
	}
	s.known[value] = true
	s.secrets = append(s.secrets, value)
	s.names = nil
	s.addInner(value)
}

// addInner remembers what a secret's spelling stands for.
func (s *scrubber) addInner(value string) {
	if plain, err := url.PathUnescape(value); err == nil && plain != value {
		s.add(plain)
	}
	if plain, err := strconv.Unquote(`"` + value + `"`); err == nil && plain != value {
		s.add(plain)
	}
	for _, b := range decoded(value) {
		if _, password, ok := strings.Cut(b, ":"); ok && readable(b) { // a header's user:password
			s.add(password)
		}
	}
}

// learn remembers what mask takes out of a text, and the bodies of private keys.
func (s *scrubber) learn(text string) {
	for line := range strings.Lines(text) {
		s.learnLine(strings.TrimRight(line, "\r\n"))
	}
	for _, m := range fallback.FindAllStringSubmatch(text, -1) {
		if redact.Secret(m[2]) {
			s.add(m[3])
		}
	}
	for _, m := range listed.FindAllStringSubmatch(text, -1) {
		s.add(m[3])
	}
	for _, block := range key.FindAllString(text, -1) {
		for line := range strings.Lines(strings.ReplaceAll(block, `\n`, "\n")) {
			if line = strings.TrimSpace(line); len(line) >= 16 && !strings.Contains(line, "-----") {
				s.add(line)
			}
		}
	}
}

var (
	key = lazyregexp.New(`-----BEGIN [A-Z ]*(?:PRIVATE|SECRET) KEY[A-Z ]*-----[\s\S]*?(?:-----END|\z)`)
	// ${DB_PASSWORD:-hunter2}: what stands in where the variable is not set
	fallback = lazyregexp.New(`(\$\{([A-Za-z_]\w*):?[-+=])([^}\n]+)`)
	// [--password, hunter2]: two items of a command in brackets, with quotes or without
	listed = lazyregexp.New(`(?i)(\s|^|["'\[,])(--?[\w-]*(?:password|passwd|pass|pwd|pw|secret|token|apikey|api-key|passphrase)["']?\s*,\s*)("[^"\n]+"|'[^'\n]+'|[^\s"',\]]+)`)
)

// learnLine remembers the pieces of a line that mask puts its mark in the place of.
func (s *scrubber) learnLine(line string) {
	parts := strings.Split(redact.Text(line), redact.Mark)
	if len(parts) == 1 || !strings.HasPrefix(line, parts[0]) {
		return
	}
	rest := line[len(parts[0]):]
	for i, part := range parts[1:] {
		at := strings.Index(rest, part)
		if i == len(parts)-2 {
			at = len(rest) - len(part)
		}
		if at < 0 || part == "" && i < len(parts)-2 {
			return
		}
		s.add(rest[:at])
		rest = rest[at+len(part):]
	}
}

// text is t without secrets.
func (s *scrubber) text(t string) string {
	t = headless(strings.ToValidUTF8(t, "\uFFFD"))
	t = fallback.ReplaceAllStringFunc(t, func(m string) string {
		if at := fallback.FindStringSubmatch(m); redact.Secret(at[2]) {
			return at[1] + redact.Mark
		}
		return m
	})
	t = listed.ReplaceAllString(t, "${1}${2}"+redact.Mark)
	t = s.literally(redact.Text(t))
	t = linesWith(t, `%\`, func(line string) string { return escaped.ReplaceAllStringFunc(line, s.unlessHidden(unescaped)) })
	t = run.ReplaceAllStringFunc(t, s.unlessHidden(decoded))
	return s.home.Replace(t)
}

// linesWith is t with those lines changed that hold one of the signs, without which there is nothing to find: the
// expression would take far longer to see that.
func linesWith(t, signs string, change func(string) string) string {
	if !strings.ContainsAny(t, signs) {
		return t
	}
	var b strings.Builder
	b.Grow(len(t))
	for line := range strings.Lines(t) {
		if strings.ContainsAny(line, signs) {
			line = change(line)
		}
		b.WriteString(line)
	}
	return b.String()
}

// literally takes the secrets out of t in every usual spelling.
func (s *scrubber) literally(t string) string {
	if s.names == nil {
		var all []string
		for _, v := range s.secrets {
			all = append(all, spellings(v)...)
		}
		slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
		var pairs []string
		for _, v := range slices.Compact(all) {
			pairs = append(pairs, v, redact.Mark)
		}
		s.names = strings.NewReplacer(pairs...)
	}
	return s.names.Replace(t)
}

// spellings are the ways that a value is written in addresses, JSON, YAML, HTML and dumps.
func spellings(v string) []string {
	inner := func(v string) string {
		b, err := json.Marshal(v)
		if err != nil { // texts always marshal
			return v
		}
		return string(b[1 : len(b)-1])
	}
	quoted := strconv.QuoteToASCII(v)
	all := []string{
		v, inner(v), inner(inner(v)), quoted[1 : len(quoted)-1], url.QueryEscape(v), url.PathEscape(v), html.EscapeString(v),
		strings.ReplaceAll(v, "'", "''"), strings.ReplaceAll(v, "'", `\'`), strings.ReplaceAll(v, "$", "$$"),
		hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v))),
		base64.StdEncoding.EncodeToString([]byte(v)), base64.RawStdEncoding.EncodeToString([]byte(v)),
		base64.URLEncoding.EncodeToString([]byte(v)), base64.RawURLEncoding.EncodeToString([]byte(v)),
	}
	lower := strings.ToLower(v)
	for _, v := range []string{lower, strings.ToUpper(v)} {
		all = append(all, v, url.QueryEscape(v))
	}
	return slices.DeleteFunc(all, func(v string) bool { return len(v) < shortest })
}

// Runs of letters that may be something encoded.
var (
	run     = lazyregexp.New(`[A-Za-z0-9+/_-]{12,}={0,2}`)
	escaped = lazyregexp.New(`[^\s"'<>]*(?:%[0-9A-Fa-f]{2}|\\[ux][0-9A-Fa-f]{2})[^\s"'<>]*`)
)

// unlessHidden masks a run in which, decoded, a secret stands.
func (s *scrubber) unlessHidden(decode func(string) []string) func(string) string {
	return func(t string) string {
		for _, plain := range decode(t) {
			if s.literally(plain) != plain || readable(plain) && redact.Text(plain) != plain {
				return redact.Mark
			}
		}
		return t
	}
}

// decoded are what a run may stand for in base64, wherever it begins, or in hexadecimal digits.
func decoded(t string) []string {
	var all []string
	t = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(t, "="))
	for at := range min(4, len(t)) {
		part := t[at:]
		if len(part)%4 == 1 {
			part = part[:len(part)-1]
		}
		if b, err := base64.RawStdEncoding.DecodeString(part); err == nil {
			all = append(all, string(b))
		}
	}
	for at := range min(2, len(t)) {
		part := t[at:]
		if b, err := hex.DecodeString(part[:len(part)&^1]); err == nil {
			all = append(all, string(b))
		}
	}
	return all
}

func unescaped(t string) []string {
	var all []string
	for range 2 { // an address in an address
		plain, err := url.PathUnescape(t)
		if err != nil || plain == t {
			break
		}
		all, t = append(all, plain, strings.ReplaceAll(plain, "+", " ")), plain
	}
	if plain, err := strconv.Unquote(`"` + t + `"`); err == nil {
		all = append(all, plain)
	}
	return all
}

// readable reports whether t is text rather than chance.
func readable(t string) bool {
	if !utf8.ValidString(t) || len(t) < shortest {
		return false
	}
	return !strings.ContainsFunc(t, func(r rune) bool { return !strconv.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' })
}

// keyLine is a line of a private key's body, whatever a log writes before it.
var keyLine = lazyregexp.New(`[A-Za-z0-9+/]{40,}={0,2}\s*$`)

// headless masks the body of a private key whose first line was cut off.
func headless(t string) string {
	end := strings.Index(t, "PRIVATE KEY-----")
	if end < 0 || strings.Contains(t[:end], "-----BEGIN") || !strings.Contains(t[:end], "-----END") {
		return t
	}
	at := strings.LastIndex(t[:end], "-----END")
	lines := strings.SplitAfter(t[:strings.LastIndexByte(t[:at], '\n')+1], "\n")
	for i := range slices.Backward(lines) {
		if lines[i] == "" {
			continue
		}
		if !keyLine.MatchString(lines[i]) && i < len(lines)-3 {
			break
		}
		lines[i] = redact.Mark + "\n"
	}
	return strings.Join(lines, "") + t[strings.LastIndexByte(t[:at], '\n')+1:]
}
