//go:build race

package testenv

// Raced: the race detector watches.
const Raced = true
