package cli

import (
	"flag"
	"regexp"
	"time"
)

// What package flag says, which is in English only.
var (
	unknownFlag  = regexp.MustCompile(`^flag provided but not defined: -(.+)$`)
	flagAlone    = regexp.MustCompile(`^flag needs an argument: -(.+)$`)
	badFlagValue = regexp.MustCompile(`(?s)^invalid (?:boolean )?value "(.*)" for (?:flag )?-([^:]+): `)
)

// flagError puts a mistake in a command's flags into the reader's language.
func flagError(fs *flag.FlagSet, err error) error {
	args := map[string]any{"Command": fs.Name(), "Why": err.Error()}
	id := "cli.bad_flag"
	if m := unknownFlag.FindStringSubmatch(err.Error()); m != nil {
		id, args["Flag"] = "cli.unknown_flag", m[1]
	}
	if m := flagAlone.FindStringSubmatch(err.Error()); m != nil {
		id, args["Flag"] = "cli.flag_alone", m[1]
	}
	if m := badFlagValue.FindStringSubmatch(err.Error()); m != nil {
		id, args["Value"], args["Flag"] = "cli.bad_value", m[1], m[2]
		if isDuration(fs.Lookup(m[2])) {
			id = "cli.bad_duration"
		}
	}
	return badUsage(id, args)
}

func isDuration(f *flag.Flag) bool {
	if f == nil {
		return false
	}
	g, ok := f.Value.(flag.Getter)
	if !ok {
		return false
	}
	_, ok = g.Get().(time.Duration)
	return ok
}
