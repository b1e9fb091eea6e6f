package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
	"streamtray/app/view"
)

// somebody keeps preferences in memory.
type somebody struct {
	now     Preferences
	trusted []Trusted
	err     error
}

func (s *somebody) Trusted() []Trusted { return s.trusted }

func (s *somebody) Forget(dir string) error {
	if s.err == nil {
		s.trusted = slices.DeleteFunc(s.trusted, func(t Trusted) bool { return t.Dir == dir })
	}
	return s.err
}

var _ Person = (*somebody)(nil)

func (s *somebody) Preferences() Preferences { return s.now }

func (s *somebody) Change(p Preferences) error {
	if s.err == nil {
		s.now = p
	}
	return s.err
}

// yamlFile is valid while it says version.
type yamlFile struct{ text string }

func (f *yamlFile) Text() (string, error) { return f.text, nil }

func (f *yamlFile) Check(text string) error {
	if !strings.Contains(text, "version: 1") {
		return errors.New("streamtray.yaml:1:1: version is missing")
	}
	return nil
}

func (f *yamlFile) Save(text string) error {
	f.text = text
	return nil
}

const projectYAML = `# Our detection project
version: 1
name: detection
kafka:
  mode: docker
app:
  command: [python, app.py]
`

func TestTheSettingsWindow(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		p := &somebody{now: Preferences{OnQuit: "keep", Notify: true}, trusted: []Trusted{{Dir: "/work/detection", Lines: []string{"command  python app.py"}}}}
		golden(t, "settings-"+name, NewSettings(w, p, &yamlFile{projectYAML}).Content, fyne.NewSize(760, 800))
	})
}

func TestAChoiceIsKeptAtOnceAndAFaultIsTold(t *testing.T) {
	p := &somebody{now: Preferences{OnQuit: "keep"}}
	s := NewSettings(english(t), p, nil)
	s.change(func(p *Preferences) { p.Language = "zh" })
	if p.now.Language != "zh" || s.status.segment.Text != "Saved" {
		t.Errorf("language %q, status %q; want zh, Saved", p.now.Language, s.status.segment.Text)
	}
	p.err = errors.New("settings.json: disk full")
	s.change(func(p *Preferences) { p.Theme = "dark" })
	if s.now.Theme != "" || !strings.Contains(s.status.segment.Text, "disk full") {
		t.Errorf("theme %q, status %q; want the old theme and the fault", s.now.Theme, s.status.segment.Text)
	}
}

func TestTrustIsTakenBackByAButton(t *testing.T) {
	p := &somebody{trusted: []Trusted{{Dir: "/work/a"}, {Dir: "/work/b"}}}
	s := NewSettings(english(t), p, nil)
	var take []*pushButton
	for _, o := range test.LaidOutObjects(s.Content) {
		if b, ok := o.(*pushButton); ok && b.Text == "Revoke" {
			take = append(take, b)
		}
	}
	if len(take) != 2 {
		t.Fatalf("%d buttons, want one a project", len(take))
	}
	test.Tap(take[0])
	if len(p.trusted) != 1 || p.trusted[0].Dir != "/work/b" || !strings.Contains(s.status.segment.Text, "/work/a") {
		t.Errorf("left %v, told %q", p.trusted, s.status.segment.Text)
	}
	p.err = errors.New("settings.json: disk full")
	test.Tap(take[1])
	if len(p.trusted) != 1 || !strings.Contains(s.status.segment.Text, "disk full") {
		t.Errorf("left %v, told %q; want the fault", p.trusted, s.status.segment.Text)
	}
}

func TestTheProjectFileIsSavedOnlyWhenValid(t *testing.T) {
	f := &yamlFile{projectYAML}
	s := NewSettings(english(t), &somebody{}, f)
	if !s.save.Disabled() {
		t.Error("an unchanged file can be saved")
	}
	s.yaml.SetText("name: x\n")
	if !s.save.Disabled() || !strings.Contains(s.verdict.segment.Text, "version is missing") {
		t.Errorf("save disabled: %v, verdict %q; want a refusal and the place", s.save.Disabled(), s.verdict.segment.Text)
	}
	s.yaml.SetText(projectYAML + "# more\n")
	test.Tap(s.save)
	if !strings.HasSuffix(f.text, "# more\n") || !strings.HasPrefix(f.text, "# Our") {
		t.Errorf("saved:\n%s", f.text)
	}
}

// asked records what the welcome asked for.
type asked struct{ calls []string }

var _ Welcomer = (*asked)(nil)

func (a *asked) Choose()         { a.calls = append(a.calls, "choose") }
func (a *asked) Demo()           { a.calls = append(a.calls, "demo") }
func (a *asked) Sample()         { a.calls = append(a.calls, "sample") }
func (a *asked) Open(dir string) { a.calls = append(a.calls, "open "+dir) }
func (a *asked) Agree(c Card)    { a.calls = append(a.calls, "agree "+c.Hash) }
func (a *asked) Decline()        { a.calls = append(a.calls, "decline") }

func detectionCard() Card {
	return Card{
		Title: "detection", Dir: "/work/detection", Hash: "3f5a 91c2 07de 44b8",
		Items: []CardItem{
			{Kind: "command", Now: "python app.py"},
			{Kind: "env", Now: "ALGO_ENABLE_KAFKA_STREAMING=true"},
			{Kind: "files", Now: "deployment/docker-compose.infra.yml"},
			{Kind: "images", Now: "confluentinc/cp-kafka:7.5.0"},
			{Kind: "images", Now: "confluentinc/cp-zookeeper:7.5.0"},
			{Kind: "ports", Now: "127.0.0.1:9092 → kafka"},
			{Kind: "mounts", Now: "./data → kafka:/var/lib/kafka/data"},
		},
	}
}

func TestTheWelcomeWindow(t *testing.T) {
	each(t, func(t *testing.T, w *i18n.Words, name string) {
		size := fyne.NewSize(720, 560)
		recent := []view.Place{{Title: "detection", Dir: "/work/detection"}, {Title: "line-2", Dir: "/work/line-2"}}
		v := NewWelcome(w, &asked{}, recent)
		golden(t, "welcome-"+name, v.Content, size)
		v.ShowCard(detectionCard())
		golden(t, "trust-"+name, v.Content, size)
		changed := detectionCard()
		changed.Changed = true
		changed.Items[0] = CardItem{Kind: "command", Now: "python app.py --debug", Was: "python app.py"}
		v.ShowCard(changed)
		golden(t, "trust-changed-"+name, v.Content, size)
		v.ShowFiles("/work/detection", []string{"compose.yaml", "local/kafka-compose.yml"}, func(int) {})
		golden(t, "files-"+name, v.Content, size)
		set := view.Setup{
			Head: w.Text("ui.setup.head", nil), Title: "detection", Dir: "/work/detection", Commands: []string{"uv sync"}, About: w.Text("ui.setup.about", map[string]any{"There": false, "Missing": ""}),
			Acts: []view.Item{{Label: w.Text("ui.setup.do", nil)}, {Label: w.Text("ui.setup.without", nil)}, {Label: w.Text("ui.trust.decline", nil)}},
		}
		v.ShowSetup(set, func(view.Act, string) {})
		golden(t, "setup-"+name, v.Content, size)
		set.About, set.Said = w.Text("ui.setup.busy", nil), "$ uv sync\nResolved 41 packages in 1.2s\n + kafka_python==2.0.2"
		v.ShowSetup(set, func(view.Act, string) {})
		golden(t, "setup-busy-"+name, v.Content, size)
	})
}

func TestTheComposeFileThatIsTappedIsChosen(t *testing.T) {
	v := NewWelcome(english(t), &asked{}, nil)
	var chosen []int
	v.ShowFiles("/work/detection", []string{"compose.yaml", "local/kafka-compose.yml"}, func(i int) { chosen = append(chosen, i) })
	for _, o := range test.LaidOutObjects(v.Content) {
		if b, ok := o.(*pushButton); ok && b.Text == "local/kafka-compose.yml" {
			test.Tap(b)
		}
	}
	if len(chosen) != 1 || chosen[0] != 1 {
		t.Errorf("chosen: %v, want the second file, once", chosen)
	}
}

// Whoever was asked about a project with many files had to scroll down to find what answers.
func TestTheAnswersToALongCardStayInSight(t *testing.T) {
	v := NewWelcome(english(t), &asked{}, nil)
	win := test.NewTempWindow(t, v.Content)
	size := fyne.NewSize(480, 320)
	win.Resize(size)
	long := detectionCard()
	for range 60 {
		long.Items = append(long.Items, CardItem{Kind: "files", Now: "one/more.py"})
	}
	v.ShowCard(long)
	seen := 0
	for _, o := range test.LaidOutObjects(v.Content) {
		if b, ok := o.(*answer); ok {
			seen++
			if at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b); at.Y < 0 || at.Y+b.Size().Height > size.Height {
				t.Errorf("%q is at %v, outside of a window of %v", b.Text, at, size)
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d buttons answer, want 2", seen)
	}
}

func TestAgreeingIsToExactlyWhatIsShown(t *testing.T) {
	a := &asked{}
	v := NewWelcome(english(t), a, nil)
	win := test.NewTempWindow(t, v.Content)
	v.ShowCard(detectionCard())
	win.Resize(fyne.NewSize(720, 560))
	v.ask.Agree(detectionCard())
	if got, want := strings.Join(a.calls, ","), "agree 3f5a 91c2 07de 44b8"; got != want {
		t.Errorf("calls %q, want %q", got, want)
	}
	v.ShowChoice(nil)
	v.ShowFault(errors.New("no compose file"))
	if !strings.Contains(v.fault.segment.Text, "no compose file") {
		t.Errorf("fault: %q", v.fault.segment.Text)
	}
}

// The settings said that no project is open while the demo ran: it has no file, and so nothing is said of one.
func TestWithoutAFileNothingIsSaidOfAProject(t *testing.T) {
	s := NewSettings(english(t), &somebody{}, nil)
	win := test.NewTempWindow(t, s.Content)
	win.Resize(fyne.NewSize(800, 1600))
	for _, l := range strings.Split(texts(s.Content), "\n") {
		if l == s.words.Text("ui.settings.project", nil) {
			t.Errorf("there is a card %q", l)
		}
	}
}

// What compose fetches from another computer was one line among many, and the button agreed to all of it.
func TestEachThingOfAnotherComputerIsAgreedToByItsName(t *testing.T) {
	var agreed []Card
	v := NewWelcome(english(t), &agreeing{cards: &agreed}, nil)
	win := test.NewTempWindow(t, v.Content)
	win.Resize(fyne.NewSize(720, 560))
	c := detectionCard()
	c.Remote = []Remote{{Name: "https://one.example/compose.git#main:kafka", Agreed: true}, {Name: "oci://two.example/kafka:1\u202e"}}
	v.ShowCard(c)
	var ticks []*checkBox
	var agree *answer
	for _, o := range test.LaidOutObjects(v.Content) {
		switch o := o.(type) {
		case *checkBox:
			ticks = append(ticks, o)
		case *answer:
			if o.Importance == widget.HighImportance {
				agree = o
			}
		}
	}
	if len(ticks) != 2 || agree == nil || !ticks[0].Checked || ticks[1].Checked {
		t.Fatalf("%d boxes, want two, the first of which was agreed to earlier", len(ticks))
	}
	seen := texts(v.Content)
	if !strings.Contains(seen, "https://one.example/compose.git#main:kafka") || !strings.Contains(seen, "oci://two.example/kafka:1") || strings.Contains(seen, "\u202e") {
		t.Errorf("shown:\n%s", seen)
	}
	test.Tap(agree)
	if len(agreed) != 0 {
		t.Fatal("agreed to what was not ticked")
	}
	test.Tap(ticks[1])
	test.Tap(agree)
	if len(agreed) != 1 || !agreed[0].Remote[0].Agreed || !agreed[0].Remote[1].Agreed {
		t.Errorf("agreed to %+v, want both", agreed)
	}
	test.Tap(ticks[0])
	if !agree.Disabled() {
		t.Error("one was taken back, and all can be agreed to still")
	}
}

// agreeing keeps what was agreed to.
type agreeing struct {
	asked
	cards *[]Card
}

func (a *agreeing) Agree(c Card) { *a.cards = append(*a.cards, c) }
