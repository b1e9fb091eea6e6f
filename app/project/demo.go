package project

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"streamtray/app/config"
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
