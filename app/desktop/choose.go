package desktop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamtray/app/desktop/platform"
	"streamtray/app/filechooser"
	"streamtray/app/ui"
)

// choosePath asks by the desktop's own dialog for a folder or a file, and goes on with what was chosen on the main goroutine.
// Where there is no such dialog, a path can be typed.
func (d *Desk) choosePath(w fyne.Window, q filechooser.Question, then func(path string)) {
	d.work.Go(func() {
		path, err := filechooser.Choose(d.ctx, q)
		ui.Later(func() {
			switch {
			case d.ctx.Err() != nil || d.going:
			case errors.Is(err, filechooser.ErrNone):
				d.typePath(w, q, then)
			case err != nil:
				d.complain(err)
			case path != "":
				then(path)
			}
		})
	})
}

// typePath has a path typed, or looked for in the toolkit's own list.
func (d *Desk) typePath(w fyne.Window, q filechooser.Question, then func(path string)) {
	start := q.Start
	if start == "" {
		start, _ = os.UserHomeDir() // else it is typed whole
	}
	look := func(set func(string)) fyne.CanvasObject {
		return widget.NewButtonWithIcon(d.words.Text("ui.choose.browse", nil), theme.FolderOpenIcon(), func() {
			dialog.ShowFolderOpen(func(f fyne.ListableURI, err error) {
				if err == nil && f != nil {
					set(filepath.Join(f.Path(), q.Name))
				}
			}, w)
		})
	}
	ask := ui.Question{Title: q.Title, Answers: []string{d.words.Text("ui.choose.do", nil), d.words.Text("ui.cancel", nil)}, Size: fyne.NewSize(620, 150)}
	ui.AskText(w.Canvas(), ask, filepath.Join(start, q.Name), look, then)
}

// saveText asks where text is to be kept, and keeps it there.
func (d *Desk) saveText(w fyne.Window, name, text string) {
	q := filechooser.Question{Title: d.words.Text("ui.choose.save", nil), Save: true, Name: name}
	d.choosePath(w, q, func(path string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			d.say(w, q.Title, err.Error())
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
