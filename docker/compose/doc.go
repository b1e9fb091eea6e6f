// Package compose says what a compose file means for a program on this host: which services are Kafka brokers, which
// address the program must use, and if it cannot work at all, why and which small change helps.
//
//	p, err := compose.Load(ctx, compose.Options{Dir: project})   // what is written, by file and line
//	r := compose.Inspect(p)                                      // what it means
//	m, err := compose.Mend(ctx, p)                               // what would make it work; each was proved
//
// Load reads what Compose would read, with compose-go, and goes on where Compose would stop: everything it could not
// take as written becomes a Finding with a file and a line. Inspect judges a loaded project, listener by listener. Both
// are pure: they read regular files, ask no engine, open no connection, and end in bounded time and memory on hostile
// input.
//
// Mend thinks of changes (fixer.go), and holds each against rules that know nothing of how it was made (prove.go). Start
// scripts are followed without running anything (shell.go): what is exported in a branch that cannot be taken does not
// count. What Compose refuses is told in texts of our own (refusals.go), never in a library's words.
//
// What public images do when told nothing is a table, images; what follows from a configuration is code, from settings
// (effective) to listeners (findListeners) to codes (network.test) to clusters. Sentences are named, never written here:
// a Problem carries the id and the values of a text in assets/text/compose.*.json.
package compose
