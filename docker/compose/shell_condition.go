package compose

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// truth is what is known of a condition.
type truth int

const (
	unknown truth = iota
	yes
	no
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return unknown
}

// test is what is known of an expression in [[ ]], or of one that test was given.
func (sh *shell) test(x syntax.TestExpr) truth {
	switch x := x.(type) {
	case *syntax.ParenTest:
		return sh.test(x.X)
	case *syntax.Word:
		return compared(sh.tested(x), func(s string) bool { return s != "" })
	case *syntax.UnaryTest:
		return sh.unaryTest(x)
	case *syntax.BinaryTest:
		return sh.binaryTest(x)
	}
	return unknown
}

func (sh *shell) unaryTest(x *syntax.UnaryTest) truth {
	word, isWord := x.X.(*syntax.Word)
	switch {
	case x.Op == syntax.TsNot:
		return sh.test(x.X).not()
	case !isWord:
	case x.Op == syntax.TsNempStr:
		return compared(sh.tested(word), func(s string) bool { return s != "" })
	case x.Op == syntax.TsEmpStr:
		return compared(sh.tested(word), func(s string) bool { return s == "" })
	case x.Op == syntax.TsVarSet:
		return truthOf(sh.vars[sh.literal(word)].IsSet())
	}
	return unknown // a file: only the container knows
}

func (sh *shell) binaryTest(x *syntax.BinaryTest) truth {
	switch x.Op {
	case syntax.AndTest:
		a, b := sh.test(x.X), sh.test(x.Y)
		if a == no || b == no {
			return no
		}
		return min(a, b) // unknown comes first
	case syntax.OrTest:
		a, b := sh.test(x.X), sh.test(x.Y)
		if a == yes || b == yes {
			return yes
		}
		if a == no && b == no {
			return no
		}
		return unknown
	}
	left, isWord := x.X.(*syntax.Word)
	right, also := x.Y.(*syntax.Word)
	if !isWord || !also {
		return unknown
	}
	a, b := sh.tested(left), sh.tested(right)
	if dynamic(a) || dynamic(b) {
		return unknown
	}
	switch x.Op {
	case syntax.TsMatch, syntax.TsMatchShort:
		return truthOf(sh.matches(right, a))
	case syntax.TsNoMatch:
		return truthOf(!sh.matches(right, a))
	case syntax.TsEql, syntax.TsNeq, syntax.TsLss, syntax.TsLeq, syntax.TsGtr, syntax.TsGeq:
		return compareNumbers(x.Op.String(), a, b)
	}
	return unknown
}

// compared is what holds of a word, unless only the container knows it.
func compared(word string, holds func(string) bool) truth {
	if dynamic(word) {
		return unknown
	}
	return truthOf(holds(word))
}

func compareNumbers(op, a, b string) truth {
	m, err := strconv.Atoi(strings.TrimSpace(a))
	n, bad := strconv.Atoi(strings.TrimSpace(b))
	if err != nil || bad != nil {
		return unknown
	}
	switch op {
	case "-eq":
		return truthOf(m == n)
	case "-ne":
		return truthOf(m != n)
	case "-lt":
		return truthOf(m < n)
	case "-le":
		return truthOf(m <= n)
	case "-gt":
		return truthOf(m > n)
	}
	return truthOf(m >= n)
}

// testWords is what is known of the words that test was given, by the rules for so many words.
func testWords(w []string) truth {
	for _, join := range []struct {
		word  string
		ends  truth // the whole is this as soon as a part is
		other truth
	}{{"-o", yes, no}, {"-a", no, yes}} {
		if i := slices.Index(w, join.word); i > 0 && i < len(w)-1 {
			a, b := testWords(w[:i]), testWords(w[i+1:])
			switch {
			case a == join.ends || b == join.ends:
				return join.ends
			case a == join.other && b == join.other:
				return join.other
			}
			return unknown
		}
	}
	switch {
	case len(w) == 0:
		return no
	case len(w) > 1 && w[0] == "!":
		return testWords(w[1:]).not()
	case len(w) == 1:
		return compared(w[0], func(s string) bool { return s != "" })
	case len(w) == 2 && w[0] == "-n":
		return testWords(w[1:])
	case len(w) == 2 && w[0] == "-z":
		return testWords(w[1:]).not()
	case len(w) != 3 || dynamic(w[0]) || dynamic(w[2]):
		return unknown
	}
	switch w[1] {
	case "=", "==":
		return truthOf(w[0] == w[2])
	case "!=":
		return truthOf(w[0] != w[2])
	case "-eq", "-ne", "-lt", "-le", "-gt", "-ge":
		return compareNumbers(w[1], w[0], w[2])
	}
	return unknown
}
