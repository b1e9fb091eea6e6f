package desktop

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"streamtray/app/desktop/shoptest"
	"streamtray/app/spies"
)

// box is a box to tick, of whichever kind.
type box interface {
	fyne.Widget
	fyne.Tappable
	SetChecked(bool)
}

// ticks are the boxes that are seen in the window, by the text behind each.
func ticks(d *Desk) map[string]box {
	all := map[string]box{}
	var last box
	for _, o := range test.LaidOutObjects(d.screen.window.Content()) {
		switch o := o.(type) {
		case box:
			last = o
		case interface{ String() string }:
			if last != nil && o.String() != "" {
				all[o.String()], last = last, nil
			}
		}
	}
	return all
}

// ticked reports whether a box is drawn as one that is.
func ticked(b box) bool {
	return slices.ContainsFunc(test.WidgetRenderer(b).Objects(), func(o fyne.CanvasObject) bool {
		i, ok := o.(*canvas.Image)
		return ok && strings.HasSuffix(i.Resource.Name(), "check-box-checked.svg")
	})
}

// What compose fetches from another computer is in no hash: the person agrees to each thing by its name, in the window that
// shows it, and what is remembered is what the gate asks for before a container is begun.
func TestTheWindowHasEachThingFromElsewhereAgreedToByName(t *testing.T) {
	const one, two = "https://git.example/one.git", "oci://registry.example/two:1"
	s := spies.Place(t)
	shoptest.Put(t, filepath.Join(s.Dir, "streamtray.yaml"), "version: 1\nname: shop\ncompose: {files: [compose.yaml]}\napp: {command: [sleep, \"60\"]}\n")
	including := func(names ...string) {
		shoptest.Put(t, filepath.Join(s.Dir, "compose.yaml"), strings.Replace(shoptest.Compose, "services:", "include: ['"+strings.Join(names, "', '")+"']\nservices:", 1))
	}
	opened := func(t *testing.T) *Desk {
		t.Helper()
		d := deskFor(t, s)
		d.opener.open(s.Dir, true)
		settled(t, d)
		return d
	}
	// refused says that nothing begins, whatever is pressed.
	refused := func(t *testing.T, d *Desk, why string) {
		t.Helper()
		press(t, d, "Trust and start")
		settled(t, d)
		if d.welcomer.pending == nil || d.kept.Load() != nil {
			t.Fatalf("%s, and it goes on", why)
		}
	}
	remembered := func(d *Desk) []string {
		t.Helper()
		d.reread()
		return d.person.Remote[s.Dir]
	}

	t.Run("for the first time", func(t *testing.T) {
		including(one, two)
		d := opened(t)
		boxes := ticks(d)
		if len(boxes) != 2 || boxes[one] == nil || boxes[two] == nil || ticked(boxes[one]) || ticked(boxes[two]) {
			t.Fatalf("boxes %v; want one each for %s and %s, both empty", boxes, one, two)
		}
		refused(t, d, "nothing is ticked")
		test.Tap(boxes[one])
		refused(t, d, "one of two is ticked")
		test.Tap(boxes[two])
		test.Tap(boxes[one]) // and taken back
		refused(t, d, "the other of two is ticked")
		if got := remembered(d); len(got) != 0 {
			t.Errorf("remembered %q before the person agreed", got)
		}
		if seen := s.Taken(); len(seen) > 0 {
			t.Errorf("touched before the person agreed: %s", strings.Join(seen, "; "))
		}

		test.Tap(boxes[one])
		press(t, d, "Trust and start")
		kept := keptSoon(t, d)
		if got := remembered(d); !slices.Equal(got, []string{one, two}) {
			t.Errorf("remembered %q, want both", got)
		}
		if err := kept.Project.Agreed(t.Context()); err != nil {
			t.Errorf("and what is to be begun is refused: %v", err)
		}
	})
	t.Run("another thing in the place of one", func(t *testing.T) {
		const three = "https://git.example/three.git"
		including(one, three)
		d := opened(t)
		boxes := ticks(d)
		if len(boxes) != 2 || boxes[one] == nil || boxes[three] == nil || !ticked(boxes[one]) || ticked(boxes[three]) {
			t.Fatalf("boxes %v; want %s ticked and %s empty", boxes, one, three)
		}
		refused(t, d, "the new one is not ticked")
		if got := remembered(d); slices.Contains(got, three) {
			t.Errorf("remembered %q before the person agreed", got)
		}
	})
}
