package kafka

import (
	"context"
	"time"
)

// The rungs of the ladder, from the ground up.
const (
	RungPort        = "port"        // a bootstrap address accepts connections
	RungProtocol    = "protocol"    // what answers there is Kafka
	RungMetadata    = "metadata"    // the cluster has brokers and a controller among them
	RungAdvertised  = "advertised"  // every address that the brokers give to clients answers from this host
	RungCoordinator = "coordinator" // consumer groups have a coordinator that answers
)

// Rung is one thing that has to hold before a program on this host can use the cluster.
type Rung struct {
	Name  string
	Took  time.Duration
	Proof Note  // what was seen; its ID is "kafka.proof."+Name
	Err   error // why it does not hold; nil: it holds
}

// Ladder is one climb: the rungs in order, up to the first that does not hold. Later rungs were not tried.
type Ladder struct {
	Rungs   []Rung
	Cluster string   // the cluster's own ID; empty when the climb ended below metadata, or before Kafka 0.10.1
	Brokers []Broker // as the cluster names them to clients
}

// Broker is a broker as the cluster's metadata names it.
type Broker struct {
	ID         int32
	Addr       string // the advertised host:port
	Controller bool
}

// Err is why the ladder's last rung does not hold: an *Error, or the context's error. Nil: the cluster is ready.
func (l Ladder) Err() error {
	if len(l.Rungs) == 0 {
		return nil
	}
	return l.Rungs[len(l.Rungs)-1].Err
}

// Climb looks once at everything a program on this host needs of the cluster, without waiting for any of it to become
// true. It takes a few milliseconds when the cluster is ready, and at most some seconds when something does not
// answer. It writes nothing; asking for a coordinator makes a fresh cluster create __consumer_offsets, as the first
// consumer would.
func (c *Cluster) Climb(ctx context.Context) Ladder {
	cl := &climber{ctx: ctx, c: c}
	defer cl.close()
	for _, rung := range []struct {
		name  string
		holds func() (Note, error)
	}{
		{RungPort, cl.port},
		{RungProtocol, cl.protocol},
		{RungMetadata, cl.metadata},
		{RungAdvertised, cl.advertised},
		{RungCoordinator, cl.coordinator},
	} {
		start := time.Now()
		proof, err := rung.holds()
		if err != nil {
			proof = Note{}
		}
		cl.ladder.Rungs = append(cl.ladder.Rungs, Rung{Name: rung.name, Took: time.Since(start), Proof: proof, Err: err})
		if err != nil {
			break
		}
	}
	return cl.ladder
}

// Ready reports why a program on this host could not use the cluster now. It is Climb for those who want no details.
func (c *Cluster) Ready(ctx context.Context) error { return c.Climb(ctx).Err() }
