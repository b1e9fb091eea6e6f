package diagnose

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
)

// service is a kind of program that others talk to. Whose connection failed is told by the words near the failure: a
// port, a client library, a frame of a traceback, the scheme of a URL.
type service struct {
	Name  string   `yaml:"name"`
	Title text     `yaml:"title"` // inside of a sentence
	Port  string   `yaml:"port"`  // that it mostly listens at
	Vague bool     `yaml:"vague"` // many services are spoken to in this way: any other one is likelier
	Match []string `yaml:"match"`
}

// Names of services that the program itself knows.
const (
	kafkaService = "kafka"
	someService  = "other" // it cannot be told which
)

// eachService gives, for every rule about whichever service failed, one rule a service: they share all but whom they
// are about. Where it is Kafka that failed, the rule of that code speaks instead.
func (b *book) eachService() error {
	for i := range b.rules {
		if b.rules[i].Kafka == "" {
			continue
		}
		ofKafka := slices.IndexFunc(b.rules, func(r rule) bool { return r.Code == b.rules[i].Kafka })
		if ofKafka < 0 {
			return fmt.Errorf("%s: kafka: no rule has the code %s", b.rules[i].Code, b.rules[i].Kafka)
		}
		b.rules[i].service = someService
		b.rules[i].peers = make([]int, len(b.services))
		for k, s := range b.services {
			switch s.Name {
			case kafkaService:
				b.rules[i].peers[k] = ofKafka
			case someService:
				b.rules[i].peers[k] = i
			default:
				r := b.rules[i]
				r.service, r.peers = s.Name, nil
				b.rules[i].peers[k] = len(b.rules)
				b.rules = append(b.rules, r)
			}
		}
	}
	return nil
}

// serviceOf is the service of a name; nil: there is none.
func serviceOf(name string) *service {
	all := theBook().services
	if i := slices.IndexFunc(all, func(s service) bool { return s.Name == name }); i >= 0 {
		return &all[i]
	}
	return nil
}

// speaksOf is the service that a line is about, as an index; -1: none. One that says only how it is spoken to gives way, and
// nobody speaks to Kafka over HTTP. Kafka gives way to another one that is named after it: what consumes from Kafka is often
// called after it, and fails at a database.
func (b *book) speaksOf(low string) int {
	found := -1
	for _, aside := range references {
		low, _, _ = strings.Cut(low, aside)
	}
	pool := strings.Contains(low, "connectionpool(host=")
	b.serviceWords.scan([]byte(low), func(id uint16) {
		c := &b.servicePatterns[id]
		if pool && b.services[c.of].Name == kafkaService {
			return
		}
		ofKafka := found >= 0 && b.services[found].Name == kafkaService && !b.services[c.of].Vague && !strings.Contains(low, "fall")
		if c.of == found || found >= 0 && !ofKafka && (!b.services[found].Vague || b.services[c.of].Vague && c.of > found) {
			return
		}
		if c.re().MatchString(low) {
			found = c.of
		}
	})
	return found
}

// well is what a check of health says of a service at which all is well: another one on the line failed.
var well = lazily(`[\w.-]+ ?[:=]? ?(?:ok|up|healthy|alive|正常)(?:[\s,;，；)}]|$)`)

// references are what comes before the address of a page that tells more: nobody speaks to it.
var references = []string{"background on this error at", "see http", "see: http", "visit http", "refer to http", "reference http", "more information", "more details"}

// names reports whether a text in lower case names a service, and one other than Kafka.
func (b *book) names(low string) bool {
	k := b.speaksOf(low)
	return k >= 0 && !b.services[k].Vague && b.services[k].Name != kafkaService
}

// Bounds of where the name of a service is looked for.
const (
	recentLines = 32  // before a failure, in the same traceback
	recentBytes = 300 // of each
	nearLines   = 8   // before a failure outside of a traceback
	laterLines  = 12  // after a failure
)

// recent are the last lines, for what they say of a failure that comes after them.
type recent struct {
	lines [recentLines]struct {
		text   []byte
		src    *source
		broken bool // perhaps, by a terminal
		system bool // it is of the system's own log
	}
	n int
}

func (r *recent) add(b []byte, src *source) {
	l := &r.lines[r.n%recentLines]
	l.system = src.system
	l.broken = len(b) >= 80 && len(b) <= 4*132 && edge(columns(b))
	b = bare(b, src)
	l.text, l.src = append(l.text[:0], b[:min(len(b), recentBytes)]...), src
	r.n++
}

// bare is a line without the name of its container, which says nothing of whom the program speaks to.
func bare(b []byte, src *source) []byte {
	if src.name == "" {
		return b
	}
	if _, rest, ok := bytes.Cut(b, []byte("|")); ok {
		return rest
	}
	return b // the rest of a line that was broken
}

// back gives the lines of a source, the latest first, at most n. After a line that a terminal may have broken comes, put
// together, what it and the next one say.
func (r *recent) back(src *source, n int, use func(line string) bool) {
	next := ""
	for i := r.n - 1; i >= max(0, r.n-recentLines) && n > 0; i-- {
		l := &r.lines[i%recentLines]
		if l.src != src {
			continue
		}
		n--
		text := string(l.text)
		if !use(text) || l.broken && !use(text+next) {
			return
		}
		next = text
	}
}

// pending is a failure of which it is not certain yet whose it is: later lines may tell.
type pending struct {
	rule  int // that is about whichever service
	now   int // the rule that is active for it
	src   *source
	until int
	vague bool // the line itself says how it speaks, which is not how programs speak to Kafka
	hint  bool // whose it is now was told by a line about something else
}

// whose finds the rule for the service that failed, of a rule that is about whichever it was.
func (s *Scanner) whose(i int, l line, own level, src *source) int {
	r := &s.book.rules[i]
	if r.peers == nil {
		return i
	}
	k := s.book.speaksOf(well().without(l.low))
	reach := 0 // where the line itself says how it speaks, lines of other entries tell nothing better
	switch {
	case src.traceback || s.ended == s.n:
		reach = recentLines
	case k < 0 || own == noLevel:
		reach = nearLines
	}
	vague, hint := k >= 0, -1
	if k < 0 || s.book.services[k].Vague {
		k, hint = s.before(l, src, k, reach)
	}
	certain := k >= 0 && !s.book.services[k].Vague
	if k < 0 {
		k = hint
	}
	if k < 0 {
		k = slices.IndexFunc(s.book.services, func(x service) bool {
			return s.where == Client && x.Name == kafkaService || s.where != Client && x.Name == someService
		})
	}
	if !certain {
		s.pending = &pending{rule: i, now: r.peers[k], src: src, until: s.n + laterLines, vague: vague, hint: k == hint}
	}
	return r.peers[k]
}

// before looks at the lines before a failure for the service that they name: k is the one that its own line names, which is
// vague, -1: none. hint is what a line names that only says how the program is set up, or that all is well; never Kafka.
func (s *Scanner) before(l line, src *source, k, reach int) (found, hint int) {
	host, _ := spoken(l.low)
	vague := k >= 0
	found, hint = k, -1
	s.recent.back(src, reach, func(text string) bool {
		low := lower(text)
		b := s.book.speaksOf(low)
		if b < 0 || found >= 0 && s.book.services[b].Vague {
			return true
		}
		ofKafka := s.book.services[b].Name == kafkaService
		if reach == nearLines && (vague && ofKafka || ofAnotherHost(low, host) || prose(low)) {
			return true
		}
		if own := levelOf([]byte(text)); (own == info || own == debug) && !doing.MatchString(low) {
			if hint < 0 && !s.book.services[b].Vague && !ofKafka {
				hint = b
			}
			return true
		}
		found = b
		return s.book.services[b].Vague
	})
	return found, hint
}

// ofAnotherHost reports whether a line, in lower case, names another host than one that is known.
func ofAnotherHost(low, host string) bool {
	other, _ := spoken(low)
	return host != "" && other != "" && other != host
}

// doing is what a program says that it does just now.
var doing = regexp.MustCompile(`\b(?:connect|open|fetch|download|upload|send|writ|read|query|publish|subscrib|pull|push|call|request|post|load|sav|flush|try|wait|start|check|log)\w*ing\b|正在|开始|连接`)

// prose reports whether a line, in lower case, is what a person writes around a text that is pasted.
func prose(low string) bool {
	low = strings.TrimRight(low, " :：")
	return !strings.ContainsAny(low, `=<>{}[]|\/@"`) && strings.Count(low, " ")+strings.Count(low, "，") >= 3 && personal.MatchString(low)
}

var personal = regexp.MustCompile(`(?:^|[^\w-])(?:i|i.m|i.ve|my|we|our|you|thanks|thank|please|anyone|any idea|hello|hi)(?:[^\w-]|$)|\?$|请问|求助|谢谢|怎么|我|大家|大佬|？`)

// later looks whether a line after a failure tells whose it was.
func (s *Scanner) later(low string, src *source) {
	p := s.pending
	if s.n > p.until {
		s.pending = nil
		return
	}
	if src != p.src {
		return
	}
	k := s.book.speaksOf(low)
	if k < 0 || prose(low) || s.book.services[k].Vague && !p.hint && s.book.rules[p.now].service != someService || p.vague && s.book.services[k].Name == kafkaService {
		return
	}
	s.pending = nil
	to, from := s.book.rules[p.rule].peers[k], &s.active[p.now]
	if to == p.now || !from.active || from.line+laterLines < s.n {
		return
	}
	if !s.active[to].active {
		s.active[to] = *from
		s.named(to, &s.active[to])
		s.failing++
	}
	*from = state{}
	s.failing--
}

// named notes in what was read from a line which service it is about.
func (s *Scanner) named(rule int, st *state) {
	if name := s.book.rules[rule].service; name != "" {
		if st.args == nil {
			st.args = map[string]string{}
		}
		st.args["service"] = name
	}
}

// addresses are how programs write the address that they talk to.
var addresses = []*regexp.Regexp{
	regexp.MustCompile(`host='([\w.-]+)', port=(\d+)`),
	regexp.MustCompile(`\w+://(?:[^@/\s'"]*@)?([\w.-]+)(?::(\d+))?`),
	regexp.MustCompile(`(?:server at|server on|host) ["']([\w.-]+)["'](?:.{0,40}port (\d+))?`),
	regexp.MustCompile(`\(["']([\w.-]+)["'], (\d{2,5})\)`),
	regexp.MustCompile(`(?:^|[\s'"(@=])(?:ipv4:)?([A-Za-z0-9][\w-]*(?:\.[\w-]+)*):(\d{2,5})\b`),
	regexp.MustCompile(`(?:failed to resolve|could not resolve host:|lookup|getaddrinfo \w+) ["']?([\w.-]+)["']?()`),
}

var sourceFile = regexp.MustCompile(`\.(?:py|pyx|go|js|ts|mjs|cjs|c|cc|cpp|cxx|cu|h|hh|hpp|java|scala|kt|rs|rb|php|cs|ml)$`)

// spoken is the address that a line speaks of: the host, and the port where it says one.
func spoken(low string) (host, port string) {
	for _, re := range addresses {
		if m := re.FindStringSubmatch(low); m != nil && strings.Trim(m[1], "0123456789") != "" && m[1] != "" {
			if sourceFile.MatchString(m[1]) { // with a line of it, not a port
				continue
			}
			return m[1], m[2]
		}
	}
	return "", ""
}

// addressed adds, for a rule about a service, its address to what was read from a line, unless a pattern of the rule read it.
func (r *rule) addressed(args map[string]string, low string) {
	if r.service == "" {
		return
	}
	host, port := spoken(low)
	args["host"], args["port"] = cmp.Or(args["host"], host), cmp.Or(args["port"], port)
	if args["addr"] == "" && args["host"] != "" {
		args["addr"] = args["host"]
		if args["port"] != "" {
			args["addr"] = net.JoinHostPort(args["host"], args["port"])
		}
	}
	for k, v := range args {
		if v == "" {
			delete(args, k)
		}
	}
}

// shared reports whether the rule is one of those that eachService made of another.
func (r *rule) shared() bool { return r.service != "" && r.peers == nil }
