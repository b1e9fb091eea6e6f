// Package filechooser asks for a folder, or for where a file is to be kept, by the desktop's own dialog: that of Windows,
// or the portal that a Linux desktop offers to every program. It knows the person's places, takes a path that is typed or
// pasted, and speaks their language. Where there is none, ErrNone says so, and the program has its own.
package filechooser

import (
	"context"
	"errors"
)

// Question is what is asked for.
type Question struct {
	Title string
	Start string // the folder to begin in; empty: the one that was chosen last
	Save  bool   // a file to be written; else a folder
	Name  string // of the file, suggested
}

// ErrNone is why nothing was asked: there is no such dialog here.
var ErrNone = errors.New("no file chooser on this desktop")

// Choose asks and returns the path that was chosen; empty: the person changed their mind. It waits for them, and ends at
// the latest soon after ctx where the desktop lets it.
func Choose(ctx context.Context, q Question) (string, error) { return choose(ctx, q) }
