package diagnose

import (
	"fmt"
	"strings"
)

// group is one part of the page of failures: the rules whose code has the prefix.
type group struct {
	prefix string
	title  text
}

var groups = [...]group{
	{"ST-ENGINE-", text{"Docker Desktop and the engine", "Docker Desktop 与引擎"}},
	{"ST-COMPOSE-", text{"docker compose", "docker compose"}},
	{"ST-KAFKA-", text{"ZooKeeper and Kafka", "ZooKeeper 与 Kafka"}},
	{"ST-CLIENT-", text{"Programs that talk to Kafka", "Kafka 客户端"}},
	{"ST-APP-", text{"The Python application", "Python 应用"}},
	{"ST-SERVICE-", text{"Services that the application uses", "应用使用的其他服务"}},
}

var (
	pageTitle = text{"Failures StreamTray knows", "StreamTray 能识别的故障"}
	pageIntro = text{
		"Generated from the rules in app/diagnose/rules. Every failure has a code that stays the same. " +
			"`streamtray diagnose` reads a log on its standard input and names the cause.",
		"本页由 app/diagnose/rules 中的规则生成。每个故障都有固定的代码。`streamtray diagnose` 从标准输入读取日志并指出原因。",
	}
	pageColumns = text{"Code | Cause | What is wrong | Who acts", "代码 | 类别 | 问题 | 由谁处理"}
	pageLine    = text{"It shows as", "日志中的样子"}
	pageWhy     = text{"Why", "原因"}
	pageDo      = text{"What to do", "处理办法"}
	pageSource  = text{"Seen in", "来源"}
)

// actor says who acts, in words.
func actor(a Action) text {
	switch a {
	case Auto:
		return text{"StreamTray, by itself", "StreamTray 自动处理"}
	case Ask:
		return text{"StreamTray, after asking", "StreamTray 询问后处理"}
	}
	return text{"you", "由你处理"}
}

// FailuresPage is the page of all failures in lang, as Markdown.
func FailuresPage(lang string) string {
	rules := theBook().rules
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("# %s\n\n%s\n", pageTitle.in(lang), pageIntro.in(lang))
	for _, g := range groups {
		p("## %s\n\n| %s |\n| --- | --- | --- | --- |", g.title.in(lang), pageColumns.in(lang))
		for i := range rules {
			if r := &rules[i]; strings.HasPrefix(r.Code, g.prefix) && !r.shared() {
				p("| [%s](#%s) | %s | %s | %s |", r.Code, strings.ToLower(r.Code), r.Cause, general(r.Title.in(lang)), actor(r.Action).in(lang))
			}
		}
		p("")
		for i := range rules {
			if r := &rules[i]; strings.HasPrefix(r.Code, g.prefix) && !r.shared() {
				r.page(p, lang)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (r *rule) page(p func(string, ...any), lang string) {
	colon := text{": ", "："}.in(lang)
	p("### %s\n\n**%s**\n", r.Code, general(r.Title.in(lang)))
	p("%s%s\n\n```text\n%s\n```\n", pageLine.in(lang), strings.TrimSpace(colon), r.Sample)
	p("%s%s%s\n\n%s%s%s\n", pageWhy.in(lang), colon, general(r.Why.in(lang)), pageDo.in(lang), colon, general(r.Advice.Windows.in(lang)))
	for i, fix := range []string{r.Fix.Windows.in(lang), r.Fix.POSIX.in(lang)} {
		if fix != "" && (i == 0 || fix != r.Fix.Windows.in(lang)) {
			p("```text\n%s\n```\n", command(fix, usual(i == 0)))
		}
	}
	p("%s%s%s\n", pageSource.in(lang), colon, r.Source)
}

// general is a text about the failure as such: what would be read from a line is left out.
func general(s string) string { return strings.TrimSpace(fill(s, nil)) }
