package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"streamtray/app/agentrpc"
	"streamtray/app/config"
	"streamtray/app/project"
	"streamtray/internal/usererr"
)

// forGood is the flag that says in so many words what a reset does.
const forGood = "delete-for-good"

// runReset empties topics, has consumer groups forgotten, or takes away all that Kafka keeps: what would go is shown, saved to
// files, and asked about in so many words.
func runReset(ctx context.Context, c *call) error {
	var scope project.ResetScope
	var agreed bool
	folder := ""
	c.flags.BoolVar(&scope.Topics, "topics", false, "")
	c.flags.BoolVar(&scope.Offsets, "offsets", false, "")
	c.flags.BoolVar(&scope.All, "all", false, "")
	c.flags.BoolVar(&agreed, forGood, false, "")
	c.flags.StringVar(&folder, "o", "", "")
	names, err := c.parse(mostNames)
	if err != nil {
		return err
	}
	if !scope.Topics && !scope.Offsets && !scope.All || len(names) > 0 && (!scope.Topics || scope.All) {
		return c.usageError()
	}
	scope.Names = names
	p, err := c.openUnused(ctx, scope.All)
	if err != nil {
		return err
	}
	defer p.Close()
	if folder == "" {
		folder = p.Backups()
	}
	folder = c.path(folder)
	r, err := p.PlanReset(ctx, scope)
	if err != nil {
		return err
	}
	if r.Empty() {
		return c.answer(resetOf(r, false), func(out io.Writer) { fmt.Fprintln(out, c.words.Text("cli.reset.nothing", nil)) })
	}
	if !c.json {
		c.printReset(c.Out, r, folder)
	}
	if !agreed {
		if !c.interactive() {
			if err := c.answer(resetOf(r, false), func(io.Writer) {}); err != nil {
				return err
			}
			return usererr.New("cli.reset.not_agreed", map[string]any{"Flag": "--" + forGood}, nil)
		}
		answer, err := c.prompt("cli.reset.question")
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if !project.AgreesToReset(answer) {
			return usererr.New("cli.reset.kept", nil, nil)
		}
	}
	err = p.Reset(ctx, r, folder)
	if err != nil {
		for _, f := range r.Saved {
			fmt.Fprintln(c.Err, c.words.Text("cli.reset.saved", map[string]any{"File": f}))
		}
		return err
	}
	return c.answer(resetOf(r, true), func(out io.Writer) {
		for _, f := range r.Saved {
			fmt.Fprintln(out, c.words.Text("cli.reset.saved", map[string]any{"File": f}))
		}
		done := "cli.reset.done"
		if len(r.Volumes) > 0 {
			done = "cli.reset.done_all"
		}
		fmt.Fprintln(out, c.words.Text(done, nil))
	})
}

// openUnused opens the project for what takes containers away: who keeps them would start them again. Records can be taken
// from under a project that streams, since its topics stay, and a group that is in use Kafka itself does not forget.
func (c *call) openUnused(ctx context.Context, all bool) (*project.Project, error) {
	p, err := c.openCluster(ctx, true)
	if err != nil || !all || p.Config.Kafka.Mode != config.Docker {
		return p, err
	}
	state, _, err := c.keptState(ctx, p)
	if err == nil && !state.Want.Up {
		return p, nil
	}
	if err == nil {
		err = usererr.New("cli.reset.used", nil, nil)
	}
	return nil, errors.Join(err, p.Close())
}

// printReset shows what would go, and where it is saved first.
func (c *call) printReset(out io.Writer, r *project.Reset, folder string) {
	say := func(id string, args map[string]any) { fmt.Fprintln(out, c.words.Text(id, args)) }
	if r.Silent != nil {
		text, _ := c.words.Error(r.Silent)
		say("cli.reset.silent", map[string]any{"Text": text})
	}
	if len(r.Topics) > 0 {
		say("cli.reset.topics", map[string]any{"Records": r.Records()})
		c.printSaved(out, r.Topics)
	}
	for _, n := range r.Notes() {
		say(n.ID, n.Args)
	}
	say("cli.reset.where", map[string]any{"Folder": folder})
}

func (c *call) printSaved(out io.Writer, topics []project.SavedTopic) {
	table := [][]string{{c.words.Text("cli.topic.name", nil), c.words.Text("cli.topic.partitions", nil), c.words.Text("cli.topic.records", nil)}}
	for _, t := range topics {
		table = append(table, []string{t.Name, fmt.Sprint(t.Partitions), fmt.Sprint(t.Records)})
	}
	printTable(out, table)
}

// resetJSON is a reset as --json prints it.
type resetJSON struct {
	Done    bool                 `json:"done"`
	Topics  []project.SavedTopic `json:"topics"`
	Groups  []string             `json:"groups"`
	Volumes []volumeJSON         `json:"volumes,omitempty"`
	Stays   []volumeJSON         `json:"stays,omitempty"`
	Silent  *agentrpc.Error      `json:"silent,omitempty"` // why Kafka did not say what topics it has
	Saved   []string             `json:"saved"`
}

type volumeJSON struct {
	Name    string `json:"name,omitempty"`
	Service string `json:"service"`
	Path    string `json:"path"`
}

func resetOf(r *project.Reset, done bool) resetJSON {
	j := resetJSON{Done: done, Topics: r.Topics, Groups: []string{}, Saved: r.Saved, Silent: agentrpc.FromError(r.Silent)}
	if j.Topics == nil {
		j.Topics = []project.SavedTopic{}
	}
	if j.Saved == nil {
		j.Saved = []string{}
	}
	for _, g := range r.Groups {
		j.Groups = append(j.Groups, g.Name)
	}
	for _, v := range r.Volumes {
		j.Volumes = append(j.Volumes, volumeJSON{v.Name, v.Service, v.Destination})
	}
	for _, v := range r.Stays {
		j.Stays = append(j.Stays, volumeJSON{v.Name, v.Service, v.Destination})
	}
	return j
}

// runSnapshot saves the records of topics to a file, or brings them back.
func runSnapshot(ctx context.Context, c *call) error {
	var add bool
	c.flags.BoolVar(&add, "append", false, "")
	rest, err := c.parse(mostNames)
	if err != nil {
		return err
	}
	if len(rest) < 2 || rest[0] != "save" && rest[0] != "restore" || rest[0] == "save" && add {
		return c.usageError()
	}
	p, err := c.openCluster(ctx, true)
	if err != nil {
		return err
	}
	defer p.Close()
	file, done := filepath.Clean(c.path(rest[1])), "cli.snapshot.saved"
	var topics []project.SavedTopic
	if rest[0] == "save" {
		topics, err = p.Save(ctx, file, rest[2:])
	} else {
		done = "cli.snapshot.restored"
		topics, err = p.Restore(ctx, file, rest[2:], add)
	}
	if err != nil {
		return err
	}
	return c.answer(map[string]any{"file": file, "topics": topics}, func(out io.Writer) {
		c.printSaved(out, topics)
		fmt.Fprintln(out, c.words.Text(done, map[string]any{"File": file}))
	})
}
