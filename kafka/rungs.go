package kafka

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/IBM/sarama"
)

// climber is one climb under way.
type climber struct {
	ctx    context.Context //nolint:containedctx // lives inside one call
	c      *Cluster
	k      *knocker
	s      *session
	meta   *sarama.MetadataResponse
	ladder Ladder
}

func (cl *climber) close() {
	if cl.k != nil {
		cl.k.close()
	}
	if cl.s != nil {
		cl.s.close()
	}
}

func (cl *climber) port() (Note, error) {
	var err error
	if cl.k, err = cl.c.knock(cl.ctx, askLimit); err != nil {
		return Note{}, err
	}
	if err := cl.k.accepted(); err != nil {
		return Note{}, err
	}
	return Note{"kafka.proof.port", args{"Addr": cl.k.at.ip}}, nil
}

func (cl *climber) protocol() (Note, error) {
	v, err := cl.k.answered()
	if err != nil {
		return Note{}, err
	}
	return Note{"kafka.proof.protocol", args{"Addr": cl.k.addr, "Requests": len(v)}}, nil
}

func (cl *climber) metadata() (Note, error) {
	var err error
	if cl.s, err = (link{cl.ctx, cl.c, cl.k.d}).session(cl.k.addr, cl.c.answerTime()); err != nil {
		return Note{}, err
	}
	// Asking about one topic, which need not exist, spares the cluster the description of all the others.
	if cl.meta, err = cl.s.metadata([]string{CanaryTopic}); err != nil {
		return Note{}, err
	}
	for _, b := range cl.meta.Brokers {
		cl.ladder.Brokers = append(cl.ladder.Brokers,
			Broker{ID: b.ID(), Addr: b.Addr(), Controller: b.ID() == cl.meta.ControllerID})
	}
	slices.SortFunc(cl.ladder.Brokers, func(a, b Broker) int { return int(a.ID) - int(b.ID) })
	if cl.meta.ClusterID != nil {
		cl.ladder.Cluster = *cl.meta.ClusterID
	}
	if len(cl.ladder.Brokers) == 0 {
		return Note{}, fault(NoBrokers, args{"Addr": cl.k.addr}, nil)
	}
	if !slices.ContainsFunc(cl.ladder.Brokers, func(b Broker) bool { return b.Controller }) {
		return Note{}, fault(NoController, args{"Addr": cl.k.addr}, nil)
	}
	return Note{"kafka.proof.metadata", args{"Brokers": len(cl.ladder.Brokers), "Controller": cl.meta.ControllerID}}, nil
}

// advertised knocks at every address that the cluster tells its clients to use. The one that the climb came in by has
// answered already.
func (cl *climber) advertised() (Note, error) {
	errs := make([]error, len(cl.ladder.Brokers))
	room := make(chan struct{}, 16)
	var all sync.WaitGroup
	for i, b := range cl.ladder.Brokers {
		if b.Addr == cl.k.addr {
			continue
		}
		room <- struct{}{}
		all.Go(func() {
			errs[i] = cl.reach(b)
			<-room
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return Note{}, err
		}
	}
	return Note{"kafka.proof.advertised", args{"Addrs": addrs(cl.ladder.Brokers)}}, nil
}

// reach asks the broker at its advertised address what it understands.
func (cl *climber) reach(b Broker) error {
	k := cl.k.d.knock(b.Addr)
	defer k.close()
	err := k.accepted()
	if err == nil {
		_, err = k.answered()
	}
	var cause *Error
	if err == nil || !errors.As(err, &cause) {
		return err
	}
	f := fault(Advertised, args{"Addr": b.Addr, "Broker": b.ID, "Bootstrap": cl.k.addr}, err)
	f.Stop = cause.Stop
	if cause.ID == UnknownHost {
		f.ID = AdvertisedName
		f.Args["Host"] = cause.Args["Host"]
	}
	return f
}

// coordinator asks who looks after our group, and that broker whether it does. Not being allowed to know is an answer
// too: it takes a coordinator to say so.
func (cl *climber) coordinator() (Note, error) {
	group := cl.c.group()
	req := &sarama.FindCoordinatorRequest{
		Version: 2, CoordinatorKey: group, CoordinatorType: sarama.CoordinatorGroup,
	}
	found, err := cl.s.seed.FindCoordinator(req)
	if err != nil {
		return Note{}, cl.s.fault(cl.k.addr, err)
	}
	a := args{"Addr": cl.k.addr, "Group": group}
	switch {
	case errors.Is(found.Err, sarama.ErrGroupAuthorizationFailed):
		return Note{"kafka.proof.coordinator_hidden", a}, nil
	case !errors.Is(found.Err, sarama.ErrNoError):
		return Note{}, fault(NoCoordinator, a, found.Err)
	case found.Coordinator == nil || found.Coordinator.ID() < 0:
		return Note{}, fault(NoCoordinator, a, nil)
	}
	node, err := cl.s.node(found.Coordinator.Addr())
	if err != nil {
		return Note{}, err
	}
	groups, err := node.DescribeGroups(&sarama.DescribeGroupsRequest{Version: 4, Groups: []string{group}})
	if err != nil {
		return Note{}, cl.s.fault(found.Coordinator.Addr(), err)
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
