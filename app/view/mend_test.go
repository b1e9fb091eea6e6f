package view

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
	"streamtray/internal/usererr"
)

func TestWhatCanBeDoneAboutAFailureIsOfferedWhereItIsTold(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	var s app.State
	known := app.Diagnosis{Code: "E01", Cause: "daemon-not-running", Remedy: "start_engine", Told: true}
	for _, e := range []app.Event{
		{Kind: app.Wants, Want: app.Want{Up: true, Streaming: true}},
		{Kind: app.Planned, Want: app.Want{Up: true, Streaming: true}},
		{Step: "engine", Kind: app.Planned},
		{Step: "engine", Kind: app.Started},
		{Step: "engine", Kind: app.Failed, Err: errors.New("down"), Diagnosis: known},
	} {
		e.At = time.Unix(1, 0)
		s = s.Apply(e)
	}
	want := Item{Label: "Start Docker…", Act: ActMend, Arg: "start_engine"}
	if got := BoardOf(s, Live{}, w, time.Unix(2, 0)).Steps[0].Fix; got.Label != want.Label || got.Act != want.Act || got.Arg != want.Arg {
		t.Errorf("in the row: got %+v, want %+v", got, want)
	}
	items := MenuOf(s, Facts{Project: "p"}, w, s.Since).Items
	if got := items[2]; got.Label != want.Label || got.Act != want.Act || got.Arg != want.Arg {
		t.Errorf("in the menu: got %+v, want %+v", got, want)
	}
	s.Rows[0].Diagnosis.Remedy = ""
	if got := BoardOf(s, Live{}, w, time.Unix(2, 0)).Steps[0].Fix; got.Act == ActMend {
		t.Errorf("without a remedy: got %+v", got)
	}
}

// Without Docker, one screen said that it was not installed and the next to start it; neither offered a way on.
func TestWithoutDockerTheOtherWaysOnAreOffered(t *testing.T) {
	for lang, want := range map[string]string{
		"en": "Use embedded Kafka… | Get Docker Desktop | Check again", "zh": "使用内置 Kafka… | 获取 Docker Desktop | 重新检查",
	} {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		s := failedAt("engine", usererr.New("docker.not_installed", nil, nil), app.Diagnosis{Code: "ST-ENGINE-025", Cause: "docker-missing", Remedy: UseEmbedded, Told: true})
		b := FrameOf(s, Live{Facts: Facts{Project: "p"}}, w, time.Unix(2, 0)).Banner
		var labels []string
		for _, f := range b.Fixes {
			labels = append(labels, f.Label)
		}
		if got := strings.Join(labels, " | "); got != want {
			t.Errorf("%s: offered %q, want %q", lang, got, want)
		}
		told, _ := w.Error(s.Rows[0].Err)
		if !strings.Contains(b.Text, strings.TrimRight(told, "。.")) {
			t.Errorf("%s: the banner says %q, the check %q", lang, b.Text, told)
		}
		if fix := BoardOf(s, Live{}, w, time.Unix(2, 0)).Steps[0].Fix; !reflect.DeepEqual(fix, WithoutDocker(w)) {
			t.Errorf("%s: the row offers %+v", lang, fix)
		}
	}
}

func failedAt(step string, err error, known app.Diagnosis) (s app.State) {
	want := app.Want{Up: true, Streaming: true}
	for _, e := range []app.Event{
		{Kind: app.Wants, Want: want},
		{Kind: app.Planned, Want: want},
		{Step: step, Kind: app.Planned},
		{Step: step, Kind: app.Started},
		{Step: step, Kind: app.Failed, Err: err, Diagnosis: known},
	} {
		e.At = time.Unix(1, 0)
		s = s.Apply(e)
	}
	return s
}

// The menu of one program's row restarted all of them.
func TestOneOfSeveralProgramsIsRestartedAlone(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	var s app.State
	want := app.Want{Up: true, Streaming: true}
	for _, e := range []app.Event{
		{Kind: app.Wants, Want: want},
		{Kind: app.Planned, Want: want},
		{Step: "app", Kind: app.Planned, Program: "web"},
		{Step: "app", Kind: app.Done, Program: "web"},
		{Step: "app:worker", Kind: app.Planned, Program: "worker"},
		{Step: "app:worker", Kind: app.Done, Program: "worker"},
	} {
		e.At = time.Unix(1, 0)
		s = s.Apply(e)
	}
	var got []string
	for _, r := range BoardOf(s, Live{}, w, time.Unix(2, 0)).Resources {
		for _, i := range r.Menu {
			if i.Act == ActRestart {
				got = append(got, i.Label+" = "+i.Arg)
			}
		}
	}
	if got, want := strings.Join(got, ", "), "Restart web = app, Restart worker = app:worker"; got != want {
		t.Errorf("offered: %s; want %s", got, want)
	}
}
