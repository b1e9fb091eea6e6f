package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// sender sends a test record: key and headers may be empty.
type sender struct {
	topics              *Topics
	key, headers, value *widget.Entry
	send                *widget.Button
	sent                *line
	content             fyne.CanvasObject
}

// newSender sends to the topic that is chosen when the button is pressed.
func newSender(t *Topics, topic func() string) *sender {
	w := t.words
	entry := func(id string) *widget.Entry {
		e := widget.NewEntry()
		e.SetPlaceHolder(w.Text(id, nil))
		return e
	}
	s := &sender{topics: t, key: entry("ui.send.key"), headers: entry("ui.send.headers"), value: entry("ui.send.value"), sent: newLine("", style{color: colorMuted})}
	s.value.SetText(`{"test": true}`)
	s.send = widget.NewButton(w.Text("ui.send.do", nil), func() {
		record := Record{Topic: topic(), Key: s.key.Text, Headers: headersOf(s.headers.Text), Value: s.value.Text}
		ask(t, func(ctx context.Context) (Record, error) { return t.reader.Send(ctx, record) }, s.told)
	})
	s.value.OnSubmitted = func(string) { s.send.OnTapped() }
	row := container.New(cells{110, 6, 200, 6, 0, 6, 90, 230}, s.key, layout.NewSpacer(), s.headers, layout.NewSpacer(), s.value, layout.NewSpacer(), s.send, s.sent)
	s.content = container.New(layout.NewCustomPaddedLayout(2, 6, 2, 2), bordered(nil, nil, newTitle(w.Text("ui.send", nil)), nil, row))
	return s
}

// headersOf takes "a: 1, b: 2" apart; what has no name is left out.
func headersOf(typed string) []string {
	var all []string
	for _, h := range strings.Split(typed, ",") {
		if name, value, _ := strings.Cut(h, ":"); strings.TrimSpace(name) != "" {
			all = append(all, strings.TrimSpace(name)+": "+strings.TrimSpace(value))
		}
	}
	return all
}

// newTitle is a line that claims the width it needs.
func newTitle(text string) fyne.CanvasObject {
	s := style{bold: true}
	return container.New(wideEnough{widest(s, text)}, newLine(text, s))
}

func (s *sender) told(sent Record, err error) {
	w := s.topics.words
	if err != nil {
		text, _ := w.Error(err)
		s.sent.paint(theme.ColorNameError)
		s.sent.set(text)
		return
	}
	s.sent.paint(theme.ColorNameSuccess)
	s.sent.set(w.Text("ui.send.done", map[string]any{"Partition": sent.Partition, "Offset": sent.Offset}))
}
