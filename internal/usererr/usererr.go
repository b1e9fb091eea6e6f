// Package usererr tells what went wrong in the user's terms: an error that names its own sentence, so that
// whatever has a reader can say it in the reader's language while logs keep the short technical text.
package usererr

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Error is a fault told in the user's terms. Its sentence is the text ID in assets/text, its remedy ID+".hint".
type Error struct {
	ID   string         // names the text: "config.unknown_key"
	Args map[string]any // values for the text's placeholders
	Err  error          // what caused it; nil when the fault is the cause itself
	Stop bool           // looking again cannot help until somebody acts
}

// New returns the fault id with the text's values and its cause; both may be nil.
func New(id string, args map[string]any, cause error) *Error {
	return &Error{ID: id, Args: args, Err: cause}
}

// Terminal marks the fault as one that no amount of patience mends, and returns it.
func (e *Error) Terminal() *Error {
	e.Stop = true
	return e
}

// Error is the technical text: the fault's name, its values in the order of their names, then its cause.
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

// Is lets errors.Is find a fault by its ID alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error) // a target is compared, not unwrapped
	return ok && t.ID == e.ID
}

// Teller is an error told in the user's terms, of whatever package.
type Teller interface {
	error
	Message() (id string, args map[string]any)
}

// All gives the tellers in err's tree, outermost first.
func All(err error) iter.Seq[Teller] {
	return func(yield func(Teller) bool) { walk(err, true, yield) }
}

// Outer gives the outermost teller of each branch of err's tree: what a reader is told, without what stands behind it.
func Outer(err error) iter.Seq[Teller] {
	return func(yield func(Teller) bool) { walk(err, false, yield) }
}

// walk goes through err's tree, below a teller only if told to.
func walk(err error, deep bool, yield func(Teller) bool) bool {
	if t, ok := err.(Teller); ok { //nolint:errorlint // the tree is walked here
		if !yield(t) {
			return false
		}
		if !deep {
			return true
		}
	}
	switch e := err.(type) { //nolint:errorlint // the tree is walked here
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return walk(inner, deep, yield)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if !walk(inner, deep, yield) {
				return false
			}
		}
	}
	return true
}
