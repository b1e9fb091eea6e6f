package project

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"streamtray/app"
)

// brought is a state in which the steps were brought about in so many seconds each, from a minute on.
func brought(minute int, kinds map[string]app.Kind, took map[string]int) app.State {
	s := app.State{Want: app.Want{Up: true, Streaming: true}, Plan: app.Want{Up: true, Streaming: true}}
	at := time.Date(2026, 11, 23, 15, minute, 0, 0, time.UTC)
	for _, step := range []string{"infra", "broker"} {
		ended := at.Add(time.Duration(took[step]) * time.Second)
		s.Rows = append(s.Rows, app.Row{Step: step, Kind: kinds[step], Begun: at, Ended: ended})
		at = ended
	}
	return s
}

func TestOnlyWhatAGoodStartBroughtAboutIsRemembered(t *testing.T) {
	done, held := app.Done, app.Holds
	for _, c := range []struct {
		name   string
		states []app.State
		want   string // the steps told by each state
	}{
		{"a start", []app.State{brought(0, map[string]app.Kind{"infra": done, "broker": done}, map[string]int{"infra": 2, "broker": 9})}, "[map[broker:9s infra:2s]]"},
		{"what ran already", []app.State{brought(0, map[string]app.Kind{"infra": held, "broker": done}, map[string]int{"broker": 9})}, "[map[broker:9s]]"},
		{"a start that is under way", []app.State{brought(0, map[string]app.Kind{"infra": done, "broker": app.Waiting}, nil)}, "[map[]]"},
		{"one that failed", []app.State{brought(0, map[string]app.Kind{"infra": done, "broker": app.Failed}, nil)}, "[map[]]"},
		{"told once", []app.State{
			brought(0, map[string]app.Kind{"infra": done, "broker": done}, map[string]int{"broker": 9}),
			brought(0, map[string]app.Kind{"infra": done, "broker": done}, map[string]int{"broker": 9}),
			brought(1, map[string]app.Kind{"infra": held, "broker": done}, map[string]int{"broker": 5}),
		}, "[map[broker:9s infra:0s] map[] map[broker:5s]]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w watcher
			var all []map[string]time.Duration
			for _, s := range c.states {
				all = append(all, w.see(s))
			}
			if got := fmt.Sprint(all); got != c.want {
				t.Errorf("remembered %s; want %s", got, c.want)
			}
		})
	}
}

func TestUsualIsTheMedianOfTheLastGoodStarts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p", "history.json")
	first := &starts{file: file}
	for _, seconds := range []int{100, 100, 100, 9, 8, 30, 9, 10, 7, 12, 9, 60} {
		if err := first.add(map[string]time.Duration{"broker": time.Duration(seconds) * time.Second}); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range map[string]*starts{"the same process": first, "another": {file: file}} {
		if got := s.usual()["broker"]; got != 9*time.Second {
			t.Errorf("usual in %s: %v; want 9s", name, got)
		}
	}
	even := history{"infra": {1, 2}}
	if got := even.usual()["infra"]; got != 1500*time.Millisecond {
		t.Errorf("usual of 1 s and 2 s: %v; want 1.5s", got)
	}
}

func TestAHistoryThatMakesNoSenseIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.json")
	for _, text := range []string{"", "{", "null", "[1]", `{"broker":[-5]}`, `{"broker":"9 s"}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := &starts{file: file}
		if got := s.usual(); len(got) != 0 {
			t.Errorf("usual of %q: %v; want none", text, got)
		}
		if err := s.add(map[string]time.Duration{"broker": time.Second}); err != nil {
			t.Errorf("a start after %q: %v", text, err)
		}
	}
}
