package facts_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/simplifiedchinese"

	"streamtray/app/facts"
)

// The corpus: small projects, each a txtar file whose part "answers" has one line for each fact, "what: value". "?" is a
// fact that nobody can know and a person has to be asked; "a | b" takes either.
//
// A fact is right when all of its values are found and no other; asked when what is sure is right and a person is asked
// for the rest, or shown it; wrong when something is taken for sure that is not so, or missed without a question.
//
// Of ten public projects that nobody had looked at before, labelled first and then asked once, command, folder, address
// variable, flag and topics were right or asked in all; what manages the environment was read wrongly in one, whose README
// alone names it. Of twenty more the program was right or asked in 18, the address in 19, the topics in 16, flag and
// interpreter in all; a path that Python needs was looked for in none of them then.

// scored are the facts that the corpus judges.
var scored = []facts.What{facts.Command, facts.Environ, facts.Dir, facts.Interpreter, facts.AddressVar, facts.FlagVar, facts.TopicName, facts.HTTP}

type verdict string

const (
	right verdict = "right"
	asked verdict = "asked"
	wrong verdict = "wrong"
)

func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	counts := map[verdict]int{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			dir, answers := unpack(t, file)
			found := facts.Find(t.Context(), dir)
			for _, f := range found.All() {
				if !shows(t, dir, f) {
					t.Errorf("%s %v: %s does not show it", f.What, f.Value, f.Where)
				}
			}
			for _, what := range scored {
				want, judged := answers[what]
				if what == facts.HTTP && !judged {
					continue
				}
				v, told := judge(found, what, want)
				counts[v]++
				switch v {
				case wrong:
					t.Errorf("%s: %s", what, told)
				case asked:
					t.Logf("%s asked: %s", what, told)
				}
			}
		})
	}
	const most = 16 // further programs that a person may choose are asked for, too
	if len(files) < 40 || counts[asked] > most {
		t.Errorf("%d projects, %d facts are asked for that the files show", len(files), counts[asked])
	}
	t.Logf("%d projects: %d right, %d asked, %d wrong", len(files), counts[right], counts[asked], counts[wrong])
}

// shows reports whether the line that a fact names as its evidence says something of what it is evidence for.
func shows(t *testing.T, dir string, f facts.Fact) bool {
	t.Helper()
	var words []string
	switch v := f.Value.(type) {
	case []string:
		for _, w := range v { // a module may stand in the path of its file, too
			words = append(words, w, strings.ReplaceAll(w, ".", "/"))
		}
		words = append(words, "__main__", "command:", "Command")
	case string:
		words = []string{v}
	}
	switch f.What {
	case facts.AddressVar, facts.FlagVar:
		parts := strings.Split(f.Value.(string), "_")
		words = append(words, parts[len(parts)-1]) // a field of settings, whose prefix is elsewhere
	case facts.TopicName:
		parts := strings.Split(f.Env, "_")
		words = append(words, parts[len(parts)-1])
	case facts.Address: // it may be put together
		_, port, _ := strings.Cut(f.Value.(string), ":")
		words = append(words, port)
	case facts.Command:
	default:
		return true
	}
	file, number, ok := strings.Cut(f.Where, ":")
	n, err := strconv.Atoi(number)
	text, readErr := os.ReadFile(filepath.Join(dir, file))
	lines := strings.Split(string(text), "\n")
	if !ok || err != nil || readErr != nil || n < 1 || n > len(lines) {
		return false
	}
	if f.What == facts.Command && strings.HasSuffix(file, ".py") {
		return true // the program itself
	}
	line := strings.ToLower(strings.ReplaceAll(lines[n-1], `\`, "/"))
	return slices.ContainsFunc(words, func(w string) bool {
		return w != "" && w != "-m" && w != "python" && strings.Contains(line, strings.ToLower(w))
	})
}

// unpack writes a project out and returns its answers.
func unpack(t *testing.T, file string) (dir string, answers map[facts.What][]string) {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir, answers = t.TempDir(), map[facts.What][]string{}
	for _, f := range a.Files {
		if f.Name == "answers" {
			for _, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
				what, value, ok := strings.Cut(line, ": ")
				if !ok {
					t.Fatalf("%s: an answer that is none: %q", file, line)
				}
				answers[facts.What(what)] = append(answers[facts.What(what)], value)
			}
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.Contains(f.Name, "/bin/") {
			mode = 0o755
		}
		if err := os.WriteFile(path, f.Data, mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir, answers
}

// judge compares what was found of one fact with the answers.
func judge(found *facts.Found, what facts.What, want []string) (verdict, string) {
	var sure, all []string
	for _, f := range found.All() {
		if f.What != what {
			continue
		}
		value := fmt.Sprint(f.Value)
		if argv, ok := f.Value.([]string); ok {
			value = strings.Join(argv, " ")
		}
		all = append(all, value)
		if f.Sure {
			sure = append(sure, value)
		}
	}
	unknown := slices.Contains(found.Unknown(), what)
	told := fmt.Sprintf("sure %q, all %q, asked %v; want %q", sure, all, unknown, want)
	if slices.Contains(want, "?") {
		if len(sure) > 0 || !unknown {
			return wrong, told
		}
		return right, told
	}
	is := func(value string) func(string) bool {
		return func(w string) bool { return slices.Contains(strings.Split(w, " | "), value) }
	}
	for _, s := range sure {
		if !slices.ContainsFunc(want, is(s)) {
			return wrong, told
		}
	}
	complete := true
	for _, w := range want {
		complete = complete && slices.ContainsFunc(strings.Split(w, " | "), func(one string) bool { return slices.Contains(sure, one) })
	}
	switch {
	case complete && len(sure) == len(all):
		return right, told
	case complete || unknown || len(all) > len(sure) && what != facts.Command: // of programs, some are not offered for all
		return asked, told
	}
	return wrong, told
}

func TestPartitionsAreThoseOfTheComposeFile(t *testing.T) {
	dir, _ := unpack(t, "testdata/corpus/create-topics-in-compose.txtar")
	for _, topic := range facts.Find(t.Context(), dir).Topics {
		if topic.Name == "bot.out" && topic.Partitions != 3 {
			t.Errorf("bot.out has %d partitions, and the compose file makes it with 3", topic.Partitions)
		}
	}
}

// One variable of two programs that each call their topic otherwise by default names neither of them for both.
func TestAVariableOfTwoTopicsIsToldForNone(t *testing.T) {
	dir := t.TempDir()
	for file, topic := range map[string]string{"in.py": "gate.in", "out.py": "gate.out"} {
		text := "import os\nfrom kafka import KafkaProducer\nwhile True:\n    KafkaProducer(bootstrap_servers='localhost:9092').send(os.getenv('GATE_TOPIC', '" + topic + "'), b'')\n"
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	topics := facts.Find(t.Context(), dir).Topics
	if len(topics) != 2 || topics[0].Env != "" || topics[1].Env != "" {
		t.Errorf("found %+v", topics)
	}
}

func TestAScriptInTheCodePageOfWindowsIsRead(t *testing.T) {
	dir, _ := unpack(t, "testdata/corpus/chinese-names.txtar")
	script := filepath.Join(dir, "启动.bat")
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	text, err = simplifiedchinese.GBK.NewEncoder().Bytes(text)
	if err = errors.Join(err, os.WriteFile(script, text, 0o644)); err != nil {
		t.Fatal(err)
	}
	found := facts.Find(t.Context(), dir)
	if p, _ := found.Program(); strings.Join(p.Command, " ") != "python 检测/主程序.py" || p.Where.File != "启动.bat" {
		t.Errorf("%q is started, as %s says", p.Command, p.Where)
	}
}

func TestThatTimeRanOutIsTold(t *testing.T) {
	dir, _ := unpack(t, "testdata/corpus/two-scripts-env.txtar")
	ctx, cancel := context.WithCancel(t.Context())
	if facts.Find(ctx, dir).Partial {
		t.Error("with time enough, something was left out")
	}
	cancel()
	if !facts.Find(ctx, dir).Partial {
		t.Error("without any time, nothing is said to be left out")
	}
}
