// Package plan is everything that opening a project to the full would do with this computer, as one value: the trust card
// is the plan shown, trust is given to the plan's hash, `streamtray plan` prints it, and what the story does is taken
// from it. So what a person agreed to and what is done cannot drift apart.
//
// Making a plan is a pure function: it looks at nothing but what it is given.
package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"streamtray/app/config"
	"streamtray/docker/compose"
	"streamtray/internal/loopback"
)

// Plan is what will be done. Paths are absolute. Its JSON is a promise to readers of `streamtray plan --json`.
type Plan struct {
	Dir         string       `json:"dir"` // the project's folder
	Name        string       `json:"name"`
	Mode        string       `json:"mode"` // where Kafka comes from: docker, embedded or remote
	Processes   []Process    `json:"processes"`
	Setup       *Setup       `json:"setup,omitempty"`  // nil: the programs have an environment, or nothing shows how to make it
	Files       []File       `json:"files,omitempty"`  // that decide what is done
	Writes      []Write      `json:"writes,omitempty"` // to files of the project
	Stack       *Stack       `json:"stack,omitempty"`  // nil: no containers
	Connections []Connection `json:"connections,omitempty"`
	Topics      []Topic      `json:"topics,omitempty"` // that are created where they are missing
}

// Process is a program of this computer that is run.
type Process struct {
	Name    string   `json:"name"` // "app", or that of one of several
	Command []string `json:"command"`
	Dir     string   `json:"dir"`
	Real    string   `json:"real,omitempty"`   // where Dir leads, where there is a link in it below the project's folder
	Script  string   `json:"script,omitempty"` // where the file leads that the command starts, where that is a link
	Env     []Var    `json:"env,omitempty"`    // added to the environment of whoever starts it
	Program Program  `json:"program"`
	After   []string `json:"after,omitempty"`   // those that have to be ready before
	Restart string   `json:"restart,omitempty"` // what becomes of it when it ends by itself; empty: it is started again
	// External: somebody else starts it, so that there is no command; the environment is what they need.
	External bool   `json:"external,omitempty"`
	Missing  string `json:"-"` // the program or the file that the command would start and that is not there; that it comes is no change
}

// Setup is what makes the environment of the programs, where it is missing. It is asked for by itself, each time, and so is no
// part of what the hash covers.
type Setup struct {
	Dir      string     `json:"dir"`
	Commands [][]string `json:"commands"`
	Missing  string     `json:"missing,omitempty"` // the program that this computer does not have
	Further  []Setup    `json:"further,omitempty"` // the same of the programs that have an environment of their own
}

// Program is what a command's first word was found to be. The person's own search path and activated environment have a
// say in it, so it only counts for the hash where it lies in the project, or is an environment of a folder above.
type Program struct {
	Path  string   `json:"path,omitempty"` // empty: not found
	Args  []string `json:"args,omitempty"` // that go before the command's own
	Env   []string `json:"env,omitempty"`  // "NAME=value", added so that Python is read line by line, as UTF-8
	Inner bool     `json:"inner"`          // it lies in the project's folder
}

// Var is a variable that a process gets.
type Var struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Off   string `json:"off,omitempty"`   // the streaming flag's other value
	Kafka bool   `json:"kafka,omitempty"` // the value is where Kafka is, which may only be known once it runs
	part  string // of that address: host or port; empty: all of it
}

// File is a file that decides what is done.
type File struct {
	Path    string `json:"path"`
	Role    string `json:"role"`              // project, compose, env_file, dotenv, dockerfile, config or certificate
	Real    string `json:"real,omitempty"`    // where it leads, for a link out of the project's folder
	Outside bool   `json:"outside,omitempty"` // of the project's folder, links followed
	Hash    string `json:"hash,omitempty"`    // of its content; empty: it is not there
}

// Refused is the hash of a file that is not read: no regular file, too large, on another computer.
const Refused = "refused"

// Write is what is written to a file of the project.
type Write struct {
	Path     string `json:"path"` // links followed
	Variable string `json:"variable"`
	On       string `json:"on"`
	Off      string `json:"off"`
}

// Stack is what is run in containers.
type Stack struct {
	Name       string      `json:"name"`     // the compose project's
	Dir        string      `json:"dir"`      // that compose runs in
	Files      []string    `json:"files"`    // in the order of `docker compose -f`
	Services   []string    `json:"services"` // that are asked for
	Profiles   []string    `json:"profiles,omitempty"`
	Containers []Container `json:"containers"`
	Remote     []string    `json:"remote,omitempty"`    // what compose fetches from another computer; no hash covers it
	Variables  []string    `json:"variables,omitempty"` // of the person's environment that the files refer to
	Digest     string      `json:"digest"`              // of all that the files say, variables in place
}

// Container is one service that is run.
type Container struct {
	Name       string          `json:"name"`
	Image      string          `json:"image,omitempty"` // empty: built
	Command    []string        `json:"command,omitempty"`
	Entrypoint []string        `json:"entrypoint,omitempty"`
	Ports      []string        `json:"ports,omitempty"`
	Mounts     []string        `json:"mounts,omitempty"` // "path of this computer:place in the container"
	Grants     []compose.Grant `json:"grants,omitempty"` // whatever else it gets of this computer
}

// Connection is an address that is connected to.
type Connection struct {
	What        string   `json:"what"` // kafka or web
	Address     string   `json:"address"`
	Protocol    string   `json:"protocol,omitempty"`    // of Kafka's
	Credentials []string `json:"credentials,omitempty"` // where they come from: "variable NAME", "keyring SERVICE"; never what they are
}

// Topic is a topic that is created where it is missing.
type Topic struct {
	Name        string            `json:"name"`
	Partitions  int               `json:"partitions"`
	Replication int               `json:"replication"`
	Config      map[string]string `json:"config,omitempty"`
}

// Known is what a plan is made of.
type Known struct {
	Config    config.Project
	Found     []Program // of each of Config's programs, what its command was found to be
	Real      []string  // where each one's folder leads, where that is another place; else empty
	Scripts   []string  // the same of the file that each one's command starts
	Missing   []string  // the program or the file that each one's command names and that is not there; empty: it is
	Files     []File
	Setup     *Setup           // what makes the environment, where it is missing
	Flag      string           // where Streaming.File leads
	Compose   *compose.Project // as the project's files say it; nil: no containers
	Services  []string         // that are asked for
	Bootstrap []string         // where Kafka is; nil: known once it runs
	Protocol  string           // spoken there
}

// Of is the plan of what is known.
func Of(k Known) Plan {
	c := k.Config
	p := Plan{Dir: c.Dir, Name: c.Name, Mode: c.Kafka.Mode, Files: k.Files, Setup: k.Setup}
	for i, a := range c.Programs() {
		run := process(k, a)
		if i < len(k.Found) && !run.External {
			run.Program, run.Missing, run.Real, run.Script = k.Found[i], k.Missing[i], k.Real[i], k.Scripts[i]
		}
		p.Processes = append(p.Processes, run)
	}
	if c.Streaming.File != "" && c.Streaming.Env != "" {
		p.Writes = []Write{{Path: k.Flag, Variable: c.Streaming.Env, On: c.Streaming.On, Off: c.Streaming.Off}}
	}
	if k.Compose != nil {
		p.Stack = stack(k)
	}
	p.Connections = connections(k)
	for _, t := range c.Kafka.Topics {
		p.Topics = append(p.Topics, Topic{Name: t.Name, Partitions: t.Partitions, Replication: t.Replication, Config: t.Config})
	}
	return p
}

// process is one program, without what its command was found to be.
func process(k Known, a config.App) Process {
	if a.Mode == config.External {
		return Process{Name: a.Called(), Command: []string{}, Dir: k.Config.Dir, Env: env(k, a), External: true}
	}
	return Process{Name: a.Called(), Command: a.Command, Dir: a.Dir, Env: env(k, a), After: a.After, Restart: a.Restart}
}

// env are the variables that a program is given: the project's own, the flag, where Kafka is and what its topics are
// called. Of two of one name the later holds.
func env(k Known, a config.App) []Var {
	c := k.Config
	var all []Var
	put := func(v Var) {
		if i := slices.IndexFunc(all, func(o Var) bool { return o.Name == v.Name }); i >= 0 {
			all = slices.Delete(all, i, i+1)
		}
		all = append(all, v)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Env)) {
		put(Var{Name: name, Value: a.Env[name]})
	}
	if c.Streaming.Env != "" {
		put(Var{Name: c.Streaming.Env, Value: c.Streaming.On, Off: c.Streaming.Off})
	}
	told := c.Kafka.Environment(k.Bootstrap)
	for _, name := range c.Kafka.Variables() {
		part := map[string]string{c.Kafka.HostEnv: "host", c.Kafka.PortEnv: "port"}[name]
		put(Var{Name: name, Value: told[name], Kafka: true, part: part})
	}
	for _, t := range c.Kafka.Topics {
		if t.Env != "" {
			put(Var{Name: t.Env, Value: t.Name})
		}
	}
	return all
}

func stack(k Known) *Stack {
	s := &Stack{
		Name: k.Compose.Name, Dir: k.Compose.Dir, Files: k.Compose.ComposeFiles, Services: k.Services,
		Profiles: k.Config.Compose.Profiles, Remote: k.Compose.Remote, Variables: k.Compose.Variables, Digest: k.Compose.Digest,
	}
	for _, service := range started(k.Compose.Services, k.Services) {
		c := Container{
			Name: service.Name, Image: service.Image, Command: service.Command, Entrypoint: service.Entrypoint, Grants: service.Grants,
		}
		for _, port := range service.Ports {
			c.Ports = append(c.Ports, port.String())
		}
		for _, v := range service.Volumes {
			if v.Bind {
				c.Mounts = append(c.Mounts, v.Source+":"+v.Target)
			}
		}
		s.Containers = append(s.Containers, c)
	}
	return s
}

// started are the services that compose starts when it is asked for some: those that they depend on as well.
func started(all []compose.Service, asked []string) []compose.Service {
	wanted := map[string]bool{}
	var want func(name string)
	want = func(name string) {
		if wanted[name] {
			return
		}
		wanted[name] = true
		for _, s := range all {
			if s.Name == name {
				for _, d := range s.DependsOn {
					want(d)
				}
			}
		}
	}
	for _, name := range asked {
		want(name)
	}
	return slices.DeleteFunc(slices.Clone(all), func(s compose.Service) bool { return !wanted[s.Name] })
}

func connections(k Known) []Connection {
	c := k.Config
	var all []Connection
	credentials := Credentials(c.Kafka.Remote, k.Protocol)
	for _, addr := range k.Bootstrap {
		all = append(all, Connection{What: "kafka", Address: addr, Protocol: cmp.Or(k.Protocol, "PLAINTEXT"), Credentials: credentials})
	}
	if c.Kafka.Mode == config.Embedded {
		port := "*" // any free one
		if c.Kafka.Port != 0 {
			port = strconv.Itoa(c.Kafka.Port)
		}
		all = append(all, Connection{What: "kafka", Address: net.JoinHostPort("127.0.0.1", port), Protocol: "PLAINTEXT"})
	}
	for _, a := range c.Programs() {
		if a.Ready.HTTP != "" {
			all = append(all, Connection{What: "web", Address: a.Ready.HTTP})
		}
	}
	return all
}

// Credentials names where the credentials come from that a protocol asks for; none where it asks for none.
func Credentials(r config.RemoteAccess, protocol string) []string {
	switch {
	case !strings.HasPrefix(protocol, "SASL"):
		return nil
	case r.Keyring != "":
		return []string{"keyring " + r.Keyring}
	}
	var all []string
	for _, name := range []string{r.UserEnv, r.PasswordEnv} {
		if name != "" {
			all = append(all, "variable "+name)
		}
	}
	return all
}

// Hash changes when anything does that was agreed to.
func (p Plan) Hash() string {
	p.Setup = nil
	p.Processes = slices.Clone(p.Processes)
	for i := range p.Processes {
		if !p.Processes[i].Program.Inner { // the person's own computer gives it, and may give another one tomorrow
			p.Processes[i].Program = Program{}
		}
	}
	b, err := json.Marshal(p)
	if err != nil { // strings, and lists and maps of them, always marshal
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// StackHash changes when anything does that containers are started from; empty without containers.
func (p Plan) StackHash() string {
	if p.Stack == nil {
		return ""
	}
	var read []File
	for _, f := range p.Files {
		if f.Role != roleProject {
			read = append(read, f)
		}
	}
	return Plan{Stack: p.Stack, Files: read}.Hash()
}

// roleProject is the role of streamtray.yaml.
const roleProject = "project"

// Project is the file of the project's own settings as one that decides.
func Project(path string) File { return File{Path: path, Role: roleProject} }

// Local reports whether an address is one of this computer's own by its very name.
func Local(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	return loopback.Is(host)
}

// Inner reports whether path lies below dir as it is written: an environment in the project is the project's, whatever
// its interpreter is a link to.
func Inner(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
