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
