package diagnose

// automaton finds, in one pass and whatever the case, which of many fixed words a line may hold (Aho and Corasick).
// Bytes that are neither letters nor digits share classes, which keeps the table small; so a hit is a reason to look
// closer and no proof.
type automaton struct {
	class [256]uint8
	next  []uint16   // state*classes + class -> state; states that end a word come last
	first uint16     // the first state that ends a word
	ends  [][]uint16 // by state-first: which words, as given to newAutomaton
}

// classes is how many kinds of bytes are told apart, a power of two.
const (
	shift   = 6
	classes = 1 << shift
)

// classOf sorts the bytes: letters without their case, digits, 16 kinds of signs, 12 of what is not ASCII.
func classOf(c byte) uint8 {
	switch {
	case c >= 'a' && c <= 'z':
		return c - 'a'
	case c >= 'A' && c <= 'Z':
		return c - 'A'
	case c >= '0' && c <= '9':
		return 26 + c - '0'
	case c < 0x80:
		return 36 + (c^c>>4)&15
	}
	return 52 + c%12
}

// node is a state while the automaton is built.
type node struct {
	first, next int   // its first child, and the next one of its parent's; 0: none
	class       uint8 // of the byte that leads here
	fail        int
	ends        []uint16
}

// trie is a tree of words.
type trie []node

// child is where a byte leads from a state; 0: nowhere.
func (t trie) child(at int, class uint8) int {
	c := t[at].first
	for c != 0 && t[c].class != class {
		c = t[c].next
	}
	return c
}

// newAutomaton takes words and what a hit of each reports. All words together have less than 65,000 bytes.
func newAutomaton(words []string, ids []uint16) *automaton {
	a := &automaton{}
	for c := range 256 {
		a.class[c] = classOf(byte(c))
	}
	t := make(trie, 1, 1<<15)
	for i, w := range words {
		at := 0
		for _, c := range []byte(w) {
			k := a.class[c]
			child := t.child(at, k)
			if child == 0 {
				child = len(t)
				t = append(t, node{class: k, next: t[at].first})
				t[at].first = child
			}
			at = child
		}
		t[at].ends = append(t[at].ends, ids[i])
	}
	a.fill(t, t.link())
	return a
}

// link sets where each state falls back to, and returns the states in breadth-first order.
func (t trie) link() []int {
	order := make([]int, 1, len(t))
	for i := 0; i < len(order); i++ {
		at := order[i]
		for child := t[at].first; child != 0; child = t[child].next {
			if at != 0 {
				f := t[at].fail
				for f != 0 && t.child(f, t[child].class) == 0 {
					f = t[f].fail
				}
				t[child].fail = t.child(f, t[child].class)
			}
			t[child].ends = append(t[child].ends, t[t[child].fail].ends...)
			order = append(order, child)
		}
	}
	return order
}

// fill writes the table, with the states that end a word moved behind all others.
func (a *automaton) fill(t trie, order []int) {
	number := make([]uint16, len(t))
	plain := 0
	for _, n := range order {
		if len(t[n].ends) == 0 {
			number[n] = uint16(plain)
			plain++
		}
	}
	a.first = uint16(plain)
	for _, n := range order {
		if len(t[n].ends) > 0 {
			number[n] = a.first + uint16(len(a.ends))
			a.ends = append(a.ends, t[n].ends)
		}
	}
	a.next = make([]uint16, len(t)*classes)
	for _, n := range order {
		row := a.next[int(number[n])*classes:][:classes]
		if n != 0 {
			copy(row, a.next[int(number[t[n].fail])*classes:])
		}
		for child := t[n].first; child != 0; child = t[child].next {
			row[t[child].class] = number[child]
		}
	}
}

// scan calls hit for every word in b; the same word may be reported more than once.
func (a *automaton) scan(b []byte, hit func(id uint16)) {
	state, next, first := uint16(0), a.next, a.first
	for _, c := range b {
		state = next[int(state)<<shift|int(a.class[c])]
		if state >= first {
			for _, id := range a.ends[state-first] {
				hit(id)
			}
		}
	}
}
