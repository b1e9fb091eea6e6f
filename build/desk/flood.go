package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"streamtray/internal/pause"
)

// Flood is what happened to a program whose page of logs was flooded.
type Flood struct {
	Lines  int           // that the app wrote
	Over   time.Duration // in this time
	Before Load          // with the page open, while nothing came
	During Load          // the processor's over all of it
	Most   int64         // bytes resident at the worst moment
	Slow   time.Duration // the longest that going to another page and back took meanwhile
}

// Grown is by how much the memory grew.
func (f Flood) Grown() int64 { return f.Most - f.Before.Resident }

// floodEvery is how long the app gathers lines before it writes them.
const floodEvery = 10 * time.Millisecond

// Pour is the app of a flood: it tells that it has its producer, waits for a file and then writes lines for a time. It
// writes how many into another file, and waits to be stopped.
func Pour(ctx context.Context, dir string, perSecond int, over time.Duration) error {
	fmt.Println("Kafka producer initialized")
	err := Until(ctx, 10*time.Minute, "the order to flood", func() (bool, error) {
		_, err := os.Stat(filepath.Join(dir, "pour"))
		return err == nil, nil
	})
	if err != nil {
		return err
	}
	t := time.NewTicker(floodEvery)
	defer t.Stop()
	lines := 0
	var b strings.Builder
	for began := time.Now(); time.Since(began) < over; <-t.C {
		b.Reset()
		for due := int(float64(perSecond) * time.Since(began).Seconds()); lines < due; lines++ {
			fmt.Fprintf(&b, "2026-11-23 16:00:00.123 | INFO     | routes.ws:stream:81 - frame %d: 3 objects, 12.4 ms\n", lines)
		}
		if _, err := os.Stdout.WriteString(b.String()); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "poured.new"), []byte(strconv.Itoa(lines)), 0o600); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(dir, "poured.new"), filepath.Join(dir, "poured")); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// floodProject is a project whose app is a flood.
const floodProject = `version: 1
name: flood
kafka: {mode: embedded, topics: [{name: detection-results, partitions: 1, replication: 1}]}
app: {command: [%q, %s], ready: {log: Kafka producer initialized, http: ""}}
`

// Flood opens the page of the logs of a project and has the project's app, which calls Pour when it is started with args, write
// lines for a time.
func (d *Display) Flood(ctx context.Context, program, app, args string, env []string, over time.Duration) (f Flood, err error) {
	dir := filepath.Join(d.dir, "flood")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return f, err
	}
	if err := os.WriteFile(filepath.Join(dir, "streamtray.yaml"), fmt.Appendf(nil, floodProject, app, args), 0o600); err != nil {
		return f, err
	}
	p, err := d.Open(ctx, program, env, dir)
	if err != nil {
		return f, err
	}
	defer p.Kill()
	if err := p.UntilTooltip(ctx, "Running", time.Minute); err != nil {
		return f, err
	}
	if err := p.turn(ctx); err != nil { // the first look at a page fills what Fyne keeps
		return f, err
	}
	if f.Before, err = p.Measure(ctx, 10*time.Second); err != nil {
		return f, err
	}
	if err := os.WriteFile(filepath.Join(dir, "pour"), nil, 0o600); err != nil {
		return f, err
	}
	return f, p.flooded(ctx, &f, dir, over)
}

// turnEvery is how often it is tried whether pages still come up.
const turnEvery = 10 * time.Second

// flooded looks on until the app has poured.
func (p *Program) flooded(ctx context.Context, f *Flood, dir string, over time.Duration) error {
	began, tried := time.Now(), time.Time{}
	before, err := p.used()
	if err != nil {
		return err
	}
	for {
		now, err := p.memory("Rss")
		if err != nil {
			return err
		}
		f.Most = max(f.Most, now)
		if time.Since(tried) > turnEvery {
			tried = time.Now()
			if err := p.turn(ctx); err != nil {
				return err
			}
			f.Slow = max(f.Slow, time.Since(tried))
		}
		if text, err := os.ReadFile(filepath.Join(dir, "poured")); err == nil {
			f.Over = over
			f.Lines, err = strconv.Atoi(string(text))
			if err != nil {
				return err
			}
			break
		}
		if time.Since(began) > 2*over+time.Minute {
			return errors.New("flood: the app did not end it")
		}
		if !pause.For(ctx, time.Second) {
			return ctx.Err()
		}
	}
	after, err := p.used()
	f.During = Load{CPU: 100 * float64(after-before) / float64(time.Since(began))}
	return err
}
