package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are the pages that exist in both languages.
var documents = [][2]string{{"README.md", "README.zh-CN.md"}, {"docs/packaging.md", "docs/packaging.zh-CN.md"}}

// outline is what a page says beside its sentences: headings' levels, blocks of code without their comments, rows of
// tables, links and code in the text.
func outline(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	code := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		switch before, _, comment := strings.Cut(line, " #"); {
		case strings.HasPrefix(line, "```"):
			code = !code
			all = append(all, line)
		case code && comment:
			all = append(all, strings.TrimSpace(before))
		case code:
			all = append(all, line)
		case strings.HasPrefix(line, "#"):
			all = append(all, line[:strings.Index(line, " ")])
		case strings.HasPrefix(line, "|"):
			all = append(all, "row")
		case strings.HasPrefix(line, "- "):
			all = append(all, "item")
		}
	}
	return all
}

func TestBothLanguagesOfAPageSayTheSameThings(t *testing.T) {
	for _, pair := range documents {
		en, zh := outline(t, pair[0]), outline(t, pair[1])
		if len(en) < 10 {
			t.Errorf("%s has only %d things to compare", pair[0], len(en))
		}
		for i := range max(len(en), len(zh)) {
			if i >= len(en) || i >= len(zh) || en[i] != zh[i] {
				t.Errorf("%s and %s part here:\n%q\n%q", pair[0], pair[1], en[min(i, len(en)):min(i+2, len(en))], zh[min(i, len(zh)):min(i+2, len(zh))])
				break
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#]+)`)

func TestEveryLinkOfAPageLeadsToAFile(t *testing.T) {
	for _, pair := range append(documents, [2]string{"CONTRIBUTING.md", "CHANGELOG.md"}) {
		for _, name := range pair {
			text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
			if err != nil {
				t.Error(err)
				continue
			}
			for _, l := range link.FindAllStringSubmatch(string(text), -1) {
				if strings.Contains(l[1], "://") {
					continue
				}
				if _, err := os.Stat(filepath.Join("..", filepath.Dir(filepath.FromSlash(name)), filepath.FromSlash(l[1]))); err != nil {
					t.Errorf("%s links to %s: %v", name, l[1], err)
				}
			}
		}
	}
}

// commandsOf are the lines of a page's blocks for a shell, without their comments.
func commandsOf(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	shell := false
	for _, line := range outline(t, name) {
		if strings.HasPrefix(line, "```") {
			shell = line == "```sh"
		} else if shell {
			all = append(all, line)
		}
	}
	return all
}

// A command that stands in the README is either run by TestTheReadmesCommandsRun or said here not to be, and why.
func TestEveryCommandOfTheReadmeIsTried(t *testing.T) {
	for _, line := range commandsOf(t, "README.md") {
		if !slices.ContainsFunc(readmeCommands, func(c readmeCommand) bool { return c.line == line }) {
			t.Errorf("%q stands in the README, and nothing tries it", line)
		}
	}
}

// A readmeCommand is a line of the README and how it is tried.
type readmeCommand struct {
	line string
	args []string // what ends it by itself, added behind it
	not  string   // why it is not tried here
}

var readmeCommands = []readmeCommand{
	{line: "go run ./build demo", args: []string{"--for", "3s", "--json"}},
	{line: "go run ./build test", not: "this is part of it"},
	{line: "go build -tags headless -o streamtray ."},
	{line: "go build -o streamtray-tray .", not: "the desktop tests build it and drive its windows"},
	{line: "streamtray up", args: []string{"--trust", "--no-app", "--timeout", "1m", "--detach"}},
	{line: "streamtray init --sample my-detection"},
}
