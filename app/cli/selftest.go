package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"streamtray/app/doctor"
	"streamtray/app/redact"
	"streamtray/app/selftest"
	"streamtray/app/settings"
	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
)

// selftestPart is the hidden verb of the processes that the selftest starts.
const selftestPart = "selftest-part"

func runSelftestPart(ctx context.Context, c *call) error {
	if code := selftest.Part(ctx, c.args); code != 0 {
		return errPrinted
	}
	return nil
}

// runSelftest tries on this computer what no other can prove for it.
func runSelftest(ctx context.Context, c *call) error {
	var file string
	c.flags.StringVar(&file, "o", "", "")
	if _, err := c.parse(0); err != nil {
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
		answer := c.checksJSON(all)
		answer.Version = c.Version
		err = c.answer(answer, nil)
	}
	if err == nil && !doctor.Healthy(all) {
		err = errPrinted
	}
	return err
}

// tryAll tries the rows and prints each as it is known, then how many there are of each kind.
func (c *call) tryAll(ctx context.Context, out io.Writer) ([]doctor.Result, error) {
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
	var all []doctor.Result
	for r := range rows {
		all = append(all, r)
		c.printCheck(out, r, layout{})
	}
	c.printSum(out, all)
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
