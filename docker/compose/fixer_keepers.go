package compose

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"streamtray/internal/loopback"
)

// foreign reports whether an address of a ZooKeeper or a controller is a computer's that need not be this one, or nobody's.
// A name that the project does not know may be another file's; it is left to whoever wrote it.
func (n network) foreign(s *Service, address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	_, notIP := netip.ParseAddr(host)
	switch {
	case n.placeholder(host):
		return true
	case notIP != nil && !loopback.Is(host), n.here(host), n.inside(s, host):
		return false
	case loopback.Is(host):
		return s.NetworkMode == "" && len(n.zooKeepers()) > 0
	}
	return true
}

// zooKeepers are the project's ZooKeepers that run, by name and port.
func (n network) zooKeepers() []string {
	var all []string
	for i := range n.project.Services {
		s := &n.project.Services[i]
		if role, _ := classify(s); role == ZooKeeper && s.Active {
			port := s.Environment["ZOOKEEPER_CLIENT_PORT"]
			if port == "" {
				port = "2181"
			}
			all = append(all, net.JoinHostPort(s.Name, port))
		}
	}
	return all
}

// keepers are the addresses at which a broker looks for its ZooKeepers, and what stands behind them.
func keepers(c settings) (addresses []string, root string) {
	if c.get("process.roles") != "" {
		return nil, ""
	}
	hosts, root, under := strings.Cut(c.get("zookeeper.connect"), "/")
	if under {
		root = "/" + root
	}
	return strings.FieldsFunc(hosts, func(r rune) bool { return strings.ContainsRune(", ", r) }), root
}

// ownVoter is the place of a broker's own entry among the voters, and its address; -1: it has none.
func ownVoter(c settings) (voters []string, own int, address string) {
	voters = strings.Split(c.get("controller.quorum.voters"), ",")
	for i, v := range voters {
		id, address, ok := strings.Cut(strings.TrimSpace(v), "@")
		if ok && id == c.get("node.id") {
			return voters, i, address
		}
	}
	return voters, -1, ""
}

// lead makes a broker look for its ZooKeeper, or for itself among the controllers, inside the network where it looks at
// somebody's computer.
func (f fixer) lead(values map[string]string) {
	addresses, root := keepers(f.b.settings)
	if slices.ContainsFunc(addresses, func(a string) bool { return f.n.foreign(f.b.service, a) }) {
		if at := f.n.zooKeepers(); len(at) == 1 {
			values["zookeeper.connect"] = at[0] + root
		}
	}
	voters, own, address := ownVoter(f.b.settings)
	if _, port, err := net.SplitHostPort(address); own >= 0 && err == nil && f.strangeVoter(address) {
		id, _, _ := strings.Cut(voters[own], "@")
		voters[own] = strings.TrimSpace(id) + "@" + net.JoinHostPort(f.b.service.Name, port)
		values["controller.quorum.voters"] = strings.Join(voters, ",")
	}
}

func (f fixer) strangeVoter(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && !loopback.Is(host) && f.n.foreign(f.b.service, address)
}
