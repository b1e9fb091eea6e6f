package assets

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// glossary is assets/glossary.yaml.
type glossary struct {
	Terms []struct {
		EN, ZH, About string
		Never         []avoided
	}
	Dialect    []avoided
	Typography []avoided
}

// avoided is what texts of one language do not say.
type avoided struct {
	EN, ZH string // the pattern, in one of the two
	Unless string
	Why    string
	Use    string
	Case   bool // it matters

	never, unless *regexp.Regexp
}

// passage is a text that a user reads.
type passage struct{ lang, where, text string }

// readGlossary is the glossary, and all that is avoided, with its patterns.
func readGlossary(t *testing.T) (glossary, []avoided) {
	t.Helper()
	b, err := os.ReadFile("glossary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var g glossary
	if err := yaml.UnmarshalWithOptions(b, &g, yaml.DisallowUnknownField()); err != nil {
		t.Fatal(err)
	}
	var all []avoided
	for _, term := range g.Terms {
		for _, a := range term.Never {
			a.Use = term.EN
			if a.ZH != "" {
				a.Use = term.ZH
			}
			all = append(all, a)
		}
	}
	all = append(append(all, g.Dialect...), g.Typography...)
	for i := range all {
		a := &all[i]
		if (a.EN == "") == (a.ZH == "") || a.Why == "" && a.Use == "" {
			t.Fatalf("%+v: a pattern in one language, and why or what else", *a)
		}
		flags := "(?im)"
		if a.Case {
			flags = "(?m)"
		}
		a.never = regexp.MustCompile(flags + a.EN + a.ZH)
		if a.Unless != "" {
			a.unless = regexp.MustCompile("(?m)" + a.Unless)
		}
	}
	return g, all
}

// found is what of a text is avoided; empty: nothing.
func (a avoided) found(p passage) string {
	if (p.lang == "zh") != (a.ZH != "") {
		return ""
	}
	text := p.text
	if a.unless != nil {
		text = a.unless.ReplaceAllString(text, "\u00a0")
	}
	return a.never.FindString(text)
}

var (
	shown      = regexp.MustCompile(`\{\{[^}]*\}\}|\[\[|\]\]|\{[a-z]+\}`) // a value, or what is only shown with one
	fence      = regexp.MustCompile("(?s)```.*?```|~~~.*?~~~")
	codeInLine = regexp.MustCompile("`[^`\n]*`")
	target     = regexp.MustCompile(`\]\([^)]*\)`)
)

// passages are all texts that a user reads.
func passages(t *testing.T) []passage {
	t.Helper()
	var all []passage
	add := func(lang, where, text string) {
		all = append(all, passage{lang, where, shown.ReplaceAllString(text, "\u00a0")})
	}
	files := func(patterns ...string) []string {
		var found []string
		for _, p := range patterns {
			more, err := filepath.Glob("../" + p)
			if err != nil || len(more) == 0 {
				t.Fatalf("%s: %d files, %v", p, len(more), err)
			}
			found = append(found, more...)
		}
		return found
	}
	read := func(file string) []byte {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	chinese := func(file string) string {
		if strings.Contains(filepath.Base(file), ".zh") {
			return "zh"
		}
		return "en"
	}
	for _, f := range files("assets/text/*.json") {
		var texts map[string]any
		if err := json.Unmarshal(read(f), &texts); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for id, text := range texts {
			if s, plain := text.(string); plain {
				add(chinese(f), id, s)
				continue
			}
			for form, s := range text.(map[string]any) {
				add(chinese(f), id+" "+form, s.(string))
			}
		}
	}
	for _, f := range files("app/diagnose/rules/*.yaml") {
		var rules any
		if err := yaml.Unmarshal(read(f), &rules); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		bilingual(rules, filepath.Base(f), add)
	}
	for _, f := range files("docs/*.schema*.json") {
		var schema any
		if err := json.Unmarshal(read(f), &schema); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		described(schema, func(text string) { add(chinese(f), filepath.Base(f), text) })
	}
	for _, f := range files("docs/*.md", "README*.md", "assets/sample/README*.md") {
		text := fence.ReplaceAllString(string(read(f)), "")
		text = target.ReplaceAllString(codeInLine.ReplaceAllString(text, "\u00a0"), "]")
		for line := range strings.Lines(text) {
			add(chinese(f), filepath.Base(f), strings.TrimSpace(line))
		}
	}
	return all
}

// bilingual adds every text below v that stands in both languages, as the rules have them; a fix is code.
func bilingual(v any, where string, add func(lang, where, text string)) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			bilingual(one, where, add)
		}
	case map[string]any:
		if id, ok := v["id"].(string); ok {
			where = id
		}
		for key, one := range v {
			if text, ok := one.(string); ok && (key == "en" || key == "zh") {
				add(key, where, text)
			} else if key != "fix" {
				bilingual(one, where, add)
			}
		}
	}
}

// described calls f with every description of a schema.
func described(v any, f func(text string)) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			described(one, f)
		}
	case map[string]any:
		for key, one := range v {
			if text, ok := one.(string); ok && key == "description" {
				f(text)
			} else {
				described(one, f)
			}
		}
	}
}

// One concept has one term in every text that a user reads, and it is the field's.
func TestEveryTextKeepsToTheGlossary(t *testing.T) {
	g, all := readGlossary(t)
	if len(g.Terms) < 40 {
		t.Errorf("only %d terms", len(g.Terms))
	}
	count := map[string]int{}
	for _, p := range passages(t) {
		count[p.lang]++
		for _, a := range all {
			if found := a.found(p); found != "" {
				t.Errorf("%s, %s: %q: %q (use: %s; %s)", p.lang, p.where, found, p.text, a.Use, a.Why)
			}
		}
	}
	if count["en"] < 2500 || count["zh"] < 2500 {
		t.Errorf("texts read: %v; there are many more", count)
	}
}

// The glossary's own terms are not what it forbids, and a pattern that finds nothing would forbid nothing.
func TestTheGlossaryFindsWhatItForbids(t *testing.T) {
	g, all := readGlossary(t)
	for _, term := range g.Terms {
		if term.EN == "" || term.ZH == "" {
			t.Errorf("%+v: a term has both languages", term)
		}
		for _, a := range all {
			for _, p := range []passage{{"en", "", term.EN}, {"zh", "", term.ZH}} {
				if found := a.found(p); found != "" {
					t.Errorf("the term %s is forbidden as %q", p.text, found)
				}
			}
		}
	}
	for _, p := range []passage{
		{"en", "", "Needs you"},
		{"en", "", "Not looked at: Docker runs has to be right first."},
		{"en", "", "Its last words: x"},
		{"en", "", "running; for trying out, not for keeping"},
		{"en", "", "there, each topic is there"},
		{"en", "", "From nothing to streaming, with one click"},
		{"en", "", "wait until the whale stands still"},
		{"en", "", "Agree and start"},
		{"en", "", "Something is in the way."},
		{"zh", "", "全面检查"},
		{"zh", "", "未检查：需要先解决 Docker"},
		{"zh", "", "流式模式"},
		{"zh", "", "应用正在推流"},
		{"zh", "", "1 个 broker 已应答"},
		{"zh", "", "正在询问 Docker"},
		{"zh", "", "最近没有记录"},
		{"zh", "", "写入 override 文件"},
		{"zh", "", "系统凭据库"},
		{"zh", "", "同意并启动"},
		{"zh", "", "缺少 topic 时"},
		{"zh", "", "使用Kafka的地址"},
		{"zh", "", "地址(默认),端口"},
	} {
		finds := false
		for _, a := range all {
			finds = finds || a.found(p) != ""
		}
		if !finds {
			t.Errorf("%q is not found", p.text)
		}
	}
}
