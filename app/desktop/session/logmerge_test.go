package session

import (
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app/ui"
)

func TestTheLinesSoFarAreInTheOrderInWhichTheyHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := ui.NewLog()
		m := logMerge{log: log}
		line := func(second int64, text string) { m.add(ui.LogLine{Time: time.Unix(second, 0), Text: text}) }
		line(2, "app")
		line(4, "app, later")
		line(1, "kafka")
		line(4, "agent, as late")
		m.flush(t.Context())
		line(3, "what comes later stays where it comes")
		got := ""
		for _, l := range log.Lines() {
			got += l.Text + "\n"
		}
		if want := "kafka\napp\napp, later\nagent, as late\nwhat comes later stays where it comes\n"; got != want {
			t.Errorf("lines\n%swant\n%s", got, want)
		}
	})
}
