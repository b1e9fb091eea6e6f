//go:build !windows

package kafka

// KeepsOnDisk is true: the embedded broker can keep its data in a folder.
const KeepsOnDisk = true
