// Package cli is StreamTray in a terminal: the commands, how they print, and their exit codes.
//
// stdout is the answer, stderr the talk. Exit codes: 0 the promise is kept, 1 it is broken, 2 the words of the call were
// off, 130 the user left before it was kept. Every command has --json with the same facts.
package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"streamtray/app"
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
	Dir      string // where the user stands
	Version  string
}

// Exit codes.
const (
	Kept   = 0
	Broken = 1
	Usage  = 2
	// Interrupted is 128 and the number of SIGINT, as shells have it.
	Interrupted = 130
)

// command is one verb. Its run parses its own flags.
type command struct {
	name   string
	args   string // shown behind the name in help
	hidden bool
	run    func(ctx context.Context, c *call, args []string) error
}

// commands in the order of help. Each one's line of help is the text "cli.help."+name.
func commands() []command {
	return []command{
		{name: "up", args: "[NAME...] [--streaming=on|off] [--no-app] [--detach] [--until app|connected|streaming] [--timeout D] [--setup] [--start-engine] [--free-port|--own-ports]", run: up},
		{name: "down", args: "[--all]", run: down},
		{name: "restart", args: "[NAME...]", run: restart},
		{name: "status", run: status},
		{name: "logs", args: "[-f] [-n N] [app|NAME|SERVICE]", run: logs},
		{name: "topics", args: "[plan|apply [--grow]|list]", run: topics},
		{name: "records", args: "tail TOPIC [--from beginning|end|TIME|OFFSET] [--partition N] [--filter TEXT] [--path JSONPATH] [-n N] [--until-end] | send TOPIC [--key K] [--header K=V] [--lines] [FILE|-]", run: records},
		{name: "snapshot", args: "save FILE [TOPIC...] | restore FILE [TOPIC...] [--append]", run: snapshot},
		{name: "reset", args: "--topics [TOPIC...] | --offsets | --all [-o FOLDER] [--delete-for-good]", run: reset},
		{name: "env", args: "[--format powershell|cmd|bash|dotenv|json|vscode]", run: env},
		{name: "canary", run: canary},
		{name: "inspect", args: "[--fix] [--live] FILE...", run: inspect},
		{name: "diagnose", args: "[--where engine|compose|broker|zookeeper|app|client] [FILE]", run: diagnosis},
		{name: "doctor", args: "[--fix [--yes]]", run: examine},
		{name: "demo", args: "[--for D]", run: demo},
		{name: "facts", run: tellFacts},
		{name: "init", args: "[--sample] [DIR]", run: initialise},
		{name: "plan", run: showPlan},
		{name: "trust", args: "[list|show|forget] [DIR]", run: trust},
		{name: "settings", args: "[list|get KEY|set KEY VALUE]", run: personal},
		{name: "quit", args: "[--timeout D]", run: quit},
		{name: "bundle", args: "[-o FILE] [--force]", run: pack},
		{name: "selftest", args: "[-o FILE]", run: checkUp},
		{name: "schema", run: schema},
		{name: "completion", args: "bash|powershell", run: completion},
		{name: "version", run: version},
		{name: SampleApp, hidden: true, run: runSample},
		{name: keepApart, hidden: true, run: keepDetached},
		{name: onPath, hidden: true, run: putOnPath},
		{name: appID, hidden: true, run: giveAppID},
		{name: selftestPart, hidden: true, run: runSelftestPart},
	}
}

// call is one run of a command.
type call struct {
	Env
	words *i18n.Words
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

// errUsage says that the words of the call were off.
var errUsage = errors.New("usage")

// Run carries out one command line, without the program's name, and returns the exit code.
func Run(ctx context.Context, env Env, args []string) int {
	c := &call{Env: env, json: asksJSON(args)}
	c.Out, c.Err = c.guarded(env.Out), c.guarded(env.Err)
	person := person(env)
	w, err := i18n.New(cmp.Or(language(env, args), person.Language))
	if err != nil {
		fmt.Fprintln(c.Err, "streamtray:", err)
		return Broken
	}
	c.words = w
	if person.Notice != nil {
		text, hint := c.words.Error(person.Notice)
		fmt.Fprintln(c.Err, text, hint)
	}
	err = c.dispatch(ctx, args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return Kept
	}
	c.complainAll(err)
	if errors.Is(err, errUsage) {
		return Usage
	}
	if errors.Is(err, errInterrupted) {
		return Interrupted
	}
	return Broken
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

// errTold wraps an error that the reader has been told already.
var errTold = errors.New("told")

// dispatch finds the verb and runs it.
func (c *call) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		if len(args) > 1 && c.helpOn(args[1]) {
			return nil
		}
		c.help()
		return nil
	}
	if slices.Contains([]string{"-v", "-version", "--version"}, args[0]) {
		return version(ctx, c, args[1:])
	}
	if strings.HasPrefix(args[0], "-") {
		return c.optionsFirst(ctx, args)
	}
	for _, cmd := range commands() {
		if cmd.name == args[0] {
			return cmd.run(ctx, c, args[1:])
		}
	}
	return badUsage("cli.unknown_command", map[string]any{"Name": args[0], "Near": nearest.To(strings.ToLower(args[0]), names(shown()))})
}

// optionsFirst runs a command before which the options stand that every command takes; the others follow it.
func (c *call) optionsFirst(ctx context.Context, args []string) error {
	fs := c.flags("", true)
	if err := fs.Parse(args); err != nil && !errors.Is(err, flag.ErrHelp) {
		return badUsage("cli.option_first", map[string]any{"Option": args[0]})
	}
	if fs.NArg() == 0 {
		return c.dispatch(ctx, nil)
	}
	return c.dispatch(ctx, append([]string{fs.Arg(0)}, append(args[:len(args)-fs.NArg():len(args)-fs.NArg()], fs.Args()[1:]...)...))
}

func badUsage(id string, args map[string]any) error { return usererr.New(id, args, errUsage) }

func (c *call) help() {
	fmt.Fprintln(c.Out, c.words.Text("cli.help", nil))
	fmt.Fprintln(c.Out)
	for _, cmd := range shown() {
		fmt.Fprintf(c.Out, "  %s\n      %s\n", strings.TrimSpace(cmd.name+" "+cmd.args), c.words.Text("cli.help."+cmd.name, nil))
	}
	fmt.Fprintf(c.Out, "\n%s\n", c.words.Text("cli.help.common", nil))
}

// flags makes a flag set with what every command takes; with project, what every command about a project takes too.
func (c *call) flags(name string, project bool) *flag.FlagSet {
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
func (c *call) parse(fs *flag.FlagSet, args []string, most int) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				c.helpOn(fs.Name())
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
	return rest, nil
}

// helpOn tells about one command, if there is one of that name.
func (c *call) helpOn(name string) bool {
	for _, cmd := range shown() {
		if cmd.name == name {
			fmt.Fprintf(c.Out, "streamtray %s\n    %s\n", strings.TrimSpace(cmd.name+" "+cmd.args), c.words.Text("cli.help."+name, nil))
			fmt.Fprintf(c.Out, "\n%s\n", c.words.Text("cli.help.common", nil))
			return true
		}
	}
	return false
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

// complainAll tells what was not told yet: on stderr, and with --json on stdout too.
func (c *call) complainAll(err error) {
	untold := slices.DeleteFunc(separate(err), func(e error) bool { return errors.Is(e, errTold) })
	for _, e := range untold {
		c.complain(e)
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
	var step *app.StepError
	if errors.As(err, &step) {
		f.Finding = finding(step.Diagnosis, c.words)
	}
	return f
}

// complain tells an error and what to do about it, on stderr.
func (c *call) complain(err error) {
	text, hint := c.words.Error(err)
	fmt.Fprintln(c.Err, c.words.Text("cli.error", map[string]any{"Text": termtext.Clean(text)}))
	if f := behindOf(err, c.words); f != nil {
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

func version(_ context.Context, c *call, args []string) error {
	if _, err := c.parse(c.flags("version", false), args, 0); err != nil {
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
