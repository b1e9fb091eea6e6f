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

// comparing are the operators between two words of test.
var comparing = []syntax.BinTestOperator{
	syntax.TsMatchShort, syntax.TsMatch, syntax.TsNoMatch, syntax.TsEql, syntax.TsNeq, syntax.TsLss, syntax.TsLeq, syntax.TsGtr, syntax.TsGeq,
}

// testOf is the expression that test was given in words, by the rules for so many words; nil: one that only a container knows.
func testOf(w []string) syntax.TestExpr {
	for _, join := range []struct {
		word string
		op   syntax.BinTestOperator
	}{{"-o", syntax.OrTest}, {"-a", syntax.AndTest}} {
		if i := slices.Index(w, join.word); i > 0 && i < len(w)-1 {
			return &syntax.BinaryTest{Op: join.op, X: testOf(w[:i]), Y: testOf(w[i+1:])}
		}
	}
	switch {
	case len(w) == 0:
		return literally("")
	case len(w) == 1:
		return literally(w[0])
	case w[0] == "!":
		return &syntax.UnaryTest{Op: syntax.TsNot, X: testOf(w[1:])}
	case len(w) == 2 && w[0] == "-n":
		return &syntax.UnaryTest{Op: syntax.TsNempStr, X: literally(w[1])}
	case len(w) == 2 && w[0] == "-z":
		return &syntax.UnaryTest{Op: syntax.TsEmpStr, X: literally(w[1])}
	case len(w) == 3:
		for _, op := range comparing {
			if op.String() == w[1] {
				return &syntax.BinaryTest{Op: op, X: literally(w[0]), Y: literally(w[2])}
			}
		}
	}
	return nil
}

// literally is a word that was expanded already.
func literally(s string) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: s}}}
}
