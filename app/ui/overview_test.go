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

// What a start waits for was cut, and stood whole nowhere but under a mouse that rests.
func TestWhatIsWaitedForIsReadWhole(t *testing.T) {
	const reason = "“Kafka producer initialized” was not seen in the app's log yet, and no connection to Kafka was seen."
	n := newSteps(english(t), nothing)
	win := test.NewTempWindow(t, n.content)
	for wide, whole := range map[float32]bool{520: false, 1400: true} {
		win.Resize(fyne.NewSize(wide, 300))
		for range 2 { // the room is known once it was drawn
			n.show([]view.Step{{Row: view.Row{Step: "producer", Name: "Kafka producer", Mark: view.Busy, Text: reason}, Word: "In progress", Time: "12 s"}})
		}
		r := n.rows[0]
		if got := r.text.whole == reason; got != whole || r.detail.Visible() == whole {
			t.Errorf("%.0f wide: in its line %v, below it %v; want %v and the contrary", wide, got, r.detail.Visible(), whole)
		}
	}
}
