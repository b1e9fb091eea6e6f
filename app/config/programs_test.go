package config

import (
	"strings"
	"testing"

	"streamtray/app/facts"
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

func TestProgramsAreNamedAfterWhatTellsThemApart(t *testing.T) {
	p := Default(t.TempDir())
	p.Take([]facts.Program{
		{Command: []string{"python", "main.py", "producer"}, Dir: ".", File: "main.py"},
		{Command: []string{"python", "main.py", "detector"}, Dir: ".", File: "main.py"},
		{Command: []string{"python", "-m", "core.consumers", "sales"}, Dir: "app", File: "app/core/consumers.py"},
		{Command: []string{"python", "-m", "core.consumers", "stock"}, Dir: "app", File: "app/core/consumers.py"},
		{Command: []string{"python", "cam1.py"}, Dir: ".", File: "cam1.py"},
		{Command: []string{"python", "cam2.py", "--fast"}, Dir: ".", File: "cam2.py"},
		{Command: []string{"python", "manage.py", "runserver"}, Dir: "orders", File: "orders/manage.py"},
		{Command: []string{"python", "manage.py", "runserver", "8001"}, Dir: "points", File: "points/manage.py"},
		{Command: []string{"uvicorn", "desk.asgi:application"}, Dir: ".", File: "desk/asgi.py"},
		{Command: []string{"celery", "-A", "desk", "worker"}, Dir: ".", File: "desk/__init__.py"},
		{Command: []string{"python", "read.py"}, Dir: "a", File: "a/read.py"},
		{Command: []string{"python", "read.py", "--again"}, Dir: "a", File: "a/read.py"},
		{Command: []string{"python", "read.py", "--more"}, Dir: "a", File: "a/read.py"},
	})
	var got []string
	for _, a := range p.Programs() {
		got = append(got, a.Name)
	}
	want := "producer detector consumers consumers-stock cam1 cam2 web web-points desk desk-celery read read-a read-2"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}
