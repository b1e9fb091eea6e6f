//go:build race

package desktop

// raced: the race detector watches.
const raced = true
