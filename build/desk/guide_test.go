//go:build desk

package desk

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"streamtray/app/sample"
)

// shot keeps a picture of a window, for a person to look at, where STREAMTRAY_SHOTS names a folder.
func shot(t *testing.T, p *Program, id, name string) {
	t.Helper()
	if into := os.Getenv("STREAMTRAY_SHOTS"); into != "" {
		must(t, p.Shoot(t.Context(), id, filepath.Join(into, name+".png")))
	}
}

// Intent: who starts a trusted project for the first time is led from the checks to the first record, and never again.
func TestTheFirstStartIsLedToTheFirstRecord(t *testing.T) {
	d := desktop(t, Options{})
	dir := filepath.Join(d.dir, "detection")
	socket, err := Newcomer(t.Context(), program, dir, filepath.Join(d.dir, "home"))
	must(t, err)
	trust := run(t, d, "doctor", "--trust", "--project", dir, "--json")
	if _, err := trust.Wait(soon); err != nil {
		t.Fatal(err)
	}
	p := run(t, d)
	id, err := p.Window(t.Context(), "First start")
	must(t, err)
	must(t, p.UntilTooltip(t.Context(), "Connected", soon)) // the checks found nothing in the way
	shot(t, p, id, "guide-waiting")
	if all, err := p.Windows(t.Context()); len(all) != 1 || err != nil {
		t.Errorf("windows %v, %v; want the guide alone until it is left", all, err)
	}

	filming, stop := context.WithCancel(t.Context())
	var camera sync.WaitGroup
	camera.Go(func() { _ = sample.Camera(filming, socket, 10, func(sample.Count) {}) })
	defer camera.Wait()
	defer stop()
	must(t, p.UntilTooltip(t.Context(), "records/s", soon))
	shot(t, p, id, "guide-record")
	quit(t, p)

	again := run(t, d) // it came up once: nobody has to be led any more
	_, err = again.Window(t.Context(), "Overview")
	must(t, err)
	quit(t, again)
}
