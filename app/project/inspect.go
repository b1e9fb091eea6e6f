package project

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/config"
	"streamtray/app/i18n"
	"streamtray/docker/compose"
	"streamtray/kafka"
)

// Inspection is what compose files mean for a program on this computer.
type Inspection struct {
	Unreadable bool // nothing could be read as a compose file, or a file is broken: what is told of it is a guess

	report  *compose.Report
	mending *compose.Mending
	live    []Live // what the running brokers say, when they were asked
	words   *i18n.Words
}

// Live is what asking the running brokers showed.
type Live struct {
	Broker int32  `json:"broker"`
	Addr   string `json:"addr,omitempty"` // advertised
	Same   bool   `json:"same"`           // as the file says
	Text   string `json:"text"`
}

// Inspect reads compose files as Compose would from dir, and judges them. A folder stands for the compose files of the project
// that it belongs to; no file at all is dir. It asks no engine and runs nothing.
func Inspect(ctx context.Context, dir string, files, environ []string, w *i18n.Words) (*Inspection, error) {
	files, err := ofFolders(dir, files)
	if err != nil {
		return nil, err
	}
	p, err := compose.Load(ctx, compose.Options{Dir: dir, Files: files, Env: environment(environ)})
	if err != nil {
		return nil, err
	}
	unreadable := p.Unreadable || len(p.Services) == 0 && !p.Accepted
	i := &Inspection{Unreadable: unreadable, report: compose.Inspect(p), words: w}
	i.mending, err = compose.Mend(ctx, p)
	return i, err
}

// ofFolders puts the compose files of its project in the place of each folder.
func ofFolders(dir string, files []string) ([]string, error) {
	if len(files) == 0 {
		files = []string{dir}
	}
	var all []string
	for _, f := range files {
		at := f
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, at)
		}
		if info, err := os.Stat(at); err != nil || !info.IsDir() {
			all = append(all, f) // that it is not there is told by who reads it
			continue
		}
		c, err := config.Open(at)
		if err != nil {
			return nil, err
		}
		if len(c.Compose.Files) == 0 {
			return nil, noCompose(c, true)
		}
		all = append(all, c.Compose.Files...)
	}
	return all, nil
}

// Override is the text of an override file with everything that was proved to mend the files, empty when there is
// nothing. What it does not mend, and what has to be corrected before Compose takes the files at all, stands above it
// as comments.
func (i *Inspection) Override() string {
	text := i.mending.Override()
	if text == "" {
		return ""
	}
	var notes []string
	for _, p := range i.report.Problems {
		if p.Code == compose.ParseError {
			notes = append(notes, i.words.Text("project.inspect.first", map[string]any{
				"Place": place(filepath.Base(p.File), p.Line), "Text": i.words.Text(p.ID, p.Args),
			}))
		}
	}
	for _, n := range i.report.Notes {
		notes = append(notes, i.words.Text(n.ID, n.Args))
	}
	var b strings.Builder
	for _, note := range append(notes, i.Refused()...) {
		fmt.Fprintf(&b, "# %s\n", strings.Join(strings.Fields(note), " "))
	}
	return b.String() + text
}

// Refused says of each broker for which nothing can be proved why that is, and what a person can do.
func (i *Inspection) Refused() []string {
	var all []string
	for _, r := range i.mending.Refused {
		all = append(all, i.words.Text("project.inspect.refused", map[string]any{
			"Service": r.Service, "Why": i.words.Text(r.ID, r.Args), "Hint": i.words.Text(r.ID+".hint", r.Args),
		}))
	}
	return all
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

// QueryBrokers asks the brokers that run at the addresses of the files. Their word outranks the files': where they answer, the
// report's addresses are theirs. What they say otherwise is added.
func (i *Inspection) QueryBrokers(ctx context.Context) {
	i.live = []Live{}
	for n := range i.report.Clusters {
		if c := &i.report.Clusters[n]; len(c.Bootstrap) > 0 {
			i.queryCluster(ctx, c)
		}
	}
}

func (i *Inspection) queryCluster(ctx context.Context, c *compose.Cluster) {
	l := (&kafka.Cluster{
		Bootstrap: c.Bootstrap, Security: kafka.Security{Protocol: c.Security}, LoopbackOnly: true, // nobody agreed to more
	}).CheckReadiness(ctx)
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

// place is where something stands in a file; what concerns the whole file has no line.
func place(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// Print writes the report for a person.
func (i *Inspection) Print(out io.Writer) {
	r, w := i.report, i.words
	say := func(id string, args map[string]any) { fmt.Fprintln(out, w.Text("project.inspect."+id, args)) }
	fmt.Fprintln(out, r.File)
	switch {
	case len(r.Bootstrap) > 0:
		id := "bootstrap"
		if slices.ContainsFunc(r.Problems, func(p compose.Problem) bool { return p.Code == compose.ParseError }) {
			id = "bootstrap_then"
		}
		say(id, map[string]any{"Addr": strings.Join(r.Bootstrap, ","), "Security": r.Security})
	case len(r.Clusters) == 0:
		say("none", nil)
	case i.Unreadable:
		say("unreadable", nil)
	case r.Perhaps():
		say("perhaps", nil)
	default:
		say("unreachable", nil)
	}
	if len(r.Alternatives) > 0 {
		say("alternatives", map[string]any{"Addr": strings.Join(r.Alternatives, ", ")})
	}
	switch r.Mode {
	case "":
	case "unknown":
		say("mode_unknown", nil)
	default:
		say("mode", map[string]any{"Mode": r.Mode})
	}
	for _, s := range r.Services {
		fmt.Fprintf(out, "  %-12s %s  %s\n", s.Role, s.Name, s.Image)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(out, "\n%s  %s\n  %s\n", place(p.File, p.Line), p.Code, w.Text(p.ID, p.Args))
		if hint, ok := w.Find(p.ID+".hint", p.Args); ok {
			fmt.Fprintf(out, "  %s\n", hint)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(out, "\n%s\n  %s\n  %s\n", place(n.File, n.Line), w.Text(n.ID, n.Args), w.Text(n.ID+".hint", n.Args))
	}
	if len(i.mending.Fixes) > 0 {
		fmt.Fprintln(out)
		say("fix", nil)
	}
	for _, why := range i.Refused() {
		fmt.Fprintf(out, "\n%s\n", why)
	}
	for _, l := range i.live {
		fmt.Fprintln(out, l.Text)
	}
}
