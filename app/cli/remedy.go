package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/detector"
	"streamtray/app/plan"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/internal/usererr"
)

// remedy puts aside what up failed with, once the user agrees: an engine that does not run, ports that are taken. False:
// it stays as it is, and the error is what is left to tell.
func (c *call) remedy(ctx context.Context, p *project.Project, o upOptions, failed error) (again bool, err error) {
	switch {
	case p.CanStartEngine(failed):
		return c.offerEngine(ctx, p, failed)
	case project.PortsInTheWay(failed):
		return c.offerPorts(ctx, p, o, failed)
	case diagnosisOf(failed).Remedy == project.RestartKafka:
		return c.offerRestart(ctx, p, failed)
	case diagnosisOf(failed).Remedy == project.ImportAgain:
		return false, c.offerImport(ctx, p, failed)
	}
	return false, failed
}

// offerEngine asks whether the engine is to be started, now or whenever it is needed.
func (c *call) offerEngine(ctx context.Context, p *project.Project, failed error) (bool, error) {
	c.printErrors(failed)
	if !c.startEngine { // said already
		if !c.interactive() {
			fmt.Fprintln(c.Err, c.words.Text("cli.engine.how", nil))
			return false, printedOf(failed)
		}
		answer, err := c.prompt("cli.engine.question")
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		switch a := strings.ToLower(answer); {
		case slices.Contains([]string{"a", "always", "总是"}, a):
			folders, err := settings.Find(c.Getenv)
			if err == nil {
				err = settings.Change(folders, func(s *settings.Settings) { s.StartEngine = true })
			}
			if err != nil {
				return false, err
			}
		case !slices.Contains([]string{"y", "yes", "是"}, a):
			return false, printedOf(failed)
		}
	}
	if err := p.StartEngine(ctx); err != nil {
		return false, err
	}
	return true, nil
}

// offerPorts shows which free ports could take the place of the taken ones, and the override file that would do it.
func (c *call) offerPorts(ctx context.Context, p *project.Project, o upOptions, failed error) (bool, error) {
	c.printErrors(failed)
	offer, err := p.Offer(ctx)
	if err != nil {
		return false, errors.Join(printedOf(failed), err)
	}
	if offer == nil {
		return false, printedOf(failed)
	}
	c.printOffer(offer)
	if !o.freePort {
		if !c.interactive() {
			fmt.Fprintln(c.Err, c.words.Text("cli.ports.how", nil))
			return false, printedOf(failed)
		}
		if agreed, err := c.confirm("cli.ports.question"); err != nil || !agreed {
			return false, errors.Join(printedOf(failed), err)
		}
	}
	if err := p.Accept(offer); err != nil {
		return false, err
	}
	return true, c.releaseOther(ctx, p)
}

// offerSetup asks whether the project's environment is to be made, shows how that goes, and reports whether it was.
func (c *call) offerSetup(ctx context.Context, p *project.Project, s detector.Setup, agreed bool) (made bool, err error) {
	var commands []string
	for _, command := range s.Commands {
		commands = append(commands, literal(plan.CommandLine(command)))
	}
	args := map[string]any{"Dir": literal(s.Dir), "Commands": strings.Join(commands, "\n  "), "Missing": s.Missing}
	if !agreed || s.Missing != "" {
		fmt.Fprintf(c.Err, "%s\n\n  %s\n", c.words.Text("cli.setup.missing", args), strings.Join(commands, "\n  "))
	}
	switch {
	case s.Missing != "" && !agreed:
		return false, nil // it may run all the same, with what this computer has
	case agreed:
	case !c.interactive():
		fmt.Fprintln(c.Err, c.words.Text("cli.setup.how", nil))
		return false, nil
	default:
		if agreed, err = c.confirm("cli.setup.question"); err != nil || !agreed {
			return false, err
		}
	}
	return true, p.SetUp(ctx, s, func(line string) { fmt.Fprintln(c.Err, "  "+line) })
}

// offerFix tells a failure and what it costs to mend it so, and asks. The error is what is left to tell where it is not to be.
func (c *call) offerFix(fix, question string, failed error) (agreed bool, err error) {
	if !c.interactive() {
		return false, failed
	}
	c.printErrors(failed)
	fmt.Fprintln(c.Err, c.words.Text("view.fix."+fix+".cost", nil))
	if agreed, err = c.confirm(question); err != nil || !agreed {
		return false, errors.Join(printedOf(failed), err)
	}
	return true, nil
}

// offerRestart asks whether Kafka is to be restarted.
func (c *call) offerRestart(ctx context.Context, p *project.Project, failed error) (bool, error) {
	if agreed, err := c.offerFix(project.RestartKafka, "cli.restart.question", failed); !agreed {
		return false, err
	}
	return true, p.Mend(ctx, project.RestartKafka)
}

// offerImport asks whether the app's module that hid an error is to be imported again, and tells what that showed.
func (c *call) offerImport(ctx context.Context, p *project.Project, failed error) error {
	var step *app.StepError
	if !errors.As(failed, &step) {
		return failed
	}
	if agreed, err := c.offerFix(project.ImportAgain, "cli.import.question", failed); !agreed {
		return err
	}
	if err := p.Mend(ctx, project.ImportAgain); err != nil {
		return errors.Join(printedOf(failed), err)
	}
	return &app.StepError{Step: step.Step, Err: step.Err, Diagnosis: p.Behind(ctx, step)}
}

func (c *call) printOffer(o *project.Offer) {
	say := func(id string, args map[string]any) { fmt.Fprintln(c.Err, c.words.Text(id, args)) }
	fmt.Fprintln(c.Err)
	for _, m := range o.Moves {
		say("cli.ports.move", map[string]any{"From": m.From, "To": m.To})
	}
	for _, n := range o.Notes() {
		say(n.ID, n.Args)
	}
	for line := range strings.Lines(o.Override) {
		fmt.Fprint(c.Err, "  ", line)
	}
}

// releaseWithin is how long a process in the background may take to end once it is stopped.
const releaseWithin = 10 * time.Second

// releaseOther ends the process in the background that keeps the project with the ports of before. A window's goes on:
// its user opens the project anew.
func (c *call) releaseOther(ctx context.Context, p *project.Project) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, err := c.attach(ctx, p)
	if errors.Is(err, agentrpc.ErrNobody) {
		return nil
	}
	if err != nil {
		return err
	}
	k.Stop()
	limit := time.NewTimer(releaseWithin)
	defer limit.Stop()
	select {
	case <-k.Ended():
		return nil
	case <-limit.C:
		return usererr.New("cli.ports.elsewhere", nil, nil)
	}
}

// printedOf is an error in whose place nothing is left to tell, but what is said of a story that goes on.
func printedOf(err error) error {
	if errors.Is(err, errStillKept) {
		return errStillKept
	}
	return errPrinted
}
