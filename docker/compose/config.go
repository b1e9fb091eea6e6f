package compose

import (
	"strings"
)

// setting is one of Kafka's own properties with the line that sets it.
type setting struct {
	value string
	line  int
	keys  []string // where in the service it stands, for a fix
}

// settings are a broker's effective properties by Kafka's own names.
type settings map[string]setting

func (c settings) get(name string) string { return strings.TrimSpace(c[name].value) }

// effective is a broker's configuration: flags of its command over its environment.
func effective(s *Service, img image) settings {
	c := settings{}
	if img.family == bitnami {
		c.environment(s, "KAFKA_")
		c.environment(s, "KAFKA_CFG_")
	} else {
		c.environment(s, "KAFKA_")
	}
	c.overrides(s)
	return c
}

// environment takes the variables with a prefix: PREFIX_A_B is a.b.
func (c settings) environment(s *Service, prefix string) {
	for k, v := range s.Environment {
		name, ok := strings.CutPrefix(k, prefix)
		if !ok || prefix == "KAFKA_" && strings.HasPrefix(name, "CFG_") {
			continue
		}
		name = strings.ToLower(strings.ReplaceAll(name, "_", "."))
		c[name] = setting{value: v, line: s.lineOf("environment", k), keys: []string{"environment", k}}
	}
}

// overrides takes `--override key=value` of a start command.
func (c settings) overrides(s *Service) {
	words := strings.Fields(strings.Join(append(append([]string{}, s.Entrypoint...), s.Command...), " "))
	for i, w := range words {
		if w == "--override" && i+1 < len(words) {
			w = "--override=" + words[i+1]
		}
		pair, ok := strings.CutPrefix(w, "--override=")
		if key, val, assigned := strings.Cut(pair, "="); ok && assigned {
			c[key] = setting{value: strings.Trim(val, `"'`), line: s.lineOf("command"), keys: []string{"command"}}
		}
	}
}
