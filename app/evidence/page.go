package evidence

import (
	"net/url"
	"slices"
	"strconv"

	"streamtray/app/ports"
)

// Page looks whose page answers at a URL of this computer, once something does: nil when the listener on its port
// belongs to the app that descends from these processes, or when nobody can tell. Otherwise it says, as evidence to the
// contrary, evidence.page_other or evidence.page_unknown.
func Page(address string, roots []int) error {
	u, err := url.Parse(address)
	if err != nil {
		return nil //nolint:nilerr // that is for who asks the page to say
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		port = map[string]int{"http": 80, "https": 443}[u.Scheme]
	}
	tree := ports.Descendants(roots...)
	own, err := ports.Sockets(tree)
	if err != nil {
		return nil //nolint:nilerr // nobody can tell
	}
	if slices.ContainsFunc(own, func(s ports.Socket) bool { return s.State == ports.Listening && int(s.Local.Port()) == port }) {
		return nil
	}
	o, found, err := ports.Holder(port)
	if err != nil || !found || slices.Contains(tree, o.PID) {
		return nil //nolint:nilerr // it listens in a network of its own, or the system does not tell
	}
	args := map[string]any{"URL": address, "Port": port, "Name": o.Name, "PID": o.PID}
	if o.Name == "" {
		return Contrary("evidence.page_unknown", args, nil)
	}
	return Contrary("evidence.page_other", args, nil)
}
