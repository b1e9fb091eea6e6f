package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamtray/app/i18n"
	"streamtray/app/ui/uitest"
	"streamtray/app/view"
)

var overviewSize = fyne.NewSize(980, 760)

func board(w *i18n.Words, scene string) view.Board {
	return view.BoardOf(uitest.State(scene), uitest.Live(scene), w, uitest.Now)
}

func TestTheOverviewOfEachScene(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		for _, scene := range uitest.Scenes {
			d := NewOverview(w, nothing)
			d.Show(board(w, scene))
			golden(t, "overview-"+scene+"-"+name, d.Content, overviewSize)
		}
	})
}

func TestTheOverviewIsTheSameHoweverOneGotThere(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	test.NewTempApp(t).Settings().SetTheme(testTheme("light"))
	d := NewOverview(w, nothing)
	for _, scene := range []string{"failed", "starting", "lost", "off", "streaming"} {
		d.Show(board(w, scene))
	}
	golden(t, "overview-streaming-en", d.Content, overviewSize)
}
