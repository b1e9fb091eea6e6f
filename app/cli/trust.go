package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/plan"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/internal/usererr"
)

// planJSON is a plan as --json prints it, and whether the person trusts it.
type planJSON struct {
	plan.Plan
	Hash    string `json:"hash"`
	Trusted bool   `json:"trusted"`
}

// runPlan shows everything that up would do, and does nothing of it.
func runPlan(ctx context.Context, c *call) error {
	if _, err := c.parse(0); err != nil {
		return err
	}
	p, err := c.openReadOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	all := p.Plan()
	return c.answer(planJSON{all, all.Hash(), p.Trusted()}, func(out io.Writer) {
		c.printCard(out, all)
		if programs := p.Config.Programs(); len(programs[0].Command) == 0 { // the card has no word of what is left open
			text, hint := c.words.Error(project.CheckProgram(p.Config, detector.Launch{}, nil))
			fmt.Fprintf(out, "\n%s\n%s\n", text, hint)
		}
		id := "cli.plan.untrusted"
		if p.Trusted() {
			id = "cli.plan.trusted"
		}
		fmt.Fprintf(out, "\n%s\n", c.words.Text(id, map[string]any{"Hash": all.Hash()}))
		if _, changed := p.Trusts(); changed {
			c.printChanges(out, p.Changes())
		}
	})
}

// trustJSON is what the person trusts of one project, as --json prints it.
type trustJSON struct {
	Dir    string      `json:"dir"`
	Hash   string      `json:"hash"` // of the plan that they agreed to
	Lines  []trustLine `json:"lines,omitempty"`
	Remote []string    `json:"remote,omitempty"` // what of elsewhere they agreed to by name
}

// trustLine is one line of what was agreed to.
type trustLine struct {
	Kind string `json:"kind"`
	Text string `json:"text,omitempty"`
	Hash string `json:"hash,omitempty"`
}

func trustOf(s settings.Settings, dir string) trustJSON {
	t := trustJSON{Dir: dir, Hash: s.Trusted[dir], Remote: s.Remote[dir]}
	for _, kept := range s.Cards[dir] {
		l := plan.Recall(kept)
		t.Lines = append(t.Lines, trustLine{l.Kind, l.Text, l.Hash})
	}
	return t
}

// runTrust shows what the person trusts, and takes it back. It opens no project.
func runTrust(_ context.Context, c *call) error {
	rest, err := c.parse(2)
	if err != nil {
		return err
	}
	verb := "list"
	if len(rest) > 0 {
		verb = rest[0]
	}
	folders, err := settings.Find(c.Getenv)
	if err != nil {
		return err
	}
	person, err := settings.Load(folders)
	if err != nil {
		return err
	}
	if verb == "list" && len(rest) < 2 {
		return c.listTrust(person)
	}
	if verb != "show" && verb != "forget" {
		return c.usageError()
	}
	dir := c.path(c.project)
	if len(rest) == 2 {
		dir = c.path(rest[1])
	}
	if _, ok := person.Trusted[dir]; !ok { // a folder that is gone has no other root
		dir = config.Root(dir)
	}
	if _, ok := person.Trusted[dir]; !ok {
		return usererr.New("cli.trust.unknown", map[string]any{"Dir": dir}, nil)
	}
	known := trustOf(person, dir)
	if verb == "show" {
		return c.answer(known, func(out io.Writer) { c.printTrust(out, known) })
	}
	forgotten := false
	err = settings.Change(folders, func(s *settings.Settings) { forgotten = s.Forget(dir) })
	if err != nil || !forgotten {
		return errors.Join(err, errPrinted)
	}
	return c.answer(map[string]string{"forgotten": dir}, func(out io.Writer) {
		fmt.Fprintln(out, c.words.Text("cli.trust.forgotten", map[string]any{"Dir": literal(dir)}))
	})
}

func (c *call) listTrust(person settings.Settings) error {
	all := []trustJSON{}
	for _, dir := range slices.Sorted(maps.Keys(person.Trusted)) {
		t := trustOf(person, dir)
		t.Lines = nil
		all = append(all, t)
	}
	return c.answer(map[string]any{"trusted": all}, func(out io.Writer) {
		for _, t := range all {
			fmt.Fprintf(out, "%s  %s\n", t.Hash[:min(len(t.Hash), shortHash)], literal(t.Dir))
		}
		if len(all) == 0 {
			fmt.Fprintln(out, c.words.Text("cli.trust.none", nil))
		}
	})
}

// shortHash is how much of a hash tells two apart for a reader.
const shortHash = 16

func (c *call) printTrust(out io.Writer, t trustJSON) {
	fmt.Fprintf(out, "%s\n%s\n\n", literal(t.Dir), t.Hash)
	for _, l := range t.Lines {
		fmt.Fprintf(out, "  %s\n", c.cardLine(plan.Line{Kind: l.Kind, Text: l.Text}))
	}
	for _, r := range t.Remote {
		fmt.Fprintf(out, "  %s\n", c.cardLine(plan.Line{Kind: "remote", Text: r}))
	}
	fmt.Fprintf(out, "\n  %s\n", c.words.Text("cli.card.uncovered", nil))
}
