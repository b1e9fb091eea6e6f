package evidence

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"streamtray/app/diagnose"
	"streamtray/app/ports"
	"streamtray/internal/usererr"
)

// Watch is where the connections of one app to one cluster are looked for. Its fields are set before first use and
// stay; a nil one knows nothing. It is safe for use by several goroutines.
type Watch struct {
	// Processes are those that the app descends from; none: it does not run.
	Processes func() []int
	// Lines gives what the app printed after the line of that number, and the number of the last.
	Lines func(after uint64) (lines []Line, last uint64)
	// Kafka gives the cluster's addresses, host:port, as it advertises them, empty while they are not known, and others
	// that lead to it, where clients only ask the way.
	Kafka func() (advertised, others []string)
	// Records is when a record was last seen to arrive; the zero time: none since the app started.
	Records func() time.Time
	// Decides tells which setting or variable leads the app to an address; empty: that is not known.
	Decides func(addr string) string
	// Soon asks for another look after that time.
	Soon func(time.Duration)

	// For tests; nil asks the system.
	Sockets func(roots []int) ([]ports.Socket, error)
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Still   func(ports.Socket) (ok, known bool)

	names names

	mu     sync.Mutex
	run    run
	looked time.Time // when the sockets were last looked at
	whole  time.Time // when all of them were
	last   sight
	lastly error
}

// Line is one line that the app printed.
type Line struct {
	At   time.Time
	Text string
}

// run is what was seen of one run of the app.
type run struct {
	began   time.Time
	conns   map[pair]time.Time           // of those there at the last look: when each was first seen
	strays  map[netip.AddrPort]time.Time // the same of connections, or attempts, to what looks like another Kafka
	good    time.Time                    // when a connection was last known to work; zero: never
	lasted  time.Duration                // the longest that a connection was seen to last
	glimpse time.Time                    // when any connection to the cluster was last seen, however short
	stalled time.Time                    // since when nothing is acknowledged, and no record comes; zero: it is
	line    uint64                       // up to which the log was read
	log     *diagnose.Scanner            // of what was read so far; nil: nothing
	said    map[string]int               // by rule: how many lines said so
	failure failure                      // the last that the log told of
}

// proven reports whether records prove a connection that is not seen: those of before for a while, or such as came after it was
// last seen to work, or any where nobody can tell whose connections are; none that is older than a minute or than a failure.
func (r *run) proven(records, now time.Time) bool {
	if records.IsZero() || now.Sub(records) >= fresh || r.failure.at.After(records) {
		return false
	}
	gone := now.Sub(r.glimpse)
	return gone < r.believed() || gone < fresh && records.After(r.good.Add(trails)) || !ports.Attributed()
}

// believed is how long after a connection was seen the records of before prove it: an app that opens one for each record is
// seldom seen with one, an app that kept one has lost it.
func (r *run) believed() time.Duration {
	switch {
	case r.lasted < shortFor:
		return fresh
	case r.lasted < keepsFor:
		return keepsFor
	}
	return lostFor
}

// pair is a connection by its two ends.
type pair struct{ local, remote netip.AddrPort }

// sight is what one look saw.
type sight struct {
	conn  ports.Socket   // the connection that counts; the zero one: none
	conns []ports.Socket // all to the cluster that are established
	stray netip.AddrPort
	since time.Time // since when the connection was seen

	unanswered bool // one to the cluster is there, and what the app sends is not acknowledged
	cut        bool // nor will it be by itself
}

// Bounds of looking.
const (
	oftenest = 400 * time.Millisecond  // the sockets are looked at no more often: 0.3 % of a core with 200 of them
	youngFor = time.Minute             // of an app that runs longer than this and was never connected
	seldom   = 3500 * time.Millisecond // they are looked at no more often than this
	wholly   = 30 * time.Second        // the longest that only the connection that counts is looked at
	settled  = 400 * time.Millisecond  // a connection that is ended at once (a failed log-in) does not last so long
	lostFor  = 1500 * time.Millisecond // a connection is missed for so long before it is lost
	fresh    = time.Minute             // a record proves a connection that was glimpsed no longer ago
	shortFor = 2 * time.Second         // connections that are opened for each record last no longer
	keepsFor = 5 * time.Second         // an app whose connection lasted so long keeps its connections
	trails   = 3 * time.Second         // what came over a connection is counted no later than this after it was last seen to work
	hiccup   = 1600 * time.Millisecond // what is not acknowledged while records came so lately may be: TCP tries three times in 1.4 s
	mostAsk  = 16                      // connections that are asked about one by one
)

// Begin forgets what was seen of an earlier run of the app; line is the number of the last line that was not its.
func (w *Watch) Begin(line uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.run, w.last, w.lastly, w.looked, w.whole = run{line: line, began: time.Now()}, sight{}, nil, time.Time{}, time.Time{}
}

// Connected is one look at whether the app talks to the cluster: nil when it has a connection that lasts, or when
// records came and it had one shortly before, or nobody can tell whose connections are. Otherwise it says evidence.not_seen or, as evidence to the contrary,
// evidence.elsewhere, evidence.lost, evidence.unanswered or evidence.failing.
func (w *Watch) Connected(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	pause := oftenest
	if w.run.good.IsZero() && now.Sub(w.run.began) > youngFor {
		pause = seldom
	}
	if !w.looked.IsZero() && now.Sub(w.looked) < pause {
		return w.lastly
	}
	w.looked = now
	w.last, w.lastly = w.look(ctx, now)
	return w.lastly
}

// Connection is the connection that the last look found; false when it found none.
func (w *Watch) Connection() (ports.Socket, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last.conn, w.last.conn.Remote.IsValid()
}

// Addresses are the IP addresses of host:port addresses, as this computer looks them up now and then.
func (w *Watch) Addresses(ctx context.Context, addrs []string) []netip.AddrPort {
	return w.names.of(ctx, addrs, w.Resolve)
}

func (w *Watch) look(ctx context.Context, now time.Time) (sight, error) {
	roots := w.Processes()
	if len(roots) == 0 {
		return sight{}, usererr.New("evidence.not_seen", nil, nil)
	}
	w.read()
	kafka, others := w.Kafka()
	if s := w.last; s.conn.Remote.IsValid() && now.Sub(w.whole) < wholly && w.still(s.conns) {
		return s, w.judge(s, kafka, others, now)
	}
	w.whole = now
	targets, doors := w.names.of(ctx, kafka, w.Resolve), w.names.of(ctx, others, w.Resolve)
	found, err := w.sockets(roots)
	if err != nil {
		return sight{}, usererr.New("evidence.not_seen", nil, err)
	}
	found = slices.DeleteFunc(found, func(f ports.Socket) bool {
		return f.State == ports.Listening || slices.Contains(doors, f.Remote) && !slices.Contains(targets, f.Remote)
	})
	s := w.sort(found, targets, now)
	return s, w.judge(s, kafka, others, now)
}

// still reports whether all connections are surely still there and acknowledged. One that nothing is sent over says nothing
// of the others.
func (w *Watch) still(conns []ports.Socket) bool {
	ask := ports.Still
	if w.Still != nil {
		ask = w.Still
	}
	return len(conns) <= mostAsk && !slices.ContainsFunc(conns, func(s ports.Socket) bool {
		ok, known := ask(s)
		return !ok || !known
	})
}

func (w *Watch) sockets(roots []int) ([]ports.Socket, error) {
	if w.Sockets != nil {
		return w.Sockets(roots)
	}
	return ports.Sockets(ports.Descendants(roots...))
}

// stalls are the targets where what is sent is not acknowledged, and whether it will not be by itself: others that lead
// there, and are idle, say nothing.
func stalls(found []ports.Socket, targets []netip.AddrPort) (stalled []netip.AddrPort, cut bool) {
	for _, f := range found {
		if f.Stalled && slices.Contains(targets, f.Remote) {
			stalled, cut = append(stalled, f.Remote), cut || f.Cut
		}
	}
	return stalled, cut
}

// sort tells the app's connections to the cluster from those elsewhere, and remembers since when each is there.
func (w *Watch) sort(found []ports.Socket, targets []netip.AddrPort, now time.Time) (s sight) {
	conns, strays, young := map[pair]time.Time{}, map[netip.AddrPort]time.Time{}, false
	stalled, cut := stalls(found, targets)
	s.cut = cut
	for _, f := range found {
		ours := slices.Contains(targets, f.Remote)
		if ours && f.State == ports.Established { // one that Kafka has ended may stay open for long on the client's side
			w.run.glimpse = now
		}
		switch {
		case ours && f.State == ports.Established:
			p := pair{f.Local, f.Remote}
			since, known := w.run.conns[p]
			if !known {
				since = now
			}
			conns[p] = since
			s.conns = append(s.conns, f)
			switch {
			case slices.Contains(stalled, f.Remote):
				s.unanswered = true
			case now.Sub(since) < settled:
				young = true
			case !s.conn.Remote.IsValid() || since.Before(s.since):
				s.conn, s.since = f, since
			}
		case !ours && f.State != ports.Closing && LooksLikeKafka(f.Remote, targets):
			since, known := w.run.strays[f.Remote]
			if !known {
				since, young = now, true
			}
			strays[f.Remote] = since
		}
	}
	w.run.conns, w.run.strays = conns, strays
	for addr, since := range strays {
		if now.Sub(since) >= settled && (!s.stray.IsValid() || addr.Compare(s.stray) < 0) {
			s.stray = addr
		}
	}
	if young && w.Soon != nil {
		w.Soon(settled + settled/2)
	}
	s.unanswered = s.unanswered && !s.conn.Remote.IsValid()
	return s
}

// LooksLikeKafka reports whether an address is the cluster's, or may be meant for a Kafka: by its port, which is the
// cluster's own or one that Kafkas have by custom. Apps connect to cameras and models as well.
func LooksLikeKafka(addr netip.AddrPort, targets []netip.AddrPort) bool {
	if slices.ContainsFunc(targets, func(t netip.AddrPort) bool { return t.Port() == addr.Port() }) {
		return true
	}
	switch addr.Port() % 10_000 {
	case 9092, 9093, 9094, 9095, 9096:
		return true
	}
	return false
}

// judge says what was seen comes to.
func (w *Watch) judge(s sight, kafka, others []string, now time.Time) error {
	at := strings.Join(kafka, ", ")
	f := w.run.failure
	records := time.Time{}
	if w.Records != nil {
		records = w.Records()
	}
	switch {
	case !s.unanswered:
		w.run.stalled = time.Time{}
	case w.run.stalled.IsZero():
		w.run.stalled = now
	case records.After(w.run.stalled.Add(hiccup / 4)): // else they may have come before, and were counted at that look
		w.run.stalled = records
	}
	if s.unanswered && w.Soon != nil { // it may be told soon, and over soon
		w.Soon(min(max(0, hiccup-now.Sub(records)), hiccup/2) + hiccup/20)
	}
	connected := s.conn.Remote.IsValid()
	if connected {
		w.run.good, w.run.glimpse = now, now
		w.run.lasted = max(w.run.lasted, now.Sub(s.since))
	} else if gone := now.Sub(w.run.good); gone < 2*trails && records.After(w.run.good) && w.Soon != nil {
		w.Soon(trails / 3) // those that come later prove that it opens a connection for each
	}
	switch {
	case connected && f.data && !f.at.Before(s.since) && !records.After(f.at) && now.Sub(f.at) < fresh:
		return Contrary("evidence.failing", map[string]any{"Line": f.line, "Kafka": at}, nil)
	case connected:
		return nil
	case f.elsewhere(kafka, others) && f.at.After(w.run.good) && !records.After(f.at):
		return w.elsewhere(f.addr, at)
	case s.stray.IsValid():
		return w.elsewhere(s.stray.String(), at)
	case s.unanswered && (s.cut || now.Sub(records) > hiccup || now.Sub(w.run.stalled) > hiccup/2):
		return Contrary("evidence.unanswered", map[string]any{"Kafka": at}, nil)
	case w.run.proven(records, now):
		return nil
	case !w.run.good.IsZero() && now.Sub(w.run.good) < lostFor:
		if w.Soon != nil {
			w.Soon(lostFor)
		}
		return nil
	case s.unanswered:
		return Contrary("evidence.unanswered", map[string]any{"Kafka": at}, nil)
	case !w.run.good.IsZero():
		return Contrary("evidence.lost", map[string]any{"Kafka": at, "Line": f.since(w.run.good)}, nil)
	case f.line != "" && !records.After(f.at):
		return Contrary("evidence.failing", map[string]any{"Line": f.line, "Kafka": at}, nil)
	}
	return usererr.New("evidence.not_seen", map[string]any{"Kafka": at}, nil)
}

// elsewhere says that the app asks at an address that is not the cluster's.
func (w *Watch) elsewhere(addr, kafka string) error {
	by := ""
	if w.Decides != nil {
		by = w.Decides(addr)
	}
	return Contrary("evidence.elsewhere", map[string]any{"Addr": addr, "Kafka": cmp.Or(kafka, "–"), "By": by}, nil)
}
