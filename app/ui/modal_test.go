package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// pressed gives a key to what has the keys, else to the window, as a driver does.
func pressed(c fyne.Canvas, key fyne.KeyName) {
	if f := c.Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: key})
		return
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: key})
}

// The toolkit's own dialogs had no button that Enter presses, and Esc was lost on whatever had the keys.
func TestAQuestionIsAnsweredByKeysAlone(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.Resize(fyne.NewSize(800, 500))
	c := win.Canvas()
	elsewhere := 0
	c.SetOnTypedKey(func(*fyne.KeyEvent) { elsewhere++ })
	for _, k := range []struct {
		name string
		keys []fyne.KeyName
		tabs int
		want int // -1: no answer
	}{
		{"enter gives the one that is meant", []fyne.KeyName{fyne.KeyReturn}, 0, 0},
		{"tab and space give another", []fyne.KeyName{fyne.KeySpace}, 1, 2},
		{"and another", []fyne.KeyName{fyne.KeyEnter}, 2, 1},
		{"esc gives none", []fyne.KeyName{fyne.KeyEscape}, 0, -1},
		{"wherever the keys are", []fyne.KeyName{fyne.KeyEscape}, 2, -1},
	} {
		got := -1
		Ask(c, Question{Title: "On quit", Text: "Kafka can go on.", Answers: []string{"Keep", "Stop", "Cancel"}}, func(answer int) { got = answer })
		if meant, ok := c.Focused().(*answer); !ok || meant.Text != "Keep" || meant.Importance != widget.HighImportance {
			t.Fatalf("%s: the keys go to %T; want the answer that is meant", k.name, c.Focused())
		}
		for range k.tabs {
			c.FocusNext()
		}
		for _, key := range k.keys {
			pressed(c, key)
		}
		if got != k.want {
			t.Errorf("%s: answer %d, want %d", k.name, got, k.want)
		}
		if c.Overlays().Top() != nil {
			t.Errorf("%s: the question is still there", k.name)
		}
	}
	if elsewhere != 0 {
		t.Errorf("%d keys reached the page below", elsewhere)
	}
	pressed(c, fyne.KeyEscape)
	if elsewhere != 1 {
		t.Error("the page does not have its keys back")
	}
}

func TestATextIsAskedForByKeysAlone(t *testing.T) {
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.Resize(fyne.NewSize(800, 500))
	c, got := win.Canvas(), ""
	ask := func() {
		AskText(c, Question{Title: "Folder", Answers: []string{"OK", "Cancel"}}, "/work/", nil, func(text string) { got = text })
		test.Type(c.Focused().(*modalEntry), "x")
	}
	ask()
	pressed(c, fyne.KeyEscape)
	if got != "" || c.Overlays().Top() != nil {
		t.Errorf("Esc: %q", got)
	}
	ask()
	pressed(c, fyne.KeyReturn)
	if got != "x/work/" || c.Overlays().Top() != nil {
		t.Errorf("Enter: %q", got)
	}
}

// With the keys on the button beside the text, Esc was lost.
func TestEscOnTheButtonBesideATextClosesTheQuestion(t *testing.T) {
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.Resize(fyne.NewSize(800, 500))
	c := win.Canvas()
	look := &Beside{Text: "Browse", Do: func(set func(string)) { set("/found") }}
	AskText(c, Question{Title: "Folder", Answers: []string{"OK", "Cancel"}}, "", look, func(string) { t.Error("answered") })
	entry := c.Focused().(*modalEntry)
	c.FocusNext()
	if b, ok := c.Focused().(*answer); !ok || b.Text != "Browse" {
		t.Fatalf("the keys go to %T; want the button beside the text", c.Focused())
	}
	if pressed(c, fyne.KeyReturn); entry.Text != "/found" {
		t.Errorf("Enter on the button: %q", entry.Text)
	}
	if pressed(c, fyne.KeyEscape); c.Overlays().Top() != nil {
		t.Error("Esc did not close the question")
	}
}

// A text was asked for with nothing to read above it: what was to be seen was not shown.
func TestATextIsAskedForBelowWhatItIsAbout(t *testing.T) {
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.Resize(fyne.NewSize(800, 500))
	c, about := win.Canvas(), widget.NewLabel("two volumes go")
	AskText(c, Question{Title: "Reset", Content: about, Answers: []string{"Delete", "Cancel"}, Size: fyne.NewSize(600, 300)}, "", nil, func(string) {})
	entry := c.Focused().(*modalEntry)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if about.Size().Height < 100 || at(about).Y+about.Size().Height > at(entry).Y {
		t.Errorf("what it is about has %v at %v, the entry is at %v", about.Size(), at(about), at(entry))
	}
}

func TestAQuestionCanBeWithdrawn(t *testing.T) {
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.Resize(fyne.NewSize(800, 500))
	c, elsewhere := win.Canvas(), 0
	c.SetOnTypedKey(func(*fyne.KeyEvent) { elsewhere++ })
	withdraw := Ask(c, Question{Title: "Reset", Answers: []string{"Cancel"}}, func(int) { t.Error("answered") })
	for range 2 { // it may have been answered already
		withdraw()
	}
	if c.Overlays().Top() != nil {
		t.Error("it is still there")
	}
	if pressed(c, fyne.KeyEscape); elsewhere != 1 {
		t.Error("the page does not have its keys back")
	}
}

// What is looked at in a question keeps Esc for what is selected in it, and gives it on else.
func TestEscInATextOfAQuestionClosesTheQuestion(t *testing.T) {
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.Resize(fyne.NewSize(800, 500))
	c := win.Canvas()
	content := NewText("services:\n  kafka: {}\n", func(string) {})
	Ask(c, Question{Title: "Use a free port", Content: content, Answers: []string{"Use", "Leave"}, Size: fyne.NewSize(600, 400)}, func(int) { t.Error("answered") })
	lines := content.(*sheet)
	c.Focus(lines)
	lines.choose(0, false)
	pressed(c, fyne.KeyEscape)
	if c.Overlays().Top() == nil {
		t.Fatal("the first Esc is for what is selected")
	}
	pressed(c, fyne.KeyEscape)
	if c.Overlays().Top() != nil {
		t.Error("the second Esc did not close the question")
	}
}
