package ports

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"streamtray/app/i18n"
	"streamtray/internal/usererr"
)

// asChild makes this test binary a child that does what the variable says; see child.
const asChild = "PORTS_TEST_CHILD"

func TestMain(m *testing.M) {
	if what := os.Getenv(asChild); what != "" {
		if err := beChild(what); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beChild listens and tells the address, or tells what it sees of a port.
func beChild(what string) error {
	if what == "listen" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		fmt.Println(l.Addr())
		_, err = io.Copy(io.Discard, os.Stdin) // until the parent lets go
		return err
	}
	port, err := strconv.Atoi(what)
	if err != nil {
		return err
	}
	o, found, err := Holder(port)
	if err != nil {
		return err
	}
	fmt.Println(o.PID, found)
	var f *usererr.Error
	if errors.As(Free(context.Background(), "127.0.0.1:"+what), &f) {
		fmt.Println(f.ID)
	}
	return nil
}

// child is this program again.
func child(t *testing.T, program, what string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), asChild+"="+what)
	cmd.Stderr = os.Stderr
	return cmd
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func listen(t *testing.T, network, addr string) (net.Listener, int) {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, l.Addr().(*net.TCPAddr).Port
}

func TestAListenerIsToldWithItsProcess(t *testing.T) {
	for _, at := range []struct{ network, addr, host string }{
		{"tcp4", "127.0.0.1:0", "127.0.0.1"},
		{"tcp6", "[::1]:0", "[::1]"},
		{"tcp4", "0.0.0.0:0", "0.0.0.0"},
		{"tcp6", "[::]:0", "[::]"},
		{"tcp", ":0", "[::]"},
	} {
		t.Run(at.network+" "+at.addr, func(t *testing.T) {
			_, port := listen(t, at.network, at.addr)
			got, found, err := Holder(port)
			want := Owner{PID: os.Getpid(), Name: filepath.Base(self(t)), Path: self(t), Addr: fmt.Sprintf("%s:%d", at.host, port)}
			if got != want || !found || err != nil {
				t.Errorf("got %+v, %t, %v; want %+v", got, found, err, want)
			}
		})
	}
}

// takenBy expects a fault that names the process.
func takenBy(t *testing.T, pid int, err error) {
	t.Helper()
	var f *usererr.Error
	if !errors.As(err, &f) || f.ID != "ports.taken" || f.Args["PID"] != pid || f.Final() {
		t.Errorf("got %v, want ports.taken by %v, and not final", err, pid)
	}
}

func TestAChildsListenerIsTheChilds(t *testing.T) {
	cmd := child(t, self(t), "listen")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	addr = strings.TrimSpace(addr)
	_, text, _ := net.SplitHostPort(addr)
	port, _ := strconv.Atoi(text)

	got, found, err := Holder(port)
	if got.PID != cmd.Process.Pid || got.Name != filepath.Base(self(t)) || !found || err != nil {
		t.Errorf("got %+v, %t, %v; want process %d", got, found, err, cmd.Process.Pid)
	}
	takenBy(t, cmd.Process.Pid, Free(t.Context(), addr))
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// closed is a port that was free a moment ago.
func closed(t *testing.T) int {
	t.Helper()
	l, port := listen(t, "tcp4", "127.0.0.1:0")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

func TestNobodyHoldsAFreePort(t *testing.T) {
	port := closed(t)
	if o, found, err := Holder(port); found || err != nil {
		t.Errorf("got %+v, %v; want nobody", o, err)
	}
	if r, kept, err := Reserved(port); kept || err != nil {
		t.Errorf("got %+v, %v; want a port that is not reserved", r, err)
	}
	for _, host := range []string{"127.0.0.1", "[::1]", "0.0.0.0", "[::]", "localhost", ""} {
		if err := Free(t.Context(), fmt.Sprintf("%s:%d", host, port)); err != nil {
			t.Errorf("%s: got %v, want it free", host, err)
		}
	}
}

func TestLookingAtAPortDoesNotTakeIt(t *testing.T) {
	port := closed(t)
	for range 3 {
		if err := Free(t.Context(), fmt.Sprintf(":%d", port)); err != nil {
			t.Fatal(err)
		}
	}
	listen(t, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
}

func TestAPortIsTakenOnlyWhereItIsWanted(t *testing.T) {
	for _, c := range []struct {
		network, listens, wants string
		free                    bool
	}{
		{"tcp4", "127.0.0.1", "127.0.0.1", false},
		{"tcp4", "127.0.0.1", "0.0.0.0", false},
		{"tcp4", "127.0.0.1", "localhost", false},
		{"tcp4", "127.0.0.1", "", false},
		{"tcp4", "127.0.0.1", "[::1]", true},
		{"tcp6", "[::1]", "127.0.0.1", true},
		{"tcp6", "[::1]", "0.0.0.0", true},
		{"tcp6", "[::1]", "", false},
		{"tcp6", "[::1]", "localhost", false},
	} {
		t.Run(c.listens+" for "+c.wants, func(t *testing.T) {
			_, port := listen(t, c.network, c.listens+":0")
			err := Free(t.Context(), fmt.Sprintf("%s:%d", c.wants, port))
			if c.free {
				if err != nil {
					t.Errorf("got %v, want it free", err)
				}
				return
			}
			takenBy(t, os.Getpid(), err)
		})
	}
}

func TestWhatCannotBePublishedIsFinal(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1:9092":    "ports.not_here", // an address for books
		"9092":              "ports.bad_address",
		"127.0.0.1:":        "ports.bad_address",
		"127.0.0.1:0":       "ports.bad_address",
		"127.0.0.1:65536":   "ports.bad_address",
		"example.test:9092": "ports.bad_address",
	} {
		var f *usererr.Error
		if err := Free(t.Context(), addr); !errors.As(err, &f) || f.ID != want || !f.Final() {
			t.Errorf("%s: got %v, want %s, final", addr, err, want)
		}
	}
}

func TestAReservedRangeIsFollowedToItsEnds(t *testing.T) {
	within := func(first, last int) func(int) bool { return func(p int) bool { return first <= p && p <= last } }
	for _, c := range []struct {
		port int
		kept func(int) bool
		want Range
	}{
		{50050, within(50000, 50099), Range{50000, 50099}},
		{50000, within(50000, 50000), Range{50000, 50000}},
		{1, within(0, 9), Range{1, 9}},
		{65535, within(65000, 70000), Range{65000, 65535}},
		{20000, within(1, 65535), Range{20000 - widest, 20000 + widest}},
	} {
		if got := widen(c.port, c.kept); got != c.want {
			t.Errorf("around %d: got %v, want %v", c.port, got, c.want)
		}
	}
}

func TestEveryFaultHasItsSentenceAndAdvice(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		for id, args := range map[string]map[string]any{
			"ports.taken":         {"Port": 9092, "Name": "java.exe", "PID": 4711},
			"ports.taken_unknown": {"Port": 9092, "Command": whose},
			"ports.reserved":      {"Port": 9092, "First": 9000, "Last": 9099},
			"ports.not_here":      {"Addr": "192.0.2.1"},
			"ports.bad_address":   {"Addr": "9092"},
		} {
			text, hint := w.Error(usererr.New(id, args, nil))
			for _, v := range args {
				if !strings.Contains(text+hint, fmt.Sprint(v)) || hint == "" || strings.Contains(text+hint, "<no value>") {
					t.Errorf("%s %s: got %q, %q", lang, id, text, hint)
				}
			}
		}
	}
}
