// Package compose says what a compose file means for a program on this host: which services are Kafka brokers, which
// address the program must use, and if it cannot work at all, why and which small change helps.
//
// Load reads what Compose would read, with compose-go, and goes on where Compose would stop: everything it could not
// take as written becomes a Finding with a file and a line. Inspect judges a loaded project. Both are pure: they read
// regular files, ask no engine, open no connection, and end in bounded time and memory on hostile input.
package compose
