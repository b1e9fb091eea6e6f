package desktop

import (
	"testing"

	"streamtray/app"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/app/view"
)

func results(all ...doctor.Result) ([]string, map[string]doctor.Result) {
	var ids []string
	known := map[string]doctor.Result{}
	for _, r := range all {
		ids = append(ids, r.ID)
		if r.Status != "" {
			known[r.ID] = r
		}
	}
	return ids, known
}

func TestTheCheckUpSaysHowItStands(t *testing.T) {
	note := app.Note{ID: "doctor.engine.mode.ok"}
	fine := doctor.Result{ID: "engine.mode", Status: doctor.OK, Message: note}
	warns := doctor.Result{ID: "disk.host", Status: doctor.Warning, Message: note}
	off := doctor.Result{ID: "groups.read", Status: doctor.Skipped, Message: note}
	bad := doctor.Result{ID: "clock.engine", Status: doctor.Problem, Message: note}
	pending := doctor.Result{ID: "topics.exist"}
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		results  []doctor.Result
		mark     view.Mark
		headline string
		sum      string
	}{
		{"one is missing", []doctor.Result{bad, pending}, view.Busy, "Checking… 1 of 2", ""},
		{"one is bad", []doctor.Result{fine, warns, bad}, view.Bad, "1 problem found", "Problems: 1 · warnings: 1 · passed: 1 · skipped: 0"},
		{"one warns", []doctor.Result{fine, warns}, view.Warn, "No problems found", "Problems: 0 · warnings: 1 · passed: 1 · skipped: 0"},
		{"all fine", []doctor.Result{fine}, view.Good, "No problems found", "Problems: 0 · warnings: 0 · passed: 1 · skipped: 0"},
		{"one was not looked at", []doctor.Result{fine, off}, view.Good, "No problems found · 1 skipped", "Problems: 0 · warnings: 0 · passed: 1 · skipped: 1"},
	} {
		ids, known := results(c.results...)
		got := checkup(ids, known, w)
		if got.Mark != c.mark || got.Headline != c.headline || got.Sum != c.sum || len(got.Steps) != len(ids) {
			t.Errorf("%s: %v %q %q, %d rows; want %v %q %q, %d rows", c.name, got.Mark, got.Headline, got.Sum, len(got.Steps), c.mark, c.headline, c.sum, len(ids))
		}
	}
}

func TestARowOfTheCheckUpSaysWhatToDoAndWhatItWaitsFor(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	dead := checked(doctor.Result{
		ID: "engine.running", Status: doctor.Problem, Message: app.Note{ID: "docker.not_running"}, Fix: app.Note{ID: "docker.not_running.hint"},
		Action: doctor.StartEngine,
	}, w)
	if dead.Text != w.Text("docker.not_running", nil) || dead.Hint != w.Text("docker.not_running.hint", nil) {
		t.Errorf("got %q, %q", dead.Text, dead.Hint)
	}
	if dead.Fix.Act != view.ActMend || dead.Fix.Arg != "start_engine" || dead.Fix.Label != "Start Docker" {
		t.Errorf("fix %+v, want to start Docker Desktop", dead.Fix)
	}
	because := checked(doctor.Result{ID: "images.present", Status: doctor.Skipped, Because: "engine.running", Message: app.Note{ID: "doctor.engine.running.first"}}, w)
	if want := "Skipped: requires Docker to be running."; because.Text != want || because.Hint != "" {
		t.Errorf("got %q, %q; want %q and no fix of its own", because.Text, because.Hint, want)
	}
}
