package kafka

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/IBM/sarama"
)

// readinessCheck is one CheckReadiness under way.
type readinessCheck struct {
	ctx    context.Context //nolint:containedctx // lives inside one call
	c      *Cluster
	k      *prober
	s      *session
	meta   *sarama.MetadataResponse
	result Readiness
}

func (r *readinessCheck) close() {
	if r.k != nil {
		r.k.close()
	}
	if r.s != nil {
		r.s.close()
	}
}

func (r *readinessCheck) port() (Note, error) {
	var err error
	if r.k, err = r.c.probe(r.ctx, askLimit); err != nil {
		return Note{}, err
	}
	if err := r.k.accepted(); err != nil {
		return Note{}, err
	}
	return Note{"kafka.proof.port", args{"Addr": r.k.at.ip}}, nil
}

func (r *readinessCheck) protocol() (Note, error) {
	v, err := r.k.answered()
	if err != nil {
		return Note{}, err
	}
	return Note{"kafka.proof.protocol", args{"Addr": r.k.addr, "Requests": len(v)}}, nil
}

func (r *readinessCheck) metadata() (Note, error) {
	var err error
	if r.s, err = (link{r.ctx, r.c, r.k.d}).session(r.k.addr, r.c.answerTime()); err != nil {
		return Note{}, err
	}
	// Asking about one topic, which need not exist, spares the cluster the description of all the others.
	if r.meta, err = r.s.metadata([]string{CanaryTopic}); err != nil {
		return Note{}, err
	}
	for _, b := range r.meta.Brokers {
		r.result.Brokers = append(r.result.Brokers,
			Broker{ID: b.ID(), Addr: b.Addr(), Controller: b.ID() == r.meta.ControllerID})
	}
	slices.SortFunc(r.result.Brokers, func(a, b Broker) int { return int(a.ID) - int(b.ID) })
	if r.meta.ClusterID != nil {
		r.result.Cluster = *r.meta.ClusterID
	}
	if len(r.result.Brokers) == 0 {
		return Note{}, fault(NoBrokers, args{"Addr": r.k.addr}, nil)
	}
	if !slices.ContainsFunc(r.result.Brokers, func(b Broker) bool { return b.Controller }) {
		return Note{}, fault(NoController, args{"Addr": r.k.addr}, nil)
	}
	return Note{"kafka.proof.metadata", args{"Brokers": len(r.result.Brokers), "Controller": r.meta.ControllerID}}, nil
}

// advertised probes every address that the cluster tells its clients to use. The one that is connected to has answered
// already.
func (r *readinessCheck) advertised() (Note, error) {
	errs := make([]error, len(r.result.Brokers))
	room := make(chan struct{}, 16)
	var all sync.WaitGroup
	for i, b := range r.result.Brokers {
		if b.Addr == r.k.addr {
			continue
		}
		room <- struct{}{}
		all.Go(func() {
			errs[i] = r.reach(b)
			<-room
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return Note{}, err
		}
	}
	return Note{"kafka.proof.advertised", args{"Addrs": addrs(r.result.Brokers)}}, nil
}

// reach asks the broker at its advertised address what it understands.
func (r *readinessCheck) reach(b Broker) error {
	k := r.k.d.probe(b.Addr)
	defer k.close()
	err := k.accepted()
	if err == nil {
		_, err = k.answered()
	}
	var cause *Error
	if err == nil || !errors.As(err, &cause) {
		return err
	}
	f := fault(Advertised, args{"Addr": b.Addr, "Broker": b.ID, "Bootstrap": r.k.addr}, err)
	f.Stop = cause.Stop
	if cause.ID == UnknownHost {
		f.ID = AdvertisedName
		f.Args["Host"] = cause.Args["Host"]
	}
	return f
}

// coordinator asks who looks after our group, and that broker whether it does. Not being allowed to know is an answer
// too: it takes a coordinator to say so.
func (r *readinessCheck) coordinator() (Note, error) {
	group := r.c.group()
	req := &sarama.FindCoordinatorRequest{
		Version: 2, CoordinatorKey: group, CoordinatorType: sarama.CoordinatorGroup,
	}
	found, err := r.s.seed.FindCoordinator(req)
	if err != nil {
		return Note{}, r.s.fault(r.k.addr, err)
	}
	a := args{"Addr": r.k.addr, "Group": group}
	switch {
	case errors.Is(found.Err, sarama.ErrGroupAuthorizationFailed):
		return Note{"kafka.proof.coordinator_hidden", a}, nil
	case !errors.Is(found.Err, sarama.ErrNoError):
		return Note{}, fault(NoCoordinator, a, found.Err)
	case found.Coordinator == nil || found.Coordinator.ID() < 0:
		return Note{}, fault(NoCoordinator, a, nil)
	}
	node, err := r.s.node(found.Coordinator.Addr())
	if err != nil {
		return Note{}, err
	}
	groups, err := node.DescribeGroups(&sarama.DescribeGroupsRequest{Version: 4, Groups: []string{group}})
	if err != nil {
		return Note{}, r.s.fault(found.Coordinator.Addr(), err)
	}
	for _, g := range groups.Groups {
		if !errors.Is(g.Err, sarama.ErrNoError) && !errors.Is(g.Err, sarama.ErrGroupAuthorizationFailed) {
			return Note{}, fault(NoCoordinator, a, g.Err)
		}
	}
	return Note{"kafka.proof.coordinator", args{"Group": group, "Broker": found.Coordinator.ID()}}, nil
}

func addrs(brokers []Broker) string {
	names := make([]string, 0, len(brokers))
	for _, b := range brokers {
		names = append(names, b.Addr)
	}
	return strings.Join(names, ", ")
}
