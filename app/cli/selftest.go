package cli

import (
	"context"
	"fmt"
	"os"

	"streamtray/app/selftest"
	"streamtray/app/settings"
	"streamtray/internal/termtext"
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
	Seconds float64          `json:"seconds"`
}

// checkUp tries on this computer what no other can prove for it.
func checkUp(ctx context.Context, c *call, args []string) error {
	if _, err := c.parse(c.flags("selftest", false), args, 0); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	home, err := settings.Home()
	if err != nil {
		return err
	}
	rows, err := selftest.Run(ctx, selftest.World{Self: self, Verb: selftestPart, Getenv: c.Getenv, Home: home})
	if err != nil {
		return err
	}
	all := []checked{}
	count := map[selftest.Outcome]int{}
	for r := range rows {
		row := c.checked(r)
		all = append(all, row)
		count[r.Outcome]++
		if !c.json {
			c.printChecked(row)
		}
	}
	if c.json {
		err = c.answer(map[string]any{"version": c.Version, "rows": all}, nil)
	} else {
		fmt.Fprintf(c.Out, "\n%s\n", c.words.Text("selftest.sum", map[string]any{
			"OK": count[selftest.OK], "Failed": count[selftest.Failed], "Skipped": count[selftest.Skipped],
		}))
	}
	if err == nil && count[selftest.Failed] > 0 {
		err = errTold
	}
	return err
}

func (c *call) checked(r selftest.Row) checked {
	row := checked{ID: r.ID, Title: c.words.Text("selftest.row."+r.ID, nil), Outcome: r.Outcome, Seconds: r.Took.Seconds()}
	if r.Err != nil {
		row.Reason, _ = c.words.Error(r.Err)
		row.Cause = r.Err.Error()
	}
	return row
}

func (c *call) printChecked(r checked) {
	fmt.Fprintf(c.Out, "%-8s %-14s %s\n", c.words.Text("selftest."+string(r.Outcome), nil), r.ID, r.Title)
	if r.Reason != "" {
		fmt.Fprintf(c.Out, "%24s%s\n", "", termtext.Clean(r.Reason))
	}
	if r.Cause != "" && r.Outcome == selftest.Failed {
		fmt.Fprintf(c.Out, "%24s%s\n", "", termtext.Clean(r.Cause))
	}
}
