//go:build !windows

package kafka

// keepsOnDisk says that the embedded broker can keep its data in a folder.
const keepsOnDisk = true
