package cli

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/internal/golden"
)

// examined are results of every kind.
func examined() []doctor.Result {
	note := func(id string, args map[string]any) app.Note { return app.Note{ID: id, Args: args} }
	return []doctor.Result{
		{ID: "engine.mode", Status: doctor.OK, Message: note("doctor.engine.mode.ok", nil), Took: 3 * time.Millisecond},
		{
			ID: "engine.memory", Status: doctor.Warning,
			Message: note("doctor.engine.memory.little", map[string]any{"Have": "1.5 GB", "Good": "2.0 GB"}),
			Fix:     note("doctor.engine.memory.little.fix", map[string]any{"Desktop": true}),
		},
		{
			ID: "containers.running", Status: doctor.Problem, Message: note("docker.service_missing", map[string]any{"Service": "kafka\x1b[31m"}),
			Fix:  note("docker.service_missing.hint", nil),
			More: []app.Note{note("docker.service_stopped", map[string]any{"Service": "zookeeper"})}, Action: doctor.Up,
		},
		{ID: "topics.exist", Status: doctor.Skipped, Because: "containers.running", Message: note("doctor.containers.running.first", nil)},
		{ID: "python.imports", Status: doctor.Skipped, Message: note("doctor.untrusted", nil), Fix: note("doctor.untrusted.fix", nil), Action: doctor.Trust},
	}
}

func TestChecksAreToldInOrderAndAsJSON(t *testing.T) {
	for _, lang := range i18n.Languages {
		var b strings.Builder
		for _, json := range []bool{false, true} {
			c := answering(t, lang, json, &b)
			if err := c.answer(c.checksJSON(examined()), func(out io.Writer) { c.printChecks(out, examined()) }); err != nil {
				t.Error(err)
			}
		}
		for _, r := range examined() {
			for _, l := range answering(t, lang, false, &b).checkLines(r, layout{columns: 60}) {
				if textWidth(l) >= 60 {
					t.Errorf("%q is as wide as the terminal", l)
				}
				fmt.Fprintln(&b, l)
			}
		}
		if strings.Contains(b.String(), "\x1b") {
			t.Error("a stranger's colours reach the terminal")
		}
		golden.Compare(t, "checks."+lang+".txt", b.String())
	}
}

// Results come in any order and may be more than the screen has lines: in the end nothing of them is left, so that the
// answer stands in their place.
func TestWhatArrivesIsShownAndTakenAwayAgain(t *testing.T) {
	s := &screen{t: t, columns: 40, lines: 6}
	live := &liveChecks{out: s, size: func() size { return size{40, 6} }}
	for n := range 20 {
		live.add(fmt.Sprintf("%s✓%s check %d of which there is more to say than fits", green, plainText, n))
	}
	seen := s.String()
	if !strings.Contains(seen, "check 19") || !strings.Contains(seen, "check 15") || strings.Contains(seen, "check 3 ") {
		t.Errorf("the last ones are to be seen, got\n%s", seen)
	}
	live.clear()
	fmt.Fprintln(s, "after")
	if got := strings.TrimSpace(s.String()); got != "after" {
		t.Errorf("got\n%s\nwant what came after alone", got)
	}
}
