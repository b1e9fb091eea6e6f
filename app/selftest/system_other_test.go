//go:build !windows

package selftest

// lacks are the rows that a system without Windows' gaps lacks nothing for.
var lacks = map[string]bool{}
