package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/facts"
	"streamtray/app/project"
	"streamtray/app/pycheck"
	"streamtray/app/redact"
	"streamtray/internal/usererr"
)

// program looks whether what the app's command names is there. It does not run it.
func (s *Subject) program(context.Context) finding {
	if s.config.App.Mode == config.External && len(s.config.App.Command) == 0 {
		return skip("doctor.app.external", nil)
	}
	if err := project.CheckProgram(s.config, s.parts.Launch, s.options.Environ); err != nil {
		f := ill(err)
		var told *usererr.Error
		set, ok := s.parts.Launch.Setup(s.options.Environ)
		if ok && set.Missing == "" && errors.As(err, &told) && told.ID == "detector.command_not_found" { // it comes with the packages
			f.fix = app.Note{ID: "doctor.python.imports.setup", Args: args{"Command": "streamtray up --setup"}}
		}
		return f
	}
	if several := s.config.Programs(); len(several) > 1 {
		var all []string
		for _, a := range several {
			all = append(all, `"`+redact.Text(strings.Join(a.Command, " "))+`"`)
		}
		return fine("doctor.app.program.all", args{"Commands": strings.Join(all, ", ")})
	}
	return fine("doctor.app.program.ok", args{"Command": redact.Text(strings.Join(s.config.App.Command, " ")), "Dir": s.config.App.Dir})
}

// found is what the project's files show.
func (s *Subject) found() *facts.Found {
	if s.config.Found == nil {
		return &facts.Found{}
	}
	return s.config.Found
}

// address looks whether the app is told Kafka's address by a variable that its code reads.
func (s *Subject) address(context.Context) finding {
	f, k := s.found(), s.config.Kafka
	told := k.Variables()
	if len(told) == 0 {
		return s.untold(f)
	}
	for _, name := range told {
		v, read := f.Reads(name)
		if read {
			return fine("doctor.code.address.ok", args{"Env": name, "Where": v.Where.String()})
		}
	}
	if f.Files == 0 || f.Partial {
		return skip("doctor.code.address.unread", args{"Files": f.Files})
	}
	if v, ok := f.Deciding(); ok {
		return bad("doctor.code.address.other", args{"Env": told[0], "Reads": v.Name, "Where": v.Where.String(), "Default": v.Default})
	}
	return bad("doctor.code.address.nobody", args{"Env": told[0], "Files": f.Files}).mild()
}

// untold is how it is with an app that is told no address.
func (s *Subject) untold(f *facts.Found) finding {
	if len(f.Fixed) > 0 {
		a := args{"Address": f.Fixed[0].Value, "Where": f.Fixed[0].Where.String(), "Kafka": ""}
		if s.parts.Report == nil || slices.Contains(s.parts.Report.Bootstrap, f.Fixed[0].Value) {
			return fine("doctor.code.address.fixed", a)
		}
		a["Kafka"] = strings.Join(s.parts.Report.Bootstrap, ", ")
		return bad("doctor.code.address.wrong", a)
	}
	if v, ok := f.Deciding(); ok {
		return bad("doctor.code.address.unsure", args{"Reads": v.Name, "Where": v.Where.String()}).mild()
	}
	return skip("doctor.code.address.none", args{"Files": f.Files})
}

// vacuous tells of a check of the code that there is nothing in it to check; false: there is.
func (s *Subject) vacuous(kind string) (finding, bool) {
	f, env := s.found(), s.config.Streaming.Env
	switch {
	case f.Files == 0 || f.Partial: // the interpreter says what it finds
		return finding{}, false
	case kind == pycheck.Topic && !f.Producer:
		return skip("doctor.code.topic.none", args{"Files": f.Files}), true
	case kind == pycheck.Logging && !f.Loguru:
		return skip("doctor.code.logging.none", args{"Files": f.Files}), true
	case kind != pycheck.Flag:
		return finding{}, false
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
		return bad("doctor.code.flag.unread", a), true
	}
	return finding{}, false
}

func reads(f *facts.Found, env string) bool {
	_, ok := f.Reads(env)
	return ok
}
