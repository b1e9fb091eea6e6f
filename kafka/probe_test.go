package kafka

import (
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// says answers every connection with the same words and waits for the other side to go.
func says(words string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := conn.Read(make([]byte, 512)); err != nil {
			return
		}
		_, _ = conn.Write([]byte(words))
		_, _ = io.Copy(io.Discard, conn)
	}
}

func TestWhoeverOwnsThePortIsNamed(t *testing.T) {
	web := httptest.NewServer(nil)
	t.Cleanup(web.Close)
	secure := httptest.NewUnstartedServer(nil)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	zoo := server(t, func(conn net.Conn) {
		var word [4]byte
		if _, err := io.ReadFull(conn, word[:]); err == nil && string(word[:]) == "srvr" {
			_, _ = conn.Write([]byte("Zookeeper version: 3.6.4--d65253dcf68e9097c6e95a126463fd5fdeb4521c\nMode: standalone\n"))
		}
	})
	for _, tt := range []struct {
		name, addr, id, said string
		final                bool
	}{
		{"a web server", web.Listener.Addr().String(), NotKafkaHTTP, "", true},
		{"a TLS server", secure.Listener.Addr().String(), TLSNeeded, "", true},
		{"ZooKeeper", zoo, IsZooKeeper, "", true},
		{"a KRaft controller", server(t, says(string(versionsAnswer(map[int16]int16{keyAPIVersions: 4, 52: 1})))), IsController, "", true},
		{"an SSH server", server(t, says("SSH-2.0-OpenSSH_9.6\r\n")), NotKafka, "SSH-2.0-OpenSSH_9.6", true},
		{"Redis", server(t, says("-ERR unknown command\r\n")), NotKafka, "-ERR unknown command", true},
		{"a frame of 4 GiB", server(t, says("\xff\xff\xff\xff")), NotKafka, "", true},
		{"a frame of 1.2 GiB", server(t, says("\x48\x00\x00\x00rest")), NotKafka, "H   rest", true},
		{"an empty frame", server(t, says("\x00\x00\x00\x00")), NotKafka, "", true},
		{"another's answer", server(t, says("\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00")), NotKafka, "", true},
		{"nobody at home", server(t, func(net.Conn) {}), Closed, "", false},
		{"half an answer", server(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 512))
			_, _ = c.Write([]byte("\x00\x00\x01\x00\x0d\x0a"))
		}), Closed, "", false},
		{"silence", server(t, says("")), Silent, "", false},
		{"a frame that never ends", server(t, says("\x00\x0f\xff\xff\x0d\x0a\x0d\x0a")), Silent, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Cluster{Bootstrap: []string{tt.addr}, Answer: time.Minute}
			if tt.id == Silent {
				c.Answer = time.Second
			}
			e := wantFault(t, c.Ready(t.Context()), tt.id)
			if e.Final() != tt.final || e.Args["Addr"] != tt.addr {
				t.Errorf("got final %v, args %v; want %v for %s", e.Final(), e.Args, tt.final, tt.addr)
			}
			if said, _ := e.Args["Said"].(string); !strings.Contains(said, tt.said) {
				t.Errorf("got said %q, want %q", said, tt.said)
			}
		})
	}
}

// sarama allocates what the first four bytes of an answer say: 1.2 GB for "HTTP".
func TestAStrangerDoesNotMakeUsAllocate(t *testing.T) {
	for _, words := range []string{"HTTP/1.1 400 Bad Request\r\n\r\n", "\xff\xff\xff\xff", "\x7f\xff\xff\xff", "\x00\x0f\xff\xff", "\x00\x00\x00\x03"} {
		c := &Cluster{Bootstrap: []string{server(t, says(words))}, Answer: 50 * time.Millisecond}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := c.Ready(t.Context())
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 || err == nil {
			t.Errorf("%q: got %d bytes and %v, want little and an error", words, got, err)
		}
	}
}

// The peer that passes for Kafka at first and lies later meets the line: sarama never sees the claim.
func TestALiarBehindAGoodFirstAnswerDoesNotMakeUsAllocate(t *testing.T) {
	lies := server(t, func(conn net.Conn) {
		good := versionsAnswer(map[int16]int16{keyMetadata: 9, keyAPIVersions: 3})
		for n := 0; ; n++ {
			b := make([]byte, 512)
			if _, err := conn.Read(b); err != nil {
				return
			}
			if b[7] == 0 { // version 0: the probe
				_, _ = conn.Write(good)
				continue
			}
			_, _ = conn.Write([]byte("\x7f\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"))
		}
	})
	c := &Cluster{Bootstrap: []string{lies}, Answer: time.Minute}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	l := c.CheckReadiness(t.Context())
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("got %d bytes allocated, want little", got)
	}
	var frame errFrame
	if !errors.As(l.Err(), &frame) || frame.length != 0x7fffffff {
		t.Errorf("got %v, want the frame's claim", l.Err())
	}
	if got, want := checks(l), "port protocol metadata✗ "; got != want {
		t.Errorf("checks: got %s, want %s", got, want)
	}
}

// versionsAnswer is a good answer to the probe.
func versionsAnswer(v map[int16]int16) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(10+6*len(v)))
	b = binary.BigEndian.AppendUint32(b, correlation)
	b = binary.BigEndian.AppendUint16(b, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(v)))
	for key, highest := range v {
		b = binary.BigEndian.AppendUint16(b, uint16(key))
		b = binary.BigEndian.AppendUint16(b, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(highest))
	}
	return b
}

func TestTLSSpokenToAPlaintextListenerIsToldSo(t *testing.T) {
	_, c := fakeKafka(t)
	c.Security.Protocol, c.Answer = SSL, 3*time.Second // it keeps silent
	wantFault(t, c.Ready(t.Context()), TLSNotSpoken)
	web := httptest.NewServer(nil)
	t.Cleanup(web.Close)
	c.Bootstrap = []string{web.Listener.Addr().String()}
	wantFault(t, c.Ready(t.Context()), NotKafkaHTTP)
}

func TestFramesLetHonestStreamsPassHoweverTheyAreCut(t *testing.T) {
	var stream []byte
	for _, n := range []int{4, 100, 4, 9} {
		stream = binary.BigEndian.AppendUint32(stream, uint32(n))
		stream = append(stream, make([]byte, n)...)
	}
	for cut := 1; cut <= len(stream); cut++ {
		f := frames{limit: 100}
		for at := 0; at < len(stream); at += cut {
			p := stream[at:min(at+cut, len(stream))]
			if n, err := f.pass(p); n != len(p) || err != nil {
				t.Fatalf("cut %d at %d: got %d, %v", cut, at, n, err)
			}
		}
		if n, err := f.pass([]byte{0, 0, 0, 101}); n != 0 || err == nil {
			t.Errorf("cut %d: a frame of 101 passed: %d, %v", cut, n, err)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x04abcd\xff\xff\xff\xff"), byte(3))
	f.Fuzz(func(t *testing.T, stream []byte, cut byte) {
		fr := frames{limit: 1 << 10}
		if cut > 127 {
			fr.key = func(k int16) error { return nil }
		}
		for len(stream) > 0 {
			p := stream[:min(len(stream), int(cut%9)+1)]
			n, err := fr.pass(p)
			if n > len(p) || fr.left > fr.limit || (err == nil) != (n == len(p)) {
				t.Fatalf("pass(%q) = %d, %v; left %d", p, n, err, fr.left)
			}
			if err != nil {
				return
			}
			stream = stream[n:]
		}
	})
}

func FuzzParseVersions(f *testing.F) {
	f.Add(versionsAnswer(map[int16]int16{keyMetadata: 9, keyAPIVersions: 3})[4:])
	f.Add([]byte{})
	f.Add([]byte("\x0d\x0a\x0d\x0a\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := parseVersions(b)
		if err == nil && (len(v) < 2 || len(v) > len(b)/6) {
			t.Errorf("%d bytes: got %d versions", len(b), len(v))
		}
		for _, name := range parseMechanisms(b) {
			if len(name) > 40 {
				t.Errorf("a mechanism of %d bytes", len(name))
			}
		}
	})
}

func TestTLSAlertsAreRecognised(t *testing.T) {
	alerts := server(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 512))
		_, _ = conn.Write([]byte{0x15, 3, 3, 0, 2, 2, 10}) // unexpected_message, as Java answers plain text
	})
	c := &Cluster{Bootstrap: []string{alerts}}
	wantFault(t, c.Ready(t.Context()), TLSNeeded)
}

// Kafka logs an error for every connection that speaks something else, and a diagnosis may take that for the failure.
// Docker hangs up on whoever connects before Kafka listens inside of its container; Kafka may listen a moment later.
func TestAKafkaThatIsOnlyJustStartingIsAskedNothingButKafka(t *testing.T) {
	for name, asked := range map[string]int{"Docker hangs up on all": 1 << 30, "it listens after one": 1, "it listens after two": 2, "it listens after three": 3} {
		t.Run(name, func(t *testing.T) {
			var came atomic.Int32
			var mu sync.Mutex
			var heard []string
			addr := server(t, func(conn net.Conn) {
				if int(came.Add(1)) <= asked {
					return // as Docker does: nothing is read
				}
				var head [8]byte
				n, err := io.ReadFull(conn, head[:])
				if n == 0 {
					return // nothing was said
				}
				if err != nil || binary.BigEndian.Uint16(head[4:]) != keyAPIVersions {
					mu.Lock()
					defer mu.Unlock()
					heard = append(heard, string(head[:n]))
					return
				}
				// To end with something unread resets the connection, and Windows then forgets the answer.
				_, _ = io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(head[:]))-4)
				_, _ = conn.Write(versionsAnswer(map[int16]int16{keyMetadata: 9, keyAPIVersions: 3}))
			})
			c := &Cluster{Bootstrap: []string{addr}, Answer: time.Minute}
			wantFault(t, c.Ready(t.Context()), Closed)
			mu.Lock()
			defer mu.Unlock()
			if len(heard) > 0 {
				t.Errorf("it heard %q, which is not Kafka's", heard)
			}
		})
	}
}
