// Package evidence looks at what a detection app really does: which connections its processes have, whose page answers
// on its port, and what its log says of Kafka at any time. What an app only says of itself is not evidence.
//
// It looks at the system's tables and at lines that were read already; it connects to nobody and changes nothing.
package evidence

import (
	"streamtray/internal/usererr"
)

// contrary is evidence to the contrary: what is seen speaks against a claim, rather than only not for it.
type contrary struct{ *told }

// told is an error with a name that does not hide its own method.
type told = usererr.Error

// Contradicts is true.
func (contrary) Contradicts() bool { return true }

// Unwrap gives the error that says what was seen.
func (c contrary) Unwrap() error { return c.told }

// Contrary is the error id with the text's values and its cause, which speaks against what was claimed.
func Contrary(id string, args map[string]any, cause error) error {
	return contrary{usererr.New(id, args, cause)}
}
