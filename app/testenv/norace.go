//go:build !race

package testenv

// Raced: the race detector does not watch.
const Raced = false
