// Package cli is StreamTray in a terminal: the commands, how they print, and their exit codes.
//
// stdout is the answer, stderr the talk. Exit codes: 0 it is done, or what was asked about is well, 1 it is not, 2 the
// command line is wrong, 130 it was interrupted before it was done. Every command has --json with the same facts.
package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"streamtray/app/agentrpc"
	"streamtray/app/i18n"
	"streamtray/app/settings"
	"streamtray/internal/nearest"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// Env is the world as a command sees it.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Environ  []string
	Dir      string // where the user stands; empty: in a folder that was deleted
	Version  string
}

// Exit codes.
const (
	ExitOK     = 0
	ExitFailed = 1
	ExitUsage  = 2
	// ExitInterrupted is 128 and the number of SIGINT, as shells have it.
	ExitInterrupted = 130
)

// command is one verb. Its run adds its own flags to the call's, and parses them.
type command struct {
	name    string
	project bool   // it is about a project: --project says which, --trust that it is trusted
	files   bool   // what it is about is named by paths alone
	args    string // shown behind the name in help
	hidden  bool
	used    bool // what it prints on stdout is for programs to use: no value in it is masked
	run     func(ctx context.Context, c *call) error
}

// usage is how the command is called, as help shows it.
func (cmd command) usage() string { return strings.TrimSpace(cmd.name + " " + cmd.args) }

// commands in the order of help. Each one's line of help is the text "cli.help."+name.
func commands() []command {
	return []command{
		{name: "up", project: true, args: "[NAME...] [--streaming=on|off] [--no-app] [--detach] [--until app|connected|streaming] [--timeout D] [--setup] [--start-engine] [--free-port|--own-ports]", run: runUp},
		{name: "down", project: true, args: "[--all]", run: runDown},
		{name: "restart", project: true, args: "[NAME...]", run: runRestart},
		{name: "status", project: true, run: runStatus},
		{name: "logs", project: true, args: "[-f] [-n N] [app|NAME|SERVICE]", run: runLogs},
		{name: "topics", project: true, args: "[plan|apply [--grow]|list]", run: runTopics},
		{name: "records", project: true, used: true, args: "tail TOPIC [--from beginning|end|TIME|OFFSET] [--partition N] [--filter TEXT] [--path JSONPATH] [-n N] [--until-end] | send TOPIC [--key K] [--header K=V] [--lines] [FILE|-]", run: runRecords},
		{name: "snapshot", project: true, used: true, args: "save FILE [TOPIC...] | restore FILE [TOPIC...] [--append]", run: runSnapshot},
		{name: "reset", project: true, args: "--topics [TOPIC...] | --offsets | --all [-o FOLDER] [--delete-for-good]", run: runReset},
		{name: "env", project: true, used: true, args: "[--format powershell|cmd|bash|dotenv|json|vscode]", run: runEnv},
		{name: "canary", project: true, run: runCanary},
		{name: "inspect", files: true, args: "[--fix] [--live] [FILE|DIR...]", run: runInspect},
		{name: "diagnose", args: "[--where engine|compose|broker|zookeeper|app|client] [FILE]", run: runDiagnose},
		{name: "doctor", project: true, args: "[--fix [--yes]]", run: runDoctor},
		{name: "demo", args: "[--for D]", run: runDemo},
		{name: "facts", project: true, run: runFacts},
		{name: "init", files: true, args: "[--sample] [DIR]", run: runInit},
		{name: "plan", project: true, run: runPlan},
		{name: "trust", project: true, args: "[list|show|forget] [DIR]", run: runTrust},
		{name: "settings", args: "[list|get KEY|set KEY VALUE]", run: runSettings},
		{name: "quit", args: "[--timeout D]", run: runQuit},
		{name: "bundle", project: true, args: "[-o FILE] [--force]", run: runBundle},
		{name: "selftest", args: "[-o FILE]", run: runSelftest},
		{name: "schema", run: runSchema},
		{name: "completion", args: "bash|powershell", run: runCompletion},
		{name: "version", run: runVersion},
		{name: SampleApp, hidden: true, run: runSampleApp},
		{name: keepApart, project: true, hidden: true, run: runKeepApart},
		{name: onPath, args: "[--remove] FOLDER", hidden: true, run: runOnPath},
		{name: appID, args: "SHORTCUT ID", hidden: true, run: runAppID},
		{name: selftestPart, hidden: true, run: runSelftestPart},
	}
}

// call is one run of a command.
type call struct {
	Env
	words *i18n.Words
	cmd   command
	flags *flag.FlagSet // of the command
	args  []string      // behind the command's name
	json  bool
	// answered: --json has its one answer already, and an error behind it is told on stderr alone.
	answered bool
	// What every command about a project takes.
	project string
	trust   bool
	// trustRemote are what may be fetched from elsewhere, by name.
	trustRemote repeated
	// startEngine: the engine may be started in this call, whatever the person's settings say.
	startEngine bool
}

// errUsage says that the command line is wrong.
var errUsage = errors.New("usage")

// Run carries out one command line, without the program's name, and returns the exit code.
func Run(ctx context.Context, env Env, args []string) int {
	c := &call{Env: env, json: asksJSON(args)}
	mask := hiding(env.Environ)
	c.Err = c.guarded(env.Err, mask)
	c.Out = c.guarded(env.Out, func(text string) string {
		if c.cmd.used {
			return text
		}
		return mask(text)
	})
	person := person(env)
	w, err := i18n.New(cmp.Or(language(env, args), person.Language))
	if err != nil {
		fmt.Fprintln(c.Err, "streamtray:", err)
		return ExitFailed
	}
	c.words = w.Hiding(mask)
	if person.Notice != nil {
		text, hint := c.words.Error(person.Notice)
		fmt.Fprintln(c.Err, text, hint)
	}
	err = c.dispatch(ctx, args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return ExitOK
	}
	c.printErrors(err)
	if errors.Is(err, errUsage) {
		return ExitUsage
	}
	if errors.Is(err, errInterrupted) {
		return ExitInterrupted
	}
	return ExitFailed
}

// person is what the person chose. Where that cannot be read, the command that needs it tells so.
func person(env Env) settings.Settings {
	folders, err := settings.Find(env.Getenv)
	if err != nil {
		return settings.Settings{}
	}
	s, _ := settings.Load(folders)
	return s
}

// errPrinted wraps an error that the reader has been told already.
var errPrinted = errors.New("told")

// dispatch finds the verb and runs it.
func (c *call) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		if len(args) > 1 && !strings.HasPrefix(args[1], "-") {
			cmd, err := find(args[1], shown())
			if err == nil {
				c.helpOn(cmd)
			}
			return err
		}
		c.help()
		return nil
	}
	if slices.Contains([]string{"-v", "-version", "--version"}, args[0]) {
		args = append([]string{"version"}, args[1:]...)
	}
	if strings.HasPrefix(args[0], "-") {
		return c.optionsFirst(ctx, args)
	}
	cmd, err := find(args[0], commands())
	if err != nil {
		return err
	}
	c.cmd, c.flags, c.args = cmd, c.flagSet(cmd.name, cmd.project), args[1:]
	return cmd.run(ctx, c)
}

// find gives the command of a name, one of all.
func find(name string, all []command) (command, error) {
	if i := slices.IndexFunc(all, func(cmd command) bool { return cmd.name == name }); i >= 0 {
		return all[i], nil
	}
	return command{}, badUsage("cli.unknown_command", map[string]any{"Name": name, "Near": nearest.To(strings.ToLower(name), names(shown()))})
}

// optionsFirst runs a command before which the options stand that every command takes; the others follow it.
func (c *call) optionsFirst(ctx context.Context, args []string) error {
	fs := c.flagSet("", true)
	if err := fs.Parse(args); err != nil && !errors.Is(err, flag.ErrHelp) {
		return badUsage("cli.option_first", map[string]any{"Option": args[0]})
	}
	if fs.NArg() == 0 {
		return c.dispatch(ctx, nil)
	}
	return c.dispatch(ctx, append([]string{fs.Arg(0)}, append(args[:len(args)-fs.NArg():len(args)-fs.NArg()], fs.Args()[1:]...)...))
}

func badUsage(id string, args map[string]any) error { return usererr.New(id, args, errUsage) }

// usageError says how the command is called whose words, options left out, are not as they have to be.
func (c *call) usageError() error {
	return badUsage("cli.bad_words", map[string]any{"Command": c.cmd.name, "Usage": c.cmd.usage()})
}

func (c *call) help() {
	fmt.Fprintln(c.Out, c.words.Text("cli.help", nil))
	fmt.Fprintln(c.Out)
	for _, cmd := range shown() {
		fmt.Fprintf(c.Out, "  %s\n      %s\n", cmd.usage(), c.words.Text("cli.help."+cmd.name, nil))
	}
	fmt.Fprintf(c.Out, "\n%s\n", commonHelp(c.words))
}

// commonHelp is about the options that are not one command's.
func commonHelp(w *i18n.Words) string {
	return w.Text("cli.help.common", nil) + "\n" + w.Text("cli.help.project", nil)
}

// flagSet makes a flag set with what every command takes; with project, what every command about a project takes too.
func (c *call) flagSet(name string, project bool) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are told in the reader's language
	fs.BoolVar(&c.json, "json", c.json, "")
	fs.String("lang", "", "") // read beforehand, see language
	if project {
		fs.StringVar(&c.project, "project", c.Dir, "")
		fs.BoolVar(&c.trust, "trust", false, "")
		fs.Var(&c.trustRemote, "trust-remote", "")
	}
	return fs
}

// parse reads the flags, wherever they stand among the arguments, and returns the other arguments, at most most.
func (c *call) parse(most int) ([]string, error) {
	fs, args := c.flags, c.args
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				c.helpOn(c.cmd)
				return nil, err
			}
			return nil, flagError(fs, err)
		}
		if fs.NArg() == 0 {
			break
		}
		rest, args = append(rest, fs.Arg(0)), fs.Args()[1:]
	}
	if lang := fs.Lookup("lang").Value.String(); lang != "" && !i18n.Known(lang) {
		return nil, badUsage("cli.bad_language", map[string]any{"Lang": lang})
	}
	if len(rest) > most {
		return nil, badUsage("cli.too_many", map[string]any{"Command": fs.Name(), "Arg": rest[most]})
	}
	if c.Dir == "" && (c.cmd.project && !filepath.IsAbs(c.project) || c.cmd.files && !slices.ContainsFunc(rest, filepath.IsAbs)) {
		return nil, usererr.New("cli.no_dir", nil, nil)
	}
	return rest, nil
}

// helpOn tells about one command.
func (c *call) helpOn(cmd command) {
	fmt.Fprintf(c.Out, "streamtray %s\n    %s\n\n%s\n", cmd.usage(), c.words.Text("cli.help."+cmd.name, nil), c.words.Text("cli.help.common", nil))
	if cmd.project {
		fmt.Fprintln(c.Out, c.words.Text("cli.help.project", nil))
	}
}

// language finds --lang before anything is parsed, so that what is wrong with the flags is told in it too.
func language(env Env, args []string) string {
	for i, a := range args {
		a = strings.TrimLeft(a, "-")
		if v, ok := strings.CutPrefix(a, "lang="); ok {
			return v
		}
		if a == "lang" && strings.HasPrefix(args[i], "-") && i+1 < len(args) {
			return args[i+1]
		}
	}
	return env.Getenv("STREAMTRAY_LANG")
}

// asksJSON finds --json before anything is parsed, so that what is wrong with the words of the call is told as JSON too.
func asksJSON(args []string) bool {
	for _, a := range args {
		if name, value, given := strings.Cut(a, "="); strings.HasPrefix(a, "-") && strings.TrimLeft(name, "-") == "json" {
			on, err := strconv.ParseBool(value)
			return !given || err == nil && on
		}
	}
	return false
}

// separate gives the errors that were joined on the way, each to be told by itself.
func separate(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, separate(e)...)
	}
	return all
}

// printErrors tells what was not told yet: on stderr, and with --json on stdout too.
func (c *call) printErrors(err error) {
	untold := slices.DeleteFunc(separate(err), func(e error) bool { return errors.Is(e, errPrinted) })
	for _, e := range untold {
		c.printError(e)
	}
	if c.json && !c.answered && len(untold) > 0 {
		told := c.failed(untold[0])
		for _, e := range untold[1:] {
			told.Also = append(told.Also, c.failed(e))
		}
		_ = json.NewEncoder(c.Out).Encode(told) // where nobody reads, stderr has it
	}
}

// failedCall is why a command did not do what it was asked to, as --json prints it: with the fields of an event.
type failedCall struct {
	Kind    string            `json:"kind"` // "error"
	Error   *agentrpc.Error   `json:"error"`
	Text    string            `json:"text"`
	Hint    string            `json:"hint,omitempty"`
	Finding *agentrpc.Finding `json:"finding,omitempty"`
	Also    []failedCall      `json:"also,omitempty"` // where more than one thing stands in the way
}

func (c *call) failed(err error) failedCall {
	f := failedCall{Kind: "error", Error: agentrpc.FromError(err)}
	f.Text, f.Hint = c.words.Error(err)
	f.Finding = finding(diagnosisOf(err), c.words)
	return f
}

// printError tells an error and what to do about it, on stderr.
func (c *call) printError(err error) {
	text, hint := c.words.Error(err)
	fmt.Fprintln(c.Err, c.words.Text("cli.error", map[string]any{"Text": termtext.Clean(text)}))
	if f := causeOf(err, c.words); f != nil {
		fmt.Fprintln(c.Err, c.words.Text("cli.cause", map[string]any{"Text": f.Title + " [" + f.Code + "]"}))
		hint = f.Advice
	}
	if hint != "" {
		fmt.Fprintln(c.Err, c.words.Text("cli.hint", map[string]any{"Text": termtext.Clean(hint)}))
	}
}

// answer prints a value as JSON when asked to, else has it printed by text.
func (c *call) answer(v any, text func(io.Writer)) error {
	if !c.json {
		text(c.Out)
		return nil
	}
	c.answered = true
	enc := json.NewEncoder(c.Out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func runVersion(_ context.Context, c *call) error {
	if _, err := c.parse(0); err != nil {
		return err
	}
	return c.answer(map[string]string{"version": c.Version}, func(out io.Writer) { fmt.Fprintln(out, "streamtray", c.Version) })
}

// repeated is a flag that may be given several times.
type repeated []string

func (r *repeated) String() string { return strings.Join(*r, ",") }

// Set adds one.
func (r *repeated) Set(value string) error {
	*r = append(*r, value)
	return nil
}
