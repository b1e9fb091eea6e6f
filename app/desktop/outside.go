package desktop

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"streamtray/app/desktop/platform"
	"streamtray/app/ui"
	"streamtray/internal/termtext"
)

// outside opens what other programs show.
type outside struct{ desk *Desk }

// editors are the programs that show a place in a file when their address is opened.
var editors = []struct{ program, scheme string }{{"code", "vscode"}, {"cursor", "cursor"}, {"codium", "vscodium"}, {"windsurf", "windsurf"}}

func (x *outside) browse(page string) {
	d := x.desk
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return
	}
	if err := d.app.OpenURL(u); err != nil {
		d.notifier.tell(page) // no browser could be started: here is the address
	}
}

func (x *outside) copy(text string) { x.desk.app.Clipboard().SetContent(termtext.Clean(text)) }

// openFile shows a place, path:line, in the person's editor; without one that is known, the folder that the file lies in. The
// system's own way to open a file may run it.
func (x *outside) openFile(place string) {
	d := x.desk
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return
	}
	file, line := place[:i], place[i+1:]
	if _, err := os.Stat(file); err != nil {
		d.notifier.tell(place)
		return
	}
	for _, e := range editors {
		if _, err := exec.LookPath(e.program); err == nil {
			u := &url.URL{Scheme: e.scheme, Host: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(file), "/") + ":" + line}
			if err := d.app.OpenURL(u); err != nil {
				d.notifier.tell(place)
			}
			return
		}
	}
	d.work.Go(func() {
		if err := platform.OpenFolder(d.ctx, filepath.Dir(file)); err != nil && d.ctx.Err() == nil {
			ui.Later(func() { d.notifier.tell(place) })
		}
	})
}

// showLogFolder shows the folder with the logs of the project, or where none is open of the program, in the file manager.
func (x *outside) showLogFolder() {
	d := x.desk
	dir := d.folders.Data
	if d.session != nil {
		dir = d.session.Project.LogFolder()
	}
	d.work.Go(func() {
		err := os.MkdirAll(dir, 0o700) // nothing was logged yet
		if err == nil {
			err = platform.OpenFolder(d.ctx, dir)
		}
		if err != nil && d.ctx.Err() == nil {
			ui.Later(func() { d.notifier.tell(dir) }) // no file manager could be started: here is the path
		}
	})
}
