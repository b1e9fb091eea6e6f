package detector

import "time"

// tree is a running program with everything it has started and will start. ask and kill may come from any goroutine
// and at any time; wait is called once.
type tree interface {
	// pid is that of the program itself.
	pid() int
	// ask tells all of them, politely, to end.
	ask() error
	// kill ends all of them.
	kill() error
	// wait returns when the program has ended and then nobody else is left; those who stay behind the program for
	// longer than staysWithin are ended. The error says that some would not go.
	wait() (exit, error)
}

// exit is how a program ended.
type exit struct {
	code   int
	signal string // the name of the signal that ended it; empty for an exit
}

const (
	staysWithin = 2 * time.Second       // what an app may leave behind may stay this long to finish
	goneWithin  = 5 * time.Second       // killed processes disappear in this time
	glanceEvery = 10 * time.Millisecond // how often we look whether processes are gone
)

// until looks again and again whether done, for at most d, and reports whether it became so.
func until(d time.Duration, done func() bool) bool {
	if done() {
		return true
	}
	late := time.NewTimer(d)
	defer late.Stop()
	look := time.NewTicker(glanceEvery)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if done() {
				return true
			}
		case <-late.C:
			return done()
		}
	}
}
