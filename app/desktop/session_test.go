package desktop

import (
	"context"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app/project"
	"streamtray/app/spies"
	"streamtray/app/ui"
	"streamtray/app/view"
)

func shopProject(t *testing.T) *project.Project {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "streamtray.yaml"), trustedProject)
	put(t, filepath.Join(dir, "compose.yaml"), trustedCompose)
	var away atomic.Bool
	return opened(t, dir, t.TempDir(), dockerOn(t, &away))
}

// A process that was ending had the name still: the tray told that nobody listens, and kept nothing.
func TestAProjectIsKeptHereOnceAnotherProcessHasLetGoOfIt(t *testing.T) {
	p := shopProject(t)
	l, err := p.Channel().Listen()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if c, err := l.Accept(); err == nil { // it ends before it says anything
			c.Close()
		}
		l.Close()
	}()
	s, err := open(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.far {
		t.Error("kept by another process; want by this one")
	}
	if err := s.close(t.Context()); err != nil {
		t.Error(err)
	}
}

// The last 5,000 lines of a container that had stopped were read again every two seconds.
func TestALogThatEndedIsNotReadAgainUntilItGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var lines []project.LogLine
		say := func(text string) {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, project.LogLine{Time: time.Now(), Text: text})
		}
		given := 0
		read := func(_ context.Context, o project.LogOptions) iter.Seq2[project.LogLine, error] {
			return func(yield func(project.LogLine, error) bool) {
				mu.Lock()
				last := lines[max(len(lines)-o.Tail, 0):]
				mu.Unlock()
				for _, l := range last {
					given++
					if !yield(l, nil) {
						return
					}
				}
			}
		}
		for range 100 {
			say("before")
		}
		ctx, stop := context.WithCancel(t.Context())
		var got []string
		var done atomic.Bool
		go func() {
			followLog(ctx, read, "kafka", func(l ui.LogLine) { got = append(got, l.Text) })
			done.Store(true)
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		if given > 100+int(time.Since(began)/readAgain) {
			t.Errorf("%d lines were read within a minute, of 100 that there are", given)
		}
		say("after")
		time.Sleep(2 * readAgain)
		synctest.Wait()
		if len(got) != 101 || got[100] != "after" {
			t.Errorf("%d lines, the last %q; want 101, each once", len(got), got[len(got)-1])
		}
		stop()
		synctest.Wait()
		if !done.Load() {
			t.Error("it does not end")
		}
	})
}

// embedded is a project on the built-in broker whose app does nothing.
const embedded = "version: 1\nname: calm\nkafka: {mode: embedded, topics: [{name: results, partitions: 1, replication: 1}]}\napp: {command: [sleep, \"60\"]}\n"

// Choosing the project that was open closed its own session: it had joined itself, and then ended what it had joined.
func TestChoosingTheProjectThatIsOpenKeepsItsSession(t *testing.T) {
	if raced { // the suite tries it again without the detector
		t.Skip("Fyne's test driver draws on whichever goroutine queues it: what watches the session, beside what opens the next")
	}
	s := spies.Place(t)
	d := deskFor(t, s)
	d.gl.drawn = false // nothing of it is to be seen
	keep := func(yaml string) {
		t.Helper()
		put(t, filepath.Join(s.Dir, "streamtray.yaml"), yaml)
		p, err := project.Open(t.Context(), d.projectOptions(s.Dir))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Trust(); err != nil {
			t.Fatal(err)
		}
		d.keep(p, false)
	}
	t.Cleanup(func() { _ = d.session.close(context.WithoutCancel(t.Context())) })
	keep(embedded)
	first := d.session
	for range 2 {
		keep(embedded)
	}
	if d.session != first || first.over() || first.far {
		t.Errorf("the same session: %v, over: %v, kept elsewhere: %v; want it to go on", d.session == first, first.over(), first.far)
	}
	keep(strings.Replace(embedded, "60", "61", 1)) // another plan takes its place
	if d.session == first || !first.over() || d.session.over() || d.session.far {
		t.Errorf("the first is over: %v, the second: %v, kept elsewhere: %v; want the second, kept here", first.over(), d.session.over(), d.session.far)
	}
}

// A start went on with what was read when the project was opened, whatever its file said by then: only ending StreamTray
// and starting it again helped.
func TestAStartReadsTheProjectAgain(t *testing.T) {
	s := spies.Place(t)
	d := deskFor(t, s)
	d.gl.drawn = false // nothing of it is to be seen
	file := filepath.Join(s.Dir, "streamtray.yaml")
	put(t, file, embedded)
	p, err := project.Open(t.Context(), d.projectOptions(s.Dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Trust(); err != nil {
		t.Fatal(err)
	}
	d.keep(p, false)
	if err := d.session.close(t.Context()); err != nil { // what it is told to start is of no interest, and does not
		t.Fatal(err)
	}
	settled(t, d)
	d.do(view.ActStart, "")
	settled(t, d)
	if d.pending != nil {
		t.Error("a project that is as it was is asked about again")
	}
	put(t, file, strings.Replace(embedded, "60", "61", 1))
	d.do(view.ActStart, "")
	settled(t, d)
	if d.pending == nil || !card(d.pending, d.words).Changed {
		t.Errorf("a project that has changed is not asked about: %v", d.pending)
	}
}
