package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/envfile"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

// flag looks whether the streaming flag is what the app goes by: what it says itself, else what a start by hand would
// find in the environment and in .env.
func (s *Subject) flag(ctx context.Context) Result {
	c := s.config.Streaming
	if c.Env == "" {
		return skip("doctor.flag.effective.none", nil)
	}
	file := c.File
	if file == "" {
		file = filepath.Join(s.config.App.Dir, ".env")
	}
	a := args{"Env": c.Env, "On": c.On, "File": file, "Command": setting(c.Env, c.On)}
	if streams, says := s.appSays(ctx); says && s.ownPage() {
		switch {
		case streams:
			return passed("doctor.flag.effective.streams", a)
		case s.kept && !s.state.Want.Streaming:
			return passed("doctor.flag.effective.off", a)
		}
		return problem("doctor.flag.effective.not_streaming", a)
	}
	written, there, err := envfile.Get(file, c.Env)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fromError(err)
	}
	set := s.options.Getenv(c.Env)
	a["Set"], a["Written"] = set, written
	switch {
	case set != "" && !known(set, c.On, c.Off):
		a["Value"] = set
		return problem("doctor.flag.effective.unknown", a).asWarning()
	case there && written != "" && !known(written, c.On, c.Off):
		a["Value"] = written
		return problem("doctor.flag.effective.unknown", a).asWarning()
	case set != "" && there && written != "" && !strings.EqualFold(set, written):
		return problem("doctor.flag.effective.differ", a).asWarning()
	}
	return passed("doctor.flag.effective.ok", a)
}

// known reports whether a value is one of the project's, or one that pydantic reads as true or false.
func known(value string, own ...string) bool {
	for _, v := range append(own, "1", "0", "on", "off", "t", "f", "true", "false", "y", "n", "yes", "no") {
		if strings.EqualFold(v, value) {
			return true
		}
	}
	return false
}

// ownPage reports whether what answers at the app's address is the app: another program may.
func (s *Subject) ownPage() bool {
	running, _ := s.state.Row(story.StepApp)
	web, _ := s.state.Row(story.StepWeb)
	return s.kept && running.Holding() && !web.Lost
}

// appSays asks whoever answers at the app's address whether it streams; false: nobody does, or it does not say. Only this
// computer is asked.
func (s *Subject) appSays(ctx context.Context) (streams, says bool) {
	page := s.config.App.Ready.HTTP
	if page == "" || !onLoopback(page) || !s.trusted() { // what is asked there is the project's choice
		return false, false
	}
	for _, url := range []string{page, strings.TrimRight(page, "/") + "/status"} {
		if streams, says = askApp(ctx, url); says {
			return streams, true
		}
	}
	return false, false
}

func askApp(ctx context.Context, url string) (streams, says bool) {
	ctx, cancel := context.WithTimeout(ctx, soon/2)
	defer cancel()
	_, body, err := detector.Get(ctx, url)
	var status struct{ Streaming *bool }
	if err != nil || json.NewDecoder(bytes.NewReader(body)).Decode(&status) != nil || status.Streaming == nil {
		return false, false
	}
	return *status.Streaming, true
}

// producer looks whether the app's log says that its Kafka producer is up.
func (s *Subject) producer(context.Context) Result {
	log := s.appLog()
	row, _ := s.state.Row(story.StepApp)
	line := args{"Line": s.config.App.Ready.Log}
	made, _ := s.state.Row(story.StepProducer)
	switch {
	case s.kept && made.Holding() && made.Note.ID == "project.producer_unsaid":
		return passed("doctor.app.producer.connected", nil)
	case s.kept && made.Holding() && made.Note.Args["Line"] != nil: // it saw the line, which the log may not hold any more
		return passed("doctor.app.producer.ok", line)
	case s.config.App.Ready.Log == "":
		return skip("doctor.app.producer.lineless", nil)
	case log.untold != nil:
		return *log.untold
	case log.verdict == nil:
		return passed("doctor.app.producer.ok", line)
	case log.broken():
		return toldBy("app.failures")
	case s.kept && row.Holding():
		return problem("doctor.app.producer.unsaid", line)
	}
	return skip("doctor.app.log.unsaid", nil)
}

// failures looks whether the last word of the app's log on its Kafka producer is that it could not be made.
func (s *Subject) failures(context.Context) Result {
	log := s.appLog()
	seen, _ := s.state.Row(story.StepConnection)
	switch {
	case s.kept && seen.Lost:
		return fromError(seen.Err)
	case log.untold != nil:
		return *log.untold
	case log.broken():
		return fromError(log.verdict)
	}
	return passed("doctor.app.failures.ok", nil)
}

// appLog is what the log of the app's run, this one or the last, says of its Kafka producer.
type appLog struct {
	verdict error   // as detector.Said gives it
	untold  *Result // why there is no verdict; nil: there is one
}

// broken reports whether the log says that the producer could not be made.
func (l appLog) broken() bool {
	var said *usererr.Error
	return errors.As(l.verdict, &said) && said.ID != detector.WaitingReady
}

// mostLines are read of the end of the app's log.
const mostLines = 20000

func (s *Subject) appLog() appLog {
	untold := func(f Result) appLog { return appLog{untold: &f} }
	if s.config.App.Mode == config.External {
		return untold(skip("doctor.app.external", nil))
	}
	if s.kept && !s.state.Want.Streaming {
		return untold(skip("doctor.app.log.off", nil))
	}
	lines, err := detector.ReadLog(s.parts.Launch.Log, mostLines)
	if err != nil {
		return untold(fromError(err))
	}
	if len(lines) == 0 {
		return untold(skip("doctor.app.log.none", nil).can(Up))
	}
	c := s.config.App
	return appLog{verdict: detector.Said(lines, detector.Verdicts{Ready: c.Ready.Log, Failed: c.Failed, Degraded: c.Degraded}, s.parts.Launch)}
}
