package redact

import "sync"

// finder tells, in one pass, which shapes a line can have: those of which a hint stands in it.
type finder struct {
	slot  [1 << 15]uint8 // by three letters in a row: which of lists
	lists [][]hint       // lists[0] is empty
}

// hint is a word, in lower case, and the bit it sets.
type hint struct {
	word string
	bit  uint64
}

// named is the bit of a line with a word that names of secrets are made of.
const named = 1 << 63

var theFinder = sync.OnceValue(func() *finder {
	f := &finder{lists: make([][]hint, 1)}
	for i, sh := range shapes() {
		for _, h := range sh.hints {
			f.add(hint{h, 1 << i})
		}
	}
	for _, h := range keyHints {
		f.add(hint{h, named})
	}
	return f
})

func (f *finder) add(h hint) {
	n := mix(mix(mix(0, h.word[0]), h.word[1]), h.word[2])
	if f.slot[n] == 0 {
		f.slot[n] = uint8(len(f.lists))
		f.lists = append(f.lists, nil)
	}
	f.lists[f.slot[n]] = append(f.lists[f.slot[n]], h)
}

// mix puts c behind the two letters before it, whatever its case.
func mix(n uint32, c byte) uint32 {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return (n<<5 ^ uint32(c)) & (1<<15 - 1)
}

// find gives the bits of all hints in s.
func (f *finder) find(s string) (bits uint64) {
	n := uint32(0)
	for i := range len(s) {
		n = mix(n, s[i])
		if slot := f.slot[n]; slot != 0 && i >= 2 {
			for _, h := range f.lists[slot] {
				if begins(s[i-2:], h.word) {
					bits |= h.bit
				}
			}
		}
	}
	return bits
}

// begins reports whether s begins with a word in lower case, whatever the case of s.
func begins(s, word string) bool {
	if len(s) < len(word) {
		return false
	}
	for i := range len(word) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
