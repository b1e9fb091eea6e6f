package detector

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/app/testenv"
)

// route is a module that catches an error and hides it, as the real one did. It keeps printing on its own.
const route = `
import os, sys
print("noise of an import")

def say(level, message):
    frame = sys._getframe(1)
    print(f"2025-10-20 21:30:00.123 | {level:<8} | {__name__}:<module>:{frame.f_lineno} - {message}", flush=True)

try:
    int("earlier and harmless")
except ValueError:
    pass

def make():
    BODY

try:
    make()
    say("INFO", "Kafka producer initialized")
except ImportError:
    say("WARNING", "Kafka module not available, streaming mode disabled")
except Exception as error:
    say("ERROR", "Failed to initialize Kafka producer: %s")
`

func TestTheErrorThatAnAppHidIsFoundByImportingAgain(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		testenv.Of(t, "no Python here: ", err)
	}
	for name, c := range map[string]struct{ body, want string }{
		"a call without an argument": {
			"(lambda bootstrap_servers, topic: None)(bootstrap_servers=os.environ['SERVERS'])", "missing 1 required positional argument: 'topic'",
		},
		"a module that is missing":       {"import kafka_that_is_missing", "No module named 'kafka_that_is_missing'"},
		"an error that came and is gone": {"if not os.path.exists('mark'): open('mark', 'w').close(); raise OSError('gone')", "earlier and harmless"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{
				"routes/__init__.py": "", "routes/ws.py": strings.Replace(route, "BODY", c.body, 1),
				"app.py": "import routes.ws, time\ntime.sleep(60)\n",
			} {
				file = filepath.Join(dir, filepath.FromSlash(file))
				if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			a := started(t, theirs, Launch{Command: []string{python, "app.py"}, Dir: dir, Env: map[string]string{"SERVERS": "127.0.0.1:9092"}})
			says(t, a, "routes.ws")
			got, err := a.Retrace(t.Context())
			if err != nil || !strings.Contains(got, c.want) || strings.Contains(got, "noise") {
				t.Errorf("got %q, %v; want a traceback with %q", got, err, c.want)
			}
		})
	}
}

func TestWithoutAModuleThereIsNothingToImportAgain(t *testing.T) {
	if got, err := New(theirs).Retrace(t.Context()); got != "" || !errors.Is(err, errNoModule) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestImportingAgainEndsWithItsTime(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		testenv.Of(t, "no Python here: ", err)
	}
	dir := t.TempDir()
	slow := "import sys, time\nprint('2025-10-20 21:30:00.123 | ERROR    | slow:<module>:4 - Failed to initialize Kafka producer: %s', flush=True)\ntime.sleep(60)\n"
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "slow.py"), []byte(slow), 0o644),
		os.WriteFile(filepath.Join(dir, "app.py"), []byte("import slow\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	a := started(t, theirs, Launch{Command: []string{python, "app.py"}, Dir: dir})
	says(t, a, "Failed")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	begin := time.Now()
	if got, err := a.Retrace(ctx); got != "" || err == nil || time.Since(begin) > patience {
		t.Errorf("got %q, %v after %v; want an error after a second", got, err, time.Since(begin))
	}
}
