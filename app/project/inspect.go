package project

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"streamtray/app/i18n"
	"streamtray/docker/compose"
	"streamtray/kafka"
)

// Inspection is what compose files mean for a program on this computer.
type Inspection struct {
	Fixes []string // override files, each making one broker reachable

	report *compose.Report
	live   []Live // what the running brokers say, when they were asked
	words  *i18n.Words
}

// Live is what asking the running brokers showed.
type Live struct {
	Broker int32  `json:"broker"`
	Addr   string `json:"addr,omitempty"` // advertised
	Same   bool   `json:"same"`           // as the file says
	Text   string `json:"text"`
}

// Inspect reads compose files as Compose would from dir, and judges them. It asks no engine and runs nothing.
func Inspect(ctx context.Context, dir string, files, environ []string, w *i18n.Words) (*Inspection, error) {
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
	return i, nil
}

// JSON is the report as one object. When the running brokers were asked, "live" is what they said.
func (i *Inspection) JSON() ([]byte, error) {
	report, err := i.report.JSON(i.words.Text)
	if err != nil || i.live == nil {
		return append(report, '\n'), err
	}
	live, err := json.MarshalIndent(i.live, "  ", "  ")
	report = append(bytes.TrimSuffix(report, []byte("\n}")), ",\n  \"live\": "...)
	return append(append(report, live...), "\n}\n"...), err
}

// Ask asks the brokers that run at the addresses of the files. Their word outranks the files': where they answer, the
// report's addresses are theirs. What they say otherwise is added.
func (i *Inspection) Ask(ctx context.Context) {
	i.live = []Live{}
	for n := range i.report.Clusters {
		if c := &i.report.Clusters[n]; len(c.Bootstrap) > 0 {
			i.askCluster(ctx, c)
		}
	}
}

func (i *Inspection) askCluster(ctx context.Context, c *compose.Cluster) {
	l := (&kafka.Cluster{Bootstrap: c.Bootstrap, Security: kafka.Security{Protocol: c.Security}}).Climb(ctx)
	if err := l.Err(); err != nil {
		text, _ := i.words.Error(err)
		i.live = append(i.live, Live{Broker: -1, Text: text})
	}
	if len(l.Brokers) == 0 {
		return // it does not run, or lets no stranger in: the files' word is all there is
	}
	said := c.Bootstrap
	c.Bootstrap = nil
	for _, b := range l.Brokers {
		addr := strings.Replace(b.Addr, "127.0.0.1:", "localhost:", 1)
		id, same := "project.live.differs", slices.Contains(said, addr)
		if same {
			id = "project.live.same"
		}
		i.live = append(i.live, Live{b.ID, addr, same, i.words.Text(id, map[string]any{"Broker": b.ID, "Addr": addr})})
		c.Bootstrap = append(c.Bootstrap, addr)
	}
	i.report.Bootstrap = replaced(i.report.Bootstrap, said, c.Bootstrap)
}

// replaced puts the addresses now in the place of those that were said, if these are among all.
func replaced(all, said, now []string) []string {
	at := slices.IndexFunc(all, func(a string) bool { return slices.Contains(said, a) })
	if at < 0 {
		return all
	}
	rest := slices.DeleteFunc(slices.Clone(all), func(a string) bool { return slices.Contains(said, a) })
	return slices.Insert(rest, at, now...)
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
		fmt.Fprintln(out, l.Text)
	}
}
