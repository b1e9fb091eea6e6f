package project

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"streamtray/app/words"
	"streamtray/docker/compose"
	"streamtray/kafka"
)

// Inspection is what compose files mean for a program on this computer.
type Inspection struct {
	JSON  []byte   // the report, one object
	Fixes []string // override files, each making one broker reachable

	report *compose.Report
	live   []string // what the running cluster says, when it was asked
	words  *words.Words
}

// Inspect reads compose files as Compose would from dir, and judges them. It asks no engine and runs nothing.
func Inspect(ctx context.Context, dir string, files, environ []string, w *words.Words) (*Inspection, error) {
	p, err := compose.Load(ctx, compose.Options{Dir: dir, Files: files, Env: environment(environ)})
	if err != nil {
		return nil, err
	}
	i := &Inspection{report: compose.Inspect(p), words: w}
	fixes, err := compose.Fixes(ctx, p)
	if err != nil {
		return nil, err
	}
	if len(fixes) > 0 {
		i.Fixes = []string{compose.Override(fixes)}
	}
	i.JSON, err = i.report.JSON(w.Text)
	i.JSON = append(i.JSON, '\n')
	return i, err
}

// Ask asks the brokers that run at the addresses of the files, whose word outranks the files'. What they say otherwise
// is added to the print.
func (i *Inspection) Ask(ctx context.Context) {
	for _, c := range i.report.Clusters {
		if len(c.Bootstrap) == 0 {
			continue
		}
		l := (&kafka.Cluster{Bootstrap: c.Bootstrap}).Climb(ctx)
		if len(l.Brokers) == 0 {
			text, _ := i.words.Error(l.Err())
			i.live = append(i.live, text)
			continue
		}
		for _, b := range l.Brokers {
			addr := strings.Replace(b.Addr, "127.0.0.1:", "localhost:", 1)
			id := "project.live.same"
			if !slices.Contains(c.Bootstrap, addr) {
				id = "project.live.differs"
			}
			i.live = append(i.live, i.words.Text(id, map[string]any{"Broker": b.ID, "Addr": addr}))
		}
		if err := l.Err(); err != nil {
			text, _ := i.words.Error(err)
			i.live = append(i.live, text)
		}
	}
}

// Print writes the report for a person.
func (i *Inspection) Print(out io.Writer) {
	r, w := i.report, i.words
	say := func(id string, args map[string]any) { fmt.Fprintln(out, w.Text("project.inspect."+id, args)) }
	fmt.Fprintln(out, r.File)
	if len(r.Bootstrap) > 0 {
		say("bootstrap", map[string]any{"Addr": strings.Join(r.Bootstrap, ","), "Security": r.Security})
	} else {
		say("unreachable", nil)
	}
	if len(r.Alternatives) > 0 {
		say("alternatives", map[string]any{"Addr": strings.Join(r.Alternatives, ", ")})
	}
	if r.Mode != "" {
		say("mode", map[string]any{"Mode": r.Mode})
	}
	for _, s := range r.Services {
		fmt.Fprintf(out, "  %-12s %s  %s\n", s.Role, s.Name, s.Image)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(out, "\n%s:%d  %s\n  %s\n", p.File, p.Line, p.Code, w.Text(p.ID, p.Args))
		if hint, ok := w.Find(p.ID+".hint", p.Args); ok {
			fmt.Fprintf(out, "  %s\n", hint)
		}
	}
	if len(i.Fixes) > 0 {
		fmt.Fprintln(out)
		say("fix", nil)
	}
	for _, l := range i.live {
		fmt.Fprintln(out, l)
	}
}
