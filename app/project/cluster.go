package project

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"strconv"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/ports"
	"streamtray/app/story"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// cluster is Kafka as the story sees it.
type cluster struct {
	at     func() (*kafka.Cluster, error) // the embedded one has no address before it runs
	topics []kafka.Topic                  // declared

	// soon has the story looked at again after a time; nil: nobody does.
	soon func(time.Duration)

	mu      sync.Mutex
	brokers []string             // the addresses that clients are told, of the last Ready that held
	held    map[string]time.Time // by step: when it last did
	proof   app.Note
	flow    flow
	under   *measurement // that is under way, or was not asked for yet
	known   []Flow       // what the last that went well has measured
	knownAt time.Time
}

// pooledFor is how long a connection outlives the last look: as long as somebody looks every two seconds, there is one.
const pooledFor = 10 * time.Second

func newCluster(at func() (*kafka.Cluster, error), topics []kafka.Topic) *cluster {
	return &cluster{at: at, topics: topics}
}

func (c *cluster) names() []string {
	names := make([]string, len(c.topics))
	for i, t := range c.topics {
		names[i] = t.Name
	}
	return names
}

// Ready checks the cluster's readiness and remembers what was seen.
func (c *cluster) Ready(ctx context.Context) error {
	k, err := c.at()
	if err != nil {
		return err
	}
	l := k.CheckReadiness(ctx)
	if err := l.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proof = proof(l)
	c.holds(story.StepBroker)
	c.brokers = c.brokers[:0:0]
	for _, b := range l.Brokers {
		c.brokers = append(c.brokers, b.Addr)
	}
	return nil
}

// proof is the note of a ready cluster: its brokers' addresses, and what each check saw.
func proof(l kafka.Readiness) app.Note {
	n := app.Note{ID: "project.broker", Args: map[string]any{"Count": len(l.Brokers), "Addr": ""}}
	if len(l.Brokers) > 0 {
		n.Args["Addr"] = l.Brokers[0].Addr
	}
	for _, r := range l.Checks {
		args := maps.Clone(r.Proof.Args)
		if args == nil {
			args = map[string]any{}
		}
		args["Took"] = milliseconds(r.Took)
		n.More = append(n.More, app.Note{ID: r.Proof.ID, Args: args})
	}
	return n
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// Proof is what the last Ready saw.
func (c *cluster) Proof() app.Note {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.proof
}

// Topics tells that there is nothing to look for where the project names no topic.
func (c *cluster) Topics() app.Note {
	if len(c.topics) == 0 {
		return app.Note{ID: "project.topics_none"}
	}
	return app.Note{}
}

// HasTopics looks whether the declared topics can be used.
func (c *cluster) HasTopics(ctx context.Context) error {
	k, err := c.at()
	if err != nil {
		return err
	}
	if err := k.Exist(ctx, c.topics); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holds(story.StepTopics)
	return nil
}

// holds notes that a step does now; c.mu is held.
func (c *cluster) holds(step string) {
	if c.held == nil {
		c.held = map[string]time.Time{}
	}
	c.held[step] = time.Now()
}

// lastHeld is when a step was last seen to hold; the zero time: never.
func (c *cluster) lastHeld(step string) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[step]
}

// CreateTopics creates what is missing and nothing else.
func (c *cluster) CreateTopics(ctx context.Context, tell app.Tell) error {
	k, err := c.at()
	if err != nil {
		return err
	}
	outcomes, err := k.Apply(ctx, c.topics, false)
	if err != nil {
		return err
	}
	var errs []error
	for _, o := range outcomes {
		if o.Err != nil {
			errs = append(errs, o.Err)
			continue
		}
		if o.Deed == kafka.Created {
			tell(note(o.Note()))
		}
	}
	return errors.Join(errs...)
}

func note(n kafka.Note) app.Note { return app.Note{ID: n.ID, Args: n.Args} }

// embedded is the broker in this process.
type embedded struct {
	port int
	dir  string
	pool *kafka.Pool

	mu     sync.Mutex
	broker *kafka.Embedded
	other  string // the address of the one in the process that keeps the project; empty: unknown
}

// Running is nil while the broker runs.
func (e *embedded) Running(context.Context) error {
	_, err := e.cluster()
	return err
}

// cluster is how to reach the broker while it runs.
func (e *embedded) cluster() (*kafka.Cluster, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.broker != nil:
		k := e.broker.Cluster()
		k.Pool = e.pool
		return k, nil
	case e.other != "":
		return &kafka.Cluster{Bootstrap: []string{e.other}, Pool: e.pool}, nil
	}
	return nil, usererr.New("project.embedded_stopped", nil, nil)
}

// Learn takes over from the state of the process that keeps the project what is known to it alone: where its embedded
// broker is. It is for a process that only talks to the cluster.
func (p *Project) Learn(s app.State) {
	e, ok := p.broker.(*embedded)
	row, _ := s.Row(story.StepBroker)
	addr, _ := row.Note.Args["Addr"].(string)
	if !ok || !row.Holding() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.other = addr
}

// Blocked is nil unless another program holds the broker's port.
func (e *embedded) Blocked(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broker != nil || e.port == 0 {
		return nil
	}
	return ports.Free(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(e.port)))
}

// Up starts the broker.
func (e *embedded) Up(context.Context, app.Tell) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broker != nil {
		return nil
	}
	b, err := kafka.StartEmbedded(kafka.EmbeddedOptions{Port: e.port, DataDir: e.dir})
	if err != nil {
		return err
	}
	e.broker = b
	return nil
}

// Stop ends the broker; what it keeps is written first.
func (e *embedded) Stop(context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broker == nil {
		return nil
	}
	b := e.broker
	e.broker = nil
	return b.Close()
}
