//go:build !windows

package agentrpc

import (
	"net"
	"path/filepath"
	"testing"
)

func TestAnAgentThatEndsBeforeItTakesUsIsNoError(t *testing.T) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "s"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	l.Close() // the connection was never accepted: the kernel resets it
	if err := Attach(c).Follow(t.Context()); err != nil {
		t.Errorf("got %v, want nothing", err)
	}
}
