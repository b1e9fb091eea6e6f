package selftest

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"streamtray/app/detector"
)

// Part is the life of a process that a row starts: this program, run with the hidden verb, what it is to be, its name and
// where the roll is called. It returns the exit code.
func Part(ctx context.Context, args []string) int {
	if len(args) == 1 && args[0] == "print" {
		return printLocal()
	}
	if len(args) != 3 {
		return 2
	}
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", args[2])
	if err != nil {
		return 1
	}
	defer conn.Close()
	fmt.Fprintln(conn, args[1], os.Getpid())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, _ = io.Copy(io.Discard, conn) // until whoever calls the roll is gone
	}()
	if err := act(ctx, args, conn); err != nil {
		fmt.Fprintln(conn, "error", err)
		return 1
	}
	for {
		select {
		case <-over:
			return 0
		case s := <-told:
			fmt.Fprintln(conn, "asked", s)
			if args[0] != "deaf" {
				return 0
			}
		}
	}
}

// act does what a part has to do besides being there.
func act(ctx context.Context, args []string, conn net.Conn) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	verb := os.Args[1]
	switch args[0] {
	case "agent": // keeps an app as the program does
		a := detector.New(detector.Verdicts{})
		return a.Start(ctx, detector.Launch{Command: []string{self, verb, "app", args[1] + "-app", args[2]}, Keeper: self, Grace: 500 * time.Millisecond})
	case "app":
		child := exec.Command(self, verb, "deaf", args[1]+"-child", args[2]) //nolint:noctx // it is to be left behind
		return child.Start()
	case "listen":
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
		if err != nil {
			return err
		}
		context.AfterFunc(ctx, func() { l.Close() })
		fmt.Fprintln(conn, "port", l.Addr().(*net.TCPAddr).Port, os.Getpid())
	}
	return nil
}
