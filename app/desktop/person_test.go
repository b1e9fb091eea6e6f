package desktop

import (
	"testing"

	"streamtray/app/settings"
)

// Choosing the theme in the window wrote back all that it had read when it started, over what was set in a terminal.
func TestAChoiceInTheWindowLeavesTheOthersAsTheyAre(t *testing.T) {
	d := &Desk{folders: settings.Folders{Config: t.TempDir()}}
	before := person{d}.Preferences()
	if err := settings.Change(d.folders, func(s *settings.Settings) { s.OnQuit, s.Quiet = "stop", true }); err != nil {
		t.Fatal(err)
	}
	before.StartEngine = true
	if err := (person{d}).Change(before); err != nil {
		t.Fatal(err)
	}
	s, err := settings.Load(d.folders)
	if err != nil || !s.StartEngine || s.OnQuit != "stop" || !s.Quiet {
		t.Errorf("the file holds %+v, %v", s, err)
	}
}
