package diagnose

import (
	"cmp"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"

	"streamtray/app/redact"
)

// judge cleans a line that may matter and applies the patterns whose words it holds.
func (s *Scanner) judge(b []byte, own level, src *source, v *verdict) {
	idle := s.idle(b, own, src, v)
	if idle != 0 && s.nothing[idle] >= sure {
		s.signals(b, v, src)
		return
	}
	text := clean(b)
	if text == "" {
		return
	}
	l := newLine(text)
	ended := s.endsTraceback(text, src)
	if s.mutes(text, src) {
		own = debug
	}
	trouble := own == failed || ended
	noise := false
	s.matched = s.matched[:0]
	before := len(s.chain.said)
	known := v.n >= sure && len(v.said) > 0
	for _, id := range s.hits {
		c := &s.book.patterns[id]
		if known && c.kind != ofSign && !v.says(c) {
			continue
		}
		switch c.kind {
		case ofRule:
			s.fails(c, l, own, src)
			noise = noise || c.NotAfter != "" && s.lately(c.NotAfter) && c.matches(l)
		case ofSign:
			s.shows(c, l, src)
		case ofNoise:
			noise = noise || c.matches(l)
		case ofTrouble:
			trouble = trouble || own <= noLevel && s.alone(c, src) && c.matches(l)
		}
	}
	if known && len(s.matched) == 0 { // not as those before
		v.n = 0
		s.judge(b, own, src, v)
		return
	}
	stray := trouble && !noise && own != debug && len(s.matched) == 0
	if idle != 0 && len(s.matched) == 0 && !stray {
		s.means(idle)
	}
	v.learn(s.matched, s.chain.said[before:], stray)
	if stray || len(s.matched) > 0 {
		s.failures++
	}
	switch {
	case len(s.matched) > 0:
		src.explained = src.entry
		s.forgive(src)
	case stray:
		s.strange(text, src)
	case own != warn || s.weighed >= maxWarnings:
	case !noise && sounds(l.low):
		s.weighed++
		s.warned = append(s.warned[:min(len(s.warned), maxUnknown-1)], s.stray(text, src))
	default:
		s.weighed++
	}
}

// idle sums up a line whose kind meant nothing so far, as kindred does; 0 if it may mean something.
func (s *Scanner) idle(b []byte, own level, src *source, v *verdict) uint64 {
	if v.n < sure || len(v.rules) > 0 || v.stray || src.traceback || own == failed || own == warn && s.weighed < maxWarnings {
		return 0
	}
	return s.kindred(b, v)
}

// fails applies a rule's pattern.
func (s *Scanner) fails(c *compiled, l line, own level, src *source) bool {
	named := own == info && c.Level == noLevel && s.book.rules[c.of].ofPrograms() // it may only name what failed
	own = effective(l.text, own, src)
	quiet := own == debug || own == warn && c.Level == failed
	if !s.concerns(c.of, src) || !quiet && own > noLevel && own < c.Level || c.Where != "" && c.Where != s.where || s.excused(c) ||
		s.book.rules[c.of].peers != nil && (src.system && !ofAProgram.MatchString(l.text) || ofTheSystem(l.text)) && s.book.speaksOf(l.low) < 0 {
		return false
	}
	i, captures, at, ok := s.reads(c, l, own, src)
	if !ok || named && !reports(l.low) {
		return false
	}
	st := &s.active[i]
	if quiet {
		if s.quiet[i] == nil {
			s.quiet[i] = &state{}
		}
		st = s.quiet[i]
	} else {
		s.matched = append(s.matched, i)
		s.chain.said = append(s.chain.said, half{pattern: c, rule: i})
	}
	if !st.active {
		*st = state{active: true, line: s.n, evidence: strings.Clone(around(l.text, at)), where: s.place(&s.book.rules[i], src)}
		if s.chain.whole != nil {
			st.line = s.chain.lineOf(l, at)
		}
		if !quiet {
			s.failing++
		}
	}
	if captures != nil && st.count < telling {
		st.learn(&s.book.rules[i], captures, l)
	}
	s.named(i, st)
	st.count++
	st.at = s.n
	st.hears(own, l.low, s.ended == s.n)
	st.from = src.name
	if s.book.rules[i].Within > 0 {
		st.last = stamp(l.text, src)
	}
	return !quiet
}

// hears notes how loudly a line, in lower case, says it, and whether the program gets by.
func (st *state) hears(own level, low string, ended bool) {
	if st.settled == st.count-1 && !ended {
		st.getsBy(own, low)
	}
	st.warned = own == warn
	st.mild = st.warned && (st.mild || st.count == 1)
}

// getsBy counts a failure as settled where its line, in lower case, says that the program gets by with it or tries again.
func (st *state) getsBy(own level, low string) {
	switch {
	case again(low):
		st.settled, st.again = st.settled+1, true
	case own < failed && settled().MatchString(low):
		st.settled++
	}
}

// reports reports whether a line that calls itself information, in lower case, says that something failed. Many only name what
// may: errors that are ignored, handled or tried again when they come.
func reports(low string) bool { return reported().MatchString(low) && !provided().MatchString(low) }

var (
	reported = lazily(`\b(?:fail(?:ed|s|ing|ures?)?|error(?: \w+ing| from| in| code|s?[:=\]])|exception:|could not|couldn.t|cannot|can.t|unable|refused|timed?[ -]?out|denied|lost|broken|reset|closed|down|dead|unreachable|unknown|invalid(?:_\w+)?|reject\w*|no such|missing|not (?:\w+ )?(?:available|found|running|reachable|connected|authori[sz]ed|exist)|expired|exceed\w*|disconnect\w*|terminat\w*|exited|crashed|no (?:kafka )?brokers?)\b|失败|错误|异常|超时|拒绝|无法|断开|不存在`)
	provided = lazily(`(?:^|[^.\w-])(?:ignor\w*|handle[dr]s?|polic(?:y|ies)|configured|on[ _-]error|retry on|except|suppress\w*|expected|simulat\w*|mock\w*)\b|忽略|已处理`)
)

// settled is what a program says of a failure that it gets by with.
var settled = lazily(`\b(?:fall(?:ing|s)? ?back|fallback|creating it|retrying with|skipp(?:ed|ing)|queued|instead)\b|改用|回退到|跳过|自动创建`)

// counted is what a program says that tries a number of times.
var counted = lazily(`(?:attempt|retry|retries|try|tries|重试|尝试)\D{0,12}\b(\d+) ?(?:/|of) ?(\d+)|retry\(total=([1-9])`)

// again reports whether a line, in lower case, says that there is at least one more try.
func again(low string) bool {
	tries := counted()
	if !tries.likely(low) {
		return false
	}
	m := tries.FindStringSubmatch(low)
	if m != nil && m[3] != "" { // as urllib3 says it: so many are left
		return true
	}
	return m != nil && (len(m[1]) < len(m[2]) || len(m[1]) == len(m[2]) && m[1] < m[2])
}

// reads matches a rule's pattern, finds the rule that is meant where it is about whichever service failed, and reads what the
// line tells: captures is nil where the rule has told all there is to tell.
func (s *Scanner) reads(c *compiled, l line, own level, src *source) (rule int, captures map[string]string, at int, ok bool) {
	if c.Named && s.book.speaksOf(l.low) < 0 {
		return 0, nil, 0, false
	}
	end := 0
	alike := s.chain.whole == nil && c.Same == nil && c.Differ == nil && !c.Named // as lines before it
	shared := s.book.rules[c.of].peers != nil
	if alike && (shared || s.active[c.of].tells()) {
		if !c.matches(l) {
			return 0, nil, 0, false
		}
	} else if captures, at, end = c.match(l); captures == nil || !s.chain.spans(l, at, end) || c.Named && !s.book.names(l.low[at:end]) {
		return 0, nil, 0, false
	}
	rule = s.whose(c.of, l, own, src)
	if captures == nil && !s.active[rule].tells() {
		captures, at, _ = c.match(l)
	}
	return rule, captures, at, true
}

// learn takes in what was read from a line, where it is more than was known.
func (st *state) learn(r *rule, captures map[string]string, l line) {
	r.addressed(captures, l.low)
	if captures["module"] == "" && strings.Contains(l.text, "site-packages") {
		if m := inPackage.FindStringSubmatch(l.text); m != nil {
			captures["module"] = m[1]
		}
	}
	if len(captures) > len(st.args) {
		told := guarded(captures, l.text)
		maps.Copy(told, st.args)
		st.args = told
	}
}

// tells reports whether what a failure's lines tell of it is known, so that it is enough to know that one more says so.
func (st *state) tells() bool { return st.active && st.count >= telling }

// alone reports whether a line of trouble stands for itself: an exception of Java below a mere warning, or below information
// about a failure, belongs to it.
func (s *Scanner) alone(c *compiled, src *source) bool {
	if c.Level == noLevel || src.entry == 0 || src.level >= c.Level {
		return true
	}
	alone := true
	s.recent.back(src, blanks, func(before string) bool {
		if wordless(before) {
			return true
		}
		alone = levelOf([]byte(before)) == noLevel || src.level == info && !sounds(lower(before))
		return false
	})
	return alone
}

// wordless reports whether a line was empty before others put something in front of it.
func wordless(line string) bool {
	text := clean([]byte(line))
	return strings.Trim(text, ">") == "" || strings.HasPrefix(text, `{"log":"\n"`) || like([]byte(text), "0000-00-00T00:00:00") && !strings.Contains(text, " ")
}

// blanks is how far above an exception, past lines without words, its entry is looked for.
const blanks = 3

// telling is how many lines of a failure are read for what they tell of it.
const telling = 16

// inPackage is a path inside of an installed package.
var inPackage = regexp.MustCompile(`site-packages[/\\]+(\w+)`)

// effective is the level of a line: its own, or that of the entry it continues.
func effective(line string, own level, src *source) level {
	if own == noLevel && continues(line) {
		return src.level
	}
	return own
}

// continues reports whether a line without a level belongs to the log entry above.
func continues(line string) bool {
	return strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") || strings.HasPrefix(line, causedBy)
}

// ofTheSystem reports whether a line is one of the system's own log ("Jun 19 04:08:55 host ntpd[31]: ..."): of whom its programs
// speak cannot be told, and it is mostly not of the app. What names an exception
// comes from a program all the same, and systemd speaks of those it starts.
func ofTheSystem(line string) bool {
	const stamp = "Jun 19 04:08:55 "
	line = strings.TrimLeft(line, " ")
	if len(line) < len(stamp) {
		return false
	}
	for i, c := range []byte(stamp) {
		if got := line[i]; (c == ' ' || c == ':') != (got == ' ' || got == ':') && i != len("Jun ") {
			return false
		}
	}
	return letter(line[0]) && !ofAProgram.MatchString(line)
}

var ofAProgram = regexp.MustCompile(`\w(?:Error|Exception)\b|\[(?:Errno|WinError)| systemd\[| kernel: `)

// excused reports whether something just seen explains the line away, or what would give it a meaning was not seen.
func (s *Scanner) excused(c *compiled) bool {
	return c.NotAfter != "" && s.lately(c.NotAfter) || c.After != "" && !s.lately(c.After)
}

func (s *Scanner) lately(sign string) bool {
	seen, ok := s.signs[sign]
	return ok && (s.n-seen <= shortly || seen == lasting)
}

// listens reports whether a sign can mean anything now.
func (s *Scanner) listens(c *compiled) bool {
	return s.failing > 0 || len(s.unknown) > 0 || len(s.quiet) > 0 || s.book.signs[c.of].Explains
}

// shows notes a sign, and takes back what it disproves. It reports whether the line is one.
func (s *Scanner) shows(c *compiled, l line, src *source) bool {
	sign := s.book.signs[c.of]
	if !s.listens(c) || !c.matches(l) {
		return false
	}
	s.signs[sign.Name] = s.n
	if sign.Lasting {
		s.signs[sign.Name] = lasting
	}
	for _, past := range sign.Ends {
		delete(s.signs, past)
	}
	if sign.Name == "traceback" {
		src.traceback, src.caught = true, s.caught(src)
	}
	at := stamp(l.text, src)
	for i, st := range s.quiet {
		if slices.Contains(s.book.rules[i].Recovers, sign.Name) {
			*st = state{}
		}
	}
	for i := range s.active {
		st := &s.active[i]
		r := &s.book.rules[i]
		if !st.active || !slices.Contains(r.Recovers, sign.Name) || st.elsewhere(src) {
			continue
		}
		if r.Within > 0 && at.after(st.last) > r.Within || s.ofAnother(r, &sign, l) {
			continue
		}
		*st = state{}
		s.failing--
	}
	if sign.Restarts {
		s.unknown = slices.DeleteFunc(s.unknown, func(u stray) bool { return u.from == src })
	}
	return true
}

// ofAnother reports whether the sign, or the line that shows it, is about another service than the one that the rule is about.
func (s *Scanner) ofAnother(r *rule, sign *sign, l line) bool {
	switch {
	case r.service == "":
		return false
	case sign.Service != "":
		return r.service != sign.Service
	case r.service == someService:
		return false
	}
	k := s.book.speaksOf(l.low)
	if k < 0 {
		return sign.Named && !serviceOf(r.service).Vague
	}
	return !s.book.services[k].Vague && s.book.services[k].Name != r.service
}

// elsewhere reports whether the failure is another container's: one broker that starts heals no other.
func (st *state) elsewhere(src *source) bool {
	return (st.where == Broker || st.where == Zookeeper) && st.from != "" && src.name != "" && st.from != src.name
}

// endsTraceback reports whether the line is the one that names the error at the end of a Python traceback.
func (s *Scanner) endsTraceback(line string, src *source) bool {
	if !src.traceback || line[0] == ' ' || line[0] == '\t' || strings.HasPrefix(line, "Traceback (") ||
		strings.HasPrefix(line, "During handling of") || strings.HasPrefix(line, "The above exception") {
		return false
	}
	src.traceback = false
	s.ended = s.n
	name, _, _ := strings.Cut(line, ":")
	return !strings.ContainsAny(name, " \t") && name != "KeyboardInterrupt" && name != "SystemExit"
}

// mutes reports whether a line is of a traceback whose error was dealt with: those up to the one that names it, or to an entry of
// the log.
func (s *Scanner) mutes(line string, src *source) bool {
	if !src.caught || src.entry == s.n {
		src.caught = false
		return false
	}
	if line[0] != ' ' && ofAProgram.MatchString(line) {
		src.caught, s.muted = false, s.n
	}
	return true
}

// caught reports whether the line before a traceback says that its error was dealt with.
func (s *Scanner) caught(src *source) (yes bool) {
	s.recent.back(src, 1, func(before string) bool {
		low := strings.TrimLeft(lower(clean([]byte(before))), " ")
		yes = strings.HasPrefix(low, "exception ignored in") || strings.Contains(low, "(trapped)")
		return false
	})
	return yes
}

// strange keeps an error that no rule knows and that the last good run did not have.
func (s *Scanner) strange(line string, src *source) {
	if src.explained == src.entry && src.entry > 0 || s.known[shape(line)] {
		return
	}
	s.strays++
	if at := s.causes(line, src); at >= 0 {
		u := s.stray(line, src)
		u.where = cmp.Or(u.where, s.unknown[at].where)
		s.unknown[at] = u
		return
	}
	if len(s.unknown) < maxUnknown {
		s.unknown = append(s.unknown, s.stray(line, src))
	}
}

const causedBy = "Caused by: "

// causes gives the error that a line tells the cause of, -1 if none: what a program says first is mostly only that something
// went wrong.
func (s *Scanner) causes(line string, src *source) int {
	if src.entry == 0 || !strings.HasPrefix(line, causedBy) {
		return -1
	}
	return slices.IndexFunc(s.unknown, func(u stray) bool { return u.from == src && u.entry == src.entry })
}

func (s *Scanner) stray(line string, src *source) stray {
	return stray{line: s.n, text: evidence(around(line, 0)), where: s.guess(line, src), from: src, entry: src.entry}
}

// sounds reports whether a warning, in lower case, sounds like a failure.
func sounds(low string) bool {
	return slices.ContainsFunc(failingWords, func(w string) bool { return strings.Contains(low, w) })
}

var failingWords = []string{
	"fail", "error", "exception", "refused", "cannot", "can't", "could not", "unable", "timed out", "timeout", "not running", "unreachable",
	"denied", "失败", "错误", "异常", "超时", "拒绝", "无法",
}

// forgive drops what was strange in an entry that a rule has now explained.
func (s *Scanner) forgive(src *source) {
	if len(s.unknown) > 0 && src.entry > 0 {
		s.unknown = slices.DeleteFunc(s.unknown, func(u stray) bool { return u.from == src && u.entry == src.entry })
	}
}

// around is the part of a long line around the match.
func around(line string, at int) string {
	if len(line) > 4*maxEvidence {
		from := max(0, at-maxEvidence/2)
		return line[from:min(len(line), from+4*maxEvidence)]
	}
	return line
}

// evidence is what is shown of a line: secrets masked, and not too much.
func evidence(line string) string {
	line = strings.TrimSpace(redact.Text(strings.ToValidUTF8(line, "")))
	if len(line) > maxEvidence {
		line = strings.ToValidUTF8(line[:maxEvidence], "") + "…"
	}
	return line
}

// guarded masks what was read from a line as the line itself is masked, and keeps it short.
func guarded(args map[string]string, line string) map[string]string {
	shown := redact.Text(line)
	for name, v := range args {
		switch {
		case !strings.Contains(shown, v) && (name != "addr" || !isShown(shown, v)):
			args[name] = redact.Mark
		default:
			args[name] = short(v)
		}
	}
	return args
}

// isShown reports whether both parts of an address that was put together are in a line as it is shown.
func isShown(shown, addr string) bool {
	host, port, err := net.SplitHostPort(addr)
	return err == nil && strings.Contains(shown, host) && strings.Contains(shown, port)
}

// short is a value that fits into a sentence.
func short(v string) string {
	if len(v) > maxArg {
		return strings.ToValidUTF8(v[:maxArg], "") + "…"
	}
	return v
}

// Know names the error lines of the last good run: they are no news, and never reported as unknown.
func (s *Scanner) Know(lines ...string) {
	for _, l := range lines {
		s.known[shape(l)] = true
	}
}

// Unknown lists the error lines that no rule knows, at most 50, as they are to be given to Know after a good run.
func (s *Scanner) Unknown() []string {
	lines := make([]string, len(s.unknown))
	for i, u := range s.unknown {
		lines[i] = u.text
	}
	return lines
}

// shape is a line without what differs from run to run: times, numbers, ids.
func shape(line string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(clean([]byte(line))) {
		if strings.ContainsAny(word, "0123456789") {
			word = "#"
		}
		b.WriteString(word)
		b.WriteByte(' ')
	}
	return b.String()
}
