package config

import (
	"net"
	"regexp"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"
)

// read takes over what the file says.
func (p *Project) read(r *reader, body ast.Node) {
	r.mapping(fields{
		"version": r.version(),
		"name":    r.text(&p.Name),
		"compose": r.mapping(fields{
			"files":    r.list(&p.Compose.Files),
			"services": r.list(&p.Compose.Services),
			"profiles": r.list(&p.Compose.Profiles),
		}),
		"kafka": r.mapping(fields{
			"mode":      r.oneOf(&p.Kafka.Mode, Docker, Embedded, Remote),
			"bootstrap": r.listLike(&p.Kafka.Bootstrap, isAddress, "config.bad_address"),
			"env":       r.variable(&p.Kafka.Env),
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
		"app": r.mapping(fields{
			"command": r.list(&p.App.Command),
			"dir":     r.text(&p.App.Dir),
			"env":     r.table(&p.App.Env, isVariable, "config.bad_variable"),
			"ready": r.mapping(fields{
				"log":  r.text(&p.App.Ready.Log),
				"http": r.like(&p.App.Ready.HTTP, isWebOrNone, "config.bad_url"),
			}),
			"failed":   r.list(&p.App.Failed),
			"degraded": r.list(&p.App.Degraded),
		}),
		"limits": r.durations(p.Limits),
	})(body, "")
}

// version refuses a file that was written for a later program, whose keys may mean something else.
func (r *reader) version() field {
	return r.value(func(s string) (string, map[string]any) {
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
		"password":     r.secret,
		"user":         r.secret,
	})
}

// secrets are the keys that are known only to be refused; nobody is pointed to them.
var secrets = []string{"password", "user"}

func (r *reader) secret(n ast.Node, at string) {
	r.problem("config.password", r.places[at], map[string]any{"Key": at})
}

// variable reads the name of an environment variable, or an empty text.
func (r *reader) variable(to *string) field {
	return r.like(to, func(s string) bool { return s == "" || isVariable(s) }, "config.bad_variable")
}

func (r *reader) topics(to *[]Topic) field {
	return func(n ast.Node, at string) {
		*to = nil
		for i, item := range r.items(n, at) {
			r.topic(to, item, element(at, i))
		}
	}
}

// Far above what one developer's broker can carry.
const (
	maxPartitions  = 10_000
	maxReplication = 100
)

func (r *reader) topic(to *[]Topic, n ast.Node, at string) {
	t := Topic{Partitions: defaultPartitions, Replication: 1}
	before := len(r.problems)
	r.mapping(fields{
		"name":        r.like(&t.Name, isTopic, "config.bad_topic"),
		"partitions":  r.number(&t.Partitions, 1, maxPartitions),
		"replication": r.number(&t.Replication, 1, maxReplication),
		"config":      r.table(&t.Config, isOption, "config.bad_option"),
		"env":         r.variable(&t.Env),
		"about":       r.text(&t.About),
	})(n, at)
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

var (
	topicName    = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)  // what a broker takes: Kafka's internals.Topic
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) // what every shell and every system can set
	optionName   = regexp.MustCompile(`^[a-z0-9._-]+$`)
	webAddress   = regexp.MustCompile(`^https?://[^\s/]+(/\S*)?$`)
)

func isTopic(s string) bool     { return topicName.MatchString(s) && s != "." && s != ".." }
func isVariable(s string) bool  { return variableName.MatchString(s) }
func isOption(s string) bool    { return optionName.MatchString(s) }
func isWebOrNone(s string) bool { return s == "" || webAddress.MatchString(s) }

// isAddress reports whether s is host:port.
func isAddress(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}
