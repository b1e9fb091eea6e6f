package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"streamtray/app/redact"
	"streamtray/app/selftest"
	"streamtray/app/settings"
	"streamtray/internal/atomicfile"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// selftestPart is the hidden verb of the processes that the selftest starts.
const selftestPart = "selftest-part"

func runSelftestPart(ctx context.Context, _ *call, args []string) error {
	if code := selftest.Part(ctx, args); code != 0 {
		return errTold
	}
	return nil
}

// checked is a row of the selftest as --json tells it.
type checked struct {
	ID      string           `json:"id"`
	Title   string           `json:"title"`
	Outcome selftest.Outcome `json:"outcome"`
	Reason  string           `json:"reason,omitempty"`
	Cause   string           `json:"cause,omitempty"` // in technical English
	Means   string           `json:"means,omitempty"` // what a failure is to the user
	Advice  string           `json:"advice,omitempty"`
	Seconds float64          `json:"seconds"`
}

// checkUp tries on this computer what no other can prove for it.
func checkUp(ctx context.Context, c *call, args []string) error {
	var file string
	fs := c.flags("selftest", false)
	fs.StringVar(&file, "o", "", "")
	if _, err := c.parse(fs, args, 0); err != nil {
		return err
	}
	var report bytes.Buffer
	c.printHead(&report)
	out := io.MultiWriter(c.Out, &report)
	if c.json {
		out = &report
	}
	all, err := c.tryAll(ctx, out)
	if err != nil {
		return err
	}
	if file != "" {
		if err := c.saveReport(c.path(file), report.String()); err != nil {
			return err
		}
	}
	if c.json {
		err = c.answer(map[string]any{"version": c.Version, "rows": all}, nil)
	}
	failed := func(r checked) bool { return r.Outcome == selftest.Failed }
	if err == nil && slices.ContainsFunc(all, failed) {
		err = errTold
	}
	return err
}

// tryAll tries the rows and prints each as it is known, then how many there are of each kind.
func (c *call) tryAll(ctx context.Context, out io.Writer) ([]checked, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	home, err := settings.Home()
	if err != nil {
		return nil, err
	}
	rows, err := selftest.Run(ctx, selftest.World{Self: self, Verb: selftestPart, Getenv: c.Getenv, Home: home})
	if err != nil {
		return nil, err
	}
	all := []checked{}
	count := map[selftest.Outcome]int{}
	for r := range rows {
		row := c.checked(r)
		all = append(all, row)
		count[r.Outcome]++
		c.printChecked(out, row)
	}
	fmt.Fprintf(out, "\n%s\n", c.words.Text("selftest.sum", map[string]any{
		"OK": count[selftest.OK], "Failed": count[selftest.Failed], "Skipped": count[selftest.Skipped],
	}))
	return all, nil
}

// printHead begins a report: whoever it is sent to has no other word about the computer.
func (c *call) printHead(out io.Writer) {
	fmt.Fprintf(out, "%s\n\n", c.words.Text("selftest.report.head", map[string]any{
		"Version": c.Version, "System": selftest.System(), "Time": time.Now().Format(time.RFC3339),
	}))
}

// saveReport writes a report to a file that is not there yet, without secrets and the user's name.
func (c *call) saveReport(file, report string) error {
	if home, err := settings.Home(); err == nil && home != "" {
		report = strings.ReplaceAll(report, home, "~")
	}
	if err := atomicfile.Create(file, []byte(redact.Text(report)), 0o644); err != nil {
		return usererr.New("selftest.unwritten", map[string]any{"File": file}, err)
	}
	fmt.Fprintln(c.Err, c.words.Text("selftest.report", map[string]any{"File": literal(file)}))
	return nil
}

func (c *call) checked(r selftest.Row) checked {
	row := checked{ID: r.ID, Title: c.words.Text("selftest.row."+r.ID, nil), Outcome: r.Outcome, Seconds: r.Took.Seconds()}
	if r.Err != nil {
		row.Reason, _ = c.words.Error(r.Err)
		row.Cause = r.Err.Error()
	}
	if r.Outcome == selftest.Failed {
		row.Means, row.Advice = c.words.Text("selftest.row."+r.ID+".means", nil), c.words.Text("selftest.row."+r.ID+".hint", nil)
	}
	return row
}

func (c *call) printChecked(out io.Writer, r checked) {
	fmt.Fprintf(out, "%-8s %-14s %s\n", c.words.Text("selftest."+string(r.Outcome), nil), r.ID, r.Title)
	about := []string{r.Reason}
	if r.Outcome == selftest.Failed {
		about = append(about, r.Cause, r.Means, r.Advice)
	}
	for _, text := range about {
		if text != "" {
			fmt.Fprintf(out, "%24s%s\n", "", termtext.Clean(text))
		}
	}
}
