package sample

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"streamtray/internal/usererr"
)

// Run is the sample detection app until ctx ends: the Go twin of the Python program in assets/sample, with the same
// settings by environment, the same log lines on out, the same three topics, HTTP and WebSocket. The error is a fault
// when a setting is wrong or the port cannot be had; without Kafka it runs all the same, as the twin does.
func Run(ctx context.Context, getenv func(string) string, out io.Writer) error {
	set, err := readSettings(getenv)
	if err != nil {
		return err
	}
	a := &app{settings: set, log: &logger{out: out}}
	if set.streaming {
		a.stream = initialize(ctx, set, a.log)
		defer a.stream.close(ctx)
	}
	return a.serve(ctx)
}

// app answers to HTTP.
type app struct {
	settings settings
	log      *logger
	stream   *stream // nil: not streaming

	mu    sync.Mutex
	ended bool           // nobody may begin to talk
	talks sync.WaitGroup // with cameras
}

// serve answers until ctx ends.
func (a *app) serve(ctx context.Context) error {
	var lc net.ListenConfig
	addr := net.JoinHostPort(a.settings.host, a.settings.port)
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return usererr.New("sample.cannot_listen", map[string]any{"Addr": addr}, err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return err
	}
	a.log.say(running, net.JoinHostPort(a.settings.host, port))
	a.stream.analyse(ctx)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.status)
	mux.HandleFunc("GET /ws/detect", func(w http.ResponseWriter, r *http.Request) { a.talk(ctx, w, r) })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		_ = server.Close() // nothing is left to save
		<-ended            // we ended it ourselves
		err = nil
	}
	a.end()
	return err
}

func (a *app) status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"name": "detection", "streaming": a.stream != nil}) // the client has left
}

// maxMessage is room for a picture in base64.
const maxMessage = 8 << 20

// talk answers each frame of one connection, in order, until the client leaves.
func (a *app) talk(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	if !a.begin() {
		return
	}
	defer a.talks.Done()
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = c.CloseNow() }() // it is closed already when the client left
	c.SetReadLimit(maxMessage)
	a.log.say(connected)
	for {
		_, message, err := c.Read(ctx)
		if err != nil {
			return
		}
		if err := c.Write(ctx, websocket.MessageText, a.answer(ctx, message)); err != nil {
			return
		}
	}
}

// answer is the detection of one frame, or {"error": …} for what is no frame.
func (a *app) answer(ctx context.Context, message []byte) []byte {
	f, err := decodeFrame(message)
	if err != nil {
		return encode(map[string]string{"error": err.Error()})
	}
	d := detect(f, now())
	record := encode(d)
	a.stream.send(ctx, a.settings.detections, d.Camera, record)
	return record
}

func (a *app) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.ended {
		a.talks.Add(1)
	}
	return !a.ended
}

func (a *app) end() {
	a.mu.Lock()
	a.ended = true
	a.mu.Unlock()
	a.talks.Wait() // ctx has ended, and they with it
}

func now() int64 { return time.Now().UnixMilli() }
