package desktop

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamtray/app/project"
	"streamtray/app/ui"
)

// reader is a project's Kafka as the topics window reads it.
type reader struct{ project *project.Project }

var _ ui.Reader = reader{}

// Tail reads a topic.
func (r reader) Tail(ctx context.Context, topic string, from ui.From) iter.Seq2[ui.Record, error] {
	what := project.Reading{Topic: topic, Back: project.FromStart, At: from.At, Since: from.Since}
	if from.Back >= 0 {
		what.Back = project.From(from.Back)
	}
	return func(yield func(ui.Record, error) bool) {
		for batch, err := range r.project.Read(ctx, what) {
			if err != nil {
				yield(ui.Record{}, err)
				return
			}
			for _, record := range batch.Records {
				if !yield(shown(record), nil) {
					return
				}
			}
		}
	}
}

// Send sends a record.
func (r reader) Send(ctx context.Context, record ui.Record) (ui.Record, error) {
	message := project.Record{Topic: record.Topic, Value: []byte(record.Value)}
	if record.Key != "" {
		message.Key = []byte(record.Key)
	}
	for _, h := range record.Headers {
		name, value, _ := strings.Cut(h, ":")
		message.Headers = append(message.Headers, project.Header{Key: strings.TrimSpace(name), Value: []byte(strings.TrimSpace(value))})
	}
	sent, err := r.project.Send(ctx, message)
	return shown(sent), err
}

// Groups lists the consumer groups.
func (r reader) Groups(ctx context.Context) ([]ui.Group, error) {
	found, err := r.project.Groups(ctx)
	groups := make([]ui.Group, len(found))
	for i, g := range found {
		groups[i] = ui.Group{Name: g.Name, State: g.State, Members: g.Members, Lag: g.Behind}
	}
	return groups, err
}

// shown is a record in text. The window keeps hundreds of them, so of each only so much.
func shown(r project.Record) ui.Record {
	own := ui.Record{
		Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Time: r.Time,
		Key: readable(r.Key, maxKey), Value: readable(r.Value, maxValue),
	}
	for _, h := range r.Headers[:min(len(r.Headers), maxHeaders)] {
		own.Headers = append(own.Headers, readable([]byte(h.Key), maxKey)+": "+readable(h.Value, maxKey))
	}
	return own
}

// Bounds of a record that is shown.
const (
	maxValue   = 64 << 10
	maxKey     = 1 << 10
	maxHeaders = 20
)

// readable is at most the first so many bytes of b as text; what is no text is quoted.
func readable(b []byte, most int) string {
	cut := len(b) > most
	if cut {
		b = b[:most]
		for range utf8.UTFMax - 1 { // half a letter may stand at the end
			if r, n := utf8.DecodeLastRune(b); r != utf8.RuneError || n != 1 {
				break
			}
			b = b[:len(b)-1]
		}
	}
	text := string(b)
	if !utf8.Valid(b) || strings.ContainsRune(text, 0) {
		text = strconv.QuoteToGraphic(text)
	}
	if cut {
		text += "…"
	}
	return text
}
