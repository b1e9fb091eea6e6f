package diagnose

import (
	"encoding/binary"
	"slices"
)

// sure is how many lines in a row of one kind must mean the same until their words alone are believed.
const sure = 4

// verdict remembers what lines of one kind mean: those that differ in digits alone, with the same level, the same
// candidates, and the same signs before them as far as these candidates ask for any.
// A client that cannot connect writes the same line without end; matching each of them would tell nothing new.
type verdict struct {
	n     int   // lines in a row that meant the same
	rules []int // which failed
	stray bool  // an error that no rule knows
}

// likeness sums up all of a line but its digits, for recall (FNV-1a).
func likeness(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		if c < '0' || c > '9' {
			h = (h ^ uint64(c)) * 1099511628211
		}
	}
	return h
}

// recall finds the verdict on lines like the one at hand.
func (s *Scanner) recall(b []byte, own level) *verdict {
	s.key = binary.LittleEndian.AppendUint64(append(s.key[:0], byte(own)), likeness(b))
	for _, id := range s.hits {
		s.key = append(s.key, byte(id), byte(id>>8))
		if c := &s.book.patterns[id]; (c.After != "" || c.NotAfter != "") && s.excused(c) {
			s.key = append(s.key, '!')
		}
	}
	v := s.verdicts[string(s.key)]
	if v == nil {
		if len(s.verdicts) >= maxVerdicts {
			clear(s.verdicts)
		}
		v = &verdict{}
		s.verdicts[string(s.key)] = v
	}
	return v
}

// learn counts lines that mean the same.
func (v *verdict) learn(matched []int, stray bool) {
	if v.stray == stray && slices.Equal(v.rules, matched) {
		v.n++
		return
	}
	v.n, v.stray, v.rules = 1, stray, slices.Clone(matched)
}

// usable reports whether the line need not be matched. That something failed may be believed, until it is taken back;
// that nothing did has to be looked at each time.
func (v *verdict) usable(s *Scanner) bool {
	return v.n >= sure && (len(v.rules) > 0 || v.stray) && !slices.ContainsFunc(v.rules, func(r int) bool { return !s.active[r].active }) &&
		(!v.stray || s.strays >= maxUnknown)
}

// repeat does for a line what was done for those like it. Signs are looked for all the same.
func (s *Scanner) repeat(v *verdict, b []byte, src *source) {
	for _, id := range s.hits {
		if c := &s.book.patterns[id]; c.kind == ofSign && s.listens(c) {
			s.shows(c, newLine(clean(b)), src)
		}
	}
	for _, r := range v.rules {
		s.active[r].count++
		s.active[r].last = stamp(string(b[:min(len(b), head)]), src)
	}
	if len(v.rules) > 0 {
		src.explained = src.entry
		s.forgive(src)
	}
	if v.stray {
		s.strays++
	}
}
