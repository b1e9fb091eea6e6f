//go:build !race

package ui

// raced: the race detector does not watch.
const raced = false
