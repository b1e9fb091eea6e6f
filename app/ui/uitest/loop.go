package uitest

import (
	"sync"
	"testing"
	"time"

	"streamtray/internal/pause"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// NewApp makes a test app of Fyne's the current one until the test ends, with a main goroutine as on a screen: what is
// queued for it is done by the test's own goroutine, in Settle and Until. Fyne's test driver by itself does it at once, on
// whichever goroutine queues it, so that two draw at a time.
func NewApp(t testing.TB) fyne.App {
	a := &loop{App: test.NewTempApp(t)}
	a.driver = &queue{Driver: a.App.Driver()}
	fyne.SetCurrentApp(a)
	return a
}

// loop is an app whose driver has a queue.
type loop struct {
	fyne.App
	driver *queue
}

func (a *loop) Driver() fyne.Driver { return a.driver }

// queue is a driver that keeps what is to be done on the main goroutine until that comes to it.
type queue struct {
	fyne.Driver

	mu      sync.Mutex
	pending []func()
}

// DoFromGoroutine queues f. Nothing of the product waits for the main goroutine.
func (q *queue) DoFromGoroutine(f func(), wait bool) {
	if wait {
		panic("something waits for the main goroutine")
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending = append(q.pending, f)
}

// Settle does what is queued for the main goroutine, and what that queues, and reports whether there was anything. Only
// the test's goroutine calls it.
func Settle() bool {
	a, ok := fyne.CurrentApp().(*loop)
	for did := false; ok; did = true {
		a.driver.mu.Lock()
		all := a.driver.pending
		a.driver.pending = nil
		a.driver.mu.Unlock()
		if len(all) == 0 {
			return did
		}
		for _, f := range all {
			f()
		}
	}
	return false
}

// Until waits for a condition, for a minute at most, and does meanwhile what is queued for the main goroutine.
func Until(t testing.TB, what string, is func() bool) {
	t.Helper()
	if !pause.Within(time.Minute, 20*time.Millisecond, func() bool {
		Settle()
		return is()
	}) {
		t.Fatal("not within a minute: " + what)
	}
}
