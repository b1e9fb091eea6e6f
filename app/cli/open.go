package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"streamtray/app/plan"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// options are how this call opens a project.
func (c *call) options() (project.Options, error) {
	folders, err := settings.Find(c.Getenv)
	if err != nil {
		return project.Options{}, err
	}
	person, err := settings.Load(folders)
	if err != nil {
		return project.Options{}, err
	}
	person.StartEngine = person.StartEngine || c.startEngine
	self, err := os.Executable()
	if err != nil {
		return project.Options{}, err
	}
	home, err := settings.Home()
	if err != nil {
		return project.Options{}, err
	}
	return project.Options{
		Dir: c.path(c.project), Getenv: c.Getenv, Environ: c.Environ, Home: home, Folders: folders, Settings: person, Self: self,
	}, nil
}

// path is a path as the user gave it, seen from where they stand.
func (c *call) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.Dir, p)
}

// openReadOnly opens the project for a command that does nothing of what it says. The project is only looked at where the
// user does not trust it.
func (c *call) openReadOnly(ctx context.Context) (*project.Project, error) {
	p, err := c.openChosen(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.sayTrust(p); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// openChosen opens the project, and has the user choose where it has several compose files.
func (c *call) openChosen(ctx context.Context) (*project.Project, error) {
	o, err := c.options()
	if err != nil {
		return nil, err
	}
	p, err := project.Open(ctx, o)
	var several *project.Undecided
	if !errors.As(err, &several) || !c.interactive() {
		return p, err
	}
	if err := c.choose(several, o.Folders); err != nil {
		return nil, err
	}
	if o, err = c.options(); err != nil {
		return nil, err
	}
	return project.Open(ctx, o)
}

// openKept opens the project for a command that its keeper answers. One that is kept is reached even while its files are
// broken, half written perhaps: what is wrong with them is said.
func (c *call) openKept(ctx context.Context) (*project.Project, error) {
	p, failed := c.openReadOnly(ctx)
	if failed == nil {
		return p, nil
	}
	o, err := c.options()
	if err != nil {
		return nil, failed
	}
	if p, err = project.Outline(ctx, o); err != nil {
		return nil, failed
	}
	if _, kept, _ := c.keptState(ctx, p); !kept {
		return nil, errors.Join(failed, p.Close())
	}
	text, hint := c.words.Error(failed)
	fmt.Fprintln(c.Err, c.words.Text("cli.warning", map[string]any{"Text": termtext.Clean(text)}))
	if hint != "" {
		fmt.Fprintln(c.Err, c.words.Text("cli.hint", map[string]any{"Text": termtext.Clean(hint)}))
	}
	return p, nil
}

// choose asks which of several compose files is the project's, and has it remembered.
func (c *call) choose(u *project.Undecided, f settings.Folders) error {
	fmt.Fprintf(c.Err, "%s\n\n", c.words.Text("cli.choose.ask", nil))
	for i, found := range u.Found {
		line := fmt.Sprintf("%3d  %s  %s", i+1, literal(u.Name(found)), literal(strings.Join(found.Brokers, ", ")))
		if !found.Reachable {
			line += "  " + c.words.Text("cli.choose.broken", nil)
		}
		fmt.Fprintln(c.Err, line)
	}
	answer, err := c.prompt("cli.choose.question")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(answer)
	if answer == "" {
		n, err = 1, nil
	}
	if err != nil || n < 1 || n > len(u.Found) {
		return u
	}
	name := u.Name(u.Found[n-1])
	fmt.Fprintf(c.Err, "%s\n\n", c.words.Text("cli.choose.done", map[string]any{"File": literal(name)}))
	return u.Choose(f, u.Found[n-1])
}

// prompt asks a question on the terminal and returns the answer, without the spaces around it.
func (c *call) prompt(question string) (string, error) {
	fmt.Fprintf(c.Err, "\n%s", c.words.Text(question, nil))
	answer, err := bufio.NewReader(c.In).ReadString('\n')
	if err == io.EOF && answer != "" {
		err = nil
	}
	return strings.TrimSpace(answer), err
}

// openTrusted opens the project for a command that does what the project says, which the user must have trusted.
func (c *call) openTrusted(ctx context.Context) (*project.Project, error) {
	p, err := c.openReadOnly(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.trusted(ctx, p); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// trusted makes sure that the user trusts what the project does: remembered, said by --trust, or asked now.
func (c *call) trusted(ctx context.Context, p *project.Project) error {
	if err := c.sayTrust(p); err != nil {
		return err
	}
	if !p.Trusted() {
		if err := c.askTrust(p); err != nil {
			return err
		}
	}
	if stack := p.Plan().Stack; stack != nil && len(stack.Remote) > 0 {
		return p.Agreed(ctx)
	}
	return nil
}

// sayTrust does what --trust and --trust-remote say, and tells to what they agreed.
func (c *call) sayTrust(p *project.Project) error {
	if len(c.trustRemote) > 0 {
		if err := p.TrustRemote(c.trustRemote); err != nil {
			return err
		}
	}
	if !c.trust || p.Trusted() {
		return nil
	}
	fmt.Fprintf(c.Err, "%s\n\n", c.words.Text("cli.trust.agreed", nil))
	c.printCard(c.Err, p.Plan())
	return p.Trust()
}

// askTrust shows what the project does, and asks.
func (c *call) askTrust(p *project.Project) error {
	_, changed := p.Trusts()
	question := "cli.trust.ask"
	if changed {
		question = "cli.trust.changed"
	}
	fmt.Fprintf(c.Err, "%s\n\n", c.words.Text(question, nil))
	c.printCard(c.Err, p.Plan())
	if changed {
		c.printChanges(c.Err, p.Changes())
	}
	if !c.interactive() {
		return usererr.New("cli.untrusted", nil, nil)
	}
	agreed, err := c.confirm("cli.trust.question")
	if err != nil {
		return err
	}
	if !agreed {
		return usererr.New("cli.untrusted", nil, nil)
	}
	return p.Trust()
}

// confirm asks a question on the terminal that is answered by yes or no; no answer is no.
func (c *call) confirm(question string) (bool, error) {
	answer, err := c.prompt(question)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return slices.Contains([]string{"y", "yes", "是"}, strings.ToLower(answer)), nil
}

// printCard shows what a project would do, plainly, and what no trust covers.
func (c *call) printCard(out io.Writer, all plan.Plan) {
	for _, l := range all.Lines() {
		fmt.Fprintf(out, "  %s\n", c.cardLine(l))
	}
	fmt.Fprintf(out, "\n  %s\n", c.words.Text("cli.card.uncovered", nil))
}

func (c *call) cardLine(l plan.Line) string {
	return strings.TrimRight(c.words.Text("cli.card."+l.Kind, nil)+"  "+literal(l.Text), " ")
}

// mostChanges are shown of a card that changed; the card itself is always shown whole.
const mostChanges = 20

// printChanges shows in what a card differs from the one trusted before.
func (c *call) printChanges(out io.Writer, changes plan.Changes) {
	if changes.None() {
		return
	}
	var lines []string
	for _, l := range changes.Gone {
		lines = append(lines, "- "+c.cardLine(l))
	}
	for _, l := range changes.New {
		lines = append(lines, "+ "+c.cardLine(l))
	}
	for _, l := range changes.Content {
		lines = append(lines, "~ "+c.cardLine(l)+"  "+c.words.Text("cli.changes.content", nil))
	}
	fmt.Fprintf(out, "\n%s\n", c.words.Text("cli.changes", nil))
	for _, l := range lines[:min(len(lines), mostChanges)] {
		fmt.Fprintln(out, "  "+l)
	}
	if n := len(lines) - mostChanges; n > 0 {
		fmt.Fprintln(out, "  "+c.words.Text("cli.changes.more", map[string]any{"Count": n}))
	}
}
