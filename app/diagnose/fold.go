package diagnose

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Findings says what the lines so far mean, the root cause first. It is empty when nothing is wrong, and may be asked
// at any time while the text goes on; a line that is still being written does not count until it ends.
func (s *Scanner) Findings() []Finding { return Together(s) }

// Together says what the texts of several places mean as one: a failure of one place explains what others say of it.
// What was measured is to be given to one of the scanners alone; what it rules out is ruled out everywhere.
func Together(scanners ...*Scanner) []Finding {
	silent := map[string]bool{}
	for _, s := range scanners {
		maps.Copy(silent, s.silent)
	}
	var all []Finding
	for _, s := range scanners {
		s.settle()
		for _, f := range s.read(silent) {
			if !slices.ContainsFunc(all, func(o Finding) bool { return o.rule == f.rule }) { // said in two places
				all = append(all, f)
			}
		}
	}
	for _, s := range scanners {
		for _, f := range s.facts {
			if !slices.ContainsFunc(all, func(o Finding) bool { return o.Cause == f.Cause }) {
				all = append(all, f)
			}
		}
	}
	for _, s := range scanners {
		if f, ok := s.strangers(s.unknown, s.strays); ok {
			all = append(all, f)
		}
	}
	if len(all) == 0 { // nothing louder tells
		for _, s := range scanners {
			all = append(all, s.whispers(silent)...)
		}
	}
	return fold(all)
}

// worrying is how many warnings make a failure, where nothing else is said.
const worrying = 3

// whispers are what the text says at the level of debugging, else the warnings that sound like failures, where nothing
// after them says that it goes on.
func (s *Scanner) whispers(silent map[string]bool) (all []Finding) {
	for _, i := range slices.Sorted(maps.Keys(s.quiet)) {
		if st := s.quiet[i]; st.active && !silent[s.book.rules[i].Cause] && !s.wentOn(st.at) {
			all = append(all, s.finding(st, &s.book.rules[i]))
		}
	}
	if f, ok := s.strangers(s.warned, len(s.warned)); ok && len(all) == 0 && len(s.warned) >= worrying && s.informed < s.warned[0].line {
		all = append(all, f)
	}
	if len(all) == 0 {
		last := s.murmurs()
		if f, ok := s.strangers(last, len(last)); ok {
			all = append(all, f)
		}
	}
	return all
}

// murmurs are the last lines of a text that speak of a failure, without any level: who pastes a few lines mostly ends with
// the one that matters, and a program that ends in an error says so last.
func (s *Scanner) murmurs() (all []stray) {
	for i := s.recent.n - 1; i >= max(0, s.recent.n-recentLines); i-- {
		l := &s.recent.lines[i%recentLines]
		whole := l.text
		if j := i - 1; j >= max(0, s.recent.n-recentLines) && s.recent.lines[j%recentLines].broken && s.recent.lines[j%recentLines].src == l.src {
			whole = slices.Concat(s.recent.lines[j%recentLines].text, l.text)
			i = j
		}
		text := clean(whole)
		if text == "" {
			continue
		}
		if levelOf(whole) != noLevel || l.system || ofTheSystem(text) || l.src.level == info || !tells(strings.ToLower(text)) || s.isNoise(whole) {
			break
		}
		all = append(all, stray{line: s.n - (s.recent.n - 1 - i), text: evidence(around(text, 0)), where: s.guess(text, l.src), from: l.src})
	}
	slices.Reverse(all)
	return all
}

// tells reports whether a line, in lower case, says by itself that something failed.
func tells(low string) bool {
	return slices.ContainsFunc(tellingWords, func(w string) bool { return strings.Contains(low, w) }) && !harmless.MatchString(low)
}

var tellingWords = []string{
	"failed", "failure", "error: ", " error ", "exception: ", "exception in ", "refused", "cannot ", "can't ", "could not", "couldn't", "unable to", "timed out", "denied", "no such ",
	"not found", "not recognized", "not allowed", "not permitted", "forbidden", "unauthorized", "invalid ", "abnormally", "unexpectedly", "aborted", "crashed", "not enough memory",
	"失败", "错误", "异常", "超时", "拒绝", "无法", "找不到", "不是内部或外部命令",
}

// harmless is what is said of failures that did not come, or are over, and what is code or a list and no sentence.
var harmless = regexp.MustCompile(`^\s*[-#*] |\w\(|[{}]|(?:\b(?:no|0|zero|without|any|ignor\w*|handl\w*|fixed|retry\w*|recover\w*|skipp\w*|if|when|in case)\b|没有|无).{0,24}(?:fail|error|exception|错误|异常|失败)|(?:fail\w*|errors?|exceptions?|错误|失败|异常)(?:次数|总?数|数量|率)? ?[:：=] ?(?:0|none|null|false)\b|异常(?:行为|事件|目标|检测|告警|报警)|(?:检测|识别|发现)到|\berror (?:codes?|messages?|pages?|logs?|rates?|handl\w+|levels?)\b|\b(?:fixed|handled|recovered|ignored|skipped|resolved|cleared|0 failed|passed)\b`)

// isNoise reports whether a line is one that looks like an error and is none.
func (s *Scanner) isNoise(b []byte) bool {
	l := newLine(clean(b))
	s.find(b)
	return slices.ContainsFunc(s.hits, func(id uint16) bool {
		c := &s.book.patterns[id]
		return c.kind == ofNoise && c.matches(l)
	})
}

// read gives what the text says, unless the facts rule it out.
func (s *Scanner) read(silent map[string]bool) (all []Finding) {
	for i := range s.active {
		r := &s.book.rules[i]
		if st := &s.active[i]; st.active && !silent[r.Cause] && !s.passed(i) {
			if s.foreign && !s.brokers && r.ofBrokers() { // what it says, other programs say too
				if len(s.unknown) > 0 {
					continue
				}
				r = &s.book.rules[s.book.unknown]
			}
			all = append(all, s.finding(st, r))
		}
	}
	return all
}

// passed reports whether a rule was seen in one warning alone, of those that pass, or the program got by, and the text went on.
func (s *Scanner) passed(i int) bool {
	st := &s.active[i]
	return s.book.rules[i].Passes && st.count == 1 && st.warned && s.n >= st.line+2 || st.settled == st.count && s.n > st.at && (!st.again || s.wentOn(st.at))
}

// wentOn reports whether after a line there is information, and not that something is waited for.
func (s *Scanner) wentOn(at int) bool {
	for i := s.recent.n - 1; i >= max(0, s.recent.n-recentLines, s.recent.n-s.n+at); i-- {
		if l := s.recent.lines[i%recentLines].text; levelOf(l) == info && !waiting.Match(l) {
			return true
		}
	}
	return false
}

// waiting is what a program says that tries again.
var waiting = regexp.MustCompile(`(?i)wait|sleep|retry|attempt|reconnecting|connecting|等待|重试|重连`)

// finding tells a failure; one of the app that was only ever a warning, after which the app goes on, is a warning.
func (s *Scanner) finding(st *state, r *rule) Finding {
	f := r.finding()
	if st.mild && layers[r.Layer] == "app" && s.wentOn(st.at) {
		f.Severity = Warning
	}
	f.Where, f.Evidence, f.Line, f.Count, f.Args = st.where, evidence(st.evidence), st.line, st.count, st.args
	return f
}

func (r *rule) finding() Finding {
	return Finding{Code: r.Code, Cause: r.Cause, Name: cmp.Or(r.Name, r.Cause), Severity: r.Severity, Action: r.Action, rule: r}
}

// strangers makes one finding of lines that no rule knows. Of each traceback the last line counts, of the rest
// the first: that is where things began to go wrong.
func (s *Scanner) strangers(lines []stray, count int) (Finding, bool) {
	if len(lines) == 0 {
		return Finding{}, false
	}
	f := s.book.rules[s.book.unknown].finding()
	first := lines[0]
	f.Where, f.Evidence, f.Line, f.Count = first.where, first.text, first.line, count
	f.Args = map[string]string{"count": strconv.Itoa(count)}
	for _, u := range lines[1:] {
		f.Others = append(f.Others, u.text)
	}
	return f, true
}

// fold orders findings, the root first, and puts what follows from another one under it.
func fold(all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.weight(), b.weight()), cmp.Compare(a.rule.Layer, b.rule.Layer), cmp.Compare(a.Line, b.Line))
	})
	var roots []Finding
	folded := make([]bool, len(all))
	for i := range all {
		folded[i] = slices.ContainsFunc(all, func(o Finding) bool { return o.rule != all[i].rule && o.explains(all[i]) })
	}
	for i, f := range all {
		if !folded[i] {
			roots = append(roots, f)
		}
	}
	for i, f := range all {
		if folded[i] {
			roots = under(roots, f)
		}
	}
	return roots
}

// under puts a symptom under the first root that explains it, else under the first root.
func under(roots []Finding, f Finding) []Finding {
	if len(roots) == 0 { // two that explain each other: the first one seen is the root
		return []Finding{f}
	}
	i := max(0, slices.IndexFunc(roots, func(r Finding) bool { return r.explains(f) }))
	roots[i].Symptoms = append(roots[i].Symptoms, f)
	return roots
}

// weight orders by what a reader must know first. Errors nobody knows come after known ones, yet before mere warnings.
func (f Finding) weight() int {
	switch {
	case f.Severity == Error:
		return 0
	case f.Cause == Unknown:
		return 1
	case f.Severity == Warning:
		return 2
	}
	return 3
}

// explains reports whether o follows from f.
func (f Finding) explains(o Finding) bool {
	a, b := f.rule, o.rule
	switch {
	case f.sameAddress(o), o.sameAddress(f):
		return f.sameAddress(o)
	case f.Cause == o.Cause:
		if follows := slices.Contains(b.SymptomOf, o.Cause); follows != slices.Contains(a.SymptomOf, f.Cause) {
			return follows // from one of its own kind that says more
		}
		return f.before(o)
	case slices.Contains(b.SymptomOf, f.Cause):
		return !slices.Contains(a.SymptomOf, o.Cause) || f.before(o)
	case slices.Contains(b.SymptomOf, "*"):
		return !slices.Contains(a.SymptomOf, "*") && f.Severity == Error || slices.Contains(a.SymptomOf, "*") && f.before(o)
	case slices.Contains(a.SymptomOf, "*"), b.Stands, f.Severity != Error:
		return false
	}
	return a.Layer < b.Layer && !slices.Contains(a.SymptomOf, o.Cause)
}

// sameAddress reports whether o is that an advertised address fails, and f that the address the program was given
// fails, and both are one: then the broker is away, and what it advertises is right.
func (f Finding) sameAddress(o Finding) bool {
	return o.Cause == "advertised-unreachable" && (f.Cause == "broker-refused" || f.Cause == "bootstrap-unresolvable") &&
		f.Args["addr"] != "" && f.Args["addr"] == o.Args["addr"]
}

// before breaks a tie between two that would explain each other.
func (f Finding) before(o Finding) bool {
	return cmp.Or(cmp.Compare(f.rule.Layer, o.rule.Layer), cmp.Compare(f.Line, o.Line), cmp.Compare(f.Code, o.Code)) < 0
}
