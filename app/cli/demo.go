package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/project"
	"streamtray/app/sample"
	"streamtray/app/view"
	"streamtray/internal/pause"
	"streamtray/internal/usererr"
)

// framesPerSecond is what the demo's camera sends.
const framesPerSecond = 10

// demoRun is one run of the demo.
type demoRun struct {
	call    *call
	project *project.Project
	begin   time.Time

	mu    sync.Mutex
	flows []project.Flow
	sent  sample.Count
	took  time.Duration // to streaming; 0 until then
}

func runDemo(ctx context.Context, c *call) error {
	var length time.Duration
	c.flags.Var((*durationFlag)(&length), "for", "")
	if _, err := c.parse(0); err != nil {
		return err
	}
	o, err := c.options()
	if err != nil {
		return err
	}
	p, err := project.Demo(ctx, o, SampleApp)
	if err != nil {
		return err
	}
	defer p.Close()
	s := &demoRun{call: c, project: p, begin: time.Now(), flows: []project.Flow{}}
	return s.run(ctx, length)
}

// run keeps the story, sends frames once it streams, and ends after length (0: when the user interrupts).
func (s *demoRun) run(ctx context.Context, length time.Duration) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	k := agentrpc.Keep(running, s.project, false)
	end := show(ctx, s.printer(), k.Hub)
	err := s.call.settle(running, k, goal{streaming: "on"})
	if errors.Is(err, errInterrupted) {
		err = nil
	}
	if err == nil && running.Err() == nil {
		s.streaming()
		err = s.stream(running, k, length)
	}
	stop()
	err = errors.Join(err, k.Wait())
	end()
	if err == nil && ctx.Err() == nil { // a user who leaves early has seen what they wanted
		err = s.flowed()
	}
	return errors.Join(err, s.summary(err == nil))
}

func (s *demoRun) streaming() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took = time.Since(s.begin)
}

// stream is the camera in front of the app: frames go in by its WebSocket, and the topics are counted every second.
func (s *demoRun) stream(ctx context.Context, k *agentrpc.Session, length time.Duration) error {
	if length > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, length)
		defer cancel()
	}
	camera, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { s.sendFrames(camera) })
	t := time.NewTicker(time.Second)
	defer t.Stop()
	states := k.Hub.Watch(ctx)
	for {
		select {
		case state, open := <-states:
			if !open {
				return s.count(context.WithoutCancel(ctx)) // the last look, before all is stopped
			}
			if state.Phase() == app.PhaseFailed {
				return failure(state)
			}
		case <-t.C:
			_ = s.count(ctx) // a look that failed is told by the rows; the next is due in a second
		}
	}
}

// sendFrames sends frames until ctx ends; an app that is restarted is filmed again.
func (s *demoRun) sendFrames(ctx context.Context) {
	for ctx.Err() == nil {
		before := s.sent
		_ = sample.Camera(ctx, s.project.DemoSocket(), framesPerSecond, func(n sample.Count) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.sent = sample.Count{Sent: before.Sent + n.Sent, Answered: before.Answered + n.Answered}
		})
		pause.For(ctx, time.Second)
	}
}

func (s *demoRun) count(ctx context.Context) error {
	flows, err := s.project.Flows(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flows = flows
	return nil
}

func (s *demoRun) printer() printer {
	p := s.call.printer(s.call.words.Text("cli.demo.title", nil), everything)
	size, terminal := terminalSize(s.call.Out)
	if s.call.json || !terminal {
		return p
	}
	r := &rows{out: drawing(s.call.Out), words: s.call.words, title: s.call.words.Text("cli.demo.title", nil), size: size, more: s.lines}
	return r.printer
}

// lines are the live counts below the rows.
func (s *demoRun) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.took == 0 {
		return nil
	}
	w := s.call.words
	table := [][]string{{"  " + w.Text("cli.topic.name", nil), w.Text("cli.topic.partitions", nil), w.Text("cli.topic.records", nil), w.Text("cli.topic.rate", nil)}}
	for _, f := range s.flows {
		table = append(table, []string{"  " + f.Topic, fmt.Sprint(f.Partitions), fmt.Sprint(f.Records), fmt.Sprintf("%.1f", f.Rate)})
	}
	lines := append([]string{""}, tableLines(table)...)
	return append(lines, "", "  "+w.Text("cli.demo.sent", map[string]any{"Sent": s.sent.Sent, "Answered": s.sent.Answered}))
}

// demoSummary is the last line of demo --json.
type demoSummary struct {
	Kind    string         `json:"kind"` // "summary"
	Phase   app.Phase      `json:"phase"`
	Seconds float64        `json:"seconds_to_streaming"`
	Topics  []project.Flow `json:"topics"`
	Sent    int            `json:"frames_sent"`
	Replied int            `json:"frames_answered"`
}

// flowed is nil when records flowed from end to end: that is what the demo promises.
func (s *demoRun) flowed() error {
	for _, t := range s.project.Config.Kafka.Topics {
		if !slices.ContainsFunc(s.flows, func(f project.Flow) bool { return f.Topic == t.Name && f.Records > 0 }) {
			return usererr.New("cli.demo.no_records", map[string]any{"Topic": t.Name}, nil)
		}
	}
	return nil
}

// summary tells how it went.
func (s *demoRun) summary(kept bool) error {
	var total int64
	for _, f := range s.flows {
		total += f.Records
	}
	j := demoSummary{Kind: "summary", Phase: app.Streaming, Seconds: s.took.Seconds(), Topics: s.flows, Sent: s.sent.Sent, Replied: s.sent.Answered}
	switch {
	case !kept:
		j.Phase = app.PhaseFailed
	case s.took == 0:
		j.Phase = app.Stopped
	}
	if s.call.json {
		return json.NewEncoder(s.call.Out).Encode(j)
	}
	if j.Phase == app.Streaming {
		w := s.call.words
		fmt.Fprintln(s.call.Out, w.Text("cli.demo.done", map[string]any{"Took": view.Seconds(s.took, w), "Records": total, "Topics": len(s.flows)}))
	}
	return nil
}

// SampleApp is the hidden verb that runs the built-in sample app; demo launches this program with it.
const SampleApp = "sample-app"

func runSampleApp(ctx context.Context, c *call) error {
	if _, err := c.parse(0); err != nil {
		return err
	}
	return sample.Run(ctx, c.Getenv, c.Out)
}
