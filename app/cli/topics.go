package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"streamtray/app/agentrpc"
	"streamtray/app/project"
)

func runTopics(ctx context.Context, c *call) error {
	var grow bool
	c.flags.BoolVar(&grow, "grow", false, "")
	rest, err := c.parse(1)
	if err != nil {
		return err
	}
	verb := "plan"
	if len(rest) == 1 {
		verb = rest[0]
	}
	verbs := map[string]func(context.Context, *project.Project) ([]project.Topic, error){
		"plan": func(ctx context.Context, p *project.Project) ([]project.Topic, error) { return p.PlanTopics(ctx) },
		"list": func(ctx context.Context, p *project.Project) ([]project.Topic, error) { return p.ListTopics(ctx) },
		"apply": func(ctx context.Context, p *project.Project) ([]project.Topic, error) {
			return p.ApplyTopics(ctx, grow)
		},
	}
	do, ok := verbs[verb]
	if !ok {
		return c.usageError()
	}
	p, err := c.openCluster(ctx, verb == "apply")
	if err != nil {
		return err
	}
	defer p.Close()
	rows, err := do(ctx, p)
	if err != nil && len(rows) == 0 {
		return err
	}
	return errors.Join(err, c.topicRows(rows))
}

// openCluster opens the project for a command that talks to its Kafka, wherever that is: the embedded one is in the
// process that keeps the project. What changes something there takes the user's trust.
func (c *call) openCluster(ctx context.Context, changes bool) (*project.Project, error) {
	open := c.openReadOnly
	if changes {
		open = c.openTrusted
	}
	p, err := open(ctx)
	if err != nil {
		return nil, err
	}
	state, kept, err := c.keptState(ctx, p)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	if kept {
		p.Learn(state)
	}
	return p, nil
}

// topicJSON is a topic as --json prints it.
type topicJSON struct {
	Name        string          `json:"name"`
	State       string          `json:"state,omitempty"` // plan: create, same, "partitions differ" ...; apply: created, kept, grown, failed
	Partitions  int             `json:"partitions,omitempty"`
	Replication int             `json:"replication,omitempty"`
	Records     *int64          `json:"records,omitempty"` // only of list
	Text        string          `json:"text,omitempty"`
	Hint        string          `json:"hint,omitempty"`
	Error       *agentrpc.Error `json:"error,omitempty"`
}

func (c *call) topicRows(topics []project.Topic) error {
	broken := false
	rows := make([]topicJSON, 0, len(topics))
	for _, t := range topics {
		j := topicJSON{
			Name: t.Name, State: t.State, Partitions: t.Partitions, Replication: t.Replication, Records: t.Records,
			Error: agentrpc.FromError(t.Err),
		}
		if t.Note.ID != "" {
			j.Text = c.words.Text(t.Note.ID, t.Note.Args)
		}
		if t.Err != nil {
			j.Text, j.Hint = c.words.Error(t.Err)
			broken = true
		}
		rows = append(rows, j)
	}
	err := c.answer(map[string]any{"topics": rows}, func(out io.Writer) { c.printTopics(out, rows) })
	if err == nil && broken {
		return errPrinted
	}
	return err
}

func (c *call) printTopics(out io.Writer, rows []topicJSON) {
	head := []string{c.words.Text("cli.topic.name", nil), c.words.Text("cli.topic.partitions", nil), c.words.Text("cli.topic.replication", nil)}
	counts := slices.ContainsFunc(rows, func(r topicJSON) bool { return r.Records != nil })
	if counts {
		head = append(head, c.words.Text("cli.topic.records", nil))
	}
	table := [][]string{head}
	for _, r := range rows {
		row := []string{r.Name, number(r.Partitions), number(r.Replication)}
		if counts {
			row = append(row, counted(r.Records))
		}
		table = append(table, append(row, withoutName(r.Text, r.Name)))
	}
	printTable(out, table)
	for _, r := range rows {
		if r.Hint != "" {
			fmt.Fprintf(out, "\n%s: %s\n", r.Name, r.Hint)
		}
	}
}

// withoutName is what is said of a topic, for a row that has its name already.
func withoutName(text, name string) string {
	for _, colon := range []string{": ", "："} {
		if about, named := strings.CutPrefix(text, name+colon); named {
			return about
		}
	}
	return text
}

// number is n, or nothing where there is none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// counted is n, or nothing where it was not counted.
func counted(n *int64) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}

// printTable prints rows in columns.
func printTable(out io.Writer, rows [][]string) {
	for _, l := range tableLines(rows) {
		fmt.Fprintln(out, l)
	}
}

func runCanary(ctx context.Context, c *call) error {
	if _, err := c.parse(0); err != nil {
		return err
	}
	p, err := c.openCluster(ctx, true)
	if err != nil {
		return err
	}
	defer p.Close()
	n, err := p.Canary(ctx)
	if err != nil {
		return err
	}
	text := c.words.Text(n.ID, n.Args)
	return c.answer(map[string]any{"text": text, "note": n}, func(out io.Writer) { fmt.Fprintln(out, text) })
}
