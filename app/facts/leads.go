package facts

import (
	"net"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/internal/loopback"
)

// Source is what a value of the program's comes from.
type Source struct {
	Variables []string // none: it is written in the place itself
	Where     Place
}

func (s Source) String() string {
	if len(s.Variables) == 0 {
		return s.Where.String()
	}
	return strings.Join(s.Variables, ", ") + " (" + s.Where.String() + ")"
}

// Leads tells what leads the program to an address, host:port: a line of a .env file, the variable that it is the default
// of, or the place in the code or in a settings file where it is written. False: the files do not show it.
func (f *Found) Leads(addr string) (Source, bool) {
	if s, ok := f.inDotenv(addr); ok {
		return s, true
	}
	variables := slices.Concat(f.Address, f.reads)
	for _, v := range variables {
		if Names(v.Default, addr) {
			return Source{[]string{v.Name}, v.Where}, true
		}
	}
	if s, ok := f.inParts(addr); ok {
		return s, true
	}
	for _, t := range slices.Concat(f.Fixed, f.settings, f.texts) {
		if Names(t.Value, addr) {
			return Source{Where: t.Where}, true
		}
	}
	return Source{}, false
}

// inDotenv looks for the address in the .env files, as they are now; those that are only examples lead nobody.
func (f *Found) inDotenv(addr string) (Source, bool) {
	for _, d := range f.Dotenv {
		if isExample(d.Value) {
			continue
		}
		for n, line := range strings.Split(readText(f.Root, filepath.FromSlash(d.Value)), "\n") {
			_, value, ok := strings.Cut(line, "=")
			if ok && !strings.HasPrefix(strings.TrimSpace(line), "#") && Names(value, addr) {
				return Source{Where: Place{d.Value, n + 1}}, true
			}
		}
	}
	return Source{}, false
}

// isExample reports whether a .env file only shows what one could say.
func isExample(file string) bool {
	base := path.Base(file)
	return strings.Contains(base, "example") || strings.Contains(base, "sample") || strings.Contains(base, "template")
}

// inParts looks for an address that is put together from a variable for the host and one for the port.
func (f *Found) inParts(addr string) (Source, bool) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return Source{}, false
	}
	for _, p := range f.Address {
		if p.Role != Port || p.Default != port {
			continue
		}
		s := Source{[]string{p.Name}, p.Where}
		for _, h := range f.Address {
			if h.Role == Host && loopback.Same(h.Default, host) {
				return Source{[]string{h.Name, p.Name}, h.Where}, true
			}
		}
		return s, true
	}
	return Source{}, false
}

// Names reports whether a text is a list of addresses with this one among them, or holds it as a word of its own. The
// names of loopback are one.
func Names(text, addr string) bool {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	hosts := []string{host}
	if loopback.Is(host) {
		hosts = []string{"localhost", "127.0.0.1", "[::1]"}
	} else if strings.Contains(host, ":") {
		hosts = []string{"[" + host + "]"}
	}
	return slices.ContainsFunc(hosts, func(h string) bool { return holdsWord(text, h+":"+port) })
}

func holdsWord(text, word string) bool {
	for {
		before, after, found := strings.Cut(text, word)
		if !found {
			return false
		}
		if (before == "" || !partOfAddress(before[len(before)-1])) && (after == "" || !partOfAddress(after[0])) {
			return true
		}
		text = after
	}
}

// partOfAddress reports whether a letter beside an address makes it another one.
func partOfAddress(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-' || c == '_'
}
