// Package diagnose reads what Docker, Kafka, ZooKeeper and the detection app print, and names the one cause behind it:
// what is wrong, the line that shows it, what to do about it, and whether StreamTray may do it.
//
// What it knows stands in rules/*.yaml, one entry a failure, in both languages; they are part of the program as they are
// written, and read when the first text is. One pass over the text finds the lines that may matter by the fixed words
// each pattern needs; only those are cleaned and matched. A log of any length is read in bounded memory, and a healthy
// one gives nothing.
package diagnose

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// Places a text can come from; what Where answers and Finding.Where holds.
const (
	Engine    = "engine"
	Compose   = "compose"
	Broker    = "broker"
	Zookeeper = "zookeeper"
	App       = "app"
	Client    = "client"
)

// Report is the answer of the command line tool. Findings is never nil.
type Report struct {
	Findings []Finding `json:"findings"`
	Empty    bool      `json:"-"` // there was nothing to read
}

// ErrPlace is the error of a place that does not exist.
var ErrPlace = errors.New("no such place")

// Run reads r to its end and reports in lang ("en", "zh"). where is one of the places, or "" to have it worked out; known
// gives values of the project that advice is filled with where the text does not say them, see Finding.With; it is called
// where there is a finding, and may be nil.
func Run(r io.Reader, where, lang string, known func() map[string]string) (Report, error) {
	if where != "" && !slices.Contains(Places(), where) {
		return Report{}, fmt.Errorf("diagnose: %q: %w", where, ErrPlace)
	}
	s := New(where)
	if _, err := io.Copy(s, r); err != nil {
		return Report{}, fmt.Errorf("diagnose: %w", err)
	}
	_ = s.Close()
	found := s.Findings()
	out := Report{Findings: make([]Finding, len(found)), Empty: !s.wrote}
	var values map[string]string
	if len(found) > 0 && known != nil {
		values = known()
	}
	for i, f := range found {
		out.Findings[i] = f.With(values).In(lang)
	}
	return out, nil
}

// Places lists the places in the order of the layers, lowest first.
func Places() []string { return []string{Engine, Compose, Zookeeper, Broker, Client, App} }
