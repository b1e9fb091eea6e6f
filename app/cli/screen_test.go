package cli

import (
	"strings"
	"testing"
)

// screen is a terminal that does what rows asks for; it holds what a person sees.
type screen struct {
	t       *testing.T
	columns int
	lines   int  // 0: as many as needed
	wide    bool // a line may be wider than the screen, and is shown whole
	cells   [][]rune
	top     int // of what is visible
	row     int
	col     int
	frames  int
}

func (s *screen) Write(b []byte) (int, error) {
	s.frames++
	text := []rune(string(b))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\x1b':
			i += s.obey(text[i:])
		case '\n':
			s.row, s.col = s.row+1, 0
			s.line(s.row)
			if s.lines > 0 {
				s.top = max(s.top, s.row-s.lines+1)
			}
		case '\r':
			s.col = 0
		default:
			s.put(c)
		}
	}
	return len(b), nil
}

func (s *screen) line(n int) []rune {
	for len(s.cells) <= n {
		s.cells = append(s.cells, nil)
	}
	return s.cells[n]
}

func (s *screen) put(c rune) {
	l := s.line(s.row)
	for len(l) <= s.col {
		l = append(l, ' ')
	}
	l[s.col] = c
	s.cells[s.row] = l
	s.col += runeWidth(c)
	if s.col > s.columns && !s.wide {
		s.t.Errorf("line %d is wider than %d columns: %q", s.row, s.columns, string(l))
	}
}

// obey carries out one escape sequence and returns how many characters it has behind the first.
func (s *screen) obey(text []rune) int {
	n, end := 0, 2
	for ; text[end] >= '0' && text[end] <= '9' || text[end] == ';'; end++ {
		n = n*10 + int(text[end]-'0')
	}
	switch text[end] {
	case 'A':
		s.row = max(s.row-n, s.top)
	case 'K':
		s.cells[s.row] = s.line(s.row)[:min(s.col, len(s.line(s.row)))]
	case 'J':
		s.cells = s.cells[:min(s.row, len(s.cells))]
	case 'm':
	default:
		s.t.Errorf("a sequence that was not expected: %q", string(text[:end+1]))
	}
	return end
}

func (s *screen) String() string {
	var lines []string
	for _, l := range s.cells[min(s.top, len(s.cells)):] {
		text := ""
		for i := 0; i < len(l); i += runeWidth(l[i]) {
			text += string(l[i])
		}
		lines = append(lines, strings.TrimRight(text, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}
