package diagnose

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what anchors are worth: shorter ones are in every line, longer ones only cost memory.
const (
	shortest = 4
	longest  = 16
	mostWays = 16
)

// need is what a part of an expression requires of a text.
type need struct {
	exact []string // the part matches these and nothing else; nil: it matches more than can be listed
	some  []string // one of these is in whatever it matches; nil: nothing is known
}

// anchors gives words of which at least one, in lower case, is in every text that expr matches.
func anchors(expr string, least int) ([]string, error) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, err
	}
	words := needOf(re).best()
	if worth(words) < least {
		return nil, fmt.Errorf("%s: no fixed word of %d letters to find it by: %q", expr, least, words)
	}
	for i, w := range words {
		words[i] = w[:min(len(w), longest)]
	}
	slices.Sort(words)
	return slices.Compact(words), nil
}

// best chooses between the two ways to know something.
func (n need) best() []string { return better(n.exact, n.some) }

func better(a, b []string) []string {
	if wa, wb := worth(a), worth(b); wa > wb || wa == wb && len(a) <= len(b) {
		return a
	}
	return b
}

// worth is the length of the shortest word, the one found most often.
func worth(words []string) int {
	if len(words) == 0 {
		return 0
	}
	n := longest
	for _, w := range words {
		if strings.IndexFunc(w, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
			n = min(n, shortest) // words in other alphabets change with case and encoding: only if there are no others
		}
		n = min(n, len(w))
	}
	return n
}

func needOf(re *syntax.Regexp) need {
	switch re.Op {
	case syntax.OpLiteral:
		return need{exact: []string{lowerASCII(string(re.Rune))}}
	case syntax.OpCharClass:
		return class(re.Rune)
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return need{exact: []string{""}}
	case syntax.OpCapture:
		return needOf(re.Sub[0])
	case syntax.OpQuest:
		if n := needOf(re.Sub[0]); n.exact != nil {
			return need{exact: append([]string{""}, n.exact...)}
		}
	case syntax.OpPlus:
		return need{some: needOf(re.Sub[0]).best()}
	case syntax.OpRepeat:
		if n := needOf(re.Sub[0]); re.Min > 0 {
			return need{some: n.best()}
		}
	case syntax.OpConcat:
		return concat(re.Sub)
	case syntax.OpAlternate:
		return alternate(re.Sub)
	}
	return need{}
}

// lowerASCII folds ASCII only, as the automaton does.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func class(ranges []rune) need {
	var all []string
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(all) > mostWays {
				return need{}
			}
			all = append(all, lowerASCII(string(r)))
		}
	}
	slices.Sort(all)
	return need{exact: slices.Compact(all)}
}

func concat(parts []*syntax.Regexp) need {
	whole := true
	run := []string{""} // what the parts since the last unknown one match together
	var best []string
	for _, p := range parts {
		n := needOf(p)
		if n.exact != nil && len(run)*len(n.exact) <= mostWays {
			run = cross(run, n.exact)
			continue
		}
		whole = false
		best = better(better(best, run), n.best())
		run = []string{""}
		if n.exact != nil {
			run = n.exact
		}
	}
	if whole {
		return need{exact: run}
	}
	return need{some: better(best, run)}
}

func cross(a, b []string) []string {
	all := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			all = append(all, x+y)
		}
	}
	return all
}

func alternate(ways []*syntax.Regexp) need {
	var exact, some []string
	listed := true
	for _, w := range ways {
		n := needOf(w)
		listed = listed && n.exact != nil
		exact = append(exact, n.exact...)
		some = append(some, n.best()...)
		if worth(n.best()) == 0 && n.exact == nil {
			return need{}
		}
	}
	if listed && len(exact) <= mostWays {
		return need{exact: exact}
	}
	return need{some: some}
}

// folded gives an expression that matches in lower-case text what expr matches whatever the case. That is several
// times as fast as to ignore the case while matching.
func folded(expr string) string {
	if !capitals(expr) {
		return expr
	}
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return expr // to be refused where it is compiled
	}
	lowered(re)
	return re.String()
}

// capitals reports whether an expression may ask for capital letters: most do not, and to parse and write them anew costs
// more than to compile them.
func capitals(expr string) bool {
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\':
			i++
		case c == '(' && strings.HasPrefix(expr[i:], "(?P<"):
			i += strings.IndexByte(expr[i:], '>')
		case c >= 'A' && c <= 'Z', c >= utf8.RuneSelf && strings.ContainsFunc(expr[i:], unicode.IsUpper):
			return true
		}
	}
	return false
}

// wanted gives words that an expression requires of a text in lower case: of each group, one is in whatever it matches.
// Where the words of one are missing, the expression need not be tried.
func wanted(expr string) [][]string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	var groups [][]string
	for _, g := range wants(re) {
		if worth(g) >= 2 && len(g) <= mostWays {
			for i := range g {
				g[i] = strings.ToLower(g[i])
			}
			groups = append(groups, g)
		}
	}
	slices.SortFunc(groups, func(a, b []string) int { return len(a) - len(b) })
	return groups[:min(len(groups), mostGroups)]
}

// mostGroups is how many groups of words are looked for before an expression is tried.
const mostGroups = 4

func wants(re *syntax.Regexp) (groups [][]string) {
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return wants(re.Sub[0])
	case syntax.OpConcat:
		run := []string{""}
		for _, p := range re.Sub {
			n := needOf(p)
			if n.exact != nil && len(run)*len(n.exact) <= mostWays {
				run = cross(run, n.exact)
				continue
			}
			groups = append(append(groups, run), wants(p)...)
			run = []string{""}
			if n.exact != nil {
				run = n.exact
			}
		}
		return append(groups, run)
	}
	return [][]string{needOf(re).best()}
}

// lowered lets an expression match small letters where it asks for capitals. To have the parser fold the case would cost
// a hundred times as much, for letters of alphabets that no rule is written in.
func lowered(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		for i, r := range re.Rune {
			re.Rune[i] = unicode.ToLower(r)
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if from, to := max(re.Rune[i], 'A'), min(re.Rune[i+1], 'Z'); from <= to {
				re.Rune = append(re.Rune, from+'a'-'A', to+'a'-'A')
			}
		}
	}
	for _, sub := range re.Sub {
		lowered(sub)
	}
}
