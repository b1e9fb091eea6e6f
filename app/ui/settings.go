package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/i18n"
)

// Preferences are what a person chose.
type Preferences struct {
	Language    string // "en", "zh"; empty: the system's
	Theme       string // "light", "dark"; empty: the system's
	Autostart   bool   // start hidden when the person logs in
	StartEngine bool   // start Docker when it is needed
	OnQuit      string // "keep", "stop" or "ask"
	Notify      bool
}

// Person keeps what a person chose.
type Person interface {
	Preferences() Preferences
	Change(p Preferences) error // kept, and in force, when it returns
	Trusted() []Trusted         // by folder
	Forget(dir string) error    // the project there is asked about again before anything more is done for it
}

// ProjectFile is the project's streamtray.yaml.
type ProjectFile interface {
	Text() (string, error)
	Check(text string) error // nil: the text is valid
	Save(text string) error
}

// Settings is the window with what a person can choose, and with the project's own file.
type Settings struct {
	Content fyne.CanvasObject

	words   *i18n.Words
	person  Person
	now     Preferences
	status  *line
	yaml    *widget.Entry
	save    *pushButton
	verdict *line
}

// NewSettings shows a person's choices and, where there is one, the project's file (else nil).
func NewSettings(w *i18n.Words, p Person, file ProjectFile) *Settings {
	s := &Settings{words: w, person: p, now: p.Preferences(), status: newLine("", style{size: theme.SizeNameCaptionText, color: theme.ColorNameSuccess})}
	body := container.New(stack{8}, s.look(), s.start(), s.notify())
	if file != nil {
		body.Add(card(w.Text("ui.settings.project", nil), s.project(file)))
	}
	for _, part := range []fyne.CanvasObject{s.trusted(), keyList(w), s.status} {
		body.Add(part)
	}
	s.Content = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(12, 12, 12, 12), body))
	return s
}

// choice is a row with a name and a list to choose from.
func (s *Settings) choice(id string, values []string, ids []string, now string, set func(*Preferences, string)) fyne.CanvasObject {
	w := s.words
	texts := make([]string, len(ids))
	for i, t := range ids {
		texts[i] = w.Text(t, nil)
	}
	list := newChoice(texts)
	list.SetSelectedIndex(max(slices.Index(values, now), 0))
	list.OnChanged = func(string) {
		i := list.SelectedIndex()
		s.change(func(p *Preferences) { set(p, values[i]) })
	}
	return container.New(cells{210, 230, 0}, newLine(w.Text(id, nil), style{}), list, newLine("", style{}))
}

// tick is a box to tick, with a line about it.
func (s *Settings) tick(id string, now bool, set func(*Preferences, bool)) fyne.CanvasObject {
	w := s.words
	box := newCheckBox(w.Text(id, nil), func(on bool) { s.change(func(p *Preferences) { set(p, on) }) })
	box.Checked = now
	about, ok := w.Find(id+".about", nil)
	if !ok {
		return box
	}
	return container.New(stack{-10}, box, container.New(layout.NewCustomPaddedLayout(0, 0, 22, 0),
		newLine(about, style{size: theme.SizeNameCaptionText, color: colorMuted})))
}

func (s *Settings) change(f func(*Preferences)) {
	next := s.now
	f(&next)
	if err := s.person.Change(next); err != nil {
		s.tell(err)
		return
	}
	s.now = next
	s.status.paint(theme.ColorNameSuccess)
	s.status.set(s.words.Text("ui.settings.saved", nil))
}

func (s *Settings) tell(err error) {
	text, hint := s.words.Error(err)
	s.status.paint(theme.ColorNameError)
	s.status.set(text + " " + hint)
}

func (s *Settings) look() fyne.CanvasObject {
	return card(s.words.Text("ui.settings.look", nil), container.New(stack{2},
		s.choice("ui.settings.language", []string{"", "en", "zh"}, []string{"ui.settings.system", "ui.settings.english", "ui.settings.chinese"}, s.now.Language,
			func(p *Preferences, v string) { p.Language = v }),
		s.choice("ui.settings.theme", []string{"", "light", "dark"}, []string{"ui.settings.system", "ui.settings.light", "ui.settings.dark"}, s.now.Theme,
			func(p *Preferences, v string) { p.Theme = v }),
	))
}

func (s *Settings) start() fyne.CanvasObject {
	return card(s.words.Text("ui.settings.start", nil), container.New(stack{2},
		s.tick("ui.settings.autostart", s.now.Autostart, func(p *Preferences, on bool) { p.Autostart = on }),
		s.tick("ui.settings.engine", s.now.StartEngine, func(p *Preferences, on bool) { p.StartEngine = on }),
		s.choice("ui.settings.quit", []string{"keep", "stop", "ask"}, []string{"ui.settings.quit.keep", "ui.settings.quit.stop", "ui.settings.quit.ask"}, s.now.OnQuit,
			func(p *Preferences, v string) { p.OnQuit = v }),
	))
}

func (s *Settings) notify() fyne.CanvasObject {
	return card(s.words.Text("ui.settings.notify", nil), s.tick("ui.settings.notify.on", s.now.Notify, func(p *Preferences, on bool) { p.Notify = on }))
}

// project is the project's file, checked as it is typed.
func (s *Settings) project(file ProjectFile) fyne.CanvasObject {
	w := s.words
	text, err := file.Text()
	if err != nil {
		why, hint := w.Error(err)
		return newLine(why+" "+hint, style{color: theme.ColorNameError, wrap: true})
	}
	s.verdict = newLine("", style{wrap: true})
	s.save = newButton(w.Text("ui.settings.project.save", nil), func() {
		if err := file.Save(s.yaml.Text); err != nil {
			s.tell(err)
			return
		}
		s.save.Disable()
		s.status.paint(theme.ColorNameSuccess)
		s.status.set(w.Text("ui.settings.saved", nil))
	})
	s.yaml = widget.NewMultiLineEntry()
	s.yaml.TextStyle.Monospace = true
	s.yaml.SetMinRowsVisible(12)
	s.yaml.SetText(text)
	s.judge(file.Check(text))
	s.save.Disable()
	s.yaml.OnChanged = func(text string) { s.judge(file.Check(text)) }
	return container.New(stack{2}, monospaced(s.yaml), container.New(cells{210, 0}, s.save, s.verdict))
}

// judge says whether the file as typed is valid; only then it can be saved.
func (s *Settings) judge(err error) {
	if err == nil {
		s.verdict.paint(colorMuted)
		s.verdict.set(s.words.Text("ui.settings.project.good", nil))
		s.save.Enable()
		return
	}
	text, _ := s.words.Error(err)
	s.verdict.paint(theme.ColorNameError)
	s.verdict.set(text)
	s.save.Disable()
}
