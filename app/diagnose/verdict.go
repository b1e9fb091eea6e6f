package diagnose

import (
	"encoding/binary"
	"maps"
	"slices"
)

// sure is how many lines in a row of one kind must mean the same until their words alone are believed.
const sure = 4

// verdict remembers what lines of one kind mean: those that differ in digits alone, with the same level, the same
// candidates, and the same signs before them as far as these candidates ask for any.
// A client that cannot connect writes the same line without end; matching each of them would tell nothing new.
type verdict struct {
	n     int    // lines in a row that meant the same
	rules []int  // which failed
	said  []half // by which patterns
	seed  uint64 // tells its kind from others
	stray bool   // an error that no rule knows
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

// outline sums up a line but for what differs from one time to the next and means nothing: the digits of its beginning, where
// times stand, and long numbers.
func outline(b []byte) uint64 {
	const prime, times, long = 1099511628211, 32, 6
	h := uint64(14695981039346656037)
	for i := 0; i < len(b); i++ {
		if c := b[i]; c < '0' || c > '9' {
			h = (h ^ uint64(c)) * prime
			continue
		}
		end := i + 1
		for end < len(b) && b[end] >= '0' && b[end] <= '9' {
			end++
		}
		if i >= times && end-i < long {
			for _, c := range b[i:end] {
				h = (h ^ uint64(c)) * prime
			}
		}
		i = end - 1
	}
	return h
}

// recall finds the verdict on lines like the one at hand.
func (s *Scanner) recall(b []byte, own level) *verdict {
	sum := likeness
	if s.failures >= flooded {
		sum = skeleton
	}
	s.key = binary.LittleEndian.AppendUint64(append(s.key[:0], byte(own)), sum(b))
	for _, id := range s.hits {
		s.key = append(s.key, byte(id), byte(id>>8))
		if c := &s.book.patterns[id]; (c.After != "" || c.NotAfter != "") && s.excused(c) {
			s.key = append(s.key, '!')
		}
	}
	v := s.verdicts[string(s.key)]
	if v == nil {
		if len(s.verdicts) >= maxVerdicts {
			maps.DeleteFunc(s.verdicts, func(_ string, v *verdict) bool { return v.n < sure })
			if len(s.verdicts) > maxVerdicts/2 {
				clear(s.verdicts)
			}
		}
		v = &verdict{seed: likeness(s.key)}
		s.verdicts[string(s.key)] = v
	}
	return v
}

// learn counts lines that mean the same.
func (v *verdict) learn(matched []int, said []half, stray bool) {
	v.said = append(v.said[:0], said...)
	if v.stray == stray && slices.Equal(v.rules, matched) {
		v.n++
		return
	}
	v.n, v.stray, v.rules = 1, stray, slices.Clone(matched)
}

// says reports whether a pattern is one of those that matched.
func (v *verdict) says(p *compiled) bool {
	return slices.ContainsFunc(v.said, func(h half) bool { return h.pattern == p })
}

// kindred sums up a line of a verdict for what its verdict does not say.
func (s *Scanner) kindred(b []byte, v *verdict) uint64 {
	if s.failures >= flooded {
		return v.seed
	}
	return outline(b) ^ v.seed
}

// means counts a line, by its outline, that means nothing.
func (s *Scanner) means(outline uint64) {
	if len(s.nothing) >= maxVerdicts {
		clear(s.nothing)
	}
	s.nothing[outline] = min(s.nothing[outline]+1, sure)
}

// usable reports whether the line need not be matched. That something failed may be believed, until it is taken back;
// that nothing did has to be looked at each time.
func (v *verdict) usable(s *Scanner) bool {
	return v.n >= sure && (len(v.rules) > 0 || v.stray) && !slices.ContainsFunc(v.rules, func(r int) bool { return !s.active[r].active }) &&
		(!v.stray || s.strays >= maxUnknown)
}

// signals looks for signs alone, in a line like those before it.
func (s *Scanner) signals(b []byte, v *verdict, src *source) {
	signs := s.hits[:0:0]
	for _, id := range s.hits {
		if c := &s.book.patterns[id]; c.kind == ofSign && s.listens(c) {
			signs = append(signs, id)
		}
	}
	signless := s.kindred(b, v) + 1
	if len(signs) == 0 || s.nothing[signless] >= sure {
		return
	}
	shown, l := false, newLine(clean(b))
	for _, id := range signs {
		shown = s.shows(&s.book.patterns[id], l, src) || shown
	}
	if !shown {
		s.means(signless)
	}
}

// repeat does for a line what was done for those like it. Signs are looked for all the same.
func (s *Scanner) repeat(v *verdict, b []byte, src *source) {
	s.signals(b, v, src)
	s.chain.said = append(s.chain.said, v.said...)
	for _, r := range v.rules {
		s.active[r].count++
		if s.book.rules[r].Within > 0 {
			s.active[r].last = stamp(string(b[:min(len(b), head)]), src)
		}
	}
	if len(v.rules) > 0 {
		src.explained = src.entry
		s.forgive(src)
	}
	if v.stray {
		s.strays++
	}
}
