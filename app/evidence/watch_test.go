package evidence

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamtray/app"
	"streamtray/app/diagnose"
	"streamtray/app/ports"
	"streamtray/internal/usererr"
)

// scene is an app as the system's tables and its log show it.
type scene struct {
	sockets []ports.Socket
	lines   []Line
	records time.Time
	kafka   []string
	others  []string
}

func (s *scene) watch() *Watch {
	w := &Watch{
		Processes: func() []int { return []int{7} },
		Sockets:   func([]int) ([]ports.Socket, error) { return s.sockets, nil },
		Still:     func(ports.Socket) (ok, known bool) { return false, false },
		Lines:     func(after uint64) ([]Line, uint64) { return s.lines[after:], uint64(len(s.lines)) },
		Kafka:     func() (advertised, others []string) { return s.kafka, s.others },
		Records:   func() time.Time { return s.records },
		Decides: func(addr string) string {
			if addr == "localhost:9092" {
				return "KAFKA_BROKER (app.py:3)"
			}
			return ""
		},
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			if host != "broker.test" {
				return nil, errors.New("no such host")
			}
			return []netip.Addr{netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::7")}, nil
		},
	}
	w.Begin(0)
	return w
}

func (s *scene) say(text string) { s.lines = append(s.lines, Line{At: time.Now(), Text: text}) }

func connection(local, remote string, state ports.State) ports.Socket {
	return ports.Socket{Local: netip.MustParseAddrPort(local), Remote: netip.MustParseAddrPort(remote), State: state, PID: 8}
}

// told is what a look says in short: "connected", or the text's name, with "!" where it speaks against the claim.
func (s *scene) told(w *Watch) string {
	err := w.Connected(context.Background())
	var t *usererr.Error
	switch {
	case err == nil:
		return "connected"
	case !errors.As(err, &t):
		return err.Error()
	case app.Contradicts(err):
		return t.ID + "!"
	}
	return t.ID
}

// after looks again once some virtual time has passed.
func (s *scene) after(w *Watch, d time.Duration) string {
	time.Sleep(d)
	return s.told(w)
}

func TestAConnectionThatLastsIsEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		kafka  string
		remote string
		state  ports.State
		want   string
	}{
		"to loopback":                {"127.0.0.1:9092", "127.0.0.1:9092", ports.Established, "connected"},
		"by its name":                {"localhost:9092", "127.0.0.1:9092", ports.Established, "connected"},
		"by its name, IPv6":          {"localhost:9092", "[::1]:9092", ports.Established, "connected"},
		"to a name elsewhere":        {"broker.test:9092", "192.0.2.7:9092", ports.Established, "connected"},
		"to a name elsewhere, IPv6":  {"broker.test:9092", "[2001:db8::7]:9092", ports.Established, "connected"},
		"not there yet":              {"localhost:9092", "127.0.0.1:9092", ports.Connecting, "evidence.not_seen"},
		"on its way out":             {"localhost:9092", "127.0.0.1:9092", ports.Closing, "evidence.not_seen"},
		"to a camera":                {"localhost:9092", "192.0.2.9:554", ports.Established, "evidence.not_seen"},
		"to a database of this host": {"localhost:9092", "127.0.0.1:5432", ports.Established, "evidence.not_seen"},
		"to another Kafka":           {"localhost:19092", "127.0.0.1:9092", ports.Established, "evidence.elsewhere!"},
		"to another computer's":      {"localhost:9092", "192.0.2.9:9092", ports.Connecting, "evidence.elsewhere!"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scene{kafka: []string{c.kafka}, sockets: []ports.Socket{connection("127.0.0.1:50000", c.remote, c.state)}}
			w := s.watch()
			if got := s.told(w); got != "evidence.not_seen" {
				t.Errorf("%s, at the first look: %s: it may end at once", name, got)
			}
			if got := s.after(w, time.Second); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		})
	}
}

// A client whose log-in fails connects again and again, and a look now and then found it connected each time.
func TestAConnectionThatIsEndedAtOnceIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{kafka: []string{"localhost:9092"}}
		w := s.watch()
		for i := range 10 {
			port := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(50000+i)).String()
			s.sockets = []ports.Socket{connection(port, "127.0.0.1:9092", ports.Established)}
			if got := s.after(w, 2*time.Second); got != "evidence.not_seen" {
				t.Fatalf("look %d: %s", i, got)
			}
		}
		s.sockets = nil
		s.say("%3|1592488800.123|FAIL|rdkafka#producer-1| [thrd:sasl_plaintext://localhost:9092/bootstrap]: sasl_plaintext://localhost:9092/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism")
		if got := s.after(w, 2*time.Second); got != "evidence.failing!" {
			t.Errorf("its log says why: %s", got)
		}
	})
}

func TestALostConnectionIsToldWithinFiveSecondsAndHealsAsItComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		there := []ports.Socket{connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Established)}
		s := &scene{kafka: []string{"localhost:9092"}, sockets: there}
		w := s.watch()
		s.told(w)
		if got := s.after(w, time.Second); got != "connected" {
			t.Fatal(got)
		}
		s.sockets = nil
		if got := s.after(w, time.Second); got != "connected" {
			t.Errorf("missed for a second: %s, and clients do reconnect", got)
		}
		if got := s.after(w, 2*time.Second); got != "evidence.lost!" {
			t.Errorf("missed for three seconds: %s", got)
		}
		s.sockets = []ports.Socket{connection("127.0.0.1:50001", "127.0.0.1:9092", ports.Established)}
		s.after(w, time.Second)
		if got := s.after(w, time.Second); got != "connected" {
			t.Errorf("it came back: %s", got)
		}
		there[0].Stalled = true
		s.sockets = there
		if got := s.after(w, 4*time.Second); got != "evidence.unanswered!" {
			t.Errorf("nothing is acknowledged: %s", got)
		}
		w.Begin(0)
		if got := s.after(w, 4*time.Second); got != "evidence.unanswered!" {
			t.Errorf("of a new run: %s", got)
		}
		s.records = time.Now().Add(400 * time.Millisecond)
		if got := s.after(w, 500*time.Millisecond); got != "connected" {
			t.Errorf("records came this very moment: %s", got)
		}
		if got := s.after(w, 900*time.Millisecond); got != "evidence.unanswered!" {
			t.Errorf("and no more of them since: %s", got)
		}
		s.records, there[0].Cut = time.Now().Add(400*time.Millisecond), true
		if got := s.after(w, 500*time.Millisecond); got != "evidence.unanswered!" {
			t.Errorf("they came before the line was cut: %s", got)
		}
		s.records, there[0].Cut = time.Time{}, false
		s.sockets = nil
		w.Begin(0)
		if got := s.told(w); got != "evidence.not_seen" {
			t.Errorf("a new run has lost nothing: %s", got)
		}
	})
}

// A client that has a connection for asking the way beside the one for its records stayed connected when the network was
// cut, for as long as the idle one knew nothing of it.
func TestAnIdleConnectionProvesNothingBesideOneThatIsNotAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		idle, busy := connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Established), connection("127.0.0.1:50001", "127.0.0.1:9092", ports.Established)
		s := &scene{kafka: []string{"localhost:9092"}, sockets: []ports.Socket{idle, busy}}
		w := s.watch()
		asked := 0
		w.Still = func(c ports.Socket) (ok, known bool) {
			asked++
			return !s.sockets[1].Stalled || c.Local == idle.Local, true
		}
		s.told(w)
		s.records = time.Now()
		if got := s.after(w, time.Second); got != "connected" {
			t.Fatal(got)
		}
		if got := s.after(w, 2*time.Second); got != "connected" || asked != 2 {
			t.Fatalf("%s, asked about %d", got, asked)
		}
		s.sockets[1].Stalled = true
		if got := s.after(w, 4*time.Second); got != "evidence.unanswered!" {
			t.Errorf("cut: %s", got)
		}
		s.sockets[1].Stalled = false
		if got := s.after(w, 2*time.Second); got != "connected" {
			t.Errorf("back: %s", got)
		}
	})
}

// An app that keeps its connection, and lost it while records came, was connected for another minute.
func TestRecordsOfBeforeProveNothingOfAConnectionThatWasKeptAndIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{kafka: []string{"localhost:9092"}, sockets: []ports.Socket{connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Established)}}
		w := s.watch()
		for range 5 {
			s.records = time.Now()
			s.after(w, 2*time.Second)
		}
		s.sockets = nil
		if got := s.after(w, 4*time.Second); got != "evidence.lost!" {
			t.Errorf("gone for four seconds: %s", got)
		}
	})
}

// An app that kept a connection and then opens one for each record, too short to be seen, had lost it for good.
func TestRecordsThatComeAfterAConnectionIsGoneProveAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{kafka: []string{"localhost:9092"}, sockets: []ports.Socket{connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Established)}}
		w := s.watch()
		look := func(counted bool) string {
			time.Sleep(2 * time.Second)
			if counted {
				s.records = time.Now()
			}
			return s.told(w)
		}
		for range 5 {
			look(true)
		}
		s.sockets = nil
		if got := look(true); got != "evidence.lost!" {
			t.Errorf("what came before is counted after: %s", got)
		}
		if got := look(false); got != "evidence.lost!" {
			t.Errorf("nothing comes: %s", got)
		}
		for n := range 10 {
			if got := look(true); got != "connected" {
				t.Errorf("record %d came, and %s", n, got)
			}
		}
	})
}

// Of one that was lost soon after it was made, or that Kafka had ended and the client had not closed yet, that was told after 62 s.
func TestAConnectionThatIsEndedIsMissedSoon(t *testing.T) {
	for name, c := range map[string]struct {
		looks int
		left  []ports.Socket
		after time.Duration
	}{
		"lost after two seconds":   {2, nil, 6 * time.Second}, // it may be one that opens a connection for each record
		"not closed by the client": {5, []ports.Socket{connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Closing)}, 4 * time.Second},
		"tried again, and in vain": {5, []ports.Socket{connection("127.0.0.1:50001", "127.0.0.1:9092", ports.Connecting)}, 4 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scene{kafka: []string{"localhost:9092"}, sockets: []ports.Socket{connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Established)}}
			w := s.watch()
			for range c.looks {
				s.records = time.Now()
				s.after(w, 2*time.Second)
			}
			s.sockets = c.left
			s.after(w, c.after/2)
			if got := s.after(w, c.after/2); got != "evidence.lost!" {
				t.Errorf("%s: after %s %s", name, c.after, got)
			}
		})
	}
}

// A lazy client prints its ready line and then, without end, that it cannot connect.
func TestFailuresInTheLogSpeakAgainstAClaimUntilASuccessFollows(t *testing.T) {
	const refused = "%3|1592488800.123|FAIL|rdkafka#producer-1| [thrd:ADDR/bootstrap]: ADDR/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)"
	synctest.Test(t, func(t *testing.T) {
		s := &scene{kafka: []string{"127.0.0.1:19092"}, others: []string{"localhost:19092"}}
		w := s.watch()
		s.say("Kafka producer initialized")
		if got := s.told(w); got != "evidence.not_seen" {
			t.Fatal(got)
		}
		s.say(strings.ReplaceAll(refused, "ADDR", "localhost:9092"))
		if got := s.after(w, 2*time.Second); got != "evidence.elsewhere!" {
			t.Errorf("it asks elsewhere: %s", got)
		}
		var told *usererr.Error
		if errors.As(w.Connected(t.Context()), &told); told.Args["Addr"] != "localhost:9092" || told.Args["Kafka"] != "127.0.0.1:19092" || told.Args["By"] != "KAFKA_BROKER (app.py:3)" {
			t.Errorf("told %v", told.Args)
		}
		s.say(strings.NewReplacer("ADDR", "localhost:19092", "#127.0.0.1:9092", "#127.0.0.1:19092").Replace(refused))
		if got := s.after(w, 2*time.Second); got != "evidence.failing!" {
			t.Errorf("at Kafka's own address: %s", got)
		}
		s.say(strings.NewReplacer("ADDR", "[::1]:19092", "ipv4#127.0.0.1:9092", "ipv6#[::1]:19092").Replace(refused))
		if got := s.after(w, 2*time.Second); got != "evidence.elsewhere!" {
			t.Errorf("by IPv6, where Kafka is not: %s", got)
		}
		s.sockets = []ports.Socket{connection("127.0.0.1:50001", "127.0.0.1:19092", ports.Established)}
		s.after(w, 2*time.Second)
		if got := s.after(w, 2*time.Second); got != "connected" {
			t.Errorf("it got through: %s", got)
		}
		s.say(strings.ReplaceAll(refused, "ADDR", "localhost:9092"))
		if got := s.after(w, 2*time.Second); got != "connected" {
			t.Errorf("the second of two addresses is refused, and it is connected: %s", got)
		}
		s.say("%3|1592488800.123|ERROR| Message delivery failed: KafkaError{code=_MSG_TIMED_OUT,val=-192,str=\"Local: Message timed out\"}")
		if got := s.after(w, 2*time.Second); got != "evidence.failing!" {
			t.Errorf("connected, and nothing is delivered: %s", got)
		}
		s.records = time.Now()
		if got := s.after(w, 2*time.Second); got != "connected" {
			t.Errorf("a record came since: %s", got)
		}
	})
}

// A client repeats its failure every second, each time with another time in it, and that was told as news each time.
func TestAFailureThatIsRepeatedIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{kafka: []string{"127.0.0.1:19092"}}
		w := s.watch()
		told := map[string]bool{}
		for i := range 20 {
			s.say(fmt.Sprintf("%%3|15924888%02d.123|FAIL|rdkafka#producer-1| [thrd:localhost:19092/bootstrap]: localhost:19092/bootstrap: Connect to ipv4#127.0.0.1:19092 failed: Connection refused (after %dms in state CONNECT)", i, i))
			if got := s.after(w, time.Second); got != "evidence.failing!" {
				t.Fatal(got)
			}
			var e *usererr.Error
			errors.As(w.Connected(t.Context()), &e)
			told[fmt.Sprint(e.Args)] = true
		}
		if len(told) != 1 {
			t.Errorf("told %d times: %v", len(told), told)
		}
		s.say("%3|1592488899.123|FAIL|rdkafka#producer-1| [thrd:127.0.0.1:19092/bootstrap]: 127.0.0.1:19092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)")
		if got := s.after(w, time.Second); got != "evidence.elsewhere!" {
			t.Errorf("it connects elsewhere than its name says: %s", got)
		}
	})
}

func TestRecordsAreEvidenceOnlyOfAnAppThatWasSeenAtKafka(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{kafka: []string{"localhost:9092"}}
		w := s.watch()
		s.records = time.Now()
		if got := s.told(w); ports.Attributed() && got != "evidence.not_seen" {
			t.Errorf("somebody's records: %s", got)
		}
		s.sockets = []ports.Socket{connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Established)}
		if got := s.after(w, time.Second); got != "connected" {
			t.Errorf("a connection for each record: %s", got)
		}
		s.sockets = nil
		s.records = time.Now()
		if got := s.after(w, 10*time.Second); got != "connected" {
			t.Errorf("between two records: %s", got)
		}
	})
}

// Clients ask at an address that only leads to the cluster, and are told another one; staying at the door is no evidence.
func TestTheDoorIsNotTheHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{kafka: []string{"broker.test:9092"}, others: []string{"localhost:9092"}}
		s.sockets = []ports.Socket{connection("127.0.0.1:50000", "127.0.0.1:9092", ports.Established)}
		w := s.watch()
		s.told(w)
		if got := s.after(w, time.Second); got != "evidence.not_seen" {
			t.Errorf("%s", got)
		}
	})
}

// The time that a line begins with was taken for where the app looks for Kafka: "16:59".
func TestATimeIsNoAddress(t *testing.T) {
	for line, want := range map[string]string{
		"2026-11-29 16:59:12 ERROR producer: no broker":                         "",
		"2026-11-29 16:59:12,123 WARN no broker at kafka:9092":                  "kafka:9092",
		"2026-11-29T16:59:12Z NoBrokersAvailable 10.0.0.7:19092":                "10.0.0.7:19092",
		"[16:59] Connection to [::1]:9092 refused":                              "[::1]:9092",
		"16:59 (localhost:9092) could not be connected to, 17:00 gives up":      "localhost:9092",
		"2026-11-29 16:59:12 node1:9093 and node2:9094 are gone since 16:58:00": "node1:9093",
	} {
		if got := addressIn(diagnose.Finding{Evidence: line}); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
