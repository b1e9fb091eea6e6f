package docker

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Error is a fault told in the user's terms: ID names its sentence in assets/text, ID+".hint" what to do about it.
type Error struct {
	ID   string         // "docker.not_running"
	Args map[string]any // values for the sentence's placeholders
	Err  error          // what caused it; nil when the fault is the cause itself
	Stop bool           // looking again cannot help until somebody acts
}

// Error is the technical text: the fault's name, its facts in the order of their names, then its cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.ID)
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		if e.Err != nil && (k == "Detail" || k == "Line") {
			continue // words of the cause, which follows
		}
		fmt.Fprintf(&b, " %s=%v", strings.ToLower(k), e.Args[k])
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Final reports whether waiting is pointless.
func (e *Error) Final() bool { return e.Stop }

// Message names the sentence for the reader and the values that go into it.
func (e *Error) Message() (id string, args map[string]any) { return e.ID, e.Args }

// facts are the values of a fault's sentence.
type facts = map[string]any

func fault(id string, args facts, cause error) *Error {
	return &Error{ID: id, Args: args, Err: cause}
}

func finalFault(id string, args facts, cause error) *Error {
	return &Error{ID: id, Args: args, Err: cause, Stop: true}
}
