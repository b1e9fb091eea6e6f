package evidence

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"streamtray/app/diagnose"
	"streamtray/internal/loopback"
)

// failure is what the app's log last told of its Kafka client.
type failure struct {
	at   time.Time
	code string // the rule that knows it
	line string
	addr string // host:port that the client meant; empty: the line does not tell
	data bool   // it is connected, and what it sends or reads is refused
}

// same reports whether two lines tell the same, but for their times.
func (f failure) same(other failure) bool { return f.code == other.code && f.addr == other.addr }

// elsewhere reports whether the failure is of an address that is none of the cluster's: those that it advertises, and others
// that lead there. Where it advertises loopback's one number, the other is not made right by the name, which stands for both.
func (f failure) elsewhere(kafka, others []string) bool {
	same := func(k string) bool { return sameAddress(k, f.addr) }
	host, port, _ := net.SplitHostPort(f.addr)
	astray := slices.ContainsFunc(kafka, func(k string) bool {
		at, p, _ := net.SplitHostPort(k)
		return p == port && number(at).IsValid()
	}) && number(host).IsValid()
	return f.addr != "" && len(kafka)+len(others) > 0 && !slices.ContainsFunc(kafka, same) && (astray || !slices.ContainsFunc(others, same))
}

// since is the failure's line when it was told after a time, with some slack: a connection may be lost a moment before
// that is seen, and told in between.
func (f failure) since(at time.Time) string {
	if f.at.Before(at.Add(-2 * time.Second)) {
		return ""
	}
	return f.line
}

// sameAddress tells host:port addresses apart. The name of loopback stands for its numbers of both kinds, which are two places:
// what listens at 127.0.0.1 is not to be found at ::1.
func sameAddress(a, b string) bool {
	aHost, aPort, errA := net.SplitHostPort(a)
	bHost, bPort, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil {
		return a == b
	}
	aIP, bIP := number(aHost), number(bHost)
	return aPort == bPort && loopback.Same(aHost, bHost) && (aIP == bIP || !aIP.IsValid() || !bIP.IsValid())
}

// number is the host where it is a number of loopback, one for all of IPv4's.
func number(host string) netip.Addr {
	ip, err := netip.ParseAddr(host)
	switch ip = ip.Unmap(); {
	case err != nil || !ip.IsLoopback():
		return netip.Addr{}
	case ip.Is4():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return ip
}

// dataCauses are failures of a client that is connected; those of connecting a connection that lasts disproves.
var dataCauses = []string{"delivery-timeout", "message-too-large", "unknown-topic", "codec-missing"}

// clientCode is how the rules about Kafka's clients are named.
const clientCode = "ST-CLIENT-"

// mostLines are read at one look, the last ones.
const mostLines = 2000

// read takes in what the app printed since the last look.
func (w *Watch) read() {
	if w.Lines == nil {
		return
	}
	lines, last := w.Lines(w.run.line)
	w.run.line = last
	lines = lines[max(0, len(lines)-mostLines):]
	if len(lines) == 0 {
		return
	}
	if w.run.log == nil {
		w.run.log, w.run.said = diagnose.New(diagnose.App), map[string]int{}
	}
	for _, l := range lines {
		w.run.log.Line(l.Text)
	}
	still := false // what failed last does so as far as the log tells
	for _, f := range clientFailures(w.run.log) {
		still = still || f.Code == w.run.failure.code
		if f.Count > w.run.said[f.Code] {
			f = latest(f, lines)
			last := failure{
				at: lines[len(lines)-1].At, code: f.Code, line: f.Evidence, addr: addressIn(f), data: slices.Contains(dataCauses, f.Cause),
			}
			if last.same(w.run.failure) { // told once, however often the log does
				last.line = w.run.failure.line
			}
			w.run.failure = last
			still = true
		}
		w.run.said[f.Code] = f.Count
	}
	if !still { // a later line took it back
		w.run.failure = failure{}
	}
}

// clientFailures are the findings about a Kafka client, those that follow from others included.
func clientFailures(s *diagnose.Scanner) (all []diagnose.Finding) {
	for _, f := range s.Findings() {
		for _, f := range append([]diagnose.Finding{f}, f.Symptoms...) {
			if strings.HasPrefix(f.Code, clientCode) && f.Severity == diagnose.Error {
				all = append(all, f)
			}
		}
	}
	return all
}

// latest is a finding as these lines tell it: one that comes again and again is remembered as it first was.
func latest(f diagnose.Finding, lines []Line) diagnose.Finding {
	s := diagnose.New(diagnose.App)
	for _, l := range lines {
		s.Line(l.Text)
	}
	for _, n := range clientFailures(s) {
		if n.Code == f.Code {
			n.Count = f.Count
			return n
		}
	}
	return f
}

var hostPort = regexp.MustCompile(`(?:^|[^\w.:-])((?:[A-Za-z0-9](?:[\w-]*\w)?)(?:\.[\w-]+)*|\[[0-9a-fA-F:]+\]):(\d{2,5})(?:[^\d]|$)`)

// hour is what stands before the minutes of a time, with its date or without.
var hour = regexp.MustCompile(`^(?:\d{4}-\d\d-\d\dT)?\d+$`)

// connectTo is the address that librdkafka connected to, by its number.
var connectTo = regexp.MustCompile(`Connect to ipv[46]#(\[[0-9a-fA-F:]+\]|[\d.]+):(\d{2,5}) failed`)

// addressIn is the address that a client failed at, by what the rule read, else the first in the line.
func addressIn(f diagnose.Finding) string {
	if m := connectTo.FindStringSubmatch(f.Evidence); m != nil {
		if _, port, err := net.SplitHostPort(f.Args["addr"]); err == nil && port != m[2] { // its name is only a label
			return m[1] + ":" + m[2]
		}
	}
	if _, _, err := net.SplitHostPort(f.Args["addr"]); err == nil {
		return f.Args["addr"]
	}
	for _, m := range hostPort.FindAllStringSubmatch(f.Evidence, -1) {
		if !hour.MatchString(m[1]) {
			return m[1] + ":" + m[2]
		}
	}
	return ""
}
