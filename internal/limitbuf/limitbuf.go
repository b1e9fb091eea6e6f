// Package limitbuf keeps the beginning of what a program writes.
package limitbuf

import "bytes"

// Buffer keeps the first Limit bytes that are written to it and drops the rest, which is no error to the writer. It embeds
// no bytes.Buffer: by the ReadFrom of that, io.Copy and so package os/exec would pass Write and its limit by.
type Buffer struct {
	Limit int
	kept  bytes.Buffer
}

// Write takes all of p.
func (b *Buffer) Write(p []byte) (int, error) {
	b.kept.Write(p[:min(len(p), b.Limit-b.kept.Len())])
	return len(p), nil
}

// Bytes are what was kept.
func (b *Buffer) Bytes() []byte { return b.kept.Bytes() }

func (b *Buffer) String() string { return b.kept.String() }
