//go:build wine

package wine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"streamtray/build/pack"
	"streamtray/build/rig"
)

// tested are those packages whose own tests run under Wine, each with the tests that Wine cannot run and why.
var tested = []struct {
	folder string
	cannot map[string]string
}{
	{"app/autostart", nil},
	{"app/config", map[string]string{
		"TestALinkThatLeadsOutOfTheProjectIsToldWithWhereItLeads": noLinks,
		"TestAProjectsFileThatIsALinkOutOfItIsNotRead":            noLinks,
	}},
	{"app/detector", map[string]string{
		"TestATailOfTheLogBeginsInThePastAndGoesOnAcrossItsTurns": "once in some twenty runs lines come twice here; why, is not known",
		"TestAnAppMayTakeItsLeave":                                noCtrlBreak,
		"TestARealPythonIsHeardAtOnceAndStoppedWithItsChildren":   noPython,
		"TestTheErrorThatAnAppHidIsFoundByImportingAgain":         noPython,
		"TestImportingAgainEndsWithItsTime":                       noPython,
		"TestAnInterpreterOfTheComputerSaysWhatTheProjectUses":    "Windows finds the launcher on the search path",
	}},
	{"app/envfile", map[string]string{"TestTheFileKeepsItsModeAndItsLink": "Windows has no such modes, and Wine no links"}},
	{"app/agentrpc", nil},
	{"internal/atomicfile", map[string]string{"TestWriteKeepsTheMode": "Windows has no such modes", "TestWriteGoesThroughLinks": noLinks}},
	{"internal/filelock", nil},
	{"app/ports", nil},
	{"app/selftest", nil},
	{"app/settings", nil},
	{"build/zig", nil},
	{"docker", map[string]string{
		"TestAnAbsentSocketMeansNotRunningOrNotInstalled": noUnixSockets,
		"TestASocketNobodyListensOnMeansNotRunning":       noUnixSockets,
		"TestTheNextSocketIsTriedWhereTheFirstIsAbsent":   noUnixSockets,
	}},
	{"docker/compose", map[string]string{
		"TestALinkOutOfTheFolderIsOutside":                   noLinks,
		"TestAComposeFileThatIsALinkOutOfTheFolderIsNotRead": noLinks,
		"TestAPipeNobodyWritesToIsNotWaitedFor":              "Windows' pipes have no place in folders",
		"TestComposeGoOpensNoFileOfAProject":                 "Windows' pipes have no place in folders",
	}},
	{"kafka", map[string]string{
		"TestALookLeavesNothingBehind":                "it counts the open files in /proc, which under Wine are Wine's",
		"TestTheEmbeddedBrokerKeepsTopicsInItsFolder": "on Windows the embedded broker keeps nothing",
	}},
}

// Why Wine cannot run what several packages test.
const (
	noCtrlBreak   = "Wine says that it sent a Ctrl-Break, and a program does not hear it"
	noPython      = "there is no Python for Windows here"
	noUnixSockets = "Wine has no Unix sockets"
	noLinks       = "Wine says that it made a symbolic link, and makes none"
)

// outcome is a line by which a test tells how it went; those of parts are indented.
var outcome = regexp.MustCompile(`(?m)^--- (PASS|SKIP|FAIL): (\S+)`)

// built builds the tests of all packages, once, and returns the folder where they are.
var built = sync.OnceValues(func() (string, error) {
	var folders []string
	for _, p := range tested {
		folders = append(folders, p.folder)
	}
	dir := filepath.Join(here.dir, "tests")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	return dir, Tests(context.Background(), dir, folders...)
})

func TestThePackagesHoldOnWindows(t *testing.T) {
	dir, err := built()
	must(t, err)
	for _, p := range tested {
		t.Run(p.folder, func(t *testing.T) {
			t.Parallel()
			out, err := runTests(t, here.Windows, dir, p.folder, "-test.skip", oneOf(p.cannot))
			ran := map[string]int{}
			for _, m := range outcome.FindAllStringSubmatch(out, -1) {
				ran[m[1]]++
				switch m[1] {
				case "PASS":
					here.note(p.folder, m[2])
				case "SKIP":
					t.Errorf("%s was skipped: it is not named as one that Wine cannot run", m[2])
				}
			}
			if err != nil || ran["PASS"] == 0 {
				t.Errorf("%v: %v\n%s", ran, err, told(out))
			}
			for _, name := range slices.Sorted(maps.Keys(p.cannot)) {
				t.Logf("not under Wine: %s: %s", name, p.cannot[name])
			}
			t.Logf("%d tests passed", ran["PASS"])
		})
	}
}

// Intent: on a Chinese Windows, what an app prints in code page 936 must be read as what it is.
func TestAChineseWindowsReadsItsOwnCodePage(t *testing.T) {
	proves(t)
	dir, err := built()
	must(t, err)
	out, err := runTests(t, here.InChina(), dir, "app/detector", "-test.run", "^TestOutputInTheSystemsCodePageIsRead$")
	if want := "code page 936"; err != nil || !strings.Contains(out, want) {
		t.Errorf("got %v, want %s:\n%s", err, want, told(out))
	}
}

// Intent: what of the selftest Wine can show is shown with the program as it is packed: its manifest is in force too.
func TestTheSelftestOfWhatIsPackedHolds(t *testing.T) {
	proves(t)
	dir, err := programs()
	must(t, err)
	p := start(t, here.Windows, person(t), filepath.Join(dir, pack.Terminal), "selftest", "--json")
	p.exit(fromNil) // 1: Wine lacks some of it
	text, err := os.ReadFile(p.out)
	must(t, err)
	var told struct {
		Checks []struct {
			ID, Status string
			More       []string
		}
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatalf("%v: %s", err, p.said())
	}
	lacks := map[string]bool{"ctrl-break": true, "unix-sockets": true, "links": true, "engine": true, "notification": true, "reserved-ports": true}
	held := 0
	for _, row := range told.Checks {
		switch {
		case row.Status == "ok":
			held++
		case !lacks[row.ID]:
			t.Errorf("%s: %s: %s", row.ID, row.Status, row.More)
		}
	}
	if held < 8 {
		t.Errorf("only %d rows hold: %s", held, text)
	}
}

// runTests runs the tests, built into dir, of the package in a folder of the source tree, and returns what they printed.
func runTests(t *testing.T, w *Windows, dir, folder string, args ...string) (string, error) {
	t.Helper()
	root, err := rig.SourceTree()
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	program := filepath.Join(dir, filepath.Base(folder)+".test.exe")
	cmd := w.Command(ctx, program, append([]string{"-test.v", "-test.timeout", "4m"}, args...)...)
	cmd.Dir = filepath.Join(root, folder)
	return w.Output(cmd)
}

// oneOf is an expression for the names alone; one that no name has if there are none.
func oneOf(names map[string]string) string {
	if len(names) == 0 {
		return "^$"
	}
	return fmt.Sprintf("^(%s)$", strings.Join(slices.Sorted(maps.Keys(names)), "|"))
}

// told is what is worth reading of a test binary's output: all but the tests that passed.
func told(out string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		if word := strings.TrimSpace(line); !strings.HasPrefix(word, "=== ") && !strings.HasPrefix(word, "--- PASS") {
			b.WriteString(line)
		}
	}
	return rig.LastLines(b.String(), 80)
}
