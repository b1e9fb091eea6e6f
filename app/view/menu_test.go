package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/internal/golden"
)

var detectionFacts = Facts{
	Project: "detection", Dir: "/work/detection", Env: "ALGO_ENABLE_KAFKA_STREAMING",
	Page: "http://127.0.0.1:5000/", Bootstrap: "localhost:9092", Contained: true, OwnKafka: true,
	Recent: []Place{{Title: "detection", Dir: "/work/detection"}, {Title: "line 2", Dir: "/work/line-2"}},
}

func TestTheTrayOfEachTale(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, tale := range tales() {
			printMenu(&b, tale.name, MenuOf(stateOf(tale.events), detectionFacts, w, evening))
		}
		printMenu(&b, "no project", MenuOf(app.State{}, Facts{Recent: detectionFacts.Recent}, w, evening))
		printMenu(&b, "first start", MenuOf(app.State{}, Facts{}, w, evening))
		golden.Compare(t, "menu."+lang+".txt", b.String())
	}
}

func stateOf(events []app.Event) app.State {
	var s app.State
	for _, e := range events {
		s = s.Apply(e)
	}
	return s
}

func printMenu(b *strings.Builder, name string, m Menu) {
	fmt.Fprintf(b, "== %s: [%s] %s\n", name, m.Icon, m.Tooltip)
	printItems(b, m.Items, "")
	fmt.Fprintln(b)
}

func printItems(b *strings.Builder, items []Item, indent string) {
	for _, i := range items {
		tick := " "
		if i.Ticked {
			tick = "✓"
		}
		line := fmt.Sprintf("%s%s %s  -> %s %s", indent, tick, i.Label, i.Act, i.Arg)
		if i.Disabled {
			line += "(disabled)"
		}
		switch {
		case i.Label == "":
			line = indent + "  ──"
		case i.Items != nil:
			line = indent + "  " + i.Label + ":"
		}
		fmt.Fprintln(b, strings.TrimRight(line, " "))
		printItems(b, i.Items, indent+"    ")
	}
}

func TestTheMenuStandsStillWhileRecordsFlow(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	var streaming app.State
	for _, tale := range tales() {
		if tale.name == "streaming" {
			streaming = stateOf(tale.events)
		}
	}
	faster := streaming.Apply(app.Event{At: time.Now(), Step: "flow", Kind: app.Holds, Note: app.Note{ID: "view.seconds", Args: map[string]any{"S": 7}}})
	a, b := MenuOf(streaming, detectionFacts, w, evening), MenuOf(faster, detectionFacts, w, evening)
	if a.Tooltip == b.Tooltip {
		t.Errorf("the tooltip does not tell the rate: %q", a.Tooltip)
	}
	if b.Tooltip = a.Tooltip; !a.Same(b) {
		t.Errorf("the menu changed with the rate:\n%v\n%v", a, b)
	}
}

func TestEveryActIsPossibleWhereItMakesSense(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, tale := range tales() {
		s := stateOf(tale.events)
		m := MenuOf(s, detectionFacts, w, evening)
		for _, act := range []Act{ActOverview, ActLogs, ActQuit} {
			if !possible(m.Items, act) {
				t.Errorf("%s: %s is not possible", tale.name, act)
			}
		}
		if up := possible(m.Items, ActStop); up != s.Want.Up {
			t.Errorf("%s: stop possible: %v, wanted up: %v", tale.name, up, s.Want.Up)
		}
	}
}

func possible(items []Item, a Act) bool {
	for _, i := range items {
		if i.Act == a && !i.Disabled || possible(i.Items, a) {
			return true
		}
	}
	return false
}

// A project whose folder was deleted or renamed looked like all the others, until it was opened.
func TestAProjectWhoseFolderIsGoneIsMarked(t *testing.T) {
	facts := Facts{Recent: []Place{{Title: "detection", Dir: "/work/detection", Gone: true}, {Title: "line 2", Dir: "/work/line-2"}}}
	for lang, want := range map[string]string{"en": "detection · folder not found", "zh": "detection · 文件夹不存在"} {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		items := projects(facts, w).Items
		if items[0].Label != want || items[1].Label != "line 2" {
			t.Errorf("%s: %q and %q; want the first marked: %q", lang, items[0].Label, items[1].Label, want)
		}
	}
}
