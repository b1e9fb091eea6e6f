package compose

import (
	"fmt"
	"slices"
	"strings"
)

// addToRedpanda gives a Redpanda broker one more listener, for this host alone.
func (f fixer) addToRedpanda(port int) []change {
	told := slices.Clone(f.b.listeners)
	for i := range told {
		if told[i].Name == "" {
			told[i].Name = "internal"
		}
	}
	told = append(told, Listener{Name: "host", Host: "localhost", HostPort: port, Port: port})
	f.b = &broker{service: f.b.service, image: f.b.image, settings: f.b.settings, listeners: told}
	c := f.set(map[string]string{
		"advertised.listeners": f.advertisedWith(Listener{}, endpoint{}),
		"listeners":            f.listenersWith(Listener{}, endpoint{}),
	})
	c.ports = []string{fmt.Sprintf("127.0.0.1:%d:%d", port, port)}
	return []change{c}
}

// setFlags changes rpk's flags in a Redpanda command, adding those it does not have.
func (f fixer) setFlags(values map[string]string) change {
	s := f.b.service
	var words []string
	for _, w := range s.Command {
		words = append(words, strings.Fields(w)...)
	}
	if len(words) == 0 {
		words = []string{"redpanda", "start"}
	}
	for _, f := range [][2]string{{"listeners", "--kafka-addr"}, {"advertised.listeners", "--advertise-kafka-addr"}} {
		if value, wanted := values[f[0]]; wanted {
			words = append(withoutFlag(words, f[1]), f[1]+"="+value)
		}
	}
	return change{service: s.Name, command: words}
}

// withoutFlag is a command without a flag and its value.
func withoutFlag(words []string, name string) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == name:
			i++
		case strings.HasPrefix(words[i], name+"="):
		default:
			out = append(out, words[i])
		}
	}
	return out
}
