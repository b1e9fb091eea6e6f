package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tree is a source tree of ours with one package, and the current folder.
func tree(t *testing.T, test string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"go.mod": "module streamtray\n\ngo 1.26\n", "a_test.go": test} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const threeWays = `package a

import "testing"

func TestPasses(t *testing.T) { t.Log("nothing of interest") }
func TestLacks(t *testing.T)  { t.Skip("no such thing here: install it") }
func TestFails(t *testing.T)  { t.Error("got this, want that") }
func TestLast(t *testing.T)   { t.Log("goes well") }
`

func TestASuiteIsCountedAndItsFailuresComeLast(t *testing.T) {
	tree(t, threeWays)
	var log bytes.Buffer
	var s tests
	if err := s.run(t.Context(), &log, nil, "-count=1", "./..."); err == nil {
		t.Error("a test failed, and there is no error")
	}
	if got, want := s.String(), "2 passed, 1 failed, 1 skipped"; got != want {
		t.Errorf("got %s, want %s: %s", got, want, log.String())
	}
	if got, want := s.lacking(), []string{"1 skipped: no such thing here: install it"}; !slices.Equal(got, want) {
		t.Errorf("lacking: %q, want %q", got, want)
	}
	if i, j := strings.LastIndex(log.String(), "got this, want that"), strings.LastIndex(log.String(), "goes well"); i < j {
		t.Errorf("what the failed test said does not come last:\n%s", log.String())
	}
}

// CI shows the end of the output only: a package had failed without a test, and nobody could see which; and of a test that
// took its program with it, why.
func TestTheTableNamesWhatFailed(t *testing.T) {
	for name, c := range map[string]struct{ test, want string }{
		"a part of a test": {
			"package a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { t.Run(\"part\", func(t *testing.T) { t.Error(1) }) }\n",
			"         streamtray TestA/part\n\n",
		},
		"no test": {
			"package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(*testing.M) { println(\"no room\"); os.Exit(3) }\n",
			"         streamtray no room | FAIL\tstreamtray",
		},
		"a test that takes the program with it": {
			"package a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { t.Run(\"part\", func(*testing.T) { go func() { panic(\"no room\") }(); select {} }) }\n",
			"         streamtray TestA/part panic: no room\n\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tree(t, c.test)
			shown, err := proving(t.Context(), t, round{{suite("stage", nil, nil, "-count=1", "./...")}})
			if _, table, _ := strings.Cut(shown, "\n\nFAILED   stage"); err == nil || !strings.Contains(table, c.want) {
				t.Errorf("got %v and %q, want %q", err, shown, c.want)
			}
		})
	}
}

// One test of three thousand that failed once in a hundred runs made CI refuse the work of a day, and told whoever tried the
// project on a busy machine that it was broken. What fails twice is broken.
func TestWhatPassesWhenItIsRunAgainIsNamedAsFlaky(t *testing.T) {
	const once = `package a

import (
	"os"
	"testing"
)

func first() bool { f, err := os.OpenFile("ran", os.O_CREATE|os.O_EXCL, 0o600); f.Close(); return err == nil }

func TestFlaky(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Run("part", func(t *testing.T) {
		if first() {
			%s
		}
	})
}
func TestLast(t *testing.T) {}
`
	more := "func TestA(t *testing.T) { t.Error(1) }\nfunc TestB(t *testing.T) { t.Error(1) }\nfunc TestC(t *testing.T) { t.Error(1) }\n"
	for name, c := range map[string]struct {
		test, want string
		fails      bool
	}{
		"once it fails":               {fmt.Sprintf(once, `t.Error("no room")`), "  4 passed, 0 failed, 0 skipped, 1 flaky\n         flaky, passed when run again: streamtray TestFlaky/part\n", false},
		"once it takes the others":    {fmt.Sprintf(once, `go panic("no room"); select {}`), "  4 passed, 0 failed, 0 skipped, 1 flaky\n         flaky, passed when run again: streamtray TestFlaky/part panic: no room\n", false},
		"what it took is skipped":     {fmt.Sprintf(once, `go panic("no room"); select {}`) + "func TestZ(t *testing.T) { t.Skip(\"in another way\") }\n", "  4 passed, 0 failed, 1 skipped, 1 flaky\n", false},
		"it fails each time":          {strings.Replace(fmt.Sprintf(once, `t.Error("no room")`), "return err == nil", "return err == nil || true", 1), "  2 passed, 2 failed, 0 skipped\n         streamtray TestFlaky/part\n", true},
		"more fail than can be flaky": {fmt.Sprintf(once, `t.Error("no room")`) + more, "  2 passed, 5 failed, 0 skipped\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			tree(t, c.test)
			shown, err := proving(t.Context(), t, round{{suite("stage", nil, nil, "-count=1", "./...")}})
			if !strings.Contains(shown, c.want) || (err != nil) != c.fails {
				t.Errorf("%v, shown:\n%s\nwant %s", err, shown, c.want)
			}
		})
	}
}

func TestATestThatDoesNotBuildFailsWithTheCompilersWords(t *testing.T) {
	tree(t, "package a\n\nvar wrong int = \"text\"\n")
	var log bytes.Buffer
	var s tests
	if err := s.run(t.Context(), &log, nil, "./..."); err == nil || !strings.Contains(log.String(), "cannot use \"text\"") {
		t.Errorf("got %v and %s, want what the compiler said", err, log.String())
	}
}

// What the go command says beside its answer, about what it downloads for one, was read as its answer.
func TestWhatGoDownloadsIsNoResult(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script stands for go")
	}
	tree(t, threeWays)
	bin := t.TempDir()
	script := "#!/bin/sh\necho 'go: downloading example.com/a v1.0.0' >&2\necho '{\"Action\":\"pass\",\"Package\":\"a\",\"Test\":\"TestA\"}'\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	var log bytes.Buffer
	var s tests
	if err := s.run(t.Context(), &log, nil); err != nil || s.passed != 1 || !strings.Contains(log.String(), "downloading") {
		t.Errorf("got %v, %s and %q; want one test passed, and the rest in the log", err, &s, log.String())
	}
}

func TestWhatIsSkippedIsTriedInAnotherWay(t *testing.T) {
	tree(t, `package a

import (
	"os"
	"testing"
)

func TestPasses(t *testing.T) {}
func TestAsks(t *testing.T) {
	if os.Getenv("ANOTHER_WAY") == "" {
		t.Skip("not in this way")
	}
}
`)
	var log bytes.Buffer
	var s tests
	if err := s.run(t.Context(), &log, nil, "-count=1", "./..."); err != nil || s.String() != "1 passed, 0 failed, 1 skipped" {
		t.Fatalf("first: %v, %s", err, &s)
	}
	if err := s.again(t.Context(), &log, []string{"ANOTHER_WAY=1"}, "-count=1"); err != nil || s.String() != "2 passed, 0 failed, 0 skipped" || s.lacking() != nil {
		t.Errorf("again: %v, %s, lacking %q", err, &s, s.lacking())
	}
}
