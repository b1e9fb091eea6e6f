package kafka

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/IBM/sarama"
)

// Topic is a topic as it is wanted, or as it was found.
type Topic struct {
	Name        string
	Partitions  int               // wanted 0: any number will do; the broker's default when it is created
	Replication int               // copies of each partition; wanted 0: as with Partitions
	Config      map[string]string // options that matter, "retention.ms": "60000"; others are left alone
}

// Kind is how a wanted topic and the cluster relate.
type Kind string

// The kinds, the gravest first.
const (
	NameInvalid       Kind = "name invalid"       // the cluster will not take it; Err says why
	Create            Kind = "create"             // it does not exist
	PartitionsDiffer  Kind = "partitions differ"  // only more can be made of fewer, and only on request
	ReplicationDiffer Kind = "replication differ" // seen and told; never changed
	ConfigDiffer      Kind = "config differ"      // seen and told; never changed
	Same              Kind = "same"
)

// Change is what would have to happen to one topic. Extra topics of the cluster cause none.
type Change struct {
	Want  Topic
	Have  Topic  // as found, with the wanted options only; the zero Topic when it does not exist
	Kinds []Kind // every way in which Have differs, the gravest first; never empty
	Err   error  // with NameInvalid: why
}

// Kind is the gravest of the change's kinds.
func (c Change) Kind() Kind { return c.Kinds[0] }

// Note tells the change to a user.
func (c Change) Note() Note {
	a := args{"Topic": c.Want.Name, "Partitions": c.Want.Partitions, "Replication": c.Want.Replication}
	switch c.Kind() {
	case PartitionsDiffer:
		a["Have"] = c.Have.Partitions
	case ReplicationDiffer:
		a["Have"] = c.Have.Replication
	case ConfigDiffer:
		a["Options"] = strings.Join(c.options(), ", ")
	}
	return Note{"kafka.change." + strings.ReplaceAll(string(c.Kind()), " ", "_"), a}
}

// options are the options that differ, as "name: have -> want".
func (c Change) options() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(c.Want.Config)) {
		if !sameOption(c.Have.Config[name], c.Want.Config[name]) {
			names = append(names, name+": "+cmp.Or(c.Have.Config[name], "-")+" → "+c.Want.Config[name])
		}
	}
	return names
}

// sameOption compares two values of a topic's option; lists may come in any order.
func sameOption(a, b string) bool {
	if a == b || !strings.ContainsRune(a, ',') {
		return a == b
	}
	return slices.Equal(sortedList(a), sortedList(b))
}

func sortedList(s string) []string {
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	slices.Sort(parts)
	return parts
}

// Plan compares the wanted topics with the cluster, one change a topic in the order given. It changes nothing.
func (c *Cluster) Plan(ctx context.Context, want []Topic) ([]Change, error) {
	if len(want) == 0 {
		return nil, nil
	}
	s, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	changes, _, err := s.plan(want)
	return changes, err
}

// plan also returns the metadata it decided by.
func (s *session) plan(want []Topic) ([]Change, *sarama.MetadataResponse, error) {
	changes := make([]Change, len(want))
	var names []string
	for i, reason := range nameFaults(want) {
		changes[i].Want = want[i]
		if reason != nil {
			changes[i].Kinds, changes[i].Err = []Kind{NameInvalid}, reason
			continue
		}
		names = append(names, want[i].Name)
	}
	if len(names) == 0 {
		return changes, nil, nil
	}
	meta, err := s.metadata(names)
	if err != nil {
		return nil, nil, err
	}
	found := byName(meta)
	options, err := s.options(want, found)
	if err != nil {
		return nil, nil, err
	}
	for i := range changes {
		if changes[i].Err == nil {
			changes[i].compare(found[want[i].Name], options[want[i].Name])
		}
	}
	return changes, meta, nil
}

// compare fills in what was found, nil for nothing, and how it differs.
func (c *Change) compare(t *sarama.TopicMetadata, options map[string]string) {
	switch {
	case t == nil, errors.Is(t.Err, sarama.ErrUnknownTopicOrPartition):
		c.Kinds = []Kind{Create}
		return
	case errors.Is(t.Err, sarama.ErrInvalidTopic), errors.Is(t.Err, sarama.ErrTopicAuthorizationFailed):
		c.Kinds, c.Err = []Kind{NameInvalid}, topicFault(c.Want, t.Err, nil, "", 0)
		return
	}
	c.Have = Topic{Name: t.Name, Partitions: len(t.Partitions), Config: options}
	for _, p := range t.Partitions {
		c.Have.Replication = max(c.Have.Replication, len(p.Replicas))
	}
	if c.Want.Partitions > 0 && c.Have.Partitions != c.Want.Partitions {
		c.Kinds = append(c.Kinds, PartitionsDiffer)
	}
	if c.Want.Replication > 0 && c.Have.Replication != c.Want.Replication {
		c.Kinds = append(c.Kinds, ReplicationDiffer)
	}
	if len(c.options()) > 0 {
		c.Kinds = append(c.Kinds, ConfigDiffer)
	}
	if c.Kinds == nil {
		c.Kinds = []Kind{Same}
	}
}

// byName indexes the topics that exist, or that the broker said something about.
func byName(meta *sarama.MetadataResponse) map[string]*sarama.TopicMetadata {
	found := make(map[string]*sarama.TopicMetadata, len(meta.Topics))
	for _, t := range meta.Topics {
		found[t.Name] = t
	}
	return found
}

// options asks for the wanted options of those topics that exist and want any.
func (s *session) options(want []Topic, found map[string]*sarama.TopicMetadata) (map[string]map[string]string, error) {
	req := &sarama.DescribeConfigsRequest{Version: 2}
	for _, t := range want {
		if f := found[t.Name]; len(t.Config) == 0 || f == nil || !errors.Is(f.Err, sarama.ErrNoError) {
			continue
		}
		req.Resources = append(req.Resources, &sarama.ConfigResource{
			Type: sarama.TopicResource, Name: t.Name, ConfigNames: slices.Sorted(maps.Keys(t.Config)),
		})
	}
	if len(req.Resources) == 0 {
		return nil, nil
	}
	resp, err := s.seed.DescribeConfigs(req)
	if err != nil {
		return nil, s.fault(s.addr, err)
	}
	all := make(map[string]map[string]string, len(resp.Resources))
	for _, r := range resp.Resources {
		if code := sarama.KError(r.ErrorCode); !errors.Is(code, sarama.ErrNoError) {
			return nil, topicFault(Topic{Name: r.Name}, code, &r.ErrorMsg, s.c.Security.User, 0)
		}
		all[r.Name] = make(map[string]string, len(r.Configs))
		for _, entry := range r.Configs {
			all[r.Name][entry.Name] = entry.Value
		}
	}
	return all, nil
}
