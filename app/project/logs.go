package project

import (
	"context"
	"iter"
	"slices"
	"time"

	"streamtray/app/detector"
	"streamtray/docker"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// LogOptions choose what Logs gives.
type LogOptions struct {
	Source string // "app" or the name of one of several programs, or a service of the compose project
	Follow bool   // go on with new lines
	Tail   int    // at most this many of the lines so far; 0: all that are kept
}

// LogLine is one line of a log.
type LogLine struct {
	Time   time.Time `json:"time"`
	Source string    `json:"source"`
	Stream string    `json:"stream"` // stdout or stderr; output, of the app: both
	Level  string    `json:"level,omitempty"`
	Text   string    `json:"text"`
}

// Logs gives the lines of the app or of a container, whichever process keeps the project.
func (p *Project) Logs(ctx context.Context, o LogOptions) iter.Seq2[LogLine, error] {
	return func(yield func(LogLine, error) bool) {
		switch {
		case o.Source == "app", slices.Contains(p.Programs(), o.Source):
			p.appLog(ctx, o, yield)
		case p.stack == nil:
			yield(LogLine{}, usererr.New("project.no_container", map[string]any{"Source": o.Source}, nil))
		default:
			p.containerLog(ctx, o, yield)
		}
	}
}

func (p *Project) appLog(ctx context.Context, o LogOptions, yield func(LogLine, error) bool) {
	file := p.appLogFile("")
	if o.Source != "app" {
		file = p.appLogFile(o.Source)
	}
	say := func(l detector.Line) bool {
		return yield(LogLine{Time: l.At, Source: o.Source, Stream: l.Stream.String(), Level: l.Level.String(), Text: l.Text}, nil)
	}
	if o.Follow {
		follow := detector.TailLog(ctx, file, o.Tail)
		if o.Tail == 0 { // from now on
			follow = detector.FollowLog(ctx, file)
		}
		for l, err := range follow {
			if err != nil {
				yield(LogLine{}, err)
				return
			}
			if !say(l) {
				return
			}
		}
		return
	}
	if o.Tail == 0 {
		if err := detector.EachLine(file, say); err != nil {
			yield(LogLine{}, err)
		}
		return
	}
	lines, err := detector.ReadLog(file, o.Tail)
	if err != nil {
		yield(LogLine{}, err)
		return
	}
	for _, l := range lines {
		if !say(l) {
			return
		}
	}
}

func (p *Project) containerLog(ctx context.Context, o LogOptions, yield func(LogLine, error) bool) {
	for l, err := range p.stack.Logs(ctx, o.Source, docker.LogOptions{Follow: o.Follow, Tail: o.Tail, SinceStart: true}) {
		stream := "stdout"
		if l.Stderr {
			stream = "stderr"
		}
		if !yield(LogLine{Time: l.At, Source: o.Source, Stream: stream, Text: termtext.Clean(l.Text)}, err) {
			return
		}
	}
}
