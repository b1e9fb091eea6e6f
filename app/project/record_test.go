package project

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/settings"
)

func TestTheEventsOfARunCanBeReadLater(t *testing.T) {
	data := t.TempDir()
	run := func(why string) *Project {
		p := &Project{Dir: "/x", options: Options{Folders: settings.Folders{Data: data}}}
		p.life, p.end = context.WithCancel(t.Context())
		hub := &app.Hub{}
		p.record(hub)
		hub.Emit(app.Event{Kind: app.Wants, Want: app.Want{Up: true}})
		hub.Emit(app.Event{Kind: app.Planned, Step: "broker"})
		hub.Emit(app.Event{Kind: app.Failed, Step: "broker", Err: errors.New(why)})
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		return p
	}
	run("long ago")
	run("first, sasl.password=hunter22")
	p := run("second")
	var got []string
	for _, e := range p.Events() {
		if e.At.IsZero() || time.Since(e.At) > time.Hour {
			t.Errorf("got time %v", e.At)
		}
		line := e.Kind.String() + " " + e.Step
		if e.Err != nil {
			line += ": " + e.Err.Error()
		}
		got = append(got, line)
	}
	want := "wants |failed broker: first, sasl.password=***|wants |failed broker: second"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	now, _ := p.records()
	if info, err := os.Stat(now); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("got %v, %v, want a file for the user alone", info.Mode(), err)
	}
}

func TestWhereNothingCanBeWrittenNothingIsRecorded(t *testing.T) {
	p := &Project{Dir: "/x", options: Options{Folders: settings.Folders{Data: "/dev/null/x"}}}
	p.life, p.end = context.WithCancel(t.Context())
	hub := &app.Hub{}
	p.record(hub)
	hub.Emit(app.Event{Kind: app.Wants})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if got := p.Events(); got != nil {
		t.Errorf("got %v", got)
	}
}
