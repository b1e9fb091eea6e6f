package kafka

import (
	"context"
	"time"
)

// The checks of a cluster's readiness, in their order: each needs the ones before.
const (
	CheckPort        = "port"        // a bootstrap address accepts connections
	CheckProtocol    = "protocol"    // what answers there is Kafka
	CheckMetadata    = "metadata"    // the cluster has brokers and a controller among them
	CheckAdvertised  = "advertised"  // every address that the brokers give to clients answers from this host
	CheckCoordinator = "coordinator" // consumer groups have a coordinator that answers
)

// Check is one thing that has to hold before a program on this host can use the cluster.
type Check struct {
	Name  string
	Took  time.Duration
	Proof Note  // what was seen; its ID is "kafka.proof."+Name
	Err   error // why it does not hold; nil: it holds
}

// Readiness is the result of CheckReadiness: the checks in order, up to the first that fails. Later ones were not tried.
type Readiness struct {
	Checks  []Check
	Cluster string   // the cluster's own ID; empty when a check before metadata failed, or before Kafka 0.10.1
	Brokers []Broker // as the cluster names them to clients
}

// Broker is a broker as the cluster's metadata names it.
type Broker struct {
	ID         int32
	Addr       string // the advertised host:port
	Controller bool
}

// Err is why the last check failed: an *Error, or the context's error. Nil: the cluster is ready.
func (r Readiness) Err() error {
	if len(r.Checks) == 0 {
		return nil
	}
	return r.Checks[len(r.Checks)-1].Err
}

// CheckReadiness looks once at everything a program on this host needs of the cluster, without waiting for any of it to become
// true. It takes a few milliseconds when the cluster is ready, and at most some seconds when something does not
// answer. It writes nothing; asking for a coordinator makes a fresh cluster create __consumer_offsets, as the first
// consumer would.
func (c *Cluster) CheckReadiness(ctx context.Context) Readiness {
	r := &readinessCheck{ctx: ctx, c: c}
	defer r.close()
	for _, check := range []struct {
		name  string
		holds func() (Note, error)
	}{
		{CheckPort, r.port},
		{CheckProtocol, r.protocol},
		{CheckMetadata, r.metadata},
		{CheckAdvertised, r.advertised},
		{CheckCoordinator, r.coordinator},
	} {
		start := time.Now()
		proof, err := check.holds()
		if err != nil {
			proof = Note{}
		}
		r.result.Checks = append(r.result.Checks, Check{Name: check.name, Took: time.Since(start), Proof: proof, Err: err})
		if err != nil {
			break
		}
	}
	return r.result
}

// Ready reports why a program on this host could not use the cluster now. It is CheckReadiness without the details.
func (c *Cluster) Ready(ctx context.Context) error { return c.CheckReadiness(ctx).Err() }
