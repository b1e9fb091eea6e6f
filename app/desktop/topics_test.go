package desktop

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/ui"
)

// find is the first object of a kind in a tree of widgets and containers for which is says so.
func find[T fyne.CanvasObject](root fyne.CanvasObject, is func(T) bool) (found T, ok bool) {
	if o, yes := root.(T); yes && is(o) {
		return o, true
	}
	var inside []fyne.CanvasObject
	switch o := root.(type) {
	case *fyne.Container:
		inside = o.Objects
	case fyne.Widget:
		inside = test.WidgetRenderer(o).Objects()
	}
	for _, o := range inside {
		if found, ok = find(o, is); ok {
			return found, true
		}
	}
	return found, false
}

func TestTheTopicsWindowReadsAndSendsOnARealBroker(t *testing.T) {
	test.NewTempApp(t)
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "streamtray.yaml"), "version: 1\nname: reads\nkafka: {mode: embedded, topics: [{name: results}]}\n")
	p := opened(t, dir, t.TempDir(), "tcp://127.0.0.1:1")
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	hub := &app.Hub{}
	agent := p.Agent(ctx, hub, true)
	ran := make(chan error, 1)
	go func() { ran <- agent.Run(ctx) }()
	agent.Start(true)
	for s := range hub.Watch(ctx) {
		if row, ok := s.Row("topics"); ok && row.Holding() {
			break
		}
	}
	r := reader{p}
	for _, value := range []string{"one", "two"} {
		if _, err := r.Send(ctx, ui.Record{Topic: "results", Key: "k", Value: value, Headers: []string{"trace: a"}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		from ui.From
		want string
	}{{"latest", ui.From{Back: 1}, "two"}, {"oldest", ui.From{Back: -1}, "one"}, {"an offset", ui.From{At: new(int64)}, "one"}, {"a time", ui.From{Since: time.Now().Add(-time.Hour)}, "one"}} {
		for got, err := range r.Tail(ctx, "results", c.from) {
			if err != nil || got.Value != c.want || len(got.Headers) != 1 || got.Headers[0] != "trace: a" {
				t.Errorf("%s: the first is %+v, %v; want %q with its header", c.name, got, err, c.want)
			}
			break
		}
	}

	if !raced { // Fyne's test driver draws on whichever goroutine queues it: the list would be read beside that
		readInWindow(ctx, t, p, w)
	}
	cancel()
	<-ran
}

// readInWindow has the records tab read until it shows both records.
func readInWindow(ctx context.Context, t *testing.T, p *project.Project, w *i18n.Words) {
	t.Helper()
	windowLife, closed := context.WithCancel(ctx)
	topics := ui.NewTopics(windowLife, w, planner{p, w}, reader{p}, []string{"results"})
	window := test.NewTempWindow(t, topics.Content)
	window.Resize(fyne.NewSize(980, 620))
	topics.Choose(1)
	read, ok := find(topics.Content, func(b *widget.Button) bool { return b.Text == "Read" })
	list, has := find(topics.Content, func(*widget.List) bool { return true })
	if !ok || !has {
		t.Fatal("no button to read, or no list")
	}
	test.Tap(read)
	for look := time.NewTicker(20 * time.Millisecond); list.Length() < 2; <-look.C {
		if ctx.Err() != nil {
			t.Fatalf("%d records are shown; want 2", list.Length())
		}
	}
	closed()
	topics.Wait()
}
