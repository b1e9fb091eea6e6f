package cli

import (
	"errors"
	"flag"
	"strings"
	"time"

	"streamtray/internal/lazyregexp"
)

// What package flag says, which is in English only.
var (
	unknownFlag  = lazyregexp.New(`^flag provided but not defined: -(.+)$`)
	flagAlone    = lazyregexp.New(`^flag needs an argument: -(.+)$`)
	badFlagValue = lazyregexp.New(`(?s)^invalid (?:boolean )?value "(.*)" for (?:flag )?-([^:]+): `)
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
	return badFlag(id, args)
}

// badFlag is badUsage about an option: as it is typed, one letter stands behind one dash, a word behind two.
func badFlag(id string, args map[string]any) error {
	if name, ok := args["Flag"].(string); ok {
		args["Option"] = strings.Repeat("-", min(len(name), 2)) + name
	}
	return badUsage(id, args)
}

// durationFlag is a flag for a time above nought; 0 is what it has where it is not given.
type durationFlag time.Duration

// Set reads a time as Go writes it: 20s, 2m.
func (d *durationFlag) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err == nil && v <= 0 {
		err = errors.New("not above nought")
	}
	*d = durationFlag(v)
	return err
}

func (d *durationFlag) String() string { return time.Duration(*d).String() }

// Get is how isDuration knows it.
func (d *durationFlag) Get() any { return time.Duration(*d) }

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
