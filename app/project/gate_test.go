package project

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app"
	"streamtray/app/plan"
	"streamtray/app/settings"
	"streamtray/app/testenv"
)

// deeds are what a project does with a computer.
func deeds(p *Project) map[string]func(context.Context) error {
	all := map[string]func(context.Context) error{
		"Canary":      func(ctx context.Context) error { _, err := p.Canary(ctx); return err },
		"ApplyTopics": func(ctx context.Context) error { _, err := p.ApplyTopics(ctx, true); return err },
		"Send":        func(ctx context.Context) error { _, err := p.Send(ctx, Record{Topic: "t"}); return err },
	}
	for _, s := range p.Parts(false).Steps(true) {
		if s.Do != nil {
			all[s.ID] = func(ctx context.Context) error { return s.Do(ctx, func(app.Note) {}) }
		}
	}
	return all
}

func TestNothingIsDoneBeforeThePersonAgreed(t *testing.T) {
	for _, yaml := range []string{
		"kafka: {mode: embedded}\nstreaming: {file: .env}\n",
		"kafka: {mode: remote, bootstrap: ['127.0.0.1:1']}\nstreaming: {file: .env}\n",
		"compose: {files: [compose.yaml]}\nstreaming: {file: .env}\n",
	} {
		calls, dir := dockerCommand(t), projectDir(t, yaml)
		composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
		p := must(t, opening(t, dir, t.TempDir()))
		for name, do := range deeds(p) {
			if err := do(t.Context()); id(err) != "project.untrusted" || !app.Final(err) {
				t.Errorf("%q, %s: got %v, want it refused for good", yaml, name, err)
			}
		}
		for _, made := range []string{calls, filepath.Join(dir, ".env")} {
			if _, err := os.Stat(made); err == nil {
				t.Errorf("%q: %s was made", yaml, made)
			}
		}
	}
}

// The files were looked at once, when the project was opened: what changed while the question stood, or later, ran unasked.
func TestWhatChangesAfterThePersonAgreedIsNotDone(t *testing.T) {
	for name, change := range map[string]func(dir string) []string{
		"an image":          edit("compose.yaml", "apache/kafka", "evil/kafka"),
		"the command":       edit("streamtray.yaml", "app.py", "evil.py"),
		"a file of compose": edit("kafka.env", "/data", "/evil"),
		"a file more":       edit(".env", "", "KAFKA_VERSION=evil\n"),
		"a file is a folder": func(dir string) []string {
			if err := os.Remove(filepath.Join(dir, "kafka.env")); err != nil {
				panic(err)
			}
			if err := os.Mkdir(filepath.Join(dir, "kafka.env"), 0o700); err != nil {
				panic(err)
			}
			return nil
		},
	} {
		dir := stackDir(t)
		p := agreed(t, opening(t, dir, t.TempDir()))
		if err := p.Agreed(t.Context()); err != nil {
			t.Fatalf("%s: before: %v", name, err)
		}
		change(dir)
		for deed, do := range deeds(p) {
			err := do(t.Context())
			if id(err) != "project.changed" || !app.Final(err) {
				t.Errorf("%s changed, %s: got %v", name, deed, err)
			}
		}
	}
}

func TestTheDifferenceIsShown(t *testing.T) {
	dir := stackDir(t)
	p := agreed(t, opening(t, dir, t.TempDir()))
	edit("compose.yaml", "apache/kafka", "evil/kafka")(dir)
	err := p.Agreed(t.Context())
	_, args := told1(t, err)
	said, _ := args["Changes"].(string)
	for _, want := range []string{"- kafka  apache/kafka", "+ kafka  evil/kafka", "~ " + filepath.Join(dir, "compose.yaml")} {
		if !strings.Contains(said, want) {
			t.Errorf("got %q, want %q in it", said, want)
		}
	}
}

func told1(t *testing.T, err error) (string, map[string]any) {
	t.Helper()
	told, ok := err.(interface {
		Message() (string, map[string]any)
	})
	if !ok {
		t.Fatalf("%v tells nothing", err)
	}
	return told.Message()
}

func TestTrustThatIsTakenBackHoldsAtOnce(t *testing.T) {
	o := opening(t, stackDir(t), t.TempDir())
	p := agreed(t, o)
	if err := settings.Change(o.Folders, func(s *settings.Settings) { s.Forget(p.Dir) }); err != nil {
		t.Fatal(err)
	}
	if err := p.Agreed(t.Context()); id(err) != "project.untrusted" {
		t.Errorf("got %v", err)
	}
}

// A link in the place of the .env file had the flag written to wherever it led.
func TestTheFlagIsNotWrittenThroughALinkThatCameLater(t *testing.T) {
	dir, other := projectDir(t, "kafka: {mode: embedded}\nstreaming: {file: .env}\n"), filepath.Join(t.TempDir(), "profile")
	write(t, other, "mine\n")
	p := agreed(t, opening(t, dir, t.TempDir()))
	f := p.Parts(false).Flag
	if err := f.Set(true); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ".env")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(dir, ".env")); err != nil {
		testenv.Of(t, "links cannot be made here:", err)
	}
	for name, do := range map[string]func() error{"Set": func() error { return f.Set(false) }, "Clear": f.Clear} {
		if err := do(); id(err) != "project.changed" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if text, err := os.ReadFile(other); string(text) != "mine\n" {
		t.Errorf("the file elsewhere is now %q, %v", text, err)
	}
}

// A link inside the project is the project's own to make, but where it leads is seen on the card and is what is started.
func TestWhereTheAppsLinksLeadIsAgreedTo(t *testing.T) {
	for _, of := range []string{"folder", "script"} {
		t.Run(of, func(t *testing.T) {
			dir := projectDir(t, "kafka: {mode: embedded}\napp: {dir: now, command: [python, main.py]}\n")
			write(t, filepath.Join(dir, "one", "main.py"), "")
			write(t, filepath.Join(dir, "two", "main.py"), "")
			link := func(to string) string {
				at, target := filepath.Join(dir, "now"), filepath.Join(dir, to)
				if of == "script" {
					at, target = filepath.Join(at, "main.py"), filepath.Join(target, "main.py")
					if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.RemoveAll(at); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(target, at); err != nil {
					testenv.Of(t, "links cannot be made here:", err)
				}
				return target
			}
			first := link("one")
			p := agreed(t, opening(t, dir, t.TempDir()))
			shown := func(l plan.Line) bool { return strings.HasSuffix(l.Text, first) && l.Kind != "file" }
			if lines := p.Plan().Lines(); !slices.ContainsFunc(lines, shown) {
				t.Errorf("got %v, want %s in it", lines, first)
			}
			if err := p.Agreed(t.Context()); err != nil {
				t.Fatal(err)
			}
			link("two")
			if err := p.Agreed(t.Context()); id(err) != "project.changed" {
				t.Errorf("led elsewhere: got %v, want it asked for anew", err)
			}
		})
	}
}

// What is fetched from elsewhere may be anything: no --trust speaks for it.
func TestWhatComesFromElsewhereIsAgreedToByName(t *testing.T) {
	dir := projectDir(t, "compose: {files: [compose.yaml]}\n")
	composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
	edit("compose.yaml", "services:", "include: ['https://git.example/x.git']\nservices:")(dir)
	p := agreed(t, opening(t, dir, t.TempDir()))
	if err := p.Agreed(t.Context()); id(err) != "project.remote" || !strings.Contains(err.Error(), "project.remote") {
		t.Fatalf("got %v", err)
	}
	if err := p.TrustRemote([]string{"https://git.example/other.git"}); err != nil {
		t.Fatal(err)
	}
	if err := p.Agreed(t.Context()); id(err) != "project.remote" {
		t.Errorf("another name: got %v", err)
	}
	if err := p.TrustRemote([]string{"https://git.example/x.git"}); err != nil {
		t.Fatal(err)
	}
	if err := p.Agreed(t.Context()); err != nil {
		t.Errorf("its name: got %v", err)
	}
}

// A window asks for the plan and for each thing from elsewhere at once, and has all of the answer remembered or nothing.
func TestAConsentIsRememberedAsAWhole(t *testing.T) {
	const thing = "https://git.example/x.git"
	dir := projectDir(t, "compose: {files: [compose.yaml]}\n")
	composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
	edit("compose.yaml", "services:", "include: ['"+thing+"']\nservices:")(dir)
	p := must(t, opening(t, dir, t.TempDir()))
	c := p.Consent()
	if len(c.Missing()) != 1 {
		t.Fatalf("got %+v, want one thing to agree to", c)
	}
	old := c
	old.Hash = "of another plan"
	if err := p.Agree(old.With(thing, true)); id(err) != "project.changed" || id(p.Agreed(t.Context())) != "project.untrusted" {
		t.Errorf("to another plan: got %v, %v", err, p.Agreed(t.Context()))
	}
	for _, yes := range []bool{true, false, true} {
		if err := p.Agree(c.With(thing, yes)); err != nil {
			t.Fatal(err)
		}
		if err := p.Agreed(t.Context()); (err == nil) != yes || !yes && id(err) != "project.remote" {
			t.Errorf("agreed %v: got %v", yes, err)
		}
	}
	edit("compose.yaml", "x.git", "y.git")(dir)
	if err := p.Agreed(t.Context()); id(err) != "project.changed" {
		t.Errorf("another thing: got %v", err)
	}
}

func TestBeforeTrustNoOtherComputerIsAskedAndNoPasswordSent(t *testing.T) {
	asked := ""
	for name, yaml := range map[string]string{
		"elsewhere":   "kafka: {mode: remote, bootstrap: ['kafka.example:9092']}\n",
		"credentials": "kafka: {mode: remote, bootstrap: ['127.0.0.1:1'], remote: {security: SASL_PLAINTEXT, user_env: K_USER, password_env: K_PASS}}\n",
		"keyring":     "kafka: {mode: remote, bootstrap: ['127.0.0.1:1'], remote: {security: SASL_PLAINTEXT, keyring: mine}}\n",
		"compose":     "compose: {files: [compose.yaml]}\nkafka: {bootstrap: ['kafka.example:9092']}\n",
	} {
		dir := projectDir(t, yaml)
		composeFile(t, dir, "compose.yaml", "19092", "PLAINTEXT")
		o := opening(t, dir, t.TempDir())
		env := o.Getenv
		o.Getenv = func(key string) string {
			if strings.HasPrefix(key, "K_") {
				asked = key
			}
			return env(key)
		}
		if _, err := must(t, o).cluster.at(); id(err) != "project.untrusted" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if asked != "" {
		t.Errorf("the variable %s was read", asked)
	}
	local := must(t, opening(t, projectDir(t, "kafka: {mode: remote, bootstrap: ['127.0.0.1:1']}\n"), t.TempDir()))
	if k, err := local.cluster.at(); err != nil || !k.LoopbackOnly {
		t.Errorf("an address of this computer: got %+v, %v, want it asked, and nobody that it names", k, err)
	}
	if err := local.Trust(); err != nil {
		t.Fatal(err)
	}
	if k, err := local.cluster.at(); err != nil || k.LoopbackOnly {
		t.Errorf("once trusted: %+v, %v", k, err)
	}
}

// A repository's environment stands before the search path: whoever can write to a folder above the project could have put one
// there, and the app was run with it, unasked.
func TestAnEnvironmentAboveTheProjectIsAgreedTo(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "services", "det")
	write := func(at, file, text string) {
		file = filepath.Join(at, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(dir, "streamtray.yaml", "version: 1\nkafka: {mode: embedded}\napp: {command: [python, app.py]}\n")
	write(dir, "app.py", "print(1)\n")
	p := agreed(t, opening(t, dir, t.TempDir()))
	if err = p.Agreed(t.Context()); err != nil {
		t.Fatal(err)
	}
	write(root, ".git/HEAD", "")
	for _, file := range []string{"pyvenv.cfg", "bin/python", "Scripts/python.exe"} {
		write(root, ".venv/"+file, "")
	}
	if err = p.Agreed(t.Context()); id(err) != "project.changed" {
		t.Fatalf("got %v", err)
	}
	_, args := told1(t, err)
	if said, _ := args["Changes"].(string); !strings.Contains(said, filepath.Join(root, ".venv")) {
		t.Errorf("it is not shown: %s", said)
	}
}
