package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"streamtray/app/agentrpc"
	"streamtray/app/project"
)

func topics(ctx context.Context, c *call, args []string) error {
	var grow bool
	fs := c.flags("topics", true)
	fs.BoolVar(&grow, "grow", false, "")
	rest, err := c.parse(fs, args, 1)
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
		return badUsage("cli.bad_topics", map[string]any{"Verb": verb})
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
	open := c.openLooking
	if changes {
		open = c.open
	}
	p, err := open(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, err := c.attach(ctx, p)
	switch {
	case err == nil:
		p.Learn(k.Hub.State())
	case !errors.Is(err, agentrpc.ErrNobody):
		p.Close()
		return nil, err
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
		return errTold
	}
	return err
}

func (c *call) printTopics(out io.Writer, rows []topicJSON) {
	head := []string{
		c.words.Text("cli.topic.name", nil), c.words.Text("cli.topic.partitions", nil),
		c.words.Text("cli.topic.replication", nil), c.words.Text("cli.topic.records", nil), "",
	}
	table := [][]string{head}
	for _, r := range rows {
		table = append(table, []string{r.Name, number(r.Partitions), number(r.Replication), counted(r.Records), r.Text})
	}
	printTable(out, table)
	for _, r := range rows {
		if r.Hint != "" {
			fmt.Fprintf(out, "\n%s: %s\n", r.Name, r.Hint)
		}
	}
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

func canary(ctx context.Context, c *call, args []string) error {
	if _, err := c.parse(c.flags("canary", true), args, 0); err != nil {
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
