// Package config is streamtray.yaml: what a project tells StreamTray about itself. Everything has a default; with no
// file at all the project is discovered.
package config

import (
	"cmp"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"streamtray/app/facts"
)

// FileName is the project's own file.
const FileName = "streamtray.yaml"

// SchemaFile is the JSON Schema of FileName that lies beside it: a first file names it for editors
// (https://github.com/redhat-developer/yaml-language-server#using-inlined-schema).
const SchemaFile = "streamtray.schema.json"

// Version is the version of the file's format that this program understands.
const Version = 1

// Project is what is known of a project. Paths are absolute once it was opened.
type Project struct {
	Dir       string // the project's folder
	File      string // its streamtray.yaml; empty when it was discovered
	Name      string
	Compose   Compose
	Kafka     Kafka
	Streaming Streaming
	App       App
	More      []App                    // further programs, in the order in which they are started after App
	Limits    map[string]time.Duration // by step of the story: how long without progress
	Given     map[string]int           // the keys that File says, by their full names ("kafka.env"), and their lines
	Found     *facts.Found             // what the project's files show; nil: they were not looked at
}

// Compose says which containers are the project's infrastructure.
type Compose struct {
	Name     string   // of the compose project; empty: as compose computes it
	Files    []string // in the order of `docker compose -f`; none: there is no compose file
	Services []string // wanted; none: those that Kafka needs, found in the files
	Profiles []string
	Guessed  bool // Files were found by name: the project does not say which are its own
}

// The modes: where Kafka comes from.
const (
	Docker   = "docker"   // containers of the compose files
	Embedded = "embedded" // a broker in StreamTray's own process, for trying out
	Remote   = "remote"   // a cluster that is there already
)

// Kafka is the cluster and what it should hold.
type Kafka struct {
	Mode      string
	Bootstrap []string // host:port; none: found in the compose files
	Env       string   // the variable by which the app is told the bootstrap servers; empty: it is not
	AlsoEnv   []string // further variables for the same
	HostEnv   string   // the variable for the host of the first of them; empty: none
	PortEnv   string   // the variable for its port; empty: none
	Port      int      // of the embedded broker; 0: any free one
	Topics    []Topic
	Remote    RemoteAccess
}

// Variables are the variables by which the app is told where Kafka is.
func (k Kafka) Variables() []string {
	all := append([]string{k.Env, k.HostEnv, k.PortEnv}, k.AlsoEnv...)
	return slices.DeleteFunc(all, func(name string) bool { return name == "" })
}

// Environment are those variables with their values, for a Kafka at these addresses (host:port).
func (k Kafka) Environment(bootstrap []string) map[string]string {
	all := map[string]string{}
	whole := strings.Join(bootstrap, ",")
	tell := func(name, value string) {
		if name != "" && value != "" {
			all[name] = value
		}
	}
	for _, name := range append([]string{k.Env}, k.AlsoEnv...) {
		tell(name, whole)
	}
	if len(bootstrap) > 0 && (k.HostEnv != "" || k.PortEnv != "") {
		if host, port, err := net.SplitHostPort(bootstrap[0]); err == nil {
			tell(k.HostEnv, host)
			tell(k.PortEnv, port)
		}
	}
	return all
}

// Topic is a topic that the app needs.
type Topic struct {
	Name        string
	Partitions  int
	Replication int
	Config      map[string]string
	Env         string // the variable by which the app is told the name; empty: it knows it
	About       string
}

// RemoteAccess is how to speak to a cluster elsewhere. It names where the password is and never holds it.
type RemoteAccess struct {
	Security    string // PLAINTEXT, SASL_PLAINTEXT, SSL or SASL_SSL
	Mechanism   string // PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512
	UserEnv     string // the variable that holds the user name
	PasswordEnv string // the variable that holds the password
	Keyring     string // the service under which the system's keyring holds both
	CAFile      string
}

// Streaming is the app's streaming flag.
type Streaming struct {
	Env     string
	On, Off string
	File    string // a .env file in which the flag is set too; empty: none
}

// App is a program of the project's: the detection app, or one of several.
type App struct {
	Mode     string   // who starts it: Managed or External
	Name     string   // empty: the only one, of the short form
	After    []string // the programs that have to be ready before this one is started
	Restart  string   // what becomes of it when it ends by itself: Always, OnFailure or Never; empty: Always
	Command  []string
	Dir      string
	Env      map[string]string
	Ready    Ready
	Failed   []string // a line with one of these: the producer could not be made
	Degraded []string // a line with one of these: the app runs without streaming
}

// Who starts the app.
const (
	Managed  = "managed"  // StreamTray
	External = "external" // somebody else, in an editor or a terminal: StreamTray finds it and looks at it
)

// The policies for a program that ended by itself.
const (
	Always    = "always"     // it is started again, whatever it ended with
	OnFailure = "on-failure" // it has done its work when it ends with 0
	Never     = "never"      // it has done its work when it ends with 0, and has failed when not
)

// Programs are all programs of the project, in the order in which they are started.
func (p Project) Programs() []App { return append([]App{p.App}, p.More...) }

// Called is the name by which a person calls the program.
func (a App) Called() string { return cmp.Or(a.Name, "app") }

// Ready is how the app shows that it is.
type Ready struct {
	Log  string // a line with this: the producer is made
	HTTP string // answers when its web server is up
}

// defaultPartitions is what the detection system's topics are created with.
const defaultPartitions = 3

// Blank is a project of which nothing is known but its folder.
func Blank(dir string) Project {
	p := Default(dir)
	p.Kafka.Env, p.Kafka.Topics = "", nil
	p.Streaming.Env = ""
	p.App.Command, p.App.Ready, p.App.Failed, p.App.Degraded = nil, Ready{}, nil, nil
	return p
}

// Default is the detection system that StreamTray was made for. Its names are for projects of that kind alone.
func Default(dir string) Project {
	return Project{
		Dir:  dir,
		Name: filepath.Base(dir),
		Kafka: Kafka{
			Mode: Docker,
			Env:  "ALGO_KAFKA_BOOTSTRAP_SERVERS",
			Topics: []Topic{
				{Name: "detection-results", Partitions: defaultPartitions, Replication: 1, Env: "ALGO_KAFKA_DETECTION_TOPIC"},
				{Name: "llm-analysis-tasks", Partitions: defaultPartitions, Replication: 1},
				{Name: "llm-analysis-results", Partitions: defaultPartitions, Replication: 1},
			},
			Remote: RemoteAccess{Security: "PLAINTEXT"},
		},
		Streaming: Streaming{Env: "ALGO_ENABLE_KAFKA_STREAMING", On: "true", Off: "false"},
		App: App{
			Mode:     Managed,
			Command:  []string{"python", "app.py"},
			Dir:      dir,
			Ready:    Ready{Log: "Kafka producer initialized", HTTP: "http://127.0.0.1:5000/"},
			Failed:   []string{"Failed to initialize Kafka producer"},
			Degraded: []string{"streaming mode disabled"},
		},
		Limits: map[string]time.Duration{
			"engine": 4 * time.Minute, // a cold start of Docker Desktop on a slow disk takes more than two
			"infra":  10 * time.Minute, "broker": 3 * time.Minute,
			"topics": time.Minute, "app": time.Minute, "producer": time.Minute,
		},
	}
}
