package kafka

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// embedded starts a broker that ends with the test.
func embedded(t testing.TB, o EmbeddedOptions) *Embedded {
	t.Helper()
	e, err := StartEmbedded(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

func TestTheEmbeddedBrokerIsReadyWhenItStarts(t *testing.T) {
	e := embedded(t, EmbeddedOptions{})
	if err := e.Cluster().Ready(t.Context()); err != nil {
		t.Error(err)
	}
	host, _, err := net.SplitHostPort(e.Addr())
	if err != nil || host != "127.0.0.1" {
		t.Errorf("got address %s, want one of loopback", e.Addr())
	}
}

func TestTheEmbeddedBrokerKeepsTopicsInItsFolder(t *testing.T) {
	if !KeepsOnDisk {
		t.Skip("here it keeps everything in memory")
	}
	dir := filepath.Join(t.TempDir(), "数据 folder")
	want := []Topic{{Name: "results", Partitions: 3, Replication: 1, Config: map[string]string{"retention.ms": "60000"}}}
	first := embedded(t, EmbeddedOptions{DataDir: dir})
	if _, err := first.Cluster().Apply(t.Context(), want, false); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(first.Addr())
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(port)
	second := embedded(t, EmbeddedOptions{DataDir: dir, Port: n})
	changes, err := second.Cluster().Plan(t.Context(), want)
	if err != nil || changes[0].Kind() != Same {
		t.Errorf("got %v (%v), want the topic of before", changes, err)
	}
}

func TestTheEmbeddedBrokerKeepsOnlySoMuch(t *testing.T) {
	for name, dir := range map[string]string{"in memory": "", "in a folder": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			e := embedded(t, EmbeddedOptions{DataDir: dir, Keep: 2 * segment})
			c := e.Cluster()
			if _, err := c.Apply(t.Context(), []Topic{{Name: "t", Partitions: 1}}, false); err != nil {
				t.Fatal(err)
			}
			ctx := soon(t)
			p, err := c.NewProducer(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			const size = 64 << 10
			for range 10 * segment / size {
				if err := p.Send(ctx, Record{Topic: "t", Value: make([]byte, size)}); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Close(ctx); err != nil {
				t.Fatal(err)
			}
			e.cluster.ApplyRetention()
			counts, err := c.Counts(ctx, []string{"t"})
			if err != nil {
				t.Fatal(err)
			}
			o := counts["t"][0]
			if kept := (o.Latest - o.Earliest) * size; kept > 4*segment || kept < segment {
				t.Errorf("got %d bytes kept, want about %d", kept, 2*segment)
			}
			if onDisk := folderSize(t, dir); onDisk > 5*segment {
				t.Errorf("got %d bytes on disk, want about %d", onDisk, 2*segment)
			}
		})
	}
}

// folderSize is how many bytes the files below dir hold; 0 for no folder.
func folderSize(t *testing.T, dir string) int64 {
	t.Helper()
	if dir == "" {
		return 0
	}
	var all int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			all += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestATakenPortIsNamed(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	port := ln.Addr().(*net.TCPAddr).Port
	_, err = StartEmbedded(EmbeddedOptions{Port: port})
	e := wantFault(t, err, PortTaken)
	if e.Args["Port"] != port || !e.Final() {
		t.Errorf("got %v, final %v; want port %d, final", e.Args, e.Final(), port)
	}
}

// Somebody on ::1 would get the connections of programs that are told "localhost".
func TestAPortTakenOnTheOtherLoopbackIsNamed(t *testing.T) {
	ln, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	defer ln.Close()
	_, err = StartEmbedded(EmbeddedOptions{Port: ln.Addr().(*net.TCPAddr).Port})
	wantFault(t, err, PortTaken)
}

func TestTwoBrokersDoNotShareAFolder(t *testing.T) {
	dir := t.TempDir()
	first := embedded(t, EmbeddedOptions{DataDir: dir})
	_, err := StartEmbedded(EmbeddedOptions{DataDir: dir})
	wantFault(t, err, DataDirInUse)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	embedded(t, EmbeddedOptions{DataDir: dir})
}

func TestAFolderThatCannotBeUsedIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := StartEmbedded(EmbeddedOptions{DataDir: file})
	wantFault(t, err, BadDataDir)
	if !KeepsOnDisk { // what lies in the folder does not matter then
		return
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "broker"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "broker", "meta.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = StartEmbedded(EmbeddedOptions{DataDir: dir})
	wantFault(t, err, BadDataDir)
}

func TestTheEmbeddedBrokerLeavesNothingBehind(t *testing.T) {
	run := func() {
		e, err := StartEmbedded(EmbeddedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", e.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := e.Cluster().Ready(t.Context()); err != nil {
			t.Error(err)
		}
		if err := errors.Join(e.Close(), e.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
		if _, err := io.ReadAll(conn); err != nil && !errors.Is(err, errnoReset) {
			t.Errorf("the connection ended with %v, want it closed", err)
		}
	}
	run()
	before := runtime.NumGoroutine()
	for range 20 {
		run()
	}
	eventually(t, func() bool { return runtime.NumGoroutine() <= before })
}

// The broker runs in the tray's own process and was made for tests: an unknown request or an honest-looking length
// must not bring it down.
func TestTheEmbeddedBrokerSurvivesStrangers(t *testing.T) {
	e := embedded(t, EmbeddedOptions{})
	random := rand.New(rand.NewPCG(1, 2))
	send := func(what []byte) {
		conn, err := net.Dial("tcp", e.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = conn.Write(what)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send([]byte("GET / HTTP/1.1\r\nHost: 127.0.0.1:9092\r\n\r\n"))
	send([]byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"))
	send([]byte("\x00\x00\x00\x00\x00\x00\x00\x00"))
	if err := e.Cluster().Ready(t.Context()); err != nil { // has been seen to by now
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
		t.Errorf("strangers made the broker allocate %d bytes", got)
	}
	for key := range 120 {
		for version := range 4 {
			body := make([]byte, random.IntN(40))
			for i := range body {
				body[i] = byte(random.IntN(128)) // beyond, a count of tags keeps kfake busy for seconds
			}
			send(request(int16(key), int16(version-1), body))
			send(request(int16(key), int16(version), binary.BigEndian.AppendUint32(nil, 0x7fffffff)))
		}
	}
	send(request(-1, 0, nil))
	if err := e.Cluster().Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
