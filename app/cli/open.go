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

	"streamtray/app/project"
	"streamtray/app/settings"
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

// openLooking opens the project for a command that runs nothing of it.
func (c *call) openLooking(ctx context.Context) (*project.Project, error) {
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
	answer, err := c.hear("cli.choose.question")
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

// hear asks a question on the terminal and returns the answer, without the spaces around it.
func (c *call) hear(question string) (string, error) {
	fmt.Fprintf(c.Err, "\n%s", c.words.Text(question, nil))
	answer, err := bufio.NewReader(c.In).ReadString('\n')
	if err == io.EOF && answer != "" {
		err = nil
	}
	return strings.TrimSpace(answer), err
}

// open opens the project for a command that runs what the project says, which the user must have trusted.
func (c *call) open(ctx context.Context) (*project.Project, error) {
	p, err := c.openLooking(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.trusted(p); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// trusted makes sure that the user trusts what the project runs: remembered, said by --trust, or asked now.
func (c *call) trusted(p *project.Project) error {
	card, err := p.Card()
	if err != nil {
		return err
	}
	known, changed := p.Trusts(card)
	switch {
	case known:
		return nil
	case c.trust:
		return p.Trust(card)
	}
	question := "cli.trust.ask"
	if changed {
		question = "cli.trust.changed"
	}
	fmt.Fprintf(c.Err, "%s\n\n", c.words.Text(question, nil))
	c.printCard(c.Err, card)
	if changed {
		c.printChanges(c.Err, p.Changes(card))
	}
	if !c.interactive() {
		return usererr.New("cli.untrusted", nil, nil)
	}
	agreed, err := c.agrees("cli.trust.question")
	if err != nil {
		return err
	}
	if !agreed {
		return usererr.New("cli.untrusted", nil, nil)
	}
	return p.Trust(card)
}

// agrees asks a question on the terminal that is answered by yes or no; no answer is no.
func (c *call) agrees(question string) (bool, error) {
	answer, err := c.hear(question)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return slices.Contains([]string{"y", "yes", "是"}, strings.ToLower(answer)), nil
}

// printCard shows what a project would run, plainly.
func (c *call) printCard(out io.Writer, card project.Card) {
	for _, l := range card.Lines() {
		fmt.Fprintf(out, "  %s\n", c.cardLine(l))
	}
}

func (c *call) cardLine(l project.Line) string {
	return strings.TrimRight(c.words.Text("cli.card."+l.Kind, nil)+"  "+literal(l.Text), " ")
}

// mostChanges are shown of a card that changed; the card itself is always shown whole.
const mostChanges = 20

// printChanges shows in what a card differs from the one trusted before.
func (c *call) printChanges(out io.Writer, changes project.Changes) {
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
