package redact

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"streamtray/internal/lazyregexp"
)

// mayBe reports whether a name is that of a secret where its value looks issued: "ALGO_FACE_KEY", "LICENSE". A partition's
// key is none, and that of a record, which is just called key, seldom looks made by a machine.
func mayBe(key, value string) bool {
	words := split(key)
	if len(words) == 0 || !issued(value) {
		return false
	}
	last := words[len(words)-1]
	switch {
	case !slices.Contains(maybeWords, last), publicLicense.MatchString(value):
		return false
	case len(words) == 1 && (last == "key" || last == "keys"):
		return len(value) >= 16 && mixed(value)
	}
	return len(words) == 1 || !slices.Contains(openBefore, words[len(words)-2])
}

var publicLicense = lazyregexp.New(`(?i)^["']?(?:apache|[al]?gpl|mpl|bsd|mit|cc|epl|isc|bsl|zlib)\b`)

var (
	maybeWords = []string{"key", "keys", "license", "licence", "auth", "salt", "seed", "sign", "activation", "serial"}
	// what stands before "key" where it is no secret
	openBefore = []string{
		"public", "primary", "foreign", "partition", "message", "record", "routing", "cache", "sort", "row", "map", "dict", "object", "registry",
		"pub", "hash", "index", "s3", "group", "event", "i18n", "translation", "error", "config", "without", "no", "the", "a", "unknown", "missing",
	}
)

// issued reports whether a value looks made up or made by a machine rather than being a word, a number, an address, a
// version or a path.
func issued(v string) bool {
	v = strings.Trim(v, `"'.,;:!?()[]{}<>，。；`)
	if len(v) < 6 || strings.ContainsAny(v, " \t") || harmless(v) || place.MatchString(v) {
		return false
	}
	var digit, letter, lower, upper, sign bool
	for i, r := range v {
		digit = digit || unicode.IsDigit(r)
		letter = letter || unicode.IsLetter(r)
		lower = lower || unicode.IsLower(r)
		upper = upper || i > 0 && unicode.IsUpper(r)
		sign = sign || strings.ContainsRune("!@#$%^&*+=~", r)
	}
	return digit && letter || sign && letter || lower && upper && len(v) >= 16
}

// place finds addresses, paths, versions, times, sizes and the names of algorithms.
var place = lazyregexp.New(`^(?:(?:\w+://|\.{0,2}/|~/|[A-Za-z]:[\\/]).*|[\w.-]+:\d{1,5}(?:,[\w.-]+:\d{1,5})*|v?\d+(?:\.\d+)+\S{0,12}|\d{4}-\d\d-\d\d\S*|` +
	`\d+(?:\.\d+)?[A-Za-z]{1,3}|0x[0-9a-f]+|(?i:sha|md|aes|rsa|hmac|scram)-?[\d-].*|ed25519|x25519|\w+\.(?:py|pem|json|ya?ml|key|crt|jks|p12|txt|log|go|js)|[\w-]+(?:\.[\w-]+){2,}|\w+\(.*)$`)

// mixed reports whether s has small and capital letters and digits, as what a machine made has.
func mixed(s string) bool {
	return strings.ContainsFunc(s, unicode.IsDigit) && strings.ContainsFunc(s, unicode.IsLower) && strings.ContainsFunc(s, unicode.IsUpper)
}

// notAWord reports whether a value is more than a word of the sentence that it stands in.
func notAWord(v string) bool {
	v = strings.Trim(v, `"'.,;:!?()`)
	return issued(v) || !harmless(v) && len(v) >= 4 && !plainWord.MatchString(v) && !place.MatchString(v)
}

var plainWord = lazyregexp.New(`^[A-Za-z]+(?:['’-][a-z]+)*$|^\d+$|^[-+*/=|<>%{}$.,_#]+|^\$?\{`)

// chineseValue reports whether what stands behind 密码 is a value.
func chineseValue(v string) bool { return notAWord(v) || issued(v) }

// jaasUser reports whether user_NAME="x" is an account of a broker's JAAS rather than a field of a log.
func jaasUser(match string) bool {
	name, _, _ := strings.Cut(match, "=")
	name = strings.TrimPrefix(strings.TrimSpace(name), "user_")
	return !slices.Contains(userFields, name)
}

var userFields = []string{
	"id", "ids", "name", "agent", "email", "mail", "ip", "type", "role", "roles", "group", "groups", "data", "dir", "home", "lang", "language",
	"count", "info", "config", "defined", "input", "message", "query", "text", "timezone", "tz", "locale", "status", "state", "level", "file", "path",
}

// pairOf reports whether a pair of quoted texts is a name of a secret and its value.
func pairOf(match string) bool {
	m := pairParts.FindStringSubmatch(match)
	if m == nil {
		return false
	}
	name, value := m[1], m[2]
	if strings.HasPrefix(name, "-") {
		return Secret(name) && !strings.HasPrefix(value, "-")
	}
	return Secret(name) && notAWord(value)
}

var pairParts = lazyregexp.New(`^["']([\w.-]+)["']\s*,\s*["']([^"']+)$`)

// proseHints are in every sentence that prosed finds.
var proseHints = []string{"passw", "pass", "pwd", "pw ", "secret", "token", "credential", "passcode"}

// prosed finds "the password is x", "pw for the camera was x".
func prosed() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?P<keep>\b(?:password|passwd|passphrase|passcode|pass|pwd|pw|secret|token|credentials?|creds)\b(?:\s+(?:of|for|to)\s+[\w ]{1,30}?)?` +
		`(?:\s+(?:is|was|are|set\s+to|changed\s+to)\b(?:\s+now\b)?)\s*["'“]?)[^\s"'”,;]{6,}`)
}

// shortestBasic is how long "a:pass" is in base64, in letters.
const shortestBasic = 12

// credentials masks runs of base64 that hold a user and a password, as a header or a registry's login has them.
func credentials(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		if !base64Letter(s[i]) {
			i++
			continue
		}
		from := i
		for i < len(s) && base64Letter(s[i]) {
			i++
		}
		run := s[from:i]
		for i < len(s) && s[i] == '=' {
			i++
		}
		if len(run) >= shortestBasic && len(run)%4 != 1 && userPassword(run) || i-from == len(run)+1 && fernet(s[:from], run) || dingTalk(run) {
			b.WriteString(s[done:from])
			b.WriteString(Mark)
			done = i
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

func base64Letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}

// userPassword reports whether a run decodes to "user:password". The first letters decide about nearly all of them.
func userPassword(run string) bool {
	run = urlSafe.Replace(run)
	head, err := base64.RawStdEncoding.DecodeString(run[:shortestBasic])
	if err != nil || !printable(head) {
		return false
	}
	all, err := base64.RawStdEncoding.DecodeString(run)
	if err != nil || !printable(all) {
		return false
	}
	user, password, ok := strings.Cut(string(all), ":")
	return ok && user != "" && len(password) >= 4 && !strings.ContainsAny(user, "/ {\"")
}

var urlSafe = strings.NewReplacer("-", "+", "_", "/")

// dingTalk reports whether a run is what a robot of DingTalk signs its messages with.
func dingTalk(run string) bool {
	const least = 60
	return strings.HasPrefix(run, "SEC") && len(run) >= least && strings.ToLower(run[3:]) == run[3:]
}

// fernet reports whether a run, behind which one = stands, is a Fernet key; a digest, which looks the same, says so before.
func fernet(before, run string) bool {
	const letters = 43
	return len(run) == letters && mixed(run) && !strings.ContainsAny(run, "+/") && !strings.HasSuffix(strings.ToLower(before), "sha-256=")
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
