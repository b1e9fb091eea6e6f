package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// modal is a question over a page. It closes by its button and by Esc, wherever the keys are.
type modal struct {
	popup  *widget.PopUp
	canvas fyne.Canvas
	before func(*fyne.KeyEvent)
}

// open shows content under a title, with answers below it, at most as large as the canvas.
func (m *modal) open(c fyne.Canvas, title string, content fyne.CanvasObject, size fyne.Size, answers ...*answer) {
	row := container.NewHBox(layout.NewSpacer())
	for _, a := range answers {
		a.leave = m.close
		row.Add(a)
	}
	m.canvas, m.before = c, c.OnTypedKey()
	m.popup = widget.NewModalPopUp(container.New(layout.NewCustomPaddedLayout(8, 8, 10, 10),
		bordered(newLine(title, style{bold: true}), row, nil, nil, content)), c)
	room := c.Size()
	m.popup.Resize(fyne.NewSize(min(size.Width, room.Width-40), min(size.Height, room.Height-40)))
	c.SetOnTypedKey(func(k *fyne.KeyEvent) {
		if k.Name == fyne.KeyEscape {
			m.close()
			return
		}
		if m.before != nil {
			m.before(k)
		}
	})
	m.popup.Show()
}

// close takes the question away.
func (m *modal) close() {
	if m.popup == nil {
		return
	}
	m.popup.Hide()
	m.popup = nil
	m.canvas.SetOnTypedKey(m.before)
}

// answer is a button that answers a question: Esc is for whom the question asks.
type answer struct {
	pushButton
	leave func() // Esc; nil: the window's own
}

func newAnswer(text string, do func()) *answer {
	a := &answer{}
	a.Text, a.OnTapped = text, do
	a.ExtendBaseWidget(a)
	return a
}

// TypedKey hears Esc.
func (a *answer) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape && a.leave != nil {
		a.leave()
		return
	}
	a.pushButton.TypedKey(k)
}

// Question is asked over a page, and answered by a mouse or by keys alone.
type Question struct {
	Title   string
	Text    string            // below the title; may be empty
	Content fyne.CanvasObject // below the text; may be nil
	Size    fyne.Size         // zero: a short question's
	Answers []string          // the first is the one that is meant: it has the keys, and Enter gives it
}

// shortQuestion is the size of a question with nothing but a text.
var shortQuestion = fyne.NewSize(520, 190)

// Ask asks a question. done gets the index of the answer; Esc, and calling what is returned, take the question away without
// one.
func Ask(c fyne.Canvas, q Question, done func(answer int)) (withdraw func()) {
	m := &modal{}
	q.in(m, c, done)
	return m.close
}

// Beside is a button beside a text that is asked for, by which the text can be set.
type Beside struct {
	Text string
	Icon fyne.Resource
	Do   func(set func(string))
}

// AskText asks for a text, with one to begin with; beside may be nil. done gets what was typed, by Enter or the first answer.
// What the question shows stands above it.
func AskText(c fyne.Canvas, q Question, text string, beside *Beside, done func(text string)) {
	m := &modal{}
	e := newModalEntry(m, 1)
	e.SetText(text)
	var right fyne.CanvasObject
	if beside != nil {
		b := newAnswer(beside.Text, func() { beside.Do(e.SetText) })
		b.Icon, b.leave = beside.Icon, m.close
		right = b
	}
	row := bordered(nil, nil, nil, right, e)
	if q.Content != nil {
		q.Content = bordered(nil, row, nil, nil, q.Content)
	} else {
		q.Content = container.New(stack{0}, row)
	}
	answered := func(i int) {
		if i == 0 && e.Text != "" {
			done(e.Text)
		}
	}
	e.OnSubmitted = func(string) {
		m.close()
		answered(0)
	}
	q.in(m, c, answered)
	c.Focus(e)
}

func (q Question) in(m *modal, c fyne.Canvas, done func(int)) {
	var answers []*answer
	for i, text := range q.Answers {
		b := newAnswer(text, func() {
			m.close()
			done(i)
		})
		if i == 0 {
			b.Importance = widget.HighImportance
		}
		answers = append([]*answer{b}, answers...) // the one that is meant at the edge
	}
	var top fyne.CanvasObject
	if q.Text != "" {
		top = container.New(stack{0}, newLine(q.Text, style{wrap: true}))
	}
	content := q.Content
	if content == nil {
		content = layout.NewSpacer()
	}
	size := q.Size
	if size.IsZero() {
		size = shortQuestion
	}
	m.open(c, q.Title, bordered(top, nil, nil, nil, content), size, answers...)
	c.Focus(answers[len(answers)-1])
}

// modalEntry is an entry in a modal: Esc closes that.
type modalEntry struct {
	widget.Entry
	in *modal
}

func newModalEntry(in *modal, lines int) *modalEntry {
	e := &modalEntry{in: in}
	e.MultiLine = lines > 1
	e.Wrapping = fyne.TextWrapOff
	e.ExtendBaseWidget(e)
	if lines > 1 {
		e.Wrapping = fyne.TextWrapBreak
		e.SetMinRowsVisible(lines)
	}
	return e
}

// TypedKey hears Esc.
func (e *modalEntry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		e.in.close()
		return
	}
	e.Entry.TypedKey(k)
}
