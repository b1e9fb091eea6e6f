package diagnose

import (
	"bytes"
	"slices"
	"time"
	"unicode/utf8"
)

// Limits that keep a scanner small however long the text is.
const (
	maxLine     = 64 << 10 // bytes of a line that are looked at together
	maxSources  = 64       // containers told apart in a merged log
	maxUnknown  = 50       // lines kept that no rule knows
	maxWarnings = 500      // warnings whose sound counts
	maxEvidence = 500      // bytes of a line shown
	maxArg      = 120      // bytes of a value read from it
	maxVerdicts = 16384    // kinds of lines remembered
	shortly     = 8        // lines within which a sign explains what follows
	lasting     = -1       // in place of a sign's line: it explains all that follows
)

// Scanner reads one text, in pieces of any size, and keeps what it means so far. It is for one goroutine.
type Scanner struct {
	where    string
	book     *book
	part     []byte // the line that is still being written
	cut      bool   // the line's beginning was looked at already
	n        int    // lines so far
	tick     int    // lines, and parts of lines, that were looked at so far
	wrote    bool   // a line that is not empty was read
	informed int    // the last line that calls itself information
	ended    int    // the last line that ended a traceback
	muted    int    // the last line that named an error that was dealt with
	brokers  bool   // Kafka or ZooKeeper is named in the text
	foreign  bool   // a program in Java that is neither shows where it failed
	wide     wide   // of a text in UTF-16
	margin   margin
	indent   []byte // of the whole text; nil: no line with words was read yet
	chain    chain
	recent   recent
	pending  *pending
	hits     []uint16
	seenAt   []int               // by pattern: the last tick it was a candidate of
	verdicts map[string]*verdict // by the patterns a line is a candidate of
	nothing  map[uint64]uint8    // by their outline: how often lines, or what was put together of some, meant nothing
	failures int                 // lines that were looked at closely, and that say that something failed
	key      []byte
	matched  []int          // rules that matched the line at hand
	active   []state        // by rule
	failing  int            // rules that are active
	quiet    map[int]*state // what was said at the level of debugging alone
	signs    map[string]int
	sources  map[string]*source
	known    map[string]bool
	unknown  []stray
	strays   int     // unknown lines, those not kept included
	weighed  int     // warnings that were looked at closely for their sound
	warned   []stray // warnings that no rule knows and that sound like failures
	facts    []Finding
	silent   map[string]bool // causes that the facts rule out
}

// state is what is known of one rule: whether it failed and no later sign took it back.
type state struct {
	active   bool
	line     int
	count    int
	at       int  // the line that said so last
	settled  int  // how many of these lines say how the program gets by
	again    bool // by trying again
	warned   bool // the last time it was a warning
	mild     bool // each time it was
	where    string
	from     string // the container that said so last, where the text tells
	evidence string // of the line, as it was written: secrets are masked when it is asked for
	args     map[string]string
	last     moment // when the last matching line was written, where it says so
}

// stray is an error that no rule knows.
type stray struct {
	line  int
	text  string
	where string
	from  *source
	entry int // the line that began the entry it belongs to
}

// source is one container's part of a merged log, or the whole of a plain one.
type source struct {
	name      string
	place     string    // that its name tells
	level     level     // of the entry that the last line belongs to
	entry     int       // the line that began it
	explained int       // the last entry a rule matched in
	traceback bool      // a Python traceback is open
	caught    bool      // and its error was dealt with
	system    bool      // the last line, whole or its beginning where a terminal broke it, is of the system's own log
	time      time.Time // that stood before the last line and was taken off; zero: none did
	quotes    int       // what is indented more is code that a traceback quotes, which names errors without having them; 0: none
}

// New returns a scanner for a text of the place, or of an unknown place when it is "".
func New(where string) *Scanner {
	b := theBook()
	return &Scanner{
		where:    where,
		book:     b,
		seenAt:   make([]int, len(b.patterns)),
		verdicts: map[string]*verdict{},
		nothing:  map[uint64]uint8{},
		active:   make([]state, len(b.rules)),
		signs:    map[string]int{},
		sources:  map[string]*source{},
		known:    map[string]bool{},
		silent:   map[string]bool{},
		quiet:    map[int]*state{},
	}
}

// Write takes the next bytes of the text. It never fails.
func (s *Scanner) Write(p []byte) (int, error) {
	n := len(p)
	p = s.wide.narrow(p)
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			s.keep(p)
			return n, nil
		}
		s.end(p[:i])
		p = p[i+1:]
	}
}

// Line takes one whole line.
func (s *Scanner) Line(line string) {
	_ = s.Close()
	s.wide.asked = true
	s.keep([]byte(line))
	s.end(nil)
}

// Close takes the last line as whole although no break ended it. It never fails; more may be written after it.
func (s *Scanner) Close() error {
	s.keep(s.wide.rest())
	if len(s.part) > 0 {
		s.end(nil)
	}
	s.settle()
	return nil
}

// settle takes the last line as whole.
func (s *Scanner) settle() {
	s.together()
	s.chain.ends = s.chain.ends[:0]
}

// keep holds the beginning of a line back. Of a line that is too long, each piece is looked at by itself.
func (s *Scanner) keep(p []byte) {
	for len(s.part)+len(p) > maxLine {
		n := maxLine - len(s.part)
		s.piece(append(s.part, p[:n]...))
		s.cut = true
		s.part, p = s.part[:0], p[n:]
	}
	s.part = append(s.part, p...)
}

// end completes a line with its last bytes.
func (s *Scanner) end(rest []byte) {
	if len(s.part) > 0 || len(rest) > maxLine {
		s.keep(rest)
		rest = s.part
	}
	s.piece(rest)
	s.part, s.cut = s.part[:0], false
}

// piece looks at one line, or at one piece of a line that is too long to be kept whole.
func (s *Scanner) piece(b []byte) {
	if !s.cut {
		s.n++
	}
	if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		b = s.wide.decode(b)
	}
	b = bytes.TrimRight(b, "\r")
	for bytes.IndexByte(b, '\r') >= 0 { // what a terminal wrote over: progress
		part, rest, _ := bytes.Cut(b, []byte("\r"))
		s.shown(part, false)
		b = rest
	}
	s.shown(b, true)
}

// shown looks at a line as a terminal shows it; it does not stay where another one is written over it.
func (s *Scanner) shown(b []byte, stays bool) {
	if coloured(b) {
		b = []byte(plain(string(b)))
	}
	if remark(b) {
		return
	}
	if stays && !s.cut {
		b = s.margin.off(b)
	}
	b = s.outdent(b)
	s.wrote = s.wrote || len(bytes.TrimSpace(b)) > 0
	src := s.source(b)
	own := levelOf(b)
	timed := false
	if own == noLevel {
		b, timed = src.untimed(b)
	}
	rest := !s.cut && stays && !timed && s.chain.takes(b)
	if !rest && stays {
		src.system = src.system && len(b) > 0 && b[0] == ' ' || len(b) > 3 && b[3] == ' ' && ofTheSystem(string(b))
		s.together()
		s.chain.begin(b, s.n, src)
	}
	if rest { // of a line that was broken: it belongs to the one before, whatever it looks like
		if src = s.chain.src; own == noLevel && s.chain.sure() {
			own = src.level
		}
	} else if own != noLevel {
		src.level, src.entry = own, s.n
	}
	if !s.brokers {
		s.brokers = bytes.Contains(b, []byte("afka")) || bytes.Contains(b, []byte("ookeeper"))
		s.foreign = s.foreign || !s.brokers && frame(b)
	}
	if stays && s.pending != nil {
		s.later(lower(string(bare(b, src))), src)
	}
	s.look(b, own, src)
	if stays {
		s.recent.add(b, src)
	}
}

// untimed takes off the time before a line that says no level, so that it looks like what the program wrote, and notes it.
func (src *source) untimed(b []byte) (rest []byte, ok bool) {
	own := bare(b, src)
	t, at, ok := untimed(bytes.TrimPrefix(own, []byte(" ")))
	src.time = at
	switch {
	case !ok:
		return b, false
	case len(own) == len(b):
		return t, true
	}
	return slices.Concat(b[:len(b)-len(own)], []byte(" "), t), true
}

// frame reports whether a line is one of a stack trace of Java, and in a class that is neither Java's own nor Scala's.
func frame(b []byte) bool {
	if len(b) == 0 || b[0] != '\t' && b[0] != ' ' {
		return false
	}
	class, ok := bytes.CutPrefix(bytes.TrimLeft(b, " \t"), []byte("at "))
	if !ok || !bytes.Contains(class, []byte(".java:")) {
		return false
	}
	for _, own := range []string{"java", "jdk.", "sun.", "scala."} {
		if bytes.HasPrefix(class, []byte(own)) {
			return false
		}
	}
	return true
}

// outdent takes off by how much the whole text is indented, as a list, a quotation or an editor does it: by as much as its
// first line, up to a line that is indented less. A text that begins within a stack trace is not indented as a whole.
func (s *Scanner) outdent(b []byte) []byte {
	if s.indent == nil {
		t := bytes.TrimLeft(b, " \t")
		if len(t) == 0 {
			return b
		}
		s.indent = append([]byte{}, b[:len(b)-len(t)]...)
		if within(t) {
			s.indent = s.indent[:0]
		}
	}
	if len(s.indent) == 0 {
		return b
	}
	rest, ok := bytes.CutPrefix(b, s.indent)
	if !ok && len(bytes.TrimSpace(b)) > 0 {
		s.indent = s.indent[:0]
	}
	return rest
}

// within reports whether a line, without its indentation, is one that stands indented below another.
func within(t []byte) bool {
	return bytes.HasPrefix(t, []byte("at ")) || bytes.HasPrefix(t, []byte("File \"")) || bytes.HasPrefix(t, []byte("... ")) || t[0] == '^' || t[0] == '~'
}

// coloured reports whether there may be something in a line that a terminal does not show.
func coloured(b []byte) bool {
	return bytes.IndexByte(b, 0x1b) >= 0 || bytes.IndexByte(b, '^') >= 0 && bytes.Contains(b, []byte("^[[")) ||
		bytes.IndexByte(b, 0xe2) >= 0 && bytes.Contains(b, []byte("\u241b")) || len(b) > 0 && b[0] == '{' && bytes.Contains(b, []byte(`\u001b[`))
}

// look finds out what a line means.
func (s *Scanner) look(b []byte, own level, src *source) {
	if own == info {
		s.informed = s.n
	}
	if src.quote(b) {
		return
	}
	s.find(b)
	if len(s.hits) == 0 && !src.traceback && (own != failed || s.strays >= maxUnknown) && (own != warn || s.weighed >= maxWarnings) {
		return
	}
	v := s.recall(b, own)
	if !src.traceback && v.usable(s) {
		s.repeat(v, b, src)
		return
	}
	s.judge(b, own, src, v)
}

// quote reports whether a line is code that a traceback quotes: it is indented more than the line that says where it stands.
func (src *source) quote(b []byte) bool {
	b = bare(b, src)
	t := bytes.TrimLeft(b, " ")
	switch indent := len(b) - len(t); {
	case bytes.HasPrefix(t, []byte(`File "`)) && bytes.Contains(t, []byte(`", line `)):
		src.quotes = indent + 1
	case indent == 0 && explainsUse(t):
		src.quotes = 1
	case indent > src.quotes && src.quotes > 0:
		return true
	default:
		src.quotes = 0
		return setting(t) || writing(t)
	}
	return false
}

// writing reports whether a line is of code, of a file of settings, of a list of tests or of changes, and not of a log: what it
// names has not happened.
func writing(t []byte) bool {
	if len(t) < 6 {
		return false
	}
	switch t[0] {
	case '"', '\'':
		return t[1] == t[0] && t[2] == t[0]
	case '-', '*':
		return t[1] == ' ' && (hasFold(t[2:], "fix") || hasFold(t[2:], "add") || hasFold(t[2:], "change"))
	case '#': // a comment; Java says how it ended in such lines, too
		return t[1] == ' ' && t[2] >= 'a' && t[2] <= 'z' && !bytes.HasPrefix(t[2:], []byte("java."))
	case 'e':
		return hasFold(t, "except ") && t[len(t)-1] == ':'
	case 'r':
		return hasFold(t, "raise ")
	case 'X', 'P', 'S':
		return hasFold(t, "XFAIL ") || hasFold(t, "PASSED ") || hasFold(t, "SKIPPED ")
	}
	switch t[len(t)-1] {
	case ']':
	case 'D':
		return bytes.HasSuffix(t, []byte(" PASSED")) || bytes.HasSuffix(t, []byte(" SKIPPED"))
	case ')':
		called, _, ok := bytes.Cut(t, []byte(`("`))
		return ok && len(bytes.Trim(called, "abcdefghijklmnopqrstuvwxyz._")) == 0
	default:
		return false
	}
	key, list, ok := bytes.Cut(t[:len(t)-1], []byte(": ["))
	return ok && !bytes.ContainsAny(key, " []") && bytes.Contains(list, []byte(", ")) && !bytes.ContainsAny(list, ":'\"[]()0123456789")
}

// explainsUse reports whether a line begins a part of what a program prints when asked for help, whose lines are indented.
func explainsUse(t []byte) bool {
	return len(t) > 6 && bytes.IndexByte([]byte("uUoOpP"), t[0]) >= 0 && (hasFold(t, "usage: ") || hasFold(t, "options:") || hasFold(t, "optional arguments:") || hasFold(t, "positional arguments:"))
}

// setting reports whether a line sets a variable of the environment, as "env" and files with settings do: what its value
// names has not happened.
func setting(t []byte) bool {
	name := bytes.TrimLeft(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
	return len(name) > 0 && name[0] == '=' && len(t)-len(name) > 2
}

// find lists the patterns that have a word in a line.
func (s *Scanner) find(b []byte) {
	s.tick++
	s.hits = s.hits[:0]
	s.book.words.scan(unquoted(b), func(id uint16) {
		if s.seenAt[id] != s.tick {
			s.seenAt[id] = s.tick
			s.hits = append(s.hits, id)
		}
	})
}

// together looks at the pieces of a line that a terminal broke as one, for what none of them says alone.
func (s *Scanner) together() {
	c := &s.chain
	if len(c.ends) < 2 {
		return
	}
	for _, space := range []string{" ", ""} {
		if s.joined(c.join(space), c.src) {
			break
		}
	}
	c.whole = nil
}

// joined applies the rules' patterns to pieces put together, and reports whether one matched across them.
func (s *Scanner) joined(b []byte, src *source) (matched bool) {
	if setting(b) {
		return false
	}
	own := levelOf(b)
	switch {
	case s.muted >= s.chain.first && s.muted > 0:
		own = debug
	case own == noLevel:
		own = src.level
	}
	key := outline(b) ^ uint64(own)
	if s.failures >= flooded {
		key = skeleton(b) ^ uint64(own)
	}
	if s.nothing[key] >= sure {
		return false
	}
	s.find(b)
	l := newLine(clean(b))
	if s.chain.first == 0 || l.text == "" {
		return false
	}
	noise, decided := false, true
	for _, h := range s.chain.said {
		if st := &s.active[h.rule]; st.active && st.count == 1 && h.pattern.unless != nil && h.pattern.unless().MatchString(l.low) {
			*st = state{} // half of the line said it, and the other half vetoes
			s.failing--
		}
	}
	for _, id := range s.hits {
		c := &s.book.patterns[id]
		switch c.kind {
		case ofRule:
			matched = !s.chain.told(c) && s.fails(c, l, own, src) || matched
		case ofSign:
			decided = decided && s.listens(c) && !s.shows(c, l, src)
		case ofNoise:
			if !noise {
				captures, at, end := c.match(l)
				noise = captures != nil && s.chain.spans(l, at, end)
			}
		}
	}
	if decided && !matched && !noise {
		s.means(key)
	}
	if matched || noise {
		old := func(u stray) bool { return u.from == src && u.line >= s.chain.first }
		s.unknown = slices.DeleteFunc(s.unknown, old)
		s.warned = slices.DeleteFunc(s.warned, old)
	}
	return matched
}

// unquoted undoes what structured logs do to quotes, so that words with quotes are found in them too.
func unquoted(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	if bytes.Contains(b, []byte("\\u001b")) || bytes.Contains(b, []byte("\\x1b")) {
		b = []byte(plain(string(b)))
	}
	return bytes.ReplaceAll(b, []byte(`\"`), []byte(`"`))
}

// source finds whose line it is.
func (s *Scanner) source(b []byte) *source {
	name := ""
	if i := bytes.IndexByte(b[:min(len(b), 64)], '|'); i > 0 {
		if name, _ = container(string(b[:i+1])); name == "" {
			if rest, ok := powerShell(string(b[:i+1])); ok {
				name, _ = container(rest)
			}
		}
	}
	src := s.sources[name]
	if src == nil {
		if len(s.sources) >= maxSources {
			clear(s.sources)
		}
		src = &source{name: name, place: placeOf(name)}
		s.sources[name] = src
	}
	return src
}
