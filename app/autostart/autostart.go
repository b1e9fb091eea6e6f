// Package autostart has a program started when the person logs in: an entry of the user's own, which needs no
// administrator and which the system's own settings show and can switch off.
package autostart

// On reports whether the entry of that name is there and not switched off.
func On(name string) bool { return on(name) }

// Set makes the entry, or changes it: the program is started with one argument at every log-in.
func Set(name, program, argument string) error { return set(name, program, argument) }

// Remove takes the entry away; none is fine.
func Remove(name string) error { return remove(name) }
