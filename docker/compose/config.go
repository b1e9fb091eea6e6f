package compose

import (
	"maps"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
)

// setting is one of Kafka's own properties and where it is set.
type setting struct {
	value string
	line  int
	keys  []string // its place in the service; nil: the image's own
	name  string   // by which a command sets it; empty elsewhere
}

// settings are a broker's effective properties by Kafka's own names.
type settings map[string]setting

func (c settings) get(name string) string { return strings.TrimSpace(c[name].value) }

// effective is a broker's configuration: flags of its command over its environment over a mounted file over what the
// image sets by itself.
func effective(s *Service, img image) settings {
	c := settings{}
	fromFile := settings{}
	fromFile.files(s)
	maps.Copy(c, fromFile)
	for _, prefix := range img.prefixes {
		c.variables(s, prefix)
	}
	for name, property := range img.alias {
		if v, set := s.Environment[name]; set && v != "" {
			c[property] = variable(s, name, v)
		}
	}
	if img.fileRules {
		maps.Copy(c, fromFile)
	}
	c.command(s, img)
	c.defaults(img)
	return c
}

// notProperties are variables of the start scripts, which set no property.
var notProperties = lazyregexp.New(`^(.*OPTS|LOG4J.*|JMX.*|HEAP.*|HOME|VERSION|GC.*|CREATE\.TOPICS.*)$`)

// variables takes those with a prefix: PREFIX_A_B is a.b.
func (c settings) variables(s *Service, prefix string) {
	for k, v := range s.Environment {
		if key, ok := propertyOf(k, prefix); ok {
			c[key] = variable(s, k, v)
		}
	}
}

// property is a variable's name, its prefix removed, as Kafka writes it.
func property(name string) string {
	return strings.NewReplacer("___", "-", "__", "_", "_", ".").Replace(strings.ToLower(name))
}

func variable(s *Service, name, value string) setting {
	return setting{value: strings.Trim(value, `"'`), line: s.lineOf("environment", name), keys: []string{"environment", name}}
}

// files takes mounted server.properties.
func (c settings) files(s *Service) {
	for _, place := range slices.Sorted(maps.Keys(s.files)) {
		if !strings.HasSuffix(place, ".properties") || strings.Contains(place, "client") {
			continue
		}
		for line := range strings.Lines(s.files[place]) {
			key, val, ok := strings.Cut(strings.TrimSpace(line), "=")
			if ok && !strings.HasPrefix(key, "#") {
				c[strings.TrimSpace(key)] = setting{
					value: expandEnv(strings.TrimSpace(val), s), line: s.lineOf("volumes"), keys: []string{"volumes"},
				}
			}
		}
	}
}

var (
	ownFile      = lazyregexp.New(`kafka-server-start(?:\.sh)?\s+(?:-daemon\s+)?\S*config/(kraft/)?(?:reconfig-)?server\.properties`)
	kafkaVersion = lazyregexp.New(`kafka-(\d+)\.\d+`)
)

// command takes what a start command sets: variables it exports, and flags. What it exports only under a condition that
// nobody can tell counts where nothing else says anything.
func (c settings) command(s *Service, img image) {
	at := setting{line: s.lineOf("command"), keys: []string{"command"}}
	if s.source.at("command") == nil {
		at = setting{line: s.lineOf("entrypoint"), keys: []string{"entrypoint"}}
	}
	if startsWithOwnFile(s, commandLine(s)) && !hasConfig(s) {
		for k, v := range apache.defaults {
			if _, set := c[k]; !set {
				c[k] = setting{value: v}
			}
		}
	}
	run := s.script()
	c.exports(run, img, at)
	for _, words := range run.commands {
		c.flags(words, at)
	}
}

// exports takes the variables that a script exports.
func (c settings) exports(run *ran, img image, at setting) {
	for _, prefix := range img.prefixes {
		for name, value := range run.perhaps {
			if key, ok := propertyOf(name, prefix); ok && c.get(key) == "" {
				at.value, at.name = value, name
				c[key] = at
			}
		}
		for name, value := range run.sets {
			if key, ok := propertyOf(name, prefix); ok {
				at.value, at.name = value, name
				c[key] = at
			}
		}
	}
}

// flags takes the properties that a command overrides.
func (c settings) flags(words []string, at setting) {
	for i, w := range words {
		flag, given := strings.CutPrefix(w, "--override")
		if !given {
			continue
		}
		if flag == "" && i+1 < len(words) {
			flag = words[i+1]
		}
		if key, value, ok := strings.Cut(strings.TrimLeft(flag, "= "), "="); ok {
			at.value, at.name = strings.Trim(value, `"'`), key
			c[key] = at
		}
	}
}

// propertyOf is the property that a variable sets by a prefix.
func propertyOf(variable, prefix string) (string, bool) {
	name, ok := strings.CutPrefix(variable, prefix)
	if !ok || prefix == "KAFKA_" && strings.HasPrefix(name, "CFG_") || notProperties.MatchString(name) {
		return "", false
	}
	return property(name), true
}

// startsWithOwnFile reports whether a command starts Kafka with the KRaft configuration that comes with it, which
// advertises localhost:9092. Kafka keeps that in a folder of its own up to 3.x.
func startsWithOwnFile(s *Service, line string) bool {
	m := ownFile.FindStringSubmatch(line)
	if m == nil || m[1] != "" {
		return m != nil
	}
	v := kafkaVersion.FindStringSubmatch(s.Image)
	return v != nil && v[1] >= "4" || major(image{}, s.Image) >= 4
}

// commandLine is what a service runs, in one line, with its own variables put in.
func commandLine(s *Service) string {
	line := strings.Join(slices.Concat(s.Entrypoint, s.Command), " ")
	return expandEnv(line[:min(len(line), maxCommand)], s)
}

// maxCommand bounds how much of a command is looked at.
const maxCommand = 256 << 10

// expandEnv puts a service's variables into text that a shell in its container would expand. What is unknown stays.
func expandEnv(text string, s *Service) string {
	if !strings.Contains(text, "$") || len(text) > maxFileSize {
		return text
	}
	return shellVariable.ReplaceAllStringFunc(text, func(ref string) string {
		m := shellVariable.FindStringSubmatch(ref)
		if v, set := s.Environment[m[1]+m[3]]; set && len(v) < 4096 {
			return v
		}
		if fallback, ok := strings.CutPrefix(m[2], ":-"); ok {
			return fallback
		}
		return ref
	})
}

var shellVariable = lazyregexp.New(`\$\{([A-Za-z_]\w*)(:-[^{}]*)?\}|\$([A-Za-z_]\w*)`)

// defaults adds what the image sets by itself.
func (c settings) defaults(img image) {
	if len(c) > 0 && !img.always {
		return
	}
	for k, v := range img.defaults {
		if c.get(k) == "" {
			c[k] = setting{value: v}
		}
	}
	for k, v := range c {
		for name := range img.defaults {
			v.value = strings.ReplaceAll(v.value, "{"+name+"}", c[name].value)
		}
		c[k] = v
	}
}
