// Package redact takes passwords, keys and tokens out of text before anybody else sees it: by the name that stands
// before a value, and by the shape of what well-known services issue. The rest stays as it was, so that it can be read.
//
// What is not secret by name or shape is kept: topic names, cluster ids, container ids, hashes of commits and images,
// user names and addresses.
package redact

import (
	"slices"
	"strings"
	"unicode"
)

// Mark stands where a secret was.
const Mark = "***"

// Text masks a whole text, private keys over several lines included.
func Text(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var k block
	for line := range strings.Lines(s) {
		b.WriteString(k.line(line))
	}
	return b.String()
}

// Value masks value if key is the name of a secret, else what is secret inside of it. For settings and environment
// variables whose name and value are known apart.
func Value(key, value string) string {
	if (Secret(key) || mayBe(key, value)) && !noSecret(key, value) {
		return Mark
	}
	return Text(value)
}

// Unmistakable is how many bytes a secret has at least that is looked for by itself: what is shorter may stand anywhere.
const Unmistakable = 8

// Values are the secrets of an environment ("NAME=value" each) that are so unlike a word that they can be looked for
// wherever text leaves the process: whoever writes a project's files can have any variable put into a host or a topic.
func Values(environ []string) []string {
	var all []string
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if len(value) >= Unmistakable && Secret(name) && issued(value) {
			all = append(all, value)
		}
	}
	return all
}

// Secret reports whether a value of this name has to be kept from others: "DB_PASSWORD", "sasl.password", "apiKey".
func Secret(key string) bool {
	words := split(key)
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	if slices.Contains(secretWords, last) {
		return true
	}
	for _, end := range secretEnds {
		if strings.HasSuffix(last, end) {
			return true
		}
	}
	return len(words) > 1 && slices.Contains(secretPairs, words[len(words)-2]+" "+last)
}

// What the last word of a name, its end, or the last two words say about its value.
var (
	secretWords = []string{"pass", "pwd", "pw", "psk", "passcode", "creds", "basicauth", "htpasswd", "fernet", "dbpass", "userpass", "secrets", "cookie", "sessionid", "密码", "口令", "密钥", "令牌"}
	secretEnds  = []string{
		"password", "passwords", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey",
		"privatekey", "accountkey", "credential", "credentials", "authkey", "密码", "密钥",
	}
	secretPairs = []string{
		"api key", "access key", "secret key", "private key", "account key", "auth key", "encryption key",
		"signing key", "master key", "app key", "keystore key", "connection string", "session id", "session key", "user info",
		"key base", "secret string", "secret value", "secret binary", "secret id", "stored key", "server key", "license key", "licence key",
		"bind pw", "shared signature", "access signature", "webhook url", "oauthbearer config", "amz signature",
	}
)

// split cuts a name into its words, in lower case: at signs, and where a capital follows a small letter.
func split(key string) []string {
	var b strings.Builder
	small := false
	for _, r := range key {
		switch {
		case strings.ContainsRune(" _.-$:\"'[]\\", r):
			b.WriteByte(' ')
		case small && unicode.IsUpper(r):
			b.WriteByte(' ')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		small = unicode.IsLower(r)
	}
	return strings.Fields(strings.ToLower(b.String()))
}

// harmless reports whether a value says that there is none.
func harmless(v string) bool {
	switch strings.ToLower(strings.Trim(v, `"' ,;`)) {
	case "", "null", "none", "nil", "true", "false", "[hidden]", "hidden", "<redacted>", "redacted", "undefined", "[redacted]", "yes", "no", "xxx", "****", Mark:
		return true
	}
	t := strings.Trim(v, `"' ,;`)
	return strings.Trim(t, "*") == "" || strings.HasPrefix(t, "${") || strings.HasPrefix(t, "$(") || strings.HasPrefix(t, "%") && strings.HasSuffix(t, "%") ||
		strings.HasPrefix(t, "/run/secrets/")
}

// isPath reports whether v is a folder: PWD is the name of the current one as well.
func isPath(v string) bool {
	v = strings.Trim(v, `"'`)
	return strings.HasPrefix(v, "/") || len(v) > 2 && v[1] == ':' && (v[2] == '\\' || v[2] == '/')
}
