//go:build race

package ui

// raced: the race detector watches.
const raced = true
