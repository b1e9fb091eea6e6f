package diagnose

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"
)

// layer orders causes: the lowest layer that fails is the root of what fails above it.
type layer uint8

// layers are the names of the layers in the rule files, the lowest first; 0 is none.
var layers = []string{"", "engine", "compose", "zookeeper", "broker", "listener", "topic", "client", "app"}

// rule is one failure that is known, as the files of the folder rules say it. Its patterns point to it.
type rule struct {
	Code      string        `yaml:"id"`
	Cause     string        `yaml:"cause"`
	Name      string        `yaml:"name"`
	Layer     layer         `yaml:"layer"`
	Where     []string      `yaml:"where"` // places it is seen in, the likeliest first
	Action    Action        `yaml:"action"`
	Severity  Severity      `yaml:"severity"`
	Match     []pattern     `yaml:"match"`
	SymptomOf []string      `yaml:"symptom_of"` // causes that explain it, whatever the layers say; "*": any other
	Recovers  []string      `yaml:"recovers"`   // signs that take it back when they come after it
	Within    time.Duration `yaml:"within"`     // how long after it such a sign counts; 0: however long
	Passes    bool          `yaml:"passes"`     // one warning of it means nothing where the text goes on after it
	Stands    bool          `yaml:"stands"`     // never explained by a failure of another layer: a bug in code or a wrong setting
	Exits     bool          `yaml:"exits"`      // only true of a container that is not running
	Kafka     string        `yaml:"kafka"`      // it is about whichever service failed; the code of the rule for Kafka
	Title     text          `yaml:"title"`
	Why       text          `yaml:"why"`
	Itself    text          `yaml:"itself"` // what this program does about it where it keeps the project
	Advice    bySystem      `yaml:"advice"`
	Fix       bySystem      `yaml:"fix"`
	Sample    string        `yaml:"sample"` // a line it is known by
	Source    string        `yaml:"source"` // where it was seen

	service string // the one service it is about, where it came to be of one about whichever
	peers   []int  // by service: the rule about it
}

// ofPrograms reports whether a failure may be told by the app, in whose log any sentence may stand.
func (r *rule) ofPrograms() bool {
	return slices.Contains(r.Where, App) || slices.Contains(r.Where, Client)
}

// ofBrokers reports whether a failure is one of Kafka or ZooKeeper themselves.
func (r *rule) ofBrokers() bool {
	return !slices.ContainsFunc(r.Where, func(w string) bool { return w != Broker && w != Zookeeper })
}

// kind is what a pattern is about.
type kind uint8

const (
	ofRule    kind = iota // a failure
	ofSign                // something good, or something that explains what follows: a start, a graceful stop
	ofNoise               // a line that looks like an error and is none
	ofTrouble             // a line that is an error although nothing on it says which level it has
)

// pattern is one way a line shows what it is of. It is written as a plain expression, or as a map when it has conditions.
type pattern struct {
	Re       string   `yaml:"re"`        // matched whatever the case
	Unless   string   `yaml:"unless"`    // vetoes a match on the same line
	Level    level    `yaml:"level"`     // the least level, where the line or the entry it belongs to has one
	Where    string   `yaml:"where"`     // only in this place, where the place was given
	Same     []string `yaml:"same"`      // names of two captures that must be equal
	Differ   []string `yaml:"differ"`    // names of two captures that must not be
	Named    bool     `yaml:"named"`     // only where what matches names a service, and one other than Kafka
	NotAfter string   `yaml:"not_after"` // a sign that explains it away when seen shortly before
	After    string   `yaml:"after"`     // a sign without which shortly before it means nothing
	Find     []string `yaml:"find"`      // words to find it by, where the expression's own are in every line

	kind kind
	of   int // index of the rule or the sign
}

// sign is a line that says something went well, or that explains what comes next.
type sign struct {
	Name     string    `yaml:"name"`
	Restarts bool      `yaml:"restarts"` // a program that starts anew: what it did not know before is past
	Explains bool      `yaml:"explains"` // asked for by other patterns, so noted even while nothing is wrong
	Service  string    `yaml:"service"`  // the one service that it says something of; empty: any
	Named    bool      `yaml:"named"`    // it says something of the service alone that the line names
	Lasting  bool      `yaml:"lasting"`  // explains whatever comes later, not only the next lines
	Ends     []string  `yaml:"ends"`     // signs that explain nothing any more after it
	Match    []pattern `yaml:"match"`
}

// UnmarshalYAML reads a layer by its name.
func (l *layer) UnmarshalYAML(n *yaml.Node) error { return named(n, layers, l) }

// UnmarshalYAML reads a level by its name.
func (l *level) UnmarshalYAML(n *yaml.Node) error { return named(n, levels, l) }

// UnmarshalYAML reads a pattern that is written as an expression alone, too.
func (p *pattern) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		p.Re = n.Value
		return nil
	}
	type plain pattern
	return n.Decode((*plain)(p))
}

// UnmarshalYAML reads a text that is the same in both languages, too.
func (t *text) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		t.En, t.Zh = flat(n.Value), flat(n.Value)
		return nil
	}
	type plain text
	err := n.Decode((*plain)(t))
	t.En, t.Zh = flat(t.En), flat(t.Zh)
	return err
}

// UnmarshalYAML reads a text that is the same on every system, too.
func (t *bySystem) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode && n.Content[0].Value == "windows" {
		type plain bySystem
		return n.Decode((*plain)(t))
	}
	err := n.Decode(&t.Windows)
	t.POSIX = t.Windows
	return err
}
