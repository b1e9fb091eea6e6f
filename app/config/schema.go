package config

import (
	"net"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"streamtray/internal/lazyregexp"
)

// keys is every key of the file, and where its value goes: what reads the file and what describes it to an editor.
func (p *Project) keys(r *reader) field {
	return r.mapping(fields{
		"version": r.version(),
		"name":    r.text(&p.Name),
		"compose": r.mapping(fields{
			"files":    r.list(&p.Compose.Files),
			"name":     r.like(&p.Compose.Name, projectName),
			"services": r.list(&p.Compose.Services),
			"profiles": r.list(&p.Compose.Profiles),
		}),
		"kafka": r.mapping(fields{
			"mode":      r.oneOf(&p.Kafka.Mode, Docker, Embedded, Remote),
			"bootstrap": r.listLike(&p.Kafka.Bootstrap, address),
			"env":       r.variable(&p.Kafka.Env),
			"also_env":  r.listLike(&p.Kafka.AlsoEnv, variableName),
			"host_env":  r.variable(&p.Kafka.HostEnv),
			"port_env":  r.variable(&p.Kafka.PortEnv),
			"port":      r.number(&p.Kafka.Port, 0, maxPort),
			"topics":    r.topics(&p.Kafka.Topics),
			"remote":    r.remote(&p.Kafka.Remote),
		}),
		"streaming": r.mapping(fields{
			"env":  r.variable(&p.Streaming.Env),
			"on":   r.text(&p.Streaming.On),
			"off":  r.text(&p.Streaming.Off),
			"file": r.text(&p.Streaming.File),
		}),
		"app":    r.mapping(r.single(p)),
		"apps":   r.apps(p),
		"limits": r.durations(p.Limits),
	})
}

// single is the keys of the only program, which somebody else may start.
func (r *reader) single(p *Project) fields {
	f := r.app(&p.App)
	f["mode"] = r.oneOf(&p.App.Mode, Managed, External)
	return f
}

// app is the keys of one program.
func (r *reader) app(a *App) fields {
	return fields{
		"command": r.list(&a.Command),
		"dir":     r.text(&a.Dir),
		"env":     r.table(&a.Env, variableName),
		"ready": r.mapping(fields{
			"log":  r.text(&a.Ready.Log),
			"http": r.like(&a.Ready.HTTP, orNone(webAddress)),
		}),
		"failed":   r.list(&a.Failed),
		"degraded": r.list(&a.Degraded),
		"restart":  r.oneOf(&a.Restart, Always, OnFailure, Never),
	}
}

// version refuses a file that was written for a later program, whose keys may mean something else.
func (r *reader) version() field {
	low, high := 1, Version
	takes := JSONSchema{Type: []string{"integer", "string"}, Minimum: &low, Maximum: &high}
	return r.value(takes, func(s string) (string, map[string]any) {
		v, err := strconv.Atoi(s)
		switch {
		case err != nil || v < 1:
			return "config.bad_value", map[string]any{"Want": Version}
		case v > Version:
			return "config.newer", map[string]any{"Known": Version}
		}
		return "", nil
	})
}

// remote reads how to speak to a cluster elsewhere.
func (r *reader) remote(to *RemoteAccess) field {
	return r.mapping(fields{
		"security":     r.oneOf(&to.Security, "PLAINTEXT", "SASL_PLAINTEXT", "SSL", "SASL_SSL"),
		"mechanism":    r.oneOf(&to.Mechanism, "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"),
		"user_env":     r.variable(&to.UserEnv),
		"password_env": r.variable(&to.PasswordEnv),
		"keyring":      r.text(&to.Keyring),
		"ca_file":      r.text(&to.CAFile),
		"password":     r.secret(),
		"user":         r.secret(),
	})
}

// secrets are the keys that are known only to be refused; nobody is pointed to them.
var secrets = []string{"password", "user"}

func (r *reader) secret() field {
	return field{read: func(_ ast.Node, at string) {
		r.problem("config.password", r.places[at], map[string]any{"Key": at})
	}}
}

// variable reads the name of an environment variable, or an empty text.
func (r *reader) variable(to *string) field {
	return r.like(to, orNone(variableName))
}

func (r *reader) topics(to *[]Topic) field {
	takes := r.topic(&Topic{}).takes
	takes.Required = []string{"name"}
	return field{takes: listOf(takes), read: func(n ast.Node, at string) {
		*to = nil
		for i, item := range r.items(n, at) {
			r.addTopic(to, item, element(at, i))
		}
	}}
}

// Far above what one developer's broker can carry.
const (
	maxPartitions  = 10_000
	maxReplication = 100
)

func (r *reader) topic(t *Topic) field {
	return r.mapping(fields{
		"name":        r.like(&t.Name, topicName),
		"partitions":  r.number(&t.Partitions, 1, maxPartitions),
		"replication": r.number(&t.Replication, 1, maxReplication),
		"config":      r.table(&t.Config, optionName),
		"env":         r.variable(&t.Env),
		"about":       r.text(&t.About),
	})
}

func (r *reader) addTopic(to *[]Topic, n ast.Node, at string) {
	t := Topic{Partitions: defaultPartitions, Replication: 1}
	before := len(r.problems)
	r.topic(&t).read(n, at)
	twice := slices.ContainsFunc(*to, func(other Topic) bool { return other.Name == t.Name })
	switch {
	case t.Name != "" && twice:
		r.problem("config.topic_twice", place(n), map[string]any{"Key": at, "Name": t.Name})
	case t.Name != "":
		*to = append(*to, t)
	case len(r.problems) == before:
		r.problem("config.missing", place(n), map[string]any{"Key": at + ".name"})
	}
}

const maxPort = 65535

// matches is the form of what a regular expression matches.
func matches(pattern, wrong string) form {
	re := lazyregexp.New(pattern)
	return form{ok: re.MatchString, wrong: wrong, pattern: pattern}
}

// orNone takes an empty text as well.
func orNone(f form) form {
	return form{ok: func(s string) bool { return s == "" || f.ok(s) }, wrong: f.wrong, pattern: "^$|" + f.pattern}
}

var (
	topicName    = topicForm()
	variableName = matches(`^[A-Za-z_][A-Za-z0-9_]*$`, "config.bad_variable") // what every shell and every system can set
	optionName   = matches(`^[a-z0-9._-]+$`, "config.bad_option")
	projectName  = matches(`^[a-z0-9][a-z0-9_-]*$`, "config.bad_project")
	webAddress   = matches(`^https?://[^\s/]+(/\S*)?$`, "config.bad_url")
	programName  = matches(`^[a-z][a-z0-9_-]{0,30}$`, "config.bad_program")
	address      = form{ok: isAddress, wrong: "config.bad_address", pattern: `^.+:[0-9]+$`}
)

// topicForm is what a broker takes as a topic's name: Kafka's internals.Topic.
func topicForm() form {
	f := matches(`^[a-zA-Z0-9._-]{1,249}$`, "config.bad_topic")
	letters := f.ok
	f.ok = func(s string) bool { return letters(s) && s != "." && s != ".." }
	return f
}

// isAddress reports whether s is host:port.
func isAddress(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}
