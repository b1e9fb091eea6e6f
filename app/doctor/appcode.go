package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/facts"
	"streamtray/app/project"
	"streamtray/app/pycheck"
	"streamtray/app/redact"
	"streamtray/internal/usererr"
)

// program looks whether what the app's command names is there. It does not run it.
func (s *Subject) program(context.Context) Result {
	if s.config.App.Mode == config.External && len(s.config.App.Command) == 0 {
		return skip("doctor.app.external", nil)
	}
	if err := project.CheckProgram(s.config, s.parts.Launch, s.options.Environ); err != nil {
		f := fromError(err)
		var told *usererr.Error
		set, ok := s.parts.Launch.Setup(s.options.Environ)
		if ok && set.Missing == "" && errors.As(err, &told) && told.ID == detector.CommandNotFound { // it comes with the packages
			f.Fix = app.Note{ID: "doctor.python.imports.setup", Args: args{"Command": "streamtray up --setup", "Instead": ""}}
			f = f.can(SetUp)
			f.Setup = set
		}
		return f
	}
	if several := s.config.Programs(); len(several) > 1 {
		var all []string
		for _, a := range several {
			all = append(all, `"`+redact.Text(strings.Join(a.Command, " "))+`"`)
		}
		return passed("doctor.app.program.all", args{"Commands": strings.Join(all, ", ")})
	}
	return passed("doctor.app.program.ok", args{"Command": redact.Text(strings.Join(s.config.App.Command, " ")), "Dir": s.config.App.Dir})
}

// found is what the project's files show.
func (s *Subject) found() *facts.Found {
	if s.config.Found == nil {
		return &facts.Found{}
	}
	return s.config.Found
}

// address looks whether the app is told Kafka's address by a variable that its code reads.
func (s *Subject) address(context.Context) Result {
	f, k := s.found(), s.config.Kafka
	told := k.Variables()
	if len(told) == 0 {
		return s.untold(f)
	}
	for _, name := range told {
		v, read := f.Reads(name)
		if read {
			if other, ok := s.written(f); ok {
				return problem("doctor.code.address.also", args{"Env": name, "Address": other.Value, "Where": other.Where.String()}).asWarning()
			}
			return passed("doctor.code.address.ok", args{"Env": name, "Where": v.Where.String()})
		}
	}
	if f.Files == 0 {
		return skip("doctor.code.address.none", args{"Files": f.Files})
	}
	if f.Partial {
		return skip("doctor.code.address.unread", args{"Files": f.Files})
	}
	if v, ok := f.Deciding(); ok {
		return problem("doctor.code.address.other", args{"Env": told[0], "Reads": v.Name, "Where": v.Where.String(), "Default": v.Default})
	}
	return problem("doctor.code.address.nobody", args{"Env": told[0], "Files": f.Files}).asWarning()
}

// written is an address in the code itself that is another one than Kafka's, whatever the variable says that the rest of it
// reads.
func (s *Subject) written(f *facts.Found) (facts.Text, bool) {
	for _, t := range f.Fixed {
		if s.parts.Report != nil && !slices.ContainsFunc(s.parts.Report.Bootstrap, func(b string) bool { return facts.Names(t.Value, b) }) {
			return t, true
		}
	}
	return facts.Text{}, false
}

// untold is how it is with an app that is told no address.
func (s *Subject) untold(f *facts.Found) Result {
	if len(f.Fixed) > 0 {
		a := args{"Address": f.Fixed[0].Value, "Where": f.Fixed[0].Where.String(), "Kafka": ""}
		if s.parts.Report == nil || slices.Contains(s.parts.Report.Bootstrap, f.Fixed[0].Value) {
			return passed("doctor.code.address.fixed", a)
		}
		if len(s.parts.Report.Bootstrap) == 0 {
			return skip("doctor.code.address.nowhere", a)
		}
		a["Kafka"] = strings.Join(s.parts.Report.Bootstrap, ", ")
		return problem("doctor.code.address.wrong", a)
	}
	if v, ok := f.Deciding(); ok {
		return problem("doctor.code.address.unsure", args{"Reads": v.Name, "Where": v.Where.String()}).asWarning()
	}
	return skip("doctor.code.address.none", args{"Files": f.Files})
}

// nothingToCheck tells of a check of the code that there is nothing in it to check; false: there is.
func (s *Subject) nothingToCheck(kind string) (Result, bool) {
	f, env := s.found(), s.config.Streaming.Env
	switch {
	case s.config.Found == nil || f.Partial: // the interpreter says what it finds
		return Result{}, false
	case kind == pycheck.Topic && !f.Producer:
		return skip("doctor.code.topic.none", args{"Files": f.Files}), true
	case kind == pycheck.Logging && !f.Loguru:
		return skip("doctor.code.logging.none", args{"Files": f.Files}), true
	case kind != pycheck.Flag:
		return Result{}, false
	case env == "":
		return skip("doctor.code.flag.none", args{"Files": f.Files}), true
	case !reads(f, env):
		var others []string
		for _, v := range f.Flags {
			others = append(others, v.Name+" ("+v.Where.String()+")")
		}
		a := args{"Env": env, "Reads": strings.Join(others, ", "), "Lines": ""}
		if len(f.Flags) > 0 {
			a["Lines"] = "streaming: {env: " + f.Flags[0].Name + "}"
		}
		return problem("doctor.code.flag.unread", a), true
	}
	return Result{}, false
}

func reads(f *facts.Found, env string) bool {
	_, ok := f.Reads(env)
	return ok
}
