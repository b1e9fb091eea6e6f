package desktop

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app"
	"streamtray/app/desktop/shoptest"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/ui"
	"streamtray/app/ui/uitest"
)

func TestTheTopicsWindowReadsAndSendsOnARealBroker(t *testing.T) {
	uitest.NewApp(t)
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	shoptest.Put(t, filepath.Join(dir, "streamtray.yaml"), "version: 1\nname: reads\nkafka: {mode: embedded, topics: [{name: results}]}\n")
	p := shoptest.Open(t, dir, t.TempDir(), "tcp://127.0.0.1:1")
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
	for _, value := range []string{"one", "two"} {
		record := project.Record{Topic: "results", Key: []byte("k"), Value: []byte(value), Headers: []project.Header{{Key: "trace", Value: []byte("a")}}}
		if _, err := p.Send(ctx, record); err != nil {
			t.Fatal(err)
		}
	}
	readInWindow(ctx, t, p, w)
	cancel()
	<-ran
}

// readInWindow has the page show both records by itself.
func readInWindow(ctx context.Context, t *testing.T, p *project.Project, w *i18n.Words) {
	t.Helper()
	windowLife, closed := context.WithCancel(ctx)
	topics := ui.NewTopics(windowLife, w, planner{p, w, nil}, p, []string{"results"})
	window := test.NewTempWindow(t, topics.Content)
	window.Resize(fyne.NewSize(980, 620))
	topics.Run(windowLife)
	shows := func(what string) bool { return strings.Contains(test.RenderToMarkup(window.Canvas()), ">"+what+"<") }
	uitest.Until(t, "both records are shown", func() bool { return shows("one") && shows("two") && shows("2 records") })
	closed()
	topics.Wait()
}
