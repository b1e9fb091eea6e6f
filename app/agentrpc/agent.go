package agentrpc

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"streamtray/app"
	"streamtray/internal/pause"
	"streamtray/internal/usererr"
)

// maxLine bounds one line of the channel, in bytes.
const maxLine = 1 << 20

// AnswerWithin bounds every wait for the other side: it tells how it goes from memory, and takes what is said to it at
// once. One that needs longer hangs.
const AnswerWithin = 5 * time.Second

// request is one line from the client.
type request struct {
	Do        string `json:"do"` // start, stop, stop-everything, toggle, restart, show, quit
	Streaming bool   `json:"streaming,omitempty"`
	Resume    bool   `json:"resume,omitempty"` // the desktop's next start is to go on with what it does now
	Step      string `json:"step,omitempty"`   // that alone is to be restarted; empty: all from the switch on
}

// Keeper is what can be asked of an agent, near or far.
type Keeper interface {
	Start(streaming bool)
	Stop()
	StopEverything()
	Toggle(streaming bool)
	Restart()
	RestartStep(id string)
}

var (
	_ Keeper = (*app.Agent)(nil)
	_ Keeper = (*Agent)(nil)
)

// Server answers the user's other processes.
type Server struct {
	Hub    *app.Hub
	Keeper Keeper
	Show   func() // brings the window to the front; nil where there is none
	// Quit ends the desktop, whose next start goes on with what it does now if that is to be resumed; nil where a project is
	// kept, which ends when it is stopped.
	Quit func(resume bool)
}

// Bounds of the pause after a connection could not be taken, as when this process has too many files open.
const (
	acceptAgain = 5 * time.Millisecond
	acceptLater = time.Second
)

// Serve answers until ctx ends, then closes l, and its connections only then: who sees one end finds nobody. It waits for
// them to end. A connection that cannot be taken does not end it. It returns nil, or why l was closed by somebody else.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	talking, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	defer context.AfterFunc(ctx, func() {
		l.Close()
		end()
	})()
	var wg sync.WaitGroup
	defer wg.Wait()
	for wait := acceptAgain; ; {
		c, err := l.Accept()
		if ctx.Err() != nil {
			if err == nil {
				c.Close() // who came too late is not to hear of a state that has ended
			}
			return nil
		}
		if err == nil {
			wait = acceptAgain
			wg.Go(func() { s.talk(talking, c) })
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return usererr.New("agentrpc.broken", nil, err)
		}
		if !pause.For(ctx, wait) {
			return nil
		}
		wait = min(2*wait, acceptLater)
	}
}

// talk serves one client until either side ends.
func (s *Server) talk(ctx context.Context, c net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := s.Hub.Events(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer cancel()
		s.listen(c)
	})
	send(ctx, c, events)
	c.Close() // ends listen
	wg.Wait()
}

// listen carries out requests until the client ends.
func (s *Server) listen(c net.Conn) {
	lines := bufio.NewScanner(c)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var r request
		if json.Unmarshal(lines.Bytes(), &r) != nil {
			return // not a program of ours
		}
		switch r.Do {
		case "start":
			s.Keeper.Start(r.Streaming)
		case "stop":
			s.Keeper.Stop()
		case "stop-everything":
			s.Keeper.StopEverything()
		case "toggle":
			s.Keeper.Toggle(r.Streaming)
		case "restart":
			if r.Step != "" {
				s.Keeper.RestartStep(r.Step)
				continue
			}
			s.Keeper.Restart()
		case "show":
			if s.Show != nil {
				s.Show()
			}
		case "quit":
			if s.Quit != nil {
				s.Quit(r.Resume)
			}
		}
	}
}

// lastWords is how long the events that were under way when the agent ended may take to reach the client.
const lastWords = time.Second

func send(ctx context.Context, c net.Conn, events func(func(app.Event, int) bool)) {
	limit := writeLimit{conn: c}
	defer context.AfterFunc(ctx, limit.last)()
	out := json.NewEncoder(c)
	for e := range events {
		limit.next()
		if out.Encode(FromEvent(e)) != nil {
			return
		}
	}
}

// writeLimit sets how long a client may take to read: one that stopped reading is left.
type writeLimit struct {
	conn  net.Conn
	mu    sync.Mutex
	ended bool // the limit of the last words stands
}

// next allows for one more line.
func (w *writeLimit) next() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		_ = w.conn.SetWriteDeadline(time.Now().Add(AnswerWithin))
	}
}

func (w *writeLimit) last() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	_ = w.conn.SetWriteDeadline(time.Now().Add(lastWords))
}

// Agent is another process's agent, seen from here. Its Hub has what the other's has.
type Agent struct {
	Hub   *app.Hub
	known chan struct{} // closed once the Hub has the state as it was when we came
	first sync.Once     // the other may say more than once that its state is complete
	mu    sync.Mutex
	conn  net.Conn
	err   error // of the first request that could not be sent
}

// Attach makes an Agent of a connection. Follow feeds it.
func Attach(c net.Conn) *Agent { return &Agent{Hub: &app.Hub{}, conn: c, known: make(chan struct{})} }

// Known is closed once the Hub has the other's state as it was when Follow began.
func (a *Agent) Known() <-chan struct{} { return a.known }

// Follow feeds the Hub until ctx or the other agent ends; the latter gives nil.
func (a *Agent) Follow(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { a.conn.Close() })()
	defer a.conn.Close()
	lines := bufio.NewScanner(a.conn)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var w Event
		if err := Unmarshal(lines.Bytes(), &w); err != nil {
			return usererr.New("agentrpc.broken", nil, err)
		}
		e, err := w.Event()
		if err != nil {
			return usererr.New("agentrpc.broken", nil, err)
		}
		if e.Kind == app.Current {
			a.first.Do(func() { close(a.known) })
			continue
		}
		a.Hub.Emit(e)
	}
	err := lines.Err()
	if errors.Is(err, syscall.ECONNRESET) { // it ended before it had taken our connection
		err = nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := errors.Join(err, a.err); err != nil && ctx.Err() == nil {
		return usererr.New("agentrpc.broken", nil, err)
	}
	return ctx.Err()
}

func (a *Agent) request(r request) {
	b, err := json.Marshal(r)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		_ = a.conn.SetWriteDeadline(time.Now().Add(AnswerWithin)) // it waits only for one that hangs: a line fits any buffer
		_, err = a.conn.Write(append(b, '\n'))
	}
	if a.err == nil {
		a.err = err
	}
}

// Start asks for the story to be kept.
func (a *Agent) Start(streaming bool) { a.request(request{Do: "start", Streaming: streaming}) }

// Stop asks for the app to be stopped.
func (a *Agent) Stop() { a.request(request{Do: "stop"}) }

// StopEverything asks for the containers to be stopped too.
func (a *Agent) StopEverything() { a.request(request{Do: "stop-everything"}) }

// Toggle asks for streaming on or off.
func (a *Agent) Toggle(streaming bool) { a.request(request{Do: "toggle", Streaming: streaming}) }

// Restart asks for the app to be restarted.
func (a *Agent) Restart() { a.request(request{Do: "restart"}) }

// RestartStep asks for one step to be taken back and kept again.
func (a *Agent) RestartStep(id string) { a.request(request{Do: "restart", Step: id}) }

// Show asks for the window to be brought to the front.
func (a *Agent) Show() { a.request(request{Do: "show"}) }

// Quit asks the desktop to end; with resume its next start goes on with what it does now.
func (a *Agent) Quit(resume bool) { a.request(request{Do: "quit", Resume: resume}) }
