package selftest

// lacks are the rows that depend on what this Windows is: Wine has no Ctrl-Break, no links and no Unix sockets, and its
// shell does not tell of balloons; a test binary has no manifest; the developer mode may be off.
var lacks = map[string]bool{
	"ctrl-break": true, "links": true, "unix-sockets": true, "manifest": true, "notification": true, "reserved-ports": true,
}
