//go:build !windows

package platform

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"streamtray/app/testenv"
)

// privateBus is a message bus that only this test knows, as the session's and the computer's.
func privateBus(t *testing.T) *dbus.Conn {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		testenv.Of(t, "no dbus-daemon here")
	}
	cmd := exec.CommandContext(t.Context(), daemon, "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", strings.TrimSpace(address))
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	return bus
}

// notifier is a desktop's notification service; logins the log-in service, whose delay is the reading end of a pipe.
type (
	notifier struct {
		shown chan []string // title, text and actions
		next  uint32
	}
	logins struct {
		asked chan string
		write *os.File
	}
)

func (n *notifier) Notify(_ string, _ uint32, _, title, text string, actions []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	n.next++
	n.shown <- append([]string{title, text}, actions...)
	return n.next, nil
}

func (l *logins) Inhibit(what, _, why, mode string) (dbus.UnixFD, *dbus.Error) {
	fd := dbus.UnixFD(l.write.Fd()) // before the test may close it
	l.asked <- what + " " + mode + " " + why
	return fd, nil
}

// service puts an object on the bus under a name.
func service(t *testing.T, bus *dbus.Conn, object any, name string, path dbus.ObjectPath, face string) {
	t.Helper()
	if err := bus.Export(object, path, face); err != nil {
		t.Fatal(err)
	}
	if reply, err := bus.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%s: %v, %v", name, reply, err)
	}
}

// soon waits for what must come soon.
func soon[T any](t *testing.T, what string, from <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(10 * time.Second):
		t.Fatalf("nothing came: %s", what)
	}
	return got
}

func TestTheDesktopAndTheComputerAreHeard(t *testing.T) {
	bus := privateBus(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	n, l := &notifier{shown: make(chan []string, 1)}, &logins{asked: make(chan string, 1), write: write}
	service(t, bus, n, notifications, notificationsPath, notifications)
	service(t, bus, l, logind, logindPath, manager)

	clicked, woke, ending := make(chan bool, 9), make(chan bool, 9), make(chan bool, 9)
	goOn := make(chan struct{})
	s := &System{}
	ctx, cancel := context.WithCancel(t.Context())
	heardAll := make(chan struct{})
	go func() {
		defer close(heardAll)
		s.Hear(ctx, Heard{
			Clicked: func() { clicked <- true }, Woke: func() { woke <- true },
			Ending: func() { ending <- true; <-goOn }, Reason: "stopping",
		})
	}()
	if got := soon(t, "the delay of the end", l.asked); got != "shutdown delay stopping" {
		t.Errorf("asked for %q", got)
	}

	if err := s.Notify(ctx, "StreamTray", "Streaming."); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(soon(t, "a notification", n.shown), "|"); got != "StreamTray|Streaming.|default|StreamTray" {
		t.Errorf("shown: %s", got)
	}
	say := func(path dbus.ObjectPath, name string, args ...any) {
		t.Helper()
		if err := bus.Emit(path, name, args...); err != nil {
			t.Fatal(err)
		}
	}
	say(notificationsPath, notifications+".ActionInvoked", uint32(77), "default") // another program's
	say(notificationsPath, notifications+".ActionInvoked", uint32(1), "default")
	soon(t, "a click", clicked)
	write.Close() // the service's own end, as the real one closes it: it was handed over before anything is heard

	say(logindPath, manager+".PrepareForSleep", true)
	say(logindPath, manager+".PrepareForSleep", false)
	soon(t, "waking up", woke)

	say(logindPath, manager+".PrepareForShutdown", true)
	soon(t, "the end", ending)
	closed := make(chan error, 1)
	go func() {
		_, err := read.Read(make([]byte, 1))
		closed <- err
	}()
	select {
	case <-closed:
		t.Error("the computer's end was let go before the app was stopped")
	default:
	}
	close(goOn)
	soon(t, "letting the computer end", closed)
	cancel()
	soon(t, "the end of hearing", heardAll)
	if len(clicked)+len(woke)+len(ending) > 0 {
		t.Errorf("heard too much: %d clicks, %d wakings, %d ends", len(clicked), len(woke), len(ending))
	}
}

func TestWithoutABusNothingIsHeardAndNothingHangs(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
	s := &System{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Hear(ctx, Heard{})
	}()
	if err := s.Notify(ctx, "a", "b"); err == nil {
		t.Error("a notification was shown to nobody")
	}
	cancel()
	soon(t, "the end of hearing", ended)
}
