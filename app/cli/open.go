package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"streamtray/app/fault"
	"streamtray/app/project"
	"streamtray/app/settings"
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
	if person.Notice != nil {
		text, hint := c.words.Error(person.Notice)
		fmt.Fprintln(c.Err, text, hint)
	}
	self, err := os.Executable()
	if err != nil {
		return project.Options{}, err
	}
	home, err := os.UserHomeDir()
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
	return project.Open(ctx, o)
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
	if !c.interactive() {
		return fault.New("cli.untrusted", nil, nil)
	}
	fmt.Fprintf(c.Err, "\n%s", c.words.Text("cli.trust.question", nil))
	answer, err := bufio.NewReader(c.In).ReadString('\n')
	if err != nil && err != io.EOF { //nolint:errorlint // ReadString gives io.EOF itself
		return err
	}
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" && a != "是" {
		return fault.New("cli.untrusted", nil, nil)
	}
	return p.Trust(card)
}

// printCard shows what a project would run, plainly.
func (c *call) printCard(out io.Writer, card project.Card) {
	show := func(id string, values ...string) {
		for _, v := range values {
			fmt.Fprintf(out, "  %s  %s\n", c.words.Text("cli.card."+id, nil), literal(v))
		}
	}
	show("command", card.CommandLine())
	show("dir", card.Dir)
	show("env", card.Env...)
	for _, f := range card.Files {
		show("file", f.Path)
		if f.Outside {
			show("outside", "")
		}
	}
	for _, s := range card.Services {
		show("container", strings.TrimSpace(s.Name+"  "+s.Image+"  "+strings.Join(s.Ports, " ")))
		show("mount", s.Mounts...)
	}
}
