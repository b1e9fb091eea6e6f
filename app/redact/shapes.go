package redact

import (
	"regexp"
	"strings"
	"sync"

	"streamtray/internal/lazyregexp"
)

// shape is a way secrets look. What its group "keep" matches stays before the mark, and "rest" after it.
type shape struct {
	hints []string // one of them, in lower case, is in every line that has it
	re    *regexp.Regexp
	check func(secret string) bool // nil: always
	whole func(match string) bool  // of the whole match; nil: always
}

func of(expr string, hints ...string) shape { return shape{hints: hints, re: regexp.MustCompile(expr)} }

// shapes are tried in order on each line that has one of their hints. They are made when a text is first masked.
var shapes = sync.OnceValue(func() []shape {
	return []shape{
		// user:password in a URL
		of(`(?P<keep>[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@"']*:)[^\s/"'<>]+(?P<rest>@)`, "://"),
		of(`(?P<keep>https://hooks\.slack\.com/(?:services|workflows)/)[\w/-]+`, "hooks.slack.com"),
		of(`(?P<keep>https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/)[\w-]+`, "discord"),
		of(`(?P<keep>https://[\w.-]*(?:dingtalk|weixin|feishu|larksuite)[\w.]*/\S*?(?:access_token=|key=|hook/))[\w-]+`, "dingtalk", "weixin", "feishu", "larksuite"),
		of(`(?P<keep>[?&;](?:sig|signature|code|access_token|token|key|api_?key|password|pwd|secret|x-amz-(?:signature|credential|security-token))=)[^&\s"'<>]+`, "sig", "code=", "token=", "key=", "password=", "pwd=", "secret=", "x-amz-"),
		// headers
		{
			hints: []string{"authorization"},
			re:    regexp.MustCompile(`(?i)(?P<keep>\bauthorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)\s+)?)[^\s"',;]{4,}`),
			check: func(s string) bool { return !scheme.MatchString(s) },
		},
		{hints: []string{"bearer ", "basic "}, re: regexp.MustCompile(`(?i)(?P<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/-]{8,}=*`), check: random},
		of(`(?i)(?P<keep>\b(?:set-)?cookie:\s*)\S.*`, "cookie:"),
		of(`(?i)(?P<keep>\bx-(?:api-key|auth-token|vault-token|access-token|registry-auth|amz-security-token|goog-api-key)["']?\s*[:=]\s*["']?)[^\s"',;]+`, "x-api", "x-auth", "x-vault", "x-access", "x-registry", "x-amz", "x-goog"),
		// tokens by their beginning
		of(`(?P<keep>\beyJ)[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)*`, "eyj"),
		of(`\b(?P<keep>AKIA|ASIA|AIDA|AROA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}\b`, "akia", "asia", "aida", "aroa", "agpa", "anpa", "anva", "abia", "acca"),
		of(`\b(?P<keep>LTAI|AKID)[A-Za-z0-9]{12,40}\b`, "ltai", "akid"),
		of(`\b(?P<keep>gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}`, "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
		of(`\b(?P<keep>gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-)[\w.-]{16,}`, "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-", "gloas-"),
		of(`\b(?P<keep>xox[abceoprs]-|xapp-)[\w-]{10,}`, "xox", "xapp-"),
		of(`\b(?P<keep>npm_)[A-Za-z0-9]{30,}`, "npm_"),
		of(`\b(?P<keep>pypi-)[\w-]{16,}`, "pypi-"),
		of(`\b(?P<keep>dckr_[po]at_)[\w-]{20,}`, "dckr_"),
		of(`\b(?P<keep>AIza)[\w-]{30,}|\b(?P<keep2>ya29\.)[\w-]{20,}|\b(?P<keep3>GOCSPX-)[\w-]{20,}`, "aiza", "ya29.", "gocspx-"),
		of(`\b(?P<keep>[rsp]k_(?:live|test)_|whsec_|rk_live_)[A-Za-z0-9]{12,}`, "_live_", "_test_", "whsec_"),
		of(`\b(?P<keep>sk-(?:proj-|ant-|or-|svcacct-)?)[A-Za-z0-9_-]{20,}`, "sk-"),
		of(`\b(?P<keep>hf_)[A-Za-z0-9]{30,}`, "hf_"),
		of(`\b(?P<keep>do[opr]_v1_)[0-9a-f]{40,}`, "_v1_"),
		of(`\b(?P<keep>SG\.)[\w-]{16,}\.[\w-]{30,}`, "sg."),
		of(`\b(?P<keep>hv[sbr]\.)[\w-]{20,}`, "hvs.", "hvb.", "hvr."),
		of(`\b(?P<keep>dapi)[0-9a-f]{32}\b`, "dapi"),
		of(`\b(?P<keep>shp(?:at|ca|pa|ss)_)[0-9a-fA-F]{32}`, "shp"),
		of(`(?:\b|bot)(?P<keep>\d{8,10}:AA)[\w-]{32,}`, ":aa"),
		of(`\b(?P<keep>glsa_|glc_|gsk_|r8_|tskey-[a-z]+-|lin_api_|ntn_|sbp_|PMAK-|NRAK-|pscale_(?:tkn|pw|oauth)_|rubygems_|nfp_|AKCp|sq0(?:atp|csp)-|key-)[\w-]{20,}`,
			"glsa_", "glc_", "gsk_", "r8_", "tskey-", "lin_api_", "ntn_", "sbp_", "pmak-", "nrak-", "pscale_", "rubygems_", "nfp_", "akcp", "sq0", "key-"),
		of(`\b(?P<keep>[\w.-]{3}\dQ~)[\w~.-]{31,}`, "0q~", "1q~", "2q~", "3q~", "4q~", "5q~", "6q~", "7q~", "8q~", "9q~"), // an Azure application's
		of(`(?P<keep>https?://)[0-9a-f]{32}(?::[0-9a-f]{32})?(?P<rest>@)`, "://"),                                         // Sentry's
		of(`(?P<keep>\$\$?(?:apr1|1|5|6|y|2[abxy]|argon2\w{0,2})\$\$?)[\w./$+=,-]{8,}`, "$apr1$", "$1$", "$5$", "$6$", "$y$", "$2a$", "$2b$", "$2x$", "$2y$", "$argon2"),
		of(`(?P<keep>AGE-SECRET-KEY-1)[0-9A-Z]{50,}`, "age-secret-key-1"),
		// command lines, and the files of netrc and JAAS
		of(`(?i)(?P<keep>(?:^|\s)--?(?:[a-z]+-)*(?:password|passwd|passphrase|pass|pwd|pw|token|secret|api-?key|secret-?key)(?:\s+|=)["']?)[^\s"'-][^\s"']*`, "-pass", "-pw", "-token", "-secret", "-apikey", "-api-key"),
		of(`(?P<keep>\b(?:curl|wget)\b.*?\s(?:-u|--user)[ =]?["']?[^\s:"']*:)[^\s"']+`, "curl", "wget"),
		of(`(?P<keep>\bdocker\s+login\b.*?\s-p[ =]?["']?)[^\s"']+`, "login"),
		of(`(?P<keep>\b(?:mysql\w*|mariadb[\w-]*)\b.*?[\s"',]-p)[^\s"',\]]+`, "mysql", "mariadb"),
		of(`(?P<keep>\b(?:sshpass|mongo\w*|rabbitmqadmin|smbclient)\b.*?[\s"',]-p["']?(?:\s+|\s*,\s*)?["']?)[^\s"',\]-][^\s"',\]]*`, "sshpass", "mongo", "rabbitmqadmin", "smbclient"),
		of(`(?P<keep>\bredis-cli\b.*?[\s"',](?:-a|--pass)["']?(?:\s+|\s*,\s*)["']?)[^\s"',\]]+`, "redis-cli"),
		of(`(?P<keep>\bldap(?:search|modify|add|whoami)\b.*?\s-w\s+["']?)[^\s"']+`, "ldap"),
		of(`(?P<keep>\bmosquitto_\w+\b.*?\s-P\s+["']?)[^\s"']+`, "mosquitto_"),
		of(`(?P<keep>\brabbitmqctl\s+(?:add_user|change_password)\s+\S+\s+["']?)[^\s"']+`, "rabbitmqctl"),
		of(`(?i)(?P<keep>\bsetx\s+\w*(?:password|passwd|pwd|secret|token|api_?key)\s+["']?)[^\s"'=]+`, "setx"),
		of(`(?i)(?P<keep>\s/(?:pass|password|pwd|p):["']?)[^\s"']+`, "/pass", "/pwd", "/p:"),
		of(`(?i)(?P<keep>\b(?:convertto-securestring|securestring)\s+(?:-string\s+)?["'])[^"']+`, "securestring"),
		of(`(?i)(?P<keep>\b(?:identified\s+(?:with\s+\w+\s+)?by|(?:with\s+)?(?:encrypted\s+)?password)\s+')[^']+`, "identified", "password '", "password  '"),
		of(`(?i)(?P<keep>\b(?:requirepass|masterauth)\s+["']?)[^\s"']+`, "requirepass", "masterauth"),
		{hints: []string{"user_"}, re: regexp.MustCompile(`(?P<keep>\buser_[\w.@-]+\s*=\s*\\*["'])[^"'\\]+`), whole: jaasUser},
		// a pair in a program, two items of a command: ("password", "x"), ["--pass", "x"]
		{hints: keyHints, re: regexp.MustCompile(`(?P<keep>["'](-{0,2}[\w.-]+)["']\s*,\s*["'])[^"']+`), whole: pairOf},
		// said in words
		{hints: proseHints, re: prosed(), check: issued},
		{hints: []string{"password", "passwd", "pwd", "pass"}, re: regexp.MustCompile(`(?i)(?P<keep>\b(?:password|passwd|passphrase|passcode|pwd)\s+["'“‘])[^\s"'”’]{4,}`), check: notAWord},
		{hints: []string{"密码", "口令", "密钥", "令牌", "暗号", "秘钥"}, re: regexp.MustCompile(`(?P<keep>(?:密码|口令|密钥|秘钥|令牌|暗号)\s*(?:已?(?:是|为|改为|设为|设置为)|[=＝:：])?\s*["'“‘「]?)[!-~]{4,}`), check: chineseValue},
		{hints: []string{"key", "phrase"}, re: regexp.MustCompile(`(?i)(?P<keep>\b(?:(?:secret|access|private|api|account|license|licence|signing|encryption|master)[ -]key|pass[ -]?phrase(?:\s+for\s+[\w ]{1,30})?)\s*(?:[:=：＝]|\bis\b|为|是)\s*["']?)[^\s"',;]{4,}`), check: notAWord},
		of(`(?P<keep>\blogin\s+\S+\s+password\s+)\S+`, "password"),
		of(`(?i)(?P<keep><(?:password|secret|token|apikey)>)[^<]+(?P<rest></)`, "<password>", "<secret>", "<token>", "<apikey>"),
		{hints: []string{`auth"`, `token"`}, re: regexp.MustCompile(`(?i)(?P<keep>\\?"(?:auth|identitytoken|registrytoken|refresh_?token|id_?token)\\?"\s*:\s*\\?")[A-Za-z0-9+/=_.-]{6,}`), check: nil},
	}
})

// scheme is how an Authorization header says what its secret is.
var scheme = lazyregexp.New(`(?i)^(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)$`)

// random reports whether s looks made by a machine rather than being a word.
func random(s string) bool {
	return strings.ContainsAny(s, "0123456789=._") || strings.ToLower(s) != s && strings.ToUpper(s) != s && strings.ToLower(s[1:]) != s[1:]
}

// setting finds a name with its value: quoted, or up to the next space or separator.
var setting = lazyregexp.New(`([\w.\-$\p{Han}]*[\w\p{Han}])(\\?["'\]]{0,2}\s*(?::=|=>|[:=：＝])\s*)` +
	`(\\"(?:[^"\\]|\\[^"])*\\"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&)}\]"']+)`)

// whole is a line that is nothing but a setting, as in .env and properties files: its value goes to the end.
var whole = lazyregexp.New(`^(\s*(?:-\s+|export\s+|set\s+|env\s+|\$env:)?([\w.\-]+)\s*=\s*)([^\s"'].*?)\s*$`)

// others are the further values of a list.
var others = lazyregexp.New(`^(?:,[^\s,;"'&)}\]]+)+`)

// words that are in every line with a secret by name.
var keyHints = []string{"pass", "pwd", "secret", "token", "key", "credential", "connectionstring", "connection_string", "connection-string", "connection string", "connection.string", "user.info", "session", "signature", "webhook", "cookie", "oauthbearer", "_pw", "-pw", ".pw", "pw=", "pw:", "pw\"", "pw'", "pw ", "auth", "license", "licence", "activation", "serial", "creds", "psk", "salt", "fernet", "密码", "口令", "密钥", "令牌"}

// line masks one line.
func line(s string) string {
	bits := theFinder().find(s)
	s = credentials(s)
	for i, all := 0, bits&^named; all != 0; i, all = i+1, all>>1 {
		if all&1 != 0 {
			s = shapes()[i].apply(s)
		}
	}
	if bits&named != 0 && strings.ContainsAny(s, "=:：＝") {
		s = byName(s)
	}
	return s
}

// apply puts the mark where the shape is found.
func (sh *shape) apply(s string) string {
	at := sh.re.FindAllStringSubmatchIndex(s, -1)
	if at == nil {
		return s
	}
	var b strings.Builder
	last := 0
	for _, m := range at {
		from, to := m[0], m[1]
		for i, name := range sh.re.SubexpNames() {
			switch {
			case m[2*i] < 0:
			case strings.HasPrefix(name, "keep"):
				from = m[2*i+1]
			case name == "rest":
				to = m[2*i]
			}
		}
		if sh.check != nil && !sh.check(s[from:to]) || sh.whole != nil && !sh.whole(s[m[0]:m[1]]) {
			continue
		}
		b.WriteString(s[last:from])
		b.WriteString(Mark)
		last = to
	}
	b.WriteString(s[last:])
	return b.String()
}

// byName masks the values that stand behind names of secrets.
func byName(s string) string {
	if m := whole.FindStringSubmatchIndex(s); m != nil {
		if key, val := s[m[4]:m[5]], s[m[6]:m[7]]; (Secret(key) || mayBe(key, val)) && !noSecret(key, val) && !strings.Contains(val, Mark) {
			return s[:m[6]] + Mark + s[m[7]:]
		}
	}
	var b strings.Builder
	done := 0
	for {
		m := setting.FindStringSubmatchIndex(s[done:])
		if m == nil {
			b.WriteString(s[done:])
			return b.String()
		}
		for i := range m {
			m[i] += done
		}
		key, sep, val := s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]]
		from, to := m[6], m[6] // of what is no secret, only the name is skipped: a setting may stand inside of it
		if (Secret(key) && !prose(s[:m[2]], key, sep, val) || mayBe(key, val)) && !noSecret(key, val) {
			from, to = inside(val, m[6], m[7])
			if to == m[7] && strings.HasSuffix(strings.ToLower(key), "s") { // PASSWORDS=one,two
				to += len(others.FindString(s[to:]))
			}
		}
		b.WriteString(s[done:from])
		if to > from {
			b.WriteString(Mark)
		}
		done = to
	}
}

// noSecret reports whether a value is none although its name is a secret's.
func noSecret(key, val string) bool {
	return harmless(val) || strings.HasSuffix(strings.ToLower(key), "pwd") && isPath(val)
}

// inside leaves the quotes around a value.
func inside(val string, from, to int) (int, int) {
	for _, q := range []string{`\"`, `"`, `'`} {
		if len(val) >= 2*len(q) && strings.HasPrefix(val, q) && strings.HasSuffix(val, q) {
			return from + len(q), to - len(q)
		}
	}
	return from, to
}

// prose reports whether "token: unexpected end" is a sentence rather than a setting: a plain word, a colon and a
// space, in the middle of a line, and no quotes.
func prose(before, key, sep, val string) bool {
	if strings.Contains(sep, "=") || strings.ContainsAny(sep+val, `"'`) || !strings.HasSuffix(sep, " ") {
		return false
	}
	before = strings.TrimRight(before, " \t")
	if issued(val) {
		return false
	}
	compound := strings.ContainsAny(key, "._-") || key != strings.ToLower(key)
	return !compound && before != "" && !strings.HasSuffix(before, "-") && !strings.HasSuffix(before, ",") && !strings.HasSuffix(before, "{")
}
