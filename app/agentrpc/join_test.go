package agentrpc

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/internal/usererr"
)

// promise is a project whose one step holds once it is begun.
type promise struct{ channel Channel }

func (p promise) Channel() Channel { return p.channel }

func (p promise) Agent(_ context.Context, hub *app.Hub, _ bool) *app.Agent {
	return &app.Agent{Hub: hub, Story: story}
}

func id(err error) string {
	var told *usererr.Error
	if errors.As(err, &told) {
		return told.ID
	}
	return ""
}

func TestOneKeepsAndAllOthersJoin(t *testing.T) {
	p := promise{channel(t)}
	ctx, end := context.WithCancel(t.Context())
	var near, far []*Session
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := KeepOrJoin(ctx, p, 20*time.Second, nil) // under Wine half of that passes
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Error(err)
			case s.Far == nil:
				near = append(near, s)
			default:
				far = append(far, s)
			}
		})
	}
	wg.Wait()
	if len(near) != 1 || len(far) != 7 {
		t.Fatalf("%d keep and %d joined, want 1 and 7", len(near), len(far))
	}
	far[0].Start(true)
	await(t, far[6].Hub, app.Connected)
	await(t, near[0].Hub, app.Connected)
	end()
	for _, s := range append(near, far...) {
		if err := s.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if _, err := p.channel.Dial(t.Context()); !errors.Is(err, ErrNobody) {
		t.Errorf("Dial after the end: %v, want ErrNobody", err)
	}
}

// A process that had hung kept every further start waiting, without a window and without a word.
func TestAProcessThatDoesNotAnswerIsNamedInTime(t *testing.T) {
	p := promise{channel(t)}
	l, err := p.channel.Listen() // and it takes nobody
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	began := time.Now()
	_, err = KeepOrJoin(t.Context(), p, 400*time.Millisecond, nil)
	// Windows' pipe lets nobody in before its listener waits for somebody, and then cannot be asked whose it is.
	if pid, silent := Silent(err); !silent || pid != os.Getpid() && (pid != 0 || runtime.GOOS != "windows") {
		t.Errorf("got %v (process %d), want agentrpc.silent of process %d", err, pid, os.Getpid())
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("said after %v", took)
	}
}

func TestWhoHasTheNameAndNeverListensIsSaid(t *testing.T) {
	p := promise{channel(t)}
	l, err := p.channel.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go turnAway(l)
	if _, err := KeepOrJoin(t.Context(), p, 300*time.Millisecond, nil); id(err) != "agentrpc.held" {
		t.Errorf("got %v, want agentrpc.held", err)
	}
}

// lingering is a listener that takes its time to close.
type lingering struct {
	net.Listener
	conns chan net.Conn
	done  chan struct{}
}

func (l lingering) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l lingering) Close() error {
	time.Sleep(time.Minute)
	close(l.done)
	return nil
}

// An "up" right after a "down" joined the process that was about to end, and failed with it.
func TestWhoSeesItEndFindsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lingering{conns: make(chan net.Conn), done: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- (&Server{Hub: &app.Hub{}}).Serve(ctx, l) }()
		come := func() (a *Agent, ended chan error) {
			near, far := net.Pipe()
			l.conns <- near
			a, ended = Attach(far), make(chan error, 1)
			go func() { ended <- a.Follow(t.Context()) }()
			return a, ended
		}
		first, ended := come()
		<-first.Known()
		cancel()
		late, turnedAway := come()
		if err := <-turnedAway; err != nil {
			t.Error(err)
		}
		select {
		case <-late.Known():
			t.Error("who came when it had ended was told how it goes")
		default:
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		select {
		case <-l.done:
		default:
			t.Error("a connection ended before the listener was closed")
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

// stumbling is a listener that cannot take some connections.
type stumbling struct {
	net.Listener
	errs chan error
	done chan struct{}
}

func (s stumbling) Accept() (net.Conn, error) {
	select {
	case err := <-s.errs:
		return nil, err
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s stumbling) Close() error {
	close(s.done)
	return nil
}

func TestAConnectionThatCannotBeTakenDoesNotEndTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := stumbling{errs: make(chan error), done: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- (&Server{Hub: &app.Hub{}}).Serve(ctx, l) }()
		began := time.Now()
		for range 12 {
			l.errs <- errors.New("too many open files") // it is asked again, each time
		}
		if took := time.Since(began); took < 100*time.Millisecond || took > 12*acceptLater {
			t.Errorf("asked twelve times in %v: neither at once nor too late", took)
		}
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v, want nil at the end", err)
		}
	})
}

// A client that stopped reading held a connection and its goroutines for as long as the project was kept.
func TestAClientThatStopsReadingIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		hub := &app.Hub{}
		hub.Emit(app.Event{Kind: app.Wants})
		began := time.Now()
		(&Server{Hub: hub}).talk(t.Context(), there) // nothing is read
		if took := time.Since(began); took != AnswerWithin {
			t.Errorf("left after %v, want %v", took, AnswerWithin)
		}
		if _, err := io.ReadAll(here); err != nil {
			t.Errorf("the client is told otherwise than by the end: %v", err)
		}
	})
}
