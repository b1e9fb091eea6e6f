package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"streamtray/app/project"
)

func runLogs(ctx context.Context, c *call) error {
	var o project.LogOptions
	c.flags.BoolVar(&o.Follow, "f", false, "")
	c.flags.IntVar(&o.Tail, "n", 0, "")
	rest, err := c.parse(1)
	if err != nil {
		return err
	}
	if o.Tail < 0 {
		return badFlag("cli.bad_value", map[string]any{"Command": "logs", "Flag": "n", "Value": o.Tail})
	}
	o.Source = "app"
	if len(rest) == 1 {
		o.Source = rest[0]
	}
	p, err := c.openKept(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	enc, lines := json.NewEncoder(c.Out), 0
	for l, err := range p.Logs(ctx, o) {
		switch {
		case err != nil && ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case c.json:
			err = enc.Encode(l)
		default:
			_, err = fmt.Fprintln(c.Out, l.Text)
		}
		if err != nil {
			return nil // nobody reads any more: that is how a pager ends
		}
		lines++
	}
	if lines == 0 && !c.json {
		fmt.Fprintln(c.Err, c.words.Text("cli.logs.none", map[string]any{"Source": o.Source}))
	}
	return nil
}
