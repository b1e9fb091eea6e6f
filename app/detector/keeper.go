package detector

// KeeperWord is the hidden first argument by which a program is started as a keeper. Its main begins with
//
//	if len(os.Args) > 1 && os.Args[1] == detector.KeeperWord {
//		os.Exit(detector.Keep(os.Args[2:]))
//	}
const KeeperWord = "__keep"

// Keep is the life of a keeper: a small process between us and the app that ends the app and everything it started
// when we ask for it and when we are no more, even by kill -9. On Linux it catches those too that left the app's
// process group. It returns the code to exit with once nobody is left. There are no keepers on Windows.
func Keep(args []string) int { return keep(args) }
