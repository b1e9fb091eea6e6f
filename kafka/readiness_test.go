package kafka

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestAReadyClusterPassesEveryCheckWithItsProof(t *testing.T) {
	_, c := fakeKafka(t, kfake.NumBrokers(3))
	l := c.CheckReadiness(t.Context())
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	if got, want := checks(l), "port protocol metadata advertised coordinator "; got != want {
		t.Errorf("checks: got %s, want %s", got, want)
	}
	for _, r := range l.Checks {
		if r.Proof.ID != "kafka.proof."+r.Name || len(r.Proof.Args) == 0 || r.Took <= 0 {
			t.Errorf("check %s: got proof %v after %v, want its own and some time", r.Name, r.Proof, r.Took)
		}
	}
	controllers := slices.DeleteFunc(slices.Clone(l.Brokers), func(b Broker) bool { return !b.Controller })
	if len(l.Brokers) != 3 || len(controllers) != 1 || l.Cluster == "" {
		t.Errorf("got cluster %q with brokers %v, want three, one of them the controller", l.Cluster, l.Brokers)
	}
}

func TestARefusedPortIsToldAtOnce(t *testing.T) {
	c := &Cluster{Bootstrap: []string{closedPort(t)}, Answer: time.Minute}
	start := time.Now()
	l := c.CheckReadiness(t.Context())
	if e := wantFault(t, l.Err(), Refused); e.Final() {
		t.Error("a refused port is final, want it to be worth waiting for")
	}
	if took := time.Since(start); took > c.Answer/2 {
		t.Errorf("took %v", took)
	}
	if got, want := checks(l), "port✗ "; got != want {
		t.Errorf("checks: got %s, want %s", got, want)
	}
}

func TestAnyBootstrapAddressWillDo(t *testing.T) {
	_, c := fakeKafka(t)
	hangsUp := server(t, func(net.Conn) {})
	c.Bootstrap = append([]string{closedPort(t), "no.such.host.invalid:9092", hangsUp}, c.Bootstrap...)
	if err := c.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// On Windows "localhost" may be ::1 first while Docker listens on 127.0.0.1, or the reverse.
func TestEveryAddressOfAHostIsTried(t *testing.T) {
	_, c := fakeKafka(t)
	d, err := c.dialer(t.Context(), askLimit)
	if err != nil {
		t.Fatal(err)
	}
	k := d.probe()
	defer k.close()
	for _, ip := range []string{closedPort(t), server(t, func(net.Conn) {}), c.Bootstrap[0]} {
		k.targets = append(k.targets, target{addr: "localhost:9092", ip: ip})
	}
	if err := k.accepted(); err != nil {
		t.Fatal(err)
	}
	if _, err := k.answered(); err != nil {
		t.Fatal(err)
	}
	if k.addr != "localhost:9092" || d.via[k.addr] != c.Bootstrap[0] {
		t.Errorf("got %s via %v, want localhost:9092 via %s", k.addr, d.via, c.Bootstrap[0])
	}
}

func TestAClusterWithoutControllerIsNotReadyYet(t *testing.T) {
	fake, c := fakeKafka(t)
	always(fake, kmsg.Metadata, func(req kmsg.Request) kmsg.Response { return metadata(req, c.Bootstrap[0], 7) })
	l := c.CheckReadiness(t.Context())
	if e := wantFault(t, l.Err(), NoController); e.Final() {
		t.Error("a missing controller is final, want it to be worth waiting for")
	}
	if got, want := checks(l), "port protocol metadata✗ "; got != want {
		t.Errorf("checks: got %s, want %s", got, want)
	}
}

// metadata is an answer that names one broker, number 0.
func metadata(req kmsg.Request, addr string, controller int32) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.MetadataResponse)
	host, port, _ := net.SplitHostPort(addr)
	b := kmsg.NewMetadataResponseBroker()
	b.Host = host
	n, _ := net.LookupPort("tcp", port)
	b.Port = int32(n)
	resp.Brokers = append(resp.Brokers, b)
	resp.ControllerID = controller
	return resp
}

func TestAnAdvertisedAddressThatDoesNotAnswerIsNamed(t *testing.T) {
	http := server(t, says("HTTP/1.1 400 Bad Request\r\n\r\n"))
	for _, tt := range []struct {
		name, addr, id string
		final          bool
	}{
		{"a container's name", "kafka.invalid:9092", AdvertisedName, true},
		{"a closed port", closedPort(t), Advertised, false},
		{"another server", http, Advertised, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, c := fakeKafka(t)
			always(fake, kmsg.Metadata, func(req kmsg.Request) kmsg.Response { return metadata(req, tt.addr, 0) })
			l := c.CheckReadiness(t.Context())
			e := wantFault(t, l.Err(), tt.id)
			if e.Args["Addr"] != tt.addr || e.Args["Bootstrap"] != c.Bootstrap[0] || e.Final() != tt.final {
				t.Errorf("got %v, final %v; want %s, %v", e.Args, e.Final(), tt.addr, tt.final)
			}
			if got, want := checks(l), "port protocol metadata advertised✗ "; got != want {
				t.Errorf("checks: got %s, want %s", got, want)
			}
		})
	}
}

func TestTheCoordinatorHasToAnswer(t *testing.T) {
	for _, tt := range []struct {
		name string
		key  kmsg.Key
		err  *kerr.Error
		want string
	}{
		{"none yet", kmsg.FindCoordinator, kerr.CoordinatorNotAvailable, NoCoordinator},
		{"still loading", kmsg.DescribeGroups, kerr.CoordinatorLoadInProgress, NoCoordinator},
		{"none of our business", kmsg.FindCoordinator, kerr.GroupAuthorizationFailed, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, c := fakeKafka(t)
			fake.Fault(kfake.Fault{Keys: []kmsg.Key{tt.key}, Err: tt.err, Count: -1})
			err := c.Ready(t.Context())
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantFault(t, err, tt.want)
		})
	}
}

func TestAReadinessCheckWritesNothing(t *testing.T) {
	fake, c := fakeKafka(t, kfake.AllowAutoTopicCreation())
	if err := c.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if topics, err := c.List(t.Context()); err != nil || len(topics) > 0 || fake.TopicInfo(CanaryTopic) != nil {
		t.Errorf("got topics %v (%v), want none", topics, err)
	}
}

func TestAReadinessCheckEndsWithItsContext(t *testing.T) {
	silent := server(t, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1<<10)); _, _ = conn.Read(make([]byte, 1)) })
	c := &Cluster{Bootstrap: []string{silent}, Answer: time.Minute}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := c.Ready(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's end", err)
	}
	if took := time.Since(start); took > c.Answer/2 {
		t.Errorf("took %v", took)
	}
}

// A tray agent looks forty times a second; whatever a look leaves behind would pile up.
func TestALookLeavesNothingBehind(t *testing.T) {
	_, good := fakeKafka(t)
	bad := &Cluster{Bootstrap: []string{closedPort(t)}}
	web := &Cluster{Bootstrap: []string{server(t, func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400\r\n\r\n")) })}}
	look := func() {
		_ = good.Ready(t.Context())
		_ = bad.Ready(t.Context())
		_ = web.Ready(t.Context())
	}
	look()
	goroutines, files := runtime.NumGoroutine(), openFiles()
	for range 200 {
		look()
	}
	// The servers' own goroutines end a moment after their clients'.
	eventually(t, func() bool { return runtime.NumGoroutine() <= goroutines && openFiles() <= files })
}

// openFiles counts this process's open files where the system tells; else it is always 0.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}
