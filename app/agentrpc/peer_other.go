//go:build !windows && !linux

package agentrpc

import "net"

// peerIsUs is sure here: the socket lies in a folder that nobody else may write to.
func peerIsUs(net.Conn) bool { return true }

// peerPID is not told by this system.
func peerPID(net.Conn) int { return 0 }
