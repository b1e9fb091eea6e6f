package docker

import (
	"context"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
)

// Action is what happened to a container.
type Action string

// The actions that Events tells of.
const (
	Listening Action = "listening" // nothing happened: the engine listens from here on
	Started   Action = "start"
	Died      Action = "die"
	OutOfMem  Action = "oom"
	Health    Action = "health_status"
	Paused    Action = "pause"
	Unpaused  Action = "unpause"
	Destroyed Action = "destroy"
)

var watched = []Action{Started, Died, OutOfMem, Health, Paused, Unpaused, Destroyed}

// Event is something that happened to a container of the project.
type Event struct {
	At          time.Time // by the engine's clock
	Action      Action
	Service     string
	ID, Name    string // of the container
	ExitCode    int    // when it died
	HealthState string // healthy or unhealthy, when its health changed
}

// Events tells what happens to the project's containers from now on, until ctx ends or the engine closes the stream,
// which is told as the last error. The first event is Listening: a look taken after it misses nothing that the events
// before it could have told. To listen again is for the caller to decide.
func (s *Stack) Events(ctx context.Context) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		happened, failed, end, err := s.Engine.stream(ctx, labelProject+"="+s.Name)
		if err != nil {
			yieldUnlessOver(ctx, err, yield)
			return
		}
		defer end()
		select {
		case err := <-failed: // refused at once
			yieldUnlessOver(ctx, s.ended(ctx, err), yield)
			return
		default:
		}
		if !yield(Event{At: time.Now(), Action: Listening}, nil) {
			return
		}
		for {
			select {
			case m := <-happened:
				if e := asEvent(m); e.Action != "" && !yield(e, nil) {
					return
				}
			case err := <-failed:
				yieldUnlessOver(ctx, s.ended(ctx, err), yield)
				return
			}
		}
	}
}

func (s *Stack) ended(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault(ConnectionLost, facts{"Host": s.Engine.Host()}, err)
	}
	return s.Engine.classify(ctx, err)
}

// yieldUnlessOver tells err as the last word of a sequence, unless it ended because its context did.
func yieldUnlessOver[T any](ctx context.Context, err error, yield func(T, error) bool) {
	if ctx.Err() == nil {
		var none T
		yield(none, err)
	}
}

// newEvent reads an engine's event; one of no interest has no action. A health event carries its state in its name:
// "health_status: healthy".
func newEvent(action, id string, attributes map[string]string, at time.Time) Event {
	name, detail, _ := strings.Cut(action, ":")
	e := Event{At: at, Service: attributes[labelService], ID: id, Name: attributes["name"]}
	for _, a := range watched {
		if string(a) == name {
			e.Action = a
		}
	}
	if e.Action == Health {
		e.HealthState = strings.TrimSpace(detail)
	}
	if e.Action == Died {
		e.ExitCode, _ = strconv.Atoi(attributes["exitCode"]) // absent from some engines: 0
	}
	return e
}
