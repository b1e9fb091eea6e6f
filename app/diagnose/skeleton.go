package diagnose

import (
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// flooded is how many lines that no line before was like make a flood: from there on lines are told apart by their skeleton.
const flooded = 512

// leastLiteral is the length of the shortest literal that a skeleton is made of: shorter ones are in words of every kind.
const leastLiteral = 4

// literals finds whatever fixed text the patterns ask for, wherever in them. It is made when the first flood comes.
var literals = sync.OnceValue(func() *automaton {
	var all []string
	b := theBook()
	for _, p := range slices.Concat(b.patterns, b.servicePatterns) {
		for _, expr := range []string{p.Re, p.Unless} {
			if re, err := syntax.Parse(expr, syntax.Perl); err == nil {
				all = appendLiterals(all, re)
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return newAutomaton(all, make([]uint16, len(all)))
})

func appendLiterals(all []string, re *syntax.Regexp) []string {
	if re.Op == syntax.OpLiteral {
		for w := range strings.FieldsSeq(lowerASCII(string(re.Rune))) {
			if len(w) >= leastLiteral {
				all = append(all, w)
			}
		}
	}
	for _, sub := range re.Sub {
		all = appendLiterals(all, sub)
	}
	return all
}

// skeleton sums up what of a line any pattern can ask for: the literals in it, in their order, what kind of letters follow
// each, and which numbers are zero. Lines that differ in names, numbers and words that no pattern knows have the same one.
func skeleton(b []byte) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	a := literals()
	next, first, state := a.next, a.first, uint16(0)
	number, zero := false, true // within a number that stands alone
	for i, c := range b {
		state = next[int(state)<<shift|int(a.class[c])]
		if state >= first {
			h = (h ^ uint64(state)) * prime
			for _, after := range b[i+1 : min(i+3, len(b))] {
				h = (h ^ uint64(letterKind(after))) * prime
			}
		}
		switch {
		case c >= '0' && c <= '9':
			if !number && i > 0 && letterKind(b[i-1]) != 'a' {
				number, zero = true, true
			}
			zero = zero && c == '0'
		case number:
			if number = false; letterKind(c) != 'a' && zero {
				h = (h ^ '0') * prime
			}
		}
	}
	return h
}

// letterKind is what kind of letter a byte is, as patterns tell them apart.
func letterKind(c byte) byte {
	switch {
	case c >= '1' && c <= '9':
		return '1'
	case letter(c), c >= 0x80:
		return 'a'
	}
	return c
}
