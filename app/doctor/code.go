package doctor

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/pycheck"
)

// code is the app's code, read once for all checks that judge it.
type code struct {
	s    *Subject
	once sync.Once

	report pycheck.Report
	err    error
}

func (c *code) read(ctx context.Context) (pycheck.Report, error) {
	c.once.Do(func() {
		var o pycheck.Options
		if o, c.err = c.s.reading(); c.err == nil {
			c.report, c.err = pycheck.Run(ctx, o)
		}
	})
	return c.report, c.err
}

// reading says how the app's code is read: by its own interpreter, with the project's flag and topic.
func (s *Subject) reading() (pycheck.Options, error) {
	_, argv, _, err := s.parts.Launch.Interpreter(s.options.Environ)
	if err != nil {
		return pycheck.Options{}, err
	}
	o := pycheck.Options{
		Python: argv, Dir: s.config.App.Dir, Flag: s.config.Streaming.Env, On: s.config.Streaming.On, Off: s.config.Streaming.Off,
	}
	if topics := s.config.Kafka.Topics; len(topics) > 0 {
		o.Topic = topics[0].Name // the first is where results go
	}
	return o, nil
}

// has looks for one kind of mistake in the code.
func (c *code) has(kind string) func(context.Context) Result {
	return func(ctx context.Context) Result {
		if f, yes := c.s.nothingToCheck(kind); yes {
			return f
		}
		if !c.s.trusted() {
			return skip("doctor.untrusted", nil).can(Trust)
		}
		r, err := c.read(ctx)
		if err != nil { // code.readable tells why
			return toldBy(codeReadable)
		}
		var found []pycheck.Finding
		for _, f := range r.Findings {
			if f.Check == kind {
				found = append(found, f)
			}
		}
		if len(found) == 0 {
			return passed("doctor."+kind+".ok", nil)
		}
		f := fromTexts(Problem, found)
		f.found = found
		if slices.ContainsFunc(found, pycheck.Finding.Fixable) {
			f = f.with(app.Note{ID: "doctor.code.change"})
		}
		if kind == pycheck.Logging { // the app works, and hides why when it does not
			return f.asWarning()
		}
		return f
	}
}

// codeReadable is the check that the code can be read at all.
const codeReadable = "code.readable"

// readable looks whether the interpreter can read all of the code.
func (c *code) readable(ctx context.Context) Result {
	if !c.s.trusted() {
		return skip("doctor.untrusted", nil).can(Trust)
	}
	r, err := c.read(ctx)
	if err != nil {
		return fromError(err)
	}
	if len(r.Unread) == 0 {
		return passed("doctor.code.readable.ok", args{"Files": r.Files, "Python": r.Python})
	}
	return fromTexts(Warning, r.Unread)
}

// Diff is the change that Fix would make for the result, as a unified diff; empty: none.
func (r Result) Diff() string {
	var b strings.Builder
	for _, f := range r.found {
		b.WriteString(f.Diff)
	}
	return b.String()
}

// Fix makes the changes that results of this subject propose (Diff), of which the person has agreed to each. Every file is
// kept as it was in a folder of StreamTray's own; the code is checked again afterwards. With an error comes what was
// changed before it.
func Fix(ctx context.Context, s *Subject, agreed []Result) ([]pycheck.Fixed, error) {
	var found []pycheck.Finding
	for _, r := range agreed {
		found = append(found, r.found...)
	}
	o, err := s.reading()
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return pycheck.Fix(ctx, o, found, s.parts.Backups, time.Now())
}
