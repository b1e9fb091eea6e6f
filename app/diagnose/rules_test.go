package diagnose

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTheRulesAreSound(t *testing.T) {
	if err := theBook().check(); err != nil {
		t.Error(err)
	}
}

// check refuses what would only show when a user meets it.
func (b *book) check() error {
	var errs []error
	seen := map[string]bool{}
	for i := range b.rules {
		r := &b.rules[i]
		if r.shared() {
			continue
		}
		if seen[r.Code] {
			errs = append(errs, fmt.Errorf("%s: twice", r.Code))
		}
		seen[r.Code] = true
		for _, err := range append(r.check(), b.references(r)...) {
			errs = append(errs, fmt.Errorf("%s: %w", r.Code, err))
		}
	}
	for _, c := range b.patterns {
		for _, expr := range []string{c.Re, c.Unless} {
			if _, err := regexp.Compile(folded(expr)); err != nil {
				errs = append(errs, err)
			}
		}
		if c.Where != "" && !slices.Contains(Places(), c.Where) {
			errs = append(errs, fmt.Errorf("%s: where %q", c.Re, c.Where))
		}
	}
	return errors.Join(errs...)
}

// references are the names of other rules and of signs that a rule is written with and that do not exist.
func (b *book) references(r *rule) (errs []error) {
	for _, c := range r.SymptomOf {
		if c != "*" && !slices.ContainsFunc(b.rules, func(o rule) bool { return o.Cause == c }) {
			errs = append(errs, fmt.Errorf("symptom of %q, which no rule is about", c))
		}
	}
	signs := slices.Clone(r.Recovers)
	for _, p := range r.Match {
		signs = append(signs, p.After, p.NotAfter)
	}
	for _, name := range signs {
		if name != "" && !slices.ContainsFunc(b.signs, func(s sign) bool { return s.Name == name }) {
			errs = append(errs, fmt.Errorf("sign %q does not exist", name))
		}
	}
	return errs
}

var (
	codeShape   = regexp.MustCompile(`^ST-(ENGINE|COMPOSE|KAFKA|CLIENT|APP|SERVICE)-\d{3}$`)
	slugShape   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	placeholder = regexp.MustCompile(`\{([a-z]+)\}`)
)

func (r *rule) check() (errs []error) {
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !codeShape.MatchString(r.Code) {
		fail("not a code")
	}
	if !slugShape.MatchString(r.Cause) || r.Name != "" && !slugShape.MatchString(r.Name) {
		fail("cause %q or name %q is no slug", r.Cause, r.Name)
	}
	if r.Layer == 0 || !slices.Contains([]Action{Auto, Ask, Show}, r.Action) || !slices.Contains([]Severity{Error, Warning, Info}, r.Severity) {
		fail("no layer, or action %q or severity %q", r.Action, r.Severity)
	}
	if len(r.Where) == 0 || slices.ContainsFunc(r.Where, func(w string) bool { return !slices.Contains(Places(), w) }) {
		fail("where %v", r.Where)
	}
	if r.Source == "" || r.Sample == "" {
		fail("no source or no sample")
	}
	for what, t := range map[string]text{"title": r.Title, "why": r.Why, "advice": r.Advice.Windows, "advice elsewhere": r.Advice.POSIX, "itself": r.Itself, "fix": r.Fix.Windows, "fix elsewhere": r.Fix.POSIX} {
		if (t.En == "" || t.Zh == "") && !strings.HasPrefix(what, "fix") && what != "itself" || (t.En == "") != (t.Zh == "") {
			fail("%s is not in both languages", what)
		}
		if !slices.Equal(names(t.En), names(t.Zh)) {
			fail("%s: English names %v, Chinese %v", what, names(t.En), names(t.Zh))
		}
	}
	return errs
}

// names are the placeholders of a text, each once, in order of the alphabet.
func names(s string) []string {
	var all []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestARuleThatMissesSomethingIsRefused(t *testing.T) {
	whole := rule{
		Code: "ST-APP-001", Cause: "x", Layer: 1, Where: []string{"app"}, Action: "ask", Severity: "error",
		Title: text{"a", "b"}, Why: text{"a", "b"}, Advice: bySystem{text{"a", "b"}, text{"a", "b"}}, Sample: "s", Source: "s",
	}
	if err := (&book{rules: []rule{whole}}).check(); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(*rule){
		"code":        func(r *rule) { r.Code = "X" },
		"language":    func(r *rule) { r.Advice.Windows.Zh = "" },
		"placeholder": func(r *rule) { r.Title.En = "{port}" },
		"source":      func(r *rule) { r.Source = "" },
		"place":       func(r *rule) { r.Where = []string{"moon"} },
		"sign":        func(r *rule) { r.Recovers = []string{"none"} },
		"symptom":     func(r *rule) { r.SymptomOf = []string{"none"} },
	} {
		r := whole
		spoil(&r)
		if err := (&book{rules: []rule{r}}).check(); err == nil {
			t.Errorf("a rule with a wrong %s passes", what)
		}
	}
}

// Whoever edits a rule is told where it is wrong.
func TestAFaultInARuleFileIsSaidWithItsFileAndLine(t *testing.T) {
	for text, want := range map[string]string{
		"rules:\n  - id: ST-APP-001\n    mach: x\n": "rules/x.yaml: ",
		"layer: cellar\n": `line 1: "cellar" is none of`,
		"noise:\n  - {re: long enough, level: shouting}\n": `line 2: "shouting" is none of`,
		"noise:\n  - '.*'\n": "no fixed word",
	} {
		_, err := load(fstest.MapFS{"rules/x.yaml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func TestAnchorsAreInWhateverMatches(t *testing.T) {
	for expr, want := range map[string]string{
		`open [/\\]+pipe: `:               "pipe: ",
		`port (?P<p>\d+) is in use`:       " is in use",
		`(?:foo bar|quux baz)`:            "foo bar|quux baz",
		`Docker [Dd]aemon`:                "docker daemon",
		`request (?:5\d\d )?server error`: "server error",
		`a? longer word`:                  " longer word|a longer word",
	} {
		got, err := anchors(expr, shortest)
		if s := strings.Join(got, "|"); err != nil || s != want && !strings.HasPrefix(want, s) {
			t.Errorf("%s: got %q, %v, want %s", expr, got, err, want)
		}
	}
	for _, expr := range []string{`.*`, `\d+`, `(?:long enough|x)`, `(?:`} {
		if got, err := anchors(expr, shortest); err == nil {
			t.Errorf("%s: got %q, want an error", expr, got)
		}
	}
}

func TestFoldedPatternsMatchLowerCase(t *testing.T) {
	got := folded(`Error (?P<what>[A-Z]\w+)\S`)
	if !strings.HasPrefix(got, "error (?P<what>") || strings.Contains(got, "(?i") {
		t.Errorf("got %q", got)
	}
}

// written are the rules as the files have them.
func (b *book) written() []rule {
	return slices.DeleteFunc(slices.Clone(b.rules), func(r rule) bool { return r.shared() })
}

// Advice is for the reader's own project and computer: an example's port, folder or variable in it would be wrong for most.
func TestAdviceHoldsNoValueOfAnExample(t *testing.T) {
	examples := regexp.MustCompile(`routes[./]ws|Detection\w*Producer|&&|%\w+%|volume rm|down -v|prune -a|--volumes$`) // ports and names: a test of package i18n
	unix := regexp.MustCompile(`^(?:export|sudo|ls|ss|nc|getent|unset) `)
	power := regexp.MustCompile(`\$(?i:env):|\.exe\b|\b(?:Get|Set|Start|Test|Resolve|Add|Remove)-[A-Z]|^wsl |^winget |^netsh |\\`)
	for _, r := range theBook().written() {
		for what, s := range map[string]string{
			"advice": r.Advice.Windows.En + r.Advice.Windows.Zh, "advice elsewhere": r.Advice.POSIX.En + r.Advice.POSIX.Zh, "title": r.Title.En + r.Title.Zh,
			"why": r.Why.En + r.Why.Zh, "command": r.Fix.Windows.En + "\n" + r.Fix.Windows.Zh, "command elsewhere": r.Fix.POSIX.En + "\n" + r.Fix.POSIX.Zh,
		} {
			if found := examples.FindString(s); found != "" && !(r.Code == "ST-KAFKA-009" && found == "--volumes") {
				t.Errorf("%s: %s holds %q: %s", r.Code, what, found, s)
			}
		}
		for _, l := range strings.Split(r.Fix.Windows.En, "\n") {
			if unix.MatchString(l) {
				t.Errorf("%s: for Windows: %s", r.Code, l)
			}
		}
		for _, l := range strings.Split(r.Fix.POSIX.En, "\n") {
			if power.MatchString(l) && r.Fix.POSIX != r.Fix.Windows {
				t.Errorf("%s: not for Windows: %s", r.Code, l)
			}
		}
		if strings.HasPrefix(r.Advice.Windows.En, "StreamTray") {
			t.Errorf("%s: what StreamTray does by itself stands in its own text", r.Code)
		}
	}
}

// A command that only Windows has is advised there alone, unless what fails is Windows' own.
func TestCommandsOfWindowsAreForFailuresOfWindows(t *testing.T) {
	power := regexp.MustCompile(`\$(?i:env):|\.exe\b|\b(?:Get|Set|Start|Test|Resolve|Add|Remove)-[A-Z]|(?m:^wsl |^winget |^netsh |^dism )`)
	for _, r := range theBook().written() {
		if power.MatchString(r.Fix.POSIX.En) && !strings.Contains(r.Cause, "wsl") && r.Cause != "port-reserved-windows" && r.Name != "desktop-service" {
			t.Errorf("%s: %s", r.Code, r.Fix.POSIX.En)
		}
	}
}
