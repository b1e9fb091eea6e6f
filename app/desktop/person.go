package desktop

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"

	"streamtray/app/autostart"
	"streamtray/app/config"
	"streamtray/app/desktop/trustcard"
	"streamtray/app/i18n"
	"streamtray/app/plan"
	"streamtray/app/sample"
	"streamtray/app/settings"
	"streamtray/app/ui"
)

// autostartName is the entry by which the desktop is started at a log-in.
const autostartName = "StreamTray"

// person keeps what the user chose.
type person struct{ desk *Desk }

var _ ui.Person = person{}

// Preferences are those in force.
func (p person) Preferences() ui.Preferences {
	s := p.desk.person
	return ui.Preferences{
		Language: s.Language, Theme: s.Theme, Autostart: autostart.On(autostartName), StartEngine: s.StartEngine,
		OnQuit: cmp.Or(s.OnQuit, "keep"), Notify: !s.Quiet,
	}
}

// Change keeps what was chosen and puts it in force; a new language rebuilds the window once this call has returned.
func (p person) Change(n ui.Preferences) error {
	d := p.desk
	before := p.Preferences()
	if n.Autostart != before.Autostart {
		err := autostart.Remove(autostartName)
		if n.Autostart {
			err = autostart.Set(autostartName, d.options.Self, argHidden)
		}
		if err != nil {
			return err
		}
	}
	err := settings.Change(d.folders, func(s *settings.Settings) { // only what was chosen here: the terminal may have set the others
		change(&s.Language, before.Language, n.Language)
		change(&s.Theme, before.Theme, n.Theme)
		change(&s.StartEngine, before.StartEngine, n.StartEngine)
		change(&s.OnQuit, before.OnQuit, n.OnQuit)
		change(&s.Quiet, !before.Notify, !n.Notify)
	})
	if err != nil {
		return err
	}
	if d.person, err = settings.Load(d.folders); err != nil {
		return err
	}
	if n.Theme == before.Theme && n.Language == before.Language {
		return nil
	}
	w, err := i18n.New(d.language())
	if err != nil {
		return err
	}
	d.words = w
	d.app.Settings().SetTheme(ui.Themes(n.Theme).In(w.Lang()))
	if n.Language == before.Language {
		return nil
	}
	ui.Later(func() {
		d.refresh()
		if d.screen.window != nil {
			d.screen.window.again()
		}
	})
	return nil
}

// change sets a setting that was changed.
func change[V comparable](setting *V, before, now V) {
	if now != before {
		*setting = now
	}
}

// Trusted are the projects that the user trusts, with what they agreed to.
func (p person) Trusted() []ui.Trusted {
	person, err := settings.Load(p.desk.folders)
	if err != nil {
		return nil // told where it is changed
	}
	var all []ui.Trusted
	for _, dir := range slices.Sorted(maps.Keys(person.Trusted)) {
		t := ui.Trusted{Dir: dir}
		for _, kept := range person.Cards[dir] {
			if l := plan.Recall(kept); l.Text != "" {
				t.Lines = append(t.Lines, p.desk.words.Text("ui.trust."+trustcard.Kind(l.Kind), nil)+"  "+l.Text)
			}
		}
		all = append(all, t)
	}
	return all
}

// Forget takes back that the user trusts the project in dir.
func (p person) Forget(dir string) error {
	return settings.Change(p.desk.folders, func(s *settings.Settings) { s.Forget(dir) })
}

// projectFile is the open project's file; nil without a project, and for one that is thrown away.
func (d *Desk) projectFile() ui.ProjectFile {
	if d.session == nil || d.session.Demo {
		return nil
	}
	return fileOf(d.session.Project.Dir, d.words)
}

// fileOf is the file of the project in a folder.
func fileOf(dir string, w *i18n.Words) projectFile {
	return projectFile{
		path:  filepath.Join(dir, config.FileName),
		first: func() string { return config.Discover(dir).First(w.Text) },
	}
}

// unpackSample puts the sample project into a folder of its own below dir, and says which.
func unpackSample(dir *string) error {
	*dir = filepath.Join(*dir, sampleFolder)
	return sample.Unpack(*dir)
}
