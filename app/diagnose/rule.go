package diagnose

import "time"

// layer orders causes: the lowest layer that fails is the root of what fails above it.
type layer uint8

const (
	engineLayer layer = iota
	composeLayer
	zookeeperLayer
	brokerLayer
	listenerLayer
	topicLayer
	clientLayer
	appLayer
)

// rule is one failure that is known. Its patterns point to it.
type rule struct {
	code, cause, name       string
	layer                   layer
	where                   []string // places it is seen in, the likeliest first
	action                  Action
	severity                Severity
	symptomOf               []string      // causes that explain it, whatever the layers say; "*": any other
	recovers                []string      // signs that take it back when they come after it
	within                  time.Duration // how long after it such a sign counts; 0: however long
	stands                  bool          // never explained by a failure of another layer: a bug in code or a wrong setting
	exits                   bool          // only true of a container that is not running
	title, why, advice, fix text
	sample                  string // a line it is known by
	source                  string // where it was seen
}

// kind is what a pattern is about.
type kind uint8

const (
	ofRule    kind = iota // a failure
	ofSign                // something good, or something that explains what follows: a start, a graceful stop
	ofNoise               // a line that looks like an error and is none
	ofTrouble             // a line that is an error although nothing on it says which level it has
)

// pattern is one way a line shows what it is of.
type pattern struct {
	kind     kind
	of       int    // index of the rule or the sign
	expr     string // matched against the cleaned line in lower case
	unless   string // vetoes a match on the same line
	level    level  // the least level, where the line or the entry it belongs to has one
	where    string // only in this place, where the place was given
	same     [2]string
	differ   [2]string // names of captures that must be equal, or must not
	notAfter string    // a sign that explains it away when seen shortly before
	after    string    // a sign without which shortly before it means nothing
	anchors  []string  // one of them, in lower case, is in every line that matches; worked out by gen
}

// sign is a line that says something went well, or that explains what comes next.
type sign struct {
	name     string
	restarts bool // a program that starts anew: what it did not know before is past
	explains bool // asked for by other patterns, so noted even while nothing is wrong
	lasting  bool // explains whatever comes later, not only the next lines
}
