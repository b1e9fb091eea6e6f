package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTheTablesAreThoseOfTheRules(t *testing.T) {
	want, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../tables.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), want) {
		t.Error("tables.go is older than the rules: go generate ./app/diagnose")
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
		got, err := anchors(expr)
		if s := strings.Join(got, "|"); err != nil || s != want && !strings.HasPrefix(want, s) {
			t.Errorf("%s: got %q, %v, want %s", expr, got, err, want)
		}
	}
	for _, expr := range []string{`.*`, `\d+`, `(?:long enough|x)`, `(?:`} {
		if got, err := anchors(expr); err == nil {
			t.Errorf("%s: got %q, want an error", expr, got)
		}
	}
}

func TestFoldedPatternsMatchLowerCase(t *testing.T) {
	got, err := folded(`Error (?P<what>[A-Z]\w+)\S`)
	if err != nil || !strings.HasPrefix(got, "error (?P<what>") || strings.Contains(got, "(?i") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestARuleThatMissesSomethingIsRefused(t *testing.T) {
	whole := rule{
		ID: "ST-APP-001", Cause: "x", Layer: "app", Where: []string{"app"}, Action: "ask", Severity: "error",
		Title: text{"a", "b"}, Why: text{"a", "b"}, Advice: text{"a", "b"}, Sample: "s", Source: "s",
	}
	if err := (&book{Rules: []rule{whole}}).check(); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(*rule){
		"id":          func(r *rule) { r.ID = "X" },
		"language":    func(r *rule) { r.Advice.Zh = "" },
		"placeholder": func(r *rule) { r.Title.En = "{port}" },
		"source":      func(r *rule) { r.Source = "" },
		"place":       func(r *rule) { r.Where = []string{"moon"} },
		"sign":        func(r *rule) { r.Recovers = []string{"none"} },
		"symptom":     func(r *rule) { r.SymptomOf = []string{"none"} },
	} {
		r := whole
		spoil(&r)
		if err := (&book{Rules: []rule{r}}).check(); err == nil {
			t.Errorf("a rule with a wrong %s passes", what)
		}
	}
}
