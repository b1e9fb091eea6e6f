//go:build cgo && !headless

package desktop

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Logs of the sample app began with Fyne's complaint of the language C.UTF-8.
func TestFyneReadsWhatWasSetForItAndChildrenGetWhatWasSet(t *testing.T) {
	const asked = "STREAMTRAY_TEST_SAY_LANGUAGE"
	if os.Getenv(asked) != "" {
		fmt.Println("LC_ALL is", os.Getenv("LC_ALL"), "and FYNE_CACHE", os.Getenv("FYNE_CACHE"))
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "FYNE_CACHE=") })
	cmd.Env = append(cmd.Env, asked+"=1", "LC_ALL=C.UTF-8", "GODEBUG=inittrace=1")
	var trace strings.Builder
	cmd.Stderr = &trace
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "LC_ALL is C.UTF-8 and FYNE_CACHE 12s") {
		t.Errorf("%v: %s", err, out)
	}
	if strings.Contains(trace.String(), "Fyne error") {
		t.Errorf("Fyne complains:\n%s", trace.String())
	}
	ours := strings.Index(trace.String(), "init streamtray/app/desktop/fyneenv ")
	cache := strings.Index(trace.String(), "init fyne.io/fyne/v2/internal/cache ")
	if ours < 0 || cache < ours {
		t.Errorf("fyneenv at %d, Fyne's cache at %d:\n%s", ours, cache, trace.String())
	}
}
