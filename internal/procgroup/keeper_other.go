//go:build !windows

package procgroup

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// keep takes the grace, the program's path and its argument vector.
func keep(args []string) int {
	if len(args) < 3 {
		return 2
	}
	grace, err := time.ParseDuration(args[0])
	if err != nil {
		return 2
	}
	orders, reports := os.NewFile(ordersFD, "orders"), os.NewFile(reportsFD, "reports")
	syscall.CloseOnExec(ordersFD)
	syscall.CloseOnExec(reportsFD)
	// Signals meant for a whole session must not end the one who cleans up; the app gets its own.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	runtime.LockOSThread() // see startGroup; this thread lives as long as the keeper
	w := &supervised{
		grace: grace, reports: reports, asked: map[int]bool{},
		orders: make(chan byte), ended: make(chan struct{}), alone: make(chan struct{}),
	}
	if err := errors.Join(adoptOrphans(), w.start(args[1], args[2:])); err != nil {
		fmt.Fprintf(reports, "error %v\n", err)
		return 1
	}
	go w.listen(orders) // both end with this process
	go w.collect()
	w.watch()
	return 0
}

// supervised is the app in its keeper's eyes.
type supervised struct {
	grace   time.Duration
	reports io.Writer
	pid     int
	asked   map[int]bool  // who was asked to end; the group goes by its leader
	orders  chan byte     // closed when whoever gives them is gone
	ended   chan struct{} // closed when the app has ended
	alone   chan struct{} // closed when no child is left: on Linux, no descendant
}

func (w *supervised) start(path string, argv []string) error {
	p, err := os.StartProcess(path, argv, &os.ProcAttr{
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}, Env: os.Environ(), Sys: Own(),
	})
	if err != nil {
		return err
	}
	w.pid = p.Pid
	fmt.Fprintf(w.reports, "pid %d\n", w.pid)
	return p.Release() // collect waits for it
}

func (w *supervised) listen(orders io.Reader) {
	defer close(w.orders)
	one := make([]byte, 1)
	for {
		if _, err := orders.Read(one); err != nil {
			return
		}
		w.orders <- one[0]
	}
}

// collect waits for every child, adopted ones too.
func (w *supervised) collect() {
	defer close(w.alone)
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil: // no child is left
			return
		case pid == w.pid:
			fmt.Fprintf(w.reports, "ended %d\n", status)
			close(w.ended)
		}
	}
}

// watch follows the orders, and sees the end through once the app ended or is to end.
func (w *supervised) watch() {
	orders, ended, alone := w.orders, w.ended, w.alone
	pulse := time.NewTicker(glanceEvery)
	pulse.Stop()              // until the end begins
	var late <-chan time.Time // when it runs out, those still here are killed
	end := w.ask
	for {
		select {
		case o, ok := <-orders:
			if !ok {
				orders, late = nil, time.After(w.grace)
			} else if o == orderKill {
				late = time.After(0)
			}
		case <-ended:
			ended = nil
			if late == nil {
				late = time.After(staysWithin)
			}
		case <-alone:
			alone = nil
		case <-late:
			end = w.kill
		case <-pulse.C:
			if alone == nil && !groupLives(w.pid) {
				return
			}
			end()
			continue
		}
		pulse.Reset(glanceEvery)
	}
}

// ask tells everyone to end who was not told yet: a second signal makes some programs skip their farewell.
func (w *supervised) ask() {
	if !w.asked[w.pid] {
		w.asked[w.pid] = true
		_ = signalGroup(w.pid, syscall.SIGTERM)
	}
	for _, pid := range childrenOutside(w.pid) {
		if !w.asked[pid] {
			w.asked[pid] = true
			_ = syscall.Kill(pid, syscall.SIGTERM)
		}
	}
}

// kill ends those who can be reached. Orphans that this brings to light are children at the next pulse.
func (w *supervised) kill() {
	_ = signalGroup(w.pid, syscall.SIGKILL)
	for _, pid := range childrenOutside(w.pid) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}
