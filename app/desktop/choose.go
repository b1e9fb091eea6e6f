package desktop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"

	"streamtray/app/desktop/platform"
	"streamtray/app/filechooser"
	"streamtray/app/ui"
)

// choosePath asks by the desktop's own dialog for a folder or a file, and goes on with what was chosen on the main goroutine.
// Where there is no such dialog, a path can be typed.
func (w *window) choosePath(q filechooser.Question, then func(path string)) {
	d := w.desk
	d.work.Go(func() {
		path, err := filechooser.Choose(d.ctx, q)
		ui.Later(func() {
			switch {
			case d.ctx.Err() != nil || d.ending.going:
			case errors.Is(err, filechooser.ErrNone):
				w.typePath(q, then)
			case err != nil:
				d.notifier.complain(err)
			case path != "":
				then(path)
			}
		})
	})
}

// typePath has a path typed, or looked for in the toolkit's own list.
func (w *window) typePath(q filechooser.Question, then func(path string)) {
	say := func(id string) string { return w.desk.words.Text(id, nil) }
	start := q.Start
	if start == "" {
		start, _ = os.UserHomeDir() // else it is typed whole
	}
	look := &ui.Beside{Text: say("ui.choose.browse"), Icon: theme.FolderOpenIcon(), Do: func(set func(string)) {
		dialog.ShowFolderOpen(func(f fyne.ListableURI, err error) {
			if err == nil && f != nil {
				set(filepath.Join(f.Path(), q.Name))
			}
		}, w.Window)
	}}
	ask := ui.Question{Title: q.Title, Answers: []string{say("ui.choose.do"), say("ui.cancel")}, Size: fyne.NewSize(620, 150)}
	ui.AskText(w.Canvas(), ask, filepath.Join(start, q.Name), look, then)
}

// saveText asks where text is to be kept, and keeps it there.
func (w *window) saveText(name, text string) {
	q := filechooser.Question{Title: w.desk.words.Text("ui.choose.save", nil), Save: true, Name: name}
	w.choosePath(q, func(path string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			w.say(q.Title, err.Error())
		}
	})
}

// samplePlace is where the sample project goes by itself: the person's documents, else their home.
func samplePlace() (string, error) {
	dir, err := platform.Documents()
	if info, missing := os.Stat(dir); err != nil || missing != nil || !info.IsDir() {
		if dir, err = os.UserHomeDir(); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// sampleFolder is the folder of the sample project.
const sampleFolder = "streamtray-sample"

// hasSample reports whether the sample project is there already.
func hasSample(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, sampleFolder, "app.py"))
	return !errors.Is(err, fs.ErrNotExist)
}

// say tells something in a window.
func (w *window) say(title, text string) {
	ui.Ask(w.Canvas(), ui.Question{Title: title, Text: text, Answers: []string{w.desk.words.Text("ui.close", nil)}}, func(int) {})
}
