package config

import (
	"strings"
	"testing"
)

const several = `version: 1
apps:
  worker: {command: [python, worker.py], after: [api], restart: on-failure}
  api: {command: [uvicorn, "api:app"], ready: {http: "http://127.0.0.1:8100/"}}
`

func TestSeveralProgramsComeInTheOrderInWhichTheyAreStarted(t *testing.T) {
	p, err := parsed(t, several)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range p.Programs() {
		names = append(names, a.Name)
	}
	if strings.Join(names, " ") != "api worker" {
		t.Errorf("the order is %v", names)
	}
	if p.More[0].Restart != OnFailure || p.More[0].Dir != p.Dir || p.App.Ready.HTTP != "http://127.0.0.1:8100/" || p.Given["app.command"] != 4 {
		t.Errorf("it reads %+v, first %+v, given %v", p.More[0], p.App, p.Given)
	}
}

func TestWhatIsWrongWithSeveralPrograms(t *testing.T) {
	for text, want := range map[string]string{
		"apps: {a: {command: [x], after: [b]}, b: {command: [y], after: [a]}}": "config.circle",
		"apps: {a: {command: [x], after: [nobody]}}":                           "config.no_such_program",
		"apps: {a: {dir: sub}}":                                                "config.missing",
		"apps: {A B: {command: [x]}}":                                          "config.bad_program",
		"apps: {a: {command: [x], restart: sometimes}}":                        "config.bad_value",
		"apps: {a: {command: [x], dir: ../..}}":                                "config.outside",
		"app: {command: [y]}\napps: {a: {command: [x]}}":                       "config.app_and_apps",
	} {
		if _, err := parsed(t, "version: 1\n"+text+"\n"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func parsed(t *testing.T, text string) (Project, error) {
	t.Helper()
	dir := t.TempDir()
	return Discover(dir).parse(dir+"/"+FileName, []byte(text))
}
