package pycheck

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"streamtray/app/testenv"
	"streamtray/internal/usererr"
)

// installed are the interpreters that this computer has, each version once.
var installed = sync.OnceValue(func() map[string]string {
	found := map[string]string{}
	names := []string{"python3", "python"}
	for minor := 7; minor <= 20; minor++ {
		names = append(names, fmt.Sprintf("python3.%d", minor))
	}
	for _, n := range names {
		path, err := exec.LookPath(n)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").Output()
		if version := strings.TrimSpace(string(out)); err == nil && found[version] == "" && version >= "3" {
			found[version] = path
		}
	}
	return found
})

// each runs a test with every interpreter there is.
func each(t *testing.T, test func(t *testing.T, python string)) {
	t.Helper()
	found := installed()
	if len(found) == 0 {
		testenv.Of(t, "no Python here")
	}
	for version, path := range found {
		t.Run(version, func(t *testing.T) { test(t, path) })
	}
}

// project writes files into a new folder.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func checked(t *testing.T, o Options) Report {
	t.Helper()
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func options(python, dir string) Options { return Options{Python: []string{python}, Dir: dir} }

// said is a report in one line a finding: "file:line check.kind".
func said(r Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, fmt.Sprintf("%s:%d %s.%s", f.File, f.Line, f.Check, f.Kind))
	}
	for _, u := range r.Unread {
		all = append(all, fmt.Sprintf("%s:%d unread", u.File, u.Line))
	}
	return strings.Join(all, "\n")
}

const (
	imported = "from algo.kafka.detection_producer import DetectionResultProducer\n"
	loguru   = "from loguru import logger\n"
	flagged  = "import os\n"
	name     = `"ALGO_ENABLE_KAFKA_STREAMING"`
	words    = `("1", "true", "yes", "on")`
	settings = "class Settings:\n    kafka_detection_topic: str = 'x'\nsettings = Settings()\n"
)

// wrong is code with one thing wrong, and what is right; an empty right is code that no edit surely mends.
var wrong = []struct{ about, check, before, code, right string }{
	{"servers alone", Topic, imported, "P = DetectionResultProducer('h:9092')", `P = DetectionResultProducer('h:9092', topic="detection-results")`},
	{"servers by name", Topic, imported, "P = DetectionResultProducer(bootstrap_servers='h:9092')", `P = DetectionResultProducer(bootstrap_servers='h:9092', topic="detection-results")`},
	{"another name", Topic, "from a.b import DetectionResultProducer as P\n", "x = P('h:9092')", `x = P('h:9092', topic="detection-results")`},
	{"of a module", Topic, "import algo.kafka.detection_producer as dp\n", "x = dp.DetectionResultProducer('h')", `x = dp.DetectionResultProducer('h', topic="detection-results")`},
	{"of a package", Topic, "import algo.kafka.detection_producer\n", "x = algo.kafka.detection_producer.DetectionResultProducer('h')", `x = algo.kafka.detection_producer.DetectionResultProducer('h', topic="detection-results")`},
	{"a star", Topic, "from algo.kafka.detection_producer import *\n", "x = DetectionResultProducer('h')", `x = DetectionResultProducer('h', topic="detection-results")`},
	{"relative", Topic, "from ..kafka.detection_producer import DetectionResultProducer\n", "x = DetectionResultProducer('h')", `x = DetectionResultProducer('h', topic="detection-results")`},
	{"kept under a name", Topic, imported + "kind = DetectionResultProducer\n", "x = kind('h')", `x = kind('h', topic="detection-results")`},
	{"looked up", Topic, "import m\n", "x = getattr(m, 'DetectionResultProducer')('h')", `x = getattr(m, 'DetectionResultProducer')('h', topic="detection-results")`},
	{"of settings", Topic, imported + settings, "P = DetectionResultProducer(settings.kafka_bootstrap_servers)", "P = DetectionResultProducer(settings.kafka_bootstrap_servers, topic=settings.kafka_detection_topic)"},
	{"enable_kafka in the wrong place", Topic, imported, "P = DetectionResultProducer('h', True)", `P = DetectionResultProducer('h', "detection-results", True)`},
	{"before enable_kafka", Topic, imported, "P = DetectionResultProducer('h', enable_kafka=True)", `P = DetectionResultProducer('h', topic="detection-results", enable_kafka=True)`},
	{"no topic by None", Topic, imported, "P = DetectionResultProducer('h', None)", `P = DetectionResultProducer('h', "detection-results")`},
	{
		"over lines", Topic, imported, "P = DetectionResultProducer(\n    bootstrap_servers='h',  # servers, (all)\n    enable_kafka=True,\n)",
		"P = DetectionResultProducer(\n    bootstrap_servers='h',  # servers, (all)\n    topic=\"detection-results\",\n    enable_kafka=True,\n)",
	},
	{
		"over lines, alone", Topic, imported, "P = DetectionResultProducer(\n\tbootstrap_servers=(lambda a, b: a)('h', 1),  # only\n)",
		"P = DetectionResultProducer(\n\tbootstrap_servers=(lambda a, b: a)('h', 1),\n\ttopic=\"detection-results\",  # only\n)",
	},
	{"inherited", Topic, imported + "class Mine(DetectionResultProducer):\n    pass\n", "P = Mine('h')", `P = Mine('h', topic="detection-results")`},
	{"by super", Topic, imported, "class Mine(DetectionResultProducer):\n    def __init__(self):\n        super().__init__('h')", "class Mine(DetectionResultProducer):\n    def __init__(self):\n        super().__init__('h', topic=\"detection-results\")"},
	{"nothing at all", Topic, imported, "P = DetectionResultProducer()", ""},

	{"an error", Logging, loguru, "e = 1\nlogger.error('Failed to initialize Kafka producer: %s', e)", "e = 1\nlogger.error('Failed to initialize Kafka producer: {}', e)"},
	{"another name", Logging, "from loguru import logger as log\n", "log.info('%s', 1)", "log.info('{}', 1)"},
	{"of the module", Logging, "import loguru\n", "loguru.logger.info('%d of %i', 1, 2)", "loguru.logger.info('{} of {}', 1, 2)"},
	{"with options", Logging, loguru, "logger.opt(colors=True).bind(a=1).warning('%r: 5%%', 1)", "logger.opt(colors=True).bind(a=1).warning('{!r}: 5%', 1)"},
	{"bound", Logging, loguru + "log = logger.bind(name='x')\n", "log.debug('%s', 1)", "log.debug('{}', 1)"},
	{"of an object", Logging, loguru, "class A:\n    def __init__(self):\n        self.log = logger\n    def f(self):\n        self.log.info('%s', 1)", "class A:\n    def __init__(self):\n        self.log = logger\n    def f(self):\n        self.log.info('{}', 1)"},
	{"of another file", Logging, "from logs import logger\n", "logger.info('%s', 1)", "logger.info('{}', 1)"},
	{"of a function", Logging, "from logs import get_logger\nlog = get_logger(__name__)\n", "log.info('%s', 1)", "log.info('{}', 1)"},
	{"a level by name", Logging, loguru, "logger.log('INFO', '%s', 1)", "logger.log('INFO', '{}', 1)"},
	{"precision", Logging, loguru, "logger.info('%.2f', 1.5)", "logger.info('{:.2f}', 1.5)"},
	{"width", Logging, loguru, "logger.info('%5d|%-8s', 1, 'a')", "logger.info('%5d|%-8s' % (1, 'a'))"},
	{"braces", Logging, loguru, "logger.info('{ %s', 1)", "logger.info('{ %s' % (1,))"},
	{"by key", Logging, loguru, "logger.info('%(a)s', {'a': 1})", "logger.info('%(a)s' % {'a': 1})"},
	{"a sum", Logging, loguru, "logger.info('a' + ' %s', 1)", "logger.info(('a' + ' %s') % (1,))"},
	{"two literals", Logging, loguru, "logger.info('a %s'\n            ' b %s', 1, 2)", "logger.info('a {}'\n            ' b {}', 1, 2)"},
	{"a name", Logging, loguru + "TEXT = 'a %s'\n", "logger.info(TEXT, 1)", "logger.info(TEXT % (1,))"},
	{"one star", Logging, loguru + "p = (1, 2)\n", "logger.info('%s %s', *p)", "logger.info('{} {}', *p)"},
	{"an escape", Logging, loguru, `logger.info('\x25s', 1)`, `logger.info('\x25s' % (1,))`},
	{"either", Logging, "try:\n    from loguru import logger\nexcept ImportError:\n    import logging\n    logger = logging.getLogger()\n", "logger.info('%s', 1)", "logger.info('%s' % (1,))"},
	{"too few values", Logging, loguru, "logger.info('%s %s', 1)", ""},
	{"an f-string", Logging, loguru + "a = 1\n", "logger.info(f'{a} %s', 1)", ""},

	{"bool", Flag, flagged, "A = bool(os.getenv(" + name + "))", "A = os.getenv(" + name + `, "").lower() in ` + words},
	{"bool of a default", Flag, flagged, "A = bool(os.environ.get(" + name + ", 'false'))", "A = os.environ.get(" + name + ", 'false').lower() in " + words},
	{"bool of False", Flag, flagged, "A = bool(os.environ.get(" + name + ", False))", "A = os.environ.get(" + name + `, "false").lower() in ` + words},
	{"bool of an index", Flag, flagged, "A = bool(os.environ[" + name + "])", "A = os.environ[" + name + "].lower() in " + words},
	{"is 1", Flag, "from os import getenv\n", "A = getenv(" + name + ") == '1'", "A = getenv(" + name + `, "").lower() in ` + words},
	{"is True", Flag, flagged, "A = os.getenv(" + name + ") == 'True'", "A = os.getenv(" + name + `, "").lower() in ` + words},
	{"imported in passing", Flag, "", `A = bool(__import__("os").getenv(` + name + "))", `A = __import__("os").getenv(` + name + `, "").lower() in ` + words},
	{"is the other", Flag, flagged, "A = 'True' == os.getenv(" + name + ", '')", "A = os.getenv(" + name + ", '').lower() in " + words},
	{"is in", Flag, flagged, "A = os.getenv(" + name + ", '') in ('1', 'yes')", "A = os.getenv(" + name + ", '').lower() in " + words},
	{"is not 1", Flag, flagged, "A = os.getenv(" + name + ") != '1'", "A = os.getenv(" + name + `, "").lower() not in ` + words},
	{"is not 0", Flag, flagged, "A = os.getenv(" + name + ", '0') != '0'", "A = os.getenv(" + name + ", '0').lower() in " + words},
	{"int", Flag, flagged, "A = int(os.getenv(" + name + ", '0'))", "A = os.getenv(" + name + ", '0').lower() in " + words},
	{"bool of int", Flag, flagged, "A = bool(int(os.getenv(" + name + ", 0)))", "A = os.getenv(" + name + `, "false").lower() in ` + words},
	{"upper", Flag, flagged, "A = os.getenv(" + name + ", '').upper() == 'true'", "A = os.getenv(" + name + ", '').lower() in " + words},
	{"eval", Flag, flagged, "A = eval(os.getenv(" + name + ", 'False'))", "A = os.getenv(" + name + ", 'False').lower() in " + words},
	{"a choice", Flag, flagged, "A = True if os.getenv(" + name + ") == '1' else False", "A = os.getenv(" + name + `, "").lower() in ` + words},
	{"if", Flag, flagged, "if os.getenv(" + name + "):\n    pass", "if os.getenv(" + name + `, "").lower() in ` + words + ":\n    pass"},
	{"if not", Flag, flagged, "if not os.getenv(" + name + "):\n    pass", "if os.getenv(" + name + `, "").lower() not in ` + words + ":\n    pass"},
	{"later", Flag, flagged + "v = os.getenv(" + name + ")\n", "if v == '1' and os.name:\n    pass", "if str(v).lower() in " + words + " and os.name:\n    pass"},
	{"later, with a default", Flag, flagged + "v = os.getenv(" + name + ", '')\n", "ok = v == 'TRUE'", "ok = v.lower() in " + words},
	{"by a function", Flag, flagged, "def on(name):\n    return os.environ.get(name, '') == '1'\nA = on(" + name + ")", "def on(name):\n    return os.environ.get(name, '').lower() in " + words + "\nA = on(" + name + ")"},
	{"by a function of the text", Flag, flagged, "def on(text):\n    return text == 'True'\nA = on(os.environ[" + name + "])", "def on(text):\n    return str(text).lower() in " + words + "\nA = on(os.environ[" + name + "])"},
	{"a name put together", Flag, flagged + "PREFIX = 'ALGO_'\n", "A = bool(os.getenv(PREFIX + 'ENABLE_KAFKA_STREAMING', ''))", "A = os.getenv(PREFIX + 'ENABLE_KAFKA_STREAMING', '').lower() in " + words},
	{"a member", Flag, flagged, "class C:\n    on: bool = os.getenv(" + name + ", False)", "class C:\n    on: bool = os.getenv(" + name + `, "false").lower() in ` + words},
	{"an argument", Flag, flagged, "f(enable_kafka=os.getenv(" + name + "))", "f(enable_kafka=os.getenv(" + name + `, "").lower() in ` + words + ")"},
	{"within brackets", Flag, flagged, "A = [bool(os.getenv(" + name + ", ''))]", "A = [(os.getenv(" + name + ", '').lower() in " + words + ")]"},
	{"a field that is a text", Flag, "from pydantic import BaseSettings\n", "class S(BaseSettings):\n    enable_kafka_streaming: str = 'false'\n    class Config:\n        env_prefix = 'ALGO_'", "class S(BaseSettings):\n    enable_kafka_streaming: bool = 'false'\n    class Config:\n        env_prefix = 'ALGO_'"},
	{"a comment inside", Flag, flagged, "A = bool(  # on?\n    os.getenv(" + name + "))", ""},
}

// around are the files that stand beside those that are checked.
var around = map[string]string{"logs.py": "from loguru import logger\n\ndef get_logger(name):\n    if name:\n        return logger.bind(name=name)\n    return logger\n"}

// wrongProject is a project of all that is wrong, each in a file of its own.
func wrongProject(t *testing.T) string {
	t.Helper()
	files := map[string]string{}
	for n, text := range around {
		files[n] = text
	}
	for i, w := range wrong {
		files[fmt.Sprintf("a/b/w%03d.py", i)] = w.before + w.code + "\n"
	}
	return project(t, files)
}

func TestWhatIsWrongIsFoundWithItsLineAndMended(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		dir := wrongProject(t)
		o := options(python, dir)
		r := checked(t, o)
		if len(r.Unread) > 0 || r.Files != len(wrong)+len(around) {
			t.Errorf("got %d files, unread %v", r.Files, r.Unread)
		}
		for i, w := range wrong {
			file := fmt.Sprintf("a/b/w%03d.py", i)
			found := slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.File != file })
			if len(found) != 1 || found[0].Check != w.check {
				t.Errorf("%s, %s: got %v, want one finding", w.check, w.about, found)
				continue
			}
			if line := strings.Count(w.before, "\n"); found[0].Line <= line {
				t.Errorf("%s, %s: got line %d, want one behind %d", w.check, w.about, found[0].Line, line)
			}
			if got, want := found[0].Fixable(), w.right != ""; got != want {
				t.Errorf("%s, %s: got fixable %v, want %v", w.check, w.about, got, want)
			}
			if w.right == "" {
				continue
			}
			text := w.before + w.code + "\n"
			if got := patched(t, text, found[0].Diff); got != w.before+w.right+"\n" {
				t.Errorf("%s, %s: the diff gives\n%s\nwant\n%s", w.check, w.about, got, w.before+w.right)
			}
		}
		if t.Failed() {
			return
		}
		if _, err := Fix(t.Context(), o, r.Findings, t.TempDir(), time.Now()); err != nil {
			t.Fatal(err)
		}
		for i, w := range wrong {
			want := w.before + w.right + "\n"
			if w.right == "" {
				want = w.before + w.code + "\n"
			}
			if got := content(t, filepath.Join(dir, fmt.Sprintf("a/b/w%03d.py", i))); got != want {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", w.check, w.about, got, want)
			}
		}
		again := checked(t, o)
		for _, f := range again.Findings {
			if f.Fixable() {
				t.Errorf("after mending: %s:%d %s", f.File, f.Line, f.Code)
			}
		}
	})
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// patched applies one hunk of a unified diff, as strictly as can be.
func patched(t *testing.T, text, diff string) string {
	t.Helper()
	lines := strings.SplitAfter(text, "\n")
	rows := strings.SplitAfter(diff, "\n")
	if len(rows) < 4 {
		t.Fatalf("no diff: %q", diff)
	}
	var begin, old, start, now int
	if _, err := fmt.Sscanf(rows[2], "@@ -%d,%d +%d,%d @@", &begin, &old, &start, &now); err != nil {
		t.Fatalf("%q: %v", rows[2], err)
	}
	out := slices.Clone(lines[:begin-1])
	at := begin - 1
	for _, row := range rows[3:] {
		switch {
		case row == "" || strings.HasPrefix(row, "\\"):
			continue
		case row[0] != '+':
			if lines[at] != row[1:] && lines[at] != strings.TrimSuffix(row[1:], "\n") {
				t.Fatalf("the diff has %q where the file has %q", row, lines[at])
			}
			at++
			old--
		}
		if row[0] != '-' {
			out = append(out, row[1:])
			now--
		}
	}
	if old != 0 || now != 0 {
		t.Errorf("the diff's head counts %d and %d lines too many:\n%s", old, now, diff)
	}
	return strings.Join(append(out, lines[at:]...), "")
}

// right is code that nothing is wrong with.
var right = []string{
	imported + "P = DetectionResultProducer('h', 't')",
	imported + "P = DetectionResultProducer('h', topic='t', enable_kafka=True)",
	imported + "a = ('h', 't')\nP = DetectionResultProducer(*a)",
	imported + "a = {}\nP = DetectionResultProducer('h', **a)",
	"class DetectionResultProducer:\n    def __init__(self, servers, topic='detection-results'):\n        pass\nP = DetectionResultProducer('h')",
	"class DetectionResultProducer:\n    pass\nP = DetectionResultProducer()",
	"class FakeDetectionResultProducer:\n    pass\nP = FakeDetectionResultProducer()",
	imported + "class Mine(DetectionResultProducer):\n    def __init__(self, servers):\n        super().__init__(servers, 't')\nP = Mine('h')",
	loguru + "e = 1\nlogger.error(f'Failed: {e}')",
	loguru + "logger.error('Failed: {}', 1)",
	loguru + "logger.error('Failed: %s' % 1)",
	loguru + "logger.info('100% of {}', 1)",
	loguru + "logger.info('use {} for %s', 1)",
	loguru + "logger.info('%s')",
	loguru + "logger.info('100 % sure', 1)",
	loguru + "logger.add('x.log', format='%s', level=1)",
	loguru + "import logging\nlogging.info('%s', 1)\nlogging.getLogger('a').info('%s', 1)",
	"import logging\nlogger = logging.getLogger(__name__)\nlogger.info('%s', 1)",
	"from flask import current_app\ncurrent_app.logger.info('%s', 1)",
	loguru + "def f(logger):\n    logger.info('%s', 1)",
	loguru + "def f():\n    import logging\n    logger = logging.getLogger()\n    logger.info('%s', 1)",
	loguru + "def f():\n    for logger in ():\n        logger.info('%s', 1)",
	loguru + "class H:\n    def emit(self, record):\n        logger.opt(depth=6).log(record.levelname, record.getMessage())",
	flagged + "A = os.getenv(" + name + ", 'false').lower() == 'true'",
	flagged + "A = os.getenv(" + name + ", 'false').lower() in ('true', '1', 'yes')",
	flagged + "A = os.getenv(" + name + ") == 'true'",
	flagged + "A = str(os.getenv(" + name + ")).strip().lower() != 'false'",
	flagged + "import json\nA = json.loads(os.getenv(" + name + ", 'false'))",
	flagged + "from distutils.util import strtobool\nA = bool(strtobool(os.getenv(" + name + ", 'false')))",
	flagged + "A = {'true': True}.get(os.getenv(" + name + "), False)",
	flagged + "A = bool(os.getenv('SOMETHING_ELSE'))",
	flagged + "A = os.getenv(" + name + ")\nprint(A)",
	flagged + "v = os.getenv(" + name + ")\nif v:\n    A = v.lower() == 'true'",
	flagged + "v = os.getenv(" + name + ")\nA = v is not None and v.lower() == 'true'",
	flagged + "v = os.getenv(" + name + ", '')\nA = v == '1' or v == 'true'",
	flagged + "v = os.getenv(" + name + ", '')\nif v == '1':\n    A = True\nelif v == 'true':\n    A = True",
	"from decouple import config\nA = config(" + name + ", default=False, cast=bool)",
	"from pydantic import BaseSettings\nclass S(BaseSettings):\n    enable_kafka_streaming: bool = False",
	"from pydantic import BaseSettings\nclass S(BaseSettings):\n    enable_kafka_streaming: str = ''\n    class Config:\n        env_prefix = 'OTHER_'",
}

func TestWhatIsRightGivesNoAlarm(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		files := map[string]string{}
		for i, code := range right {
			files[fmt.Sprintf("r%03d.py", i)] = code + "\n"
		}
		for _, f := range checked(t, options(python, project(t, files))).Findings {
			t.Errorf("%s %s at %q in\n%s", f.Check, f.Kind, f.Code, files[f.File])
		}
	})
}

func TestTheSampleIsRight(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		r := checked(t, options(python, filepath.Join("..", "..", "assets", "sample")))
		if len(r.Findings) > 0 || r.Files < 15 {
			t.Errorf("got %d files and\n%s", r.Files, said(r))
		}
	})
}

func TestAnInterpreterThatIsNoneIsAnErrorThatNamesIt(t *testing.T) {
	_, err := Run(t.Context(), Options{Python: []string{filepath.Join(t.TempDir(), "python")}, Dir: t.TempDir()})
	var f *usererr.Error
	if !errors.As(err, &f) || f.ID != "pycheck.died" {
		t.Errorf("got %v, want pycheck.died", err)
	}
}

func TestNothingOfTheProjectRuns(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		bad := "open('ran', 'w').close()\n"
		dir := project(t, map[string]string{"json.py": bad, "ast.py": bad, "sitecustomize.py": bad, "os.py": bad, "loguru/__init__.py": bad, "app.py": loguru + "logger.info('%s', 1)\n"})
		t.Setenv("PYTHONPATH", dir)
		t.Setenv("PYTHONSTARTUP", filepath.Join(dir, "os.py"))
		r := checked(t, options(python, dir))
		if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
			t.Error("code of the project ran")
		}
		if len(r.Findings) != 1 {
			t.Errorf("got %s, want the finding in app.py", said(r))
		}
	})
}

func TestACheckEndsWithItsContext(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Run(ctx, options(python, t.TempDir())); err == nil {
			t.Error("got no error, want that it was cancelled")
		}
	})
}

// A file outside was changed through a link, and told by the link's name.
func TestAFileElsewhereIsNotChangedThroughALink(t *testing.T) {
	each(t, func(t *testing.T, python string) {
		wrong := "from loguru import logger\n\n\ndef f(e):\n    logger.error(\"it failed: %s\", e)\n"
		dir, other := project(t, map[string]string{"app.py": "print(1)\n"}), project(t, map[string]string{"helper.py": wrong})
		if err := os.Symlink(filepath.Join(other, "helper.py"), filepath.Join(dir, "helper.py")); err != nil {
			testenv.Of(t, "links cannot be made here:", err)
		}
		r := checked(t, options(python, dir))
		if len(r.Findings) != 1 || r.Findings[0].Fixable() || r.Findings[0].Diff != "" {
			t.Fatalf("got %+v, want one finding without a change", r.Findings)
		}
		own := project(t, map[string]string{"helper.py": wrong})
		found := checked(t, options(python, own)).Findings
		_, err := Fix(t.Context(), options(python, dir), found, t.TempDir(), time.Now())
		var told *usererr.Error
		if !errors.As(err, &told) || told.ID != "pycheck.outside" {
			t.Errorf("got %v, want pycheck.outside", err)
		}
		if got := content(t, filepath.Join(other, "helper.py")); got != wrong {
			t.Errorf("it was changed: %q", got)
		}
	})
}
