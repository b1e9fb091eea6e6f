package compose

import (
	"net"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
	"streamtray/internal/loopback"
)

// clusters groups brokers by what ties them together: the quorum they vote in, the ZooKeeper they share, the seeds
// they join, else the cluster id they were given.
func clusters(p *Project, brokers []*broker) [][]*broker {
	t := ties{}
	for i := range p.Services {
		t.ensemble(&p.Services[i])
	}
	for _, b := range brokers {
		for _, key := range t.keys(b) {
			t.join("service "+b.service.Name, key)
		}
	}
	var out [][]*broker
	index := map[string]int{}
	for _, b := range brokers {
		root := t.root("service " + b.service.Name)
		i, known := index[root]
		if !known {
			i = len(out)
			index[root] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], b)
	}
	return out
}

// ties joins names that belong together: a union of sets, each name pointing towards its set's root.
type ties map[string]string

func (t ties) root(name string) string {
	for t[name] != "" && t[name] != name {
		name = t[name]
	}
	return name
}

func (t ties) join(a, b string) {
	if ra, rb := t.root(a), t.root(b); ra != rb {
		t[ra] = rb
	}
}

// ensemble joins the ZooKeepers of one ensemble.
func (t ties) ensemble(s *Service) {
	for _, name := range []string{"ZOO_SERVERS", "ZOOKEEPER_SERVERS"} {
		for _, host := range zooKeeperHosts.FindAllStringSubmatch(s.Environment[name], -1) {
			if host[1] != "0.0.0.0" {
				t.join("zookeeper "+s.Name, "zookeeper "+host[1])
			}
		}
	}
}

var zooKeeperHosts = lazyregexp.New(`(?:^|[\s;,]|server\.\d+=)([A-Za-z][\w.-]*|0\.0\.0\.0):\d+:\d+`)

// keys are what a broker shares with the others of its cluster.
func (t ties) keys(b *broker) []string {
	if b.image.redpanda {
		return seeds(b)
	}
	if zk := b.settings.get("zookeeper.connect"); zk != "" && b.settings.get("process.roles") == "" {
		return t.zooKeepers(zk)
	}
	voters := b.settings.get("controller.quorum.voters")
	if voters == "" {
		voters = b.settings.get("controller.quorum.bootstrap.servers")
	}
	var keys []string
	for voter := range strings.SplitSeq(voters, ",") {
		_, address, ok := strings.Cut(strings.TrimSpace(voter), "@")
		if !ok {
			address = strings.TrimSpace(voter)
		}
		host, _, err := net.SplitHostPort(address)
		switch {
		case err == nil && loopback.Is(host) && b.service.NetworkMode == "host":
			keys = append(keys, "this host's "+address)
		case err != nil || loopback.Is(host) || unspecified(host):
		case host == b.service.Hostname || host == b.service.Container:
			keys = append(keys, "service "+b.service.Name)
		default:
			keys = append(keys, "service "+host)
		}
	}
	if id := b.service.Environment["CLUSTER_ID"]; voters == "" && id != "" {
		keys = append(keys, "id "+id)
	}
	return keys
}

// zooKeepers joins the hosts of a connection string; brokers with different roots in them are different clusters.
func (t ties) zooKeepers(connect string) []string {
	hosts, chroot, _ := strings.Cut(connect, "/")
	list := strings.Split(hosts, ",")
	first := strings.TrimSpace(list[0])
	for _, h := range list[1:] {
		t.join("zookeeper "+hostOf(first), "zookeeper "+hostOf(strings.TrimSpace(h)))
	}
	return []string{"root " + t.root("zookeeper "+hostOf(first)) + "/" + strings.Trim(chroot, "/")}
}

// hostOf is a host:port's host; ports of one host are told apart only where the host is loopback.
func hostOf(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if loopback.Is(host) {
		return host + ":" + port
	}
	return host
}

// seeds are the Redpanda brokers that one joins by.
func seeds(b *broker) []string {
	var keys []string
	text := rpkFlags(b.service)["seeds"] + "," + b.service.Environment["REDPANDA_SEEDS"]
	for _, e := range parseAddresses(text) {
		keys = append(keys, "service "+e.host)
	}
	for _, file := range b.service.files {
		for _, m := range seedAddress.FindAllStringSubmatch(file, -1) {
			keys = append(keys, "service "+m[1])
		}
	}
	return slices.Compact(keys)
}

var seedAddress = lazyregexp.New(`(?s)host:\s*\n?\s*address:\s*"?([\w.-]+)`)
