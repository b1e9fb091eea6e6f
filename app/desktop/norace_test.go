//go:build !race

package desktop

// raced: the race detector does not watch.
const raced = false
