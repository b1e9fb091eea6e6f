package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"streamtray/app/cli"
	"streamtray/app/diagnose"
	"streamtray/app/i18n"
	"streamtray/build/rig"
)

// docs writes the pages that are made from what the program itself goes by.
func docs(context.Context, []string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	all := pages()
	written, err := os.ReadFile(filepath.Join(root, "docs", evidencePage))
	if err != nil {
		return err
	}
	all[evidencePage] = withSituations(string(written))
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(root, "docs", name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pages are the generated files of the folder docs, by name.
func pages() map[string]string {
	en, zh := words("en"), words("zh")
	return map[string]string{
		"failures.en.md":               diagnose.FailuresPage("en") + provokedFailures("en"),
		"failures.zh.md":               diagnose.FailuresPage("zh") + provokedFailures("zh"),
		"faults.md":                    faultsPage("en"),
		"faults.zh.md":                 faultsPage("zh"),
		"commands.md":                  cli.CommandsPage(en),
		"commands.zh-CN.md":            cli.CommandsPage(zh),
		"configuration.md":             cli.ConfigurationPage(en),
		"configuration.zh-CN.md":       cli.ConfigurationPage(zh),
		"streamtray.schema.json":       schema(en),
		"streamtray.schema.zh-CN.json": schema(zh),
	}
}

// evidencePage is written by hand but for its last part, which begins with situationsHeading.
const (
	evidencePage      = "evidence.md"
	situationsHeading = "## With a real broker\n"
)

// withSituations is the page with its last part as the list of situations has it.
func withSituations(page string) string {
	before, _, _ := strings.Cut(page, situationsHeading)
	var s strings.Builder
	s.WriteString(before + situationsHeading + `
The scenarios (build/rig/situations.go, with Docker, Kafka, Python and confluent_kafka, kafka-python, aiokafka) go through these in their order, and fail unless the phase is right within five seconds of each: where the app is connected, and where green would be false.

| what happens | phase | green would be | what is said |
|---|---|---|---|
`)
	for _, o := range rig.Situations() {
		green, says := "false", ""
		if o.True {
			green = "right"
		}
		if o.Says != "" {
			says = "… " + o.Says + " …"
		}
		fmt.Fprintf(&s, "| %s | %s | %s | %s |\n", o.What, o.Phase, green, says)
	}
	return s.String()
}

// faultTexts are those of the page of faults.
type faultTexts struct {
	title, intro, columns   string
	seen, healed            string // within so many seconds
	nothing, lost           string
	untried, slow, measured string
	by                      map[rig.Healer]string
}

// faultsPage is the matrix: what happens, what is shown how soon, what heals it, and what is lost.
func faultsPage(lang string) string {
	t := faultTexts{
		title:   "What happens when something goes wrong",
		intro:   `Each of these is done to a project that streams, with a real Docker engine, a real Kafka and a Python app, while an independent producer sends records to the same Kafka. The test (TestEveryFaultIsSeenAndHealed in build/rig) fails if the phase is another one, if it takes longer than this table says, or if one of the records that Kafka acknowledged cannot be read afterwards. Times and headlines are what was measured on a machine with two busy cores, the times with half as much again and rounded up. *Slow*: not part of ` + "`go run ./build test`, but of `go run ./build faults`" + `, which measures all and writes this table. A row that names another test is tried by that test, which claims the phase within its own limit, or only what is said; no records are counted there.`,
		columns: "What happens | What is shown | Seen within | Healed by | Again streaming within | Lost | Tried by",
		seen:    "%d s", healed: "%d s", nothing: "it streams on", lost: "nothing", untried: "not counted", slow: "matrix, slow", measured: "matrix",
		by: map[rig.Healer]string{rig.Itself: "itself", rig.Cause: "removing the cause", rig.Command: "one command", rig.Nobody: "–"},
	}
	if lang == "zh" {
		t = faultTexts{
			title:   "出现故障时会怎样",
			intro:   `测试在使用真实 Docker 引擎、真实 Kafka 和 Python 应用进行流式推送的项目上逐一制造这些故障，同时由独立的生产者向同一个 Kafka 发送记录。如果状态与下表不同、耗时超过下表，或者有任何一条 Kafka 已确认的记录之后读不到，测试（build/rig 中的 TestEveryFaultIsSeenAndHealed）就会失败。时间和标题是在一台双核且负载较高的电脑上测得的，时间增加一半后向上取整。“慢速”：不包含在 ` + "`go run ./build test` 中，而由 `go run ./build faults` 运行" + `，后者测量全部故障并写入本表。注明其他测试的行由该测试验证：它按自己的时限检查状态，或者只检查给出的说明；不统计记录。`,
			columns: "发生了什么 | 显示的内容 | 发现用时不超过 | 如何恢复 | 恢复推送用时不超过 | 丢失 | 由谁验证",
			seen:    "%d 秒", healed: "%d 秒", nothing: "继续推送", lost: "无", untried: "未统计", slow: "故障矩阵（慢速）", measured: "故障矩阵",
			by: map[rig.Healer]string{rig.Itself: "自动恢复", rig.Cause: "消除原因", rig.Command: "一条命令", rig.Nobody: "–"},
		}
	}
	measures, err := rig.Measures()
	if err != nil {
		panic(err) // it is part of this program
	}
	var s strings.Builder
	fmt.Fprintf(&s, "# %s\n\n%s\n", t.title, t.intro)
	for _, g := range rig.Faults() {
		fmt.Fprintf(&s, "\n## %s\n\n| %s |\n|%s\n", pick(lang == "zh", g.En, g.Zh), t.columns, strings.Repeat(" --- |", 7))
		for _, f := range g.Faults {
			s.WriteString("| " + strings.Join(t.row(f, measures[f.Name], lang), " | ") + " |\n")
		}
	}
	return s.String()
}

// row is that of one fault.
func (t faultTexts) row(f rig.Fault, m rig.Measure, lang string) []string {
	within := func(text string, seconds int) string {
		if seconds == 0 {
			return "–"
		}
		return fmt.Sprintf(text, seconds)
	}
	zh := lang == "zh"
	what, tried, lost := pick(zh, f.En, f.Zh), t.measured, t.lost
	shown := strings.ReplaceAll("`"+f.Phase+"` "+pick(zh, m.En, m.Zh), "|", `\|`)
	switch {
	case f.Test != "":
		tried, lost, shown = f.Test, t.untried, pick(zh, f.ShownEn, f.ShownZh)
	case f.Slow:
		tried = t.slow
	}
	if f.Test == "" && f.Phase == "" {
		shown = t.nothing
	}
	for _, p := range rig.Provocations() {
		if f.Test == rig.ProvokedTest && p.Name == f.Name {
			told, _ := diagnose.Recall(p.Code, nil)
			what, shown = pick(zh, p.En, p.Zh), fmt.Sprintf("[%s](failures.%s.md#%s) %s", p.Code, lang, strings.ToLower(p.Code), told.In(lang).Title)
		}
	}
	for _, s := range rig.Situations() {
		if f.Test == rig.SituationsTest && s.Name == f.Name {
			shown, m.Seen, m.Healed = "`"+s.Phase+"`", rig.SituationsWithin, rig.SituationsWithin
		}
	}
	return []string{what, shown, within(t.seen, m.Seen), t.by[f.By], within(t.healed, m.Healed), lost, tried}
}

func pick(zh bool, en, chinese string) string {
	if zh {
		return chinese
	}
	return en
}

// words are those of one of our languages, which the program always has.
func words(lang string) *i18n.Words {
	w, err := i18n.New(lang)
	if err != nil {
		panic(err)
	}
	return w
}

func schema(w *i18n.Words) string {
	text, err := cli.SchemaJSON(w)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// provokedFailures is the part of the page about what was brought about for real.
func provokedFailures(lang string) string {
	heading, intro, columns := "Brought about for real",
		"The tests do each of these to a working machine with a real Docker engine, real brokers and the real app, and fail unless this is what a person is told. The list is build/rig/provoked.go.",
		"What was done | What is said | Code | Class | Action"
	if lang == "zh" {
		heading, intro, columns = "实际复现过的故障",
			"测试会在正常的电脑上用真实的 Docker 引擎、真实的 broker 和真实的应用逐一制造这些故障；如果给出的说明与下表不符，测试就会失败。清单在 build/rig/provoked.go。",
			"做了什么 | 给出的说明 | 代码 | 类别 | 处理方式"
	}
	var s strings.Builder
	fmt.Fprintf(&s, "\n## %s\n\n%s\n\n| %s |\n|%s\n", heading, intro, columns, strings.Repeat(" --- |", 5))
	for _, p := range rig.Provocations() {
		done := p.En
		if lang == "zh" {
			done = p.Zh
		}
		told, _ := diagnose.Recall(p.Code, nil)
		fmt.Fprintf(&s, "| %s | %s | [%s](#%s) | %s | %s |\n", done, told.In(lang).Title, p.Code, strings.ToLower(p.Code), p.Cause, p.Action)
	}
	return s.String()
}
