package desktop

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"streamtray/app/desktop/platform"
	"streamtray/app/ui"
)

// editors are the programs that show a place in a file when their address is opened.
var editors = []struct{ program, scheme string }{{"code", "vscode"}, {"cursor", "cursor"}, {"codium", "vscodium"}, {"windsurf", "windsurf"}}

// openFile shows a place, path:line, in the person's editor; without one that is known, the folder that the file lies in. The
// system's own way to open a file may run it.
func (d *Desk) openFile(place string) {
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return
	}
	file, line := place[:i], place[i+1:]
	if _, err := os.Stat(file); err != nil {
		d.tell(place)
		return
	}
	for _, e := range editors {
		if _, err := exec.LookPath(e.program); err == nil {
			u := &url.URL{Scheme: e.scheme, Host: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(file), "/") + ":" + line}
			if err := d.app.OpenURL(u); err != nil {
				d.tell(place)
			}
			return
		}
	}
	d.work.Go(func() {
		if err := platform.OpenFolder(d.ctx, filepath.Dir(file)); err != nil && d.ctx.Err() == nil {
			ui.Later(func() { d.tell(place) })
		}
	})
}
