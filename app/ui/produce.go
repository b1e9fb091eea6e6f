package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/project"
)

// producer sends a record, made anew or like one that was read.
type producer struct {
	modal
	topics              *Topics
	topic               string
	key, headers, value *modalEntry
	send                *answer
	sent                *line
}

// produce opens the dialog; like: a record to be sent again, nil: an empty one.
func (t *Topics) produce(like *project.Record) *producer {
	w := t.words
	p := &producer{topics: t, topic: t.chosen, sent: newLine("", style{color: colorMuted, wrap: true})}
	p.key, p.headers, p.value = newModalEntry(&p.modal, 1), newModalEntry(&p.modal, 2), newModalEntry(&p.modal, 8)
	p.value.TextStyle.Monospace = true
	p.headers.SetPlaceHolder(w.Text("ui.send.headers", nil))
	if like != nil {
		p.key.SetText(string(like.Key))
		p.value.SetText(string(like.Value))
		var all []string
		for _, h := range like.Headers {
			all = append(all, h.Key+": "+string(h.Value))
		}
		p.headers.SetText(strings.Join(all, "\n"))
	}
	if like != nil && (!isText(like.Value) || !isText(like.Key)) {
		p.sent.paint(theme.ColorNameWarning)
		p.sent.set(w.Text("ui.send.binary", nil))
	}
	p.send = newAnswer(w.Text("ui.send.do", nil), p.do)
	format, leave := newAnswer(w.Text("ui.send.format", nil), p.format), newAnswer(w.Text("ui.close", nil), p.close)
	p.send.Importance = widget.HighImportance
	label := func(id string) fyne.CanvasObject {
		return newLine(w.Text(id, nil), style{size: theme.SizeNameCaptionText, color: colorMuted})
	}
	fields := container.New(stack{-4}, label("ui.send.key"), p.key, label("ui.records.headers"), p.headers, label("ui.send.value"))
	c := canvasOf(t.Content)
	if c == nil {
		return p
	}
	p.open(c, w.Text("ui.send", map[string]any{"Topic": p.topic}), bordered(fields, p.sent, nil, nil, monospaced(p.value)), fyne.NewSize(600, 470),
		format, leave, p.send)
	c.Focus(p.value)
	return p
}

// format indents what is JSON.
func (p *producer) format() {
	var b bytes.Buffer
	if json.Indent(&b, []byte(p.value.Text), "", "  ") != nil {
		p.sent.paint(theme.ColorNameError)
		p.sent.set(p.topics.words.Text("ui.send.no_json", nil))
		return
	}
	p.value.SetText(b.String())
}

func (p *producer) do() {
	record := project.Record{Topic: p.topic, Headers: headersOf(p.headers.Text), Value: []byte(p.value.Text)}
	if p.key.Text != "" {
		record.Key = []byte(p.key.Text)
	}
	p.send.Disable()
	ask(p.topics, func(ctx context.Context) (project.Record, error) { return p.topics.reader.Send(ctx, record) }, p.told)
}

// headersOf takes "a: 1" apart, line by line; what has no name is left out.
func headersOf(typed string) []project.Header {
	var all []project.Header
	for h := range strings.Lines(typed) {
		if name, value, _ := strings.Cut(h, ":"); strings.TrimSpace(name) != "" {
			all = append(all, project.Header{Key: strings.TrimSpace(name), Value: []byte(strings.TrimSpace(value))})
		}
	}
	return all
}

func (p *producer) told(sent project.Record, err error) {
	w := p.topics.words
	p.send.Enable()
	if err != nil {
		p.sent.paint(theme.ColorNameError)
		p.sent.set(p.topics.told(err))
		return
	}
	p.sent.paint(theme.ColorNameSuccess)
	p.sent.set(w.Text("ui.send.done", map[string]any{"Topic": sent.Topic, "Partition": sent.Partition, "Offset": sent.Offset}))
}
