package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"streamtray/app/config"
	"streamtray/app/i18n"
	"streamtray/internal/usererr"
)

// Demo is a project that needs nothing but this program: the embedded broker in memory, and the built-in sample app,
// which is this program run with the given verb. Nothing of it is kept.
func Demo(ctx context.Context, o Options, verb string) (*Project, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "streamtray-demo-")
	if err != nil {
		return nil, err
	}
	c := config.Default(dir)
	c.Name = "demo"
	c.Kafka.Mode = config.Embedded
	c.App.Command = []string{o.Self, verb}
	c.App.Env = map[string]string{"ALGO_HOST": "127.0.0.1", "ALGO_PORT": fmt.Sprint(port)}
	c.App.Ready.HTTP = fmt.Sprintf("http://127.0.0.1:%d/", port)
	o.Folders.Data, o.Forget = dir, true
	p, err := open(ctx, o, c)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	p.temporary = dir
	return p, nil
}

// freePort is a TCP port of the loopback that is free at this moment.
func freePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// DemoSocket is where the demo's app takes frames.
func (p *Project) DemoSocket() string {
	return "ws://127.0.0.1:" + p.Config.App.Env["ALGO_PORT"] + "/ws/detect"
}

// Init writes a first streamtray.yaml into dir, with comments in the reader's language, and returns its path. One that
// is there is left as it is.
func Init(dir string, w *i18n.Words) (string, error) {
	file := filepath.Join(dir, config.FileName)
	text := w.Text("config.template", config.Discover(dir).Template())
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	args := map[string]any{"File": file, "Dir": dir}
	switch {
	case errors.Is(err, fs.ErrExist):
		return "", usererr.New("config.exists", args, nil)
	case errors.Is(err, fs.ErrNotExist):
		return "", usererr.New("project.no_folder", args, nil)
	case err != nil:
		return "", usererr.New("project.unwritable", args, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", usererr.New("project.unwritable", args, errors.Join(err, os.Remove(file)))
	}
	return file, nil
}
