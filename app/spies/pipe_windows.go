package spies

import "testing"

// pipe makes none: they have no place in folders here.
func pipe(*testing.T, string) {}
