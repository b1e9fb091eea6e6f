package procgroup

// keeperWord is the hidden first argument by which a program is started as a keeper.
const keeperWord = "__keep"

// Keep is the life of a keeper, for a program that was started as one: a small process between us and the app that
// ends the app and everything it started when we ask for it and when we are no more, even by kill -9. On Linux it
// catches those too that left the app's process group. There are no keepers on Windows.
//
// A program that Options may name as Keeper begins with it:
//
//	if code, done := procgroup.Keep(os.Args[1:]); done {
//		os.Exit(code)
//	}
//
// For any other start done is false, at once.
func Keep(args []string) (code int, done bool) {
	if len(args) == 0 || args[0] != keeperWord {
		return 0, false
	}
	return keep(args[1:]), true
}
