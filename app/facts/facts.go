// Package facts finds out what a project's own files show of it, each thing with its evidence: how its program is started
// and where, which variable tells it Kafka's address, which flag turns streaming on, which topics it uses.
//
// Nothing of the project is run and nothing is written: files are read as text, so that facts may be found before anybody
// trusts the project, with no Python on the computer. Both the number of files and the time are bounded.
//
//	found := facts.Find(ctx, dir)
//	for _, f := range found.All() { fmt.Println(f.What, f.Value, f.Where) }
package facts

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// What a fact is of. The values are a promise to readers of --json.
type What string

// The facts.
const (
	Command     What = "app.command"     // []string
	Environ     What = "app.env"         // NAME=value, that the program needs to be started with; Dir is the program's
	Dir         What = "app.dir"         // from the project's folder on, with slashes; "." for itself
	Interpreter What = "app.interpreter" // a path from the project's folder on, or what makes or finds it: uv, poetry, python
	Manager     What = "app.manager"     // uv, poetry, pdm, pipenv, conda, pip
	HTTP        What = "app.http"        // a web address on this computer
	AddressVar  What = "kafka.env"       // a variable; Role says which part of the address
	Address     What = "kafka.address"   // an address that stands in the code itself, host:port
	Bootstrap   What = "kafka.bootstrap" // host:port, as the compose files publish it
	FlagVar     What = "streaming.env"   // a variable
	TopicName   What = "topic"           // a name
	ComposeFile What = "compose.file"    // from the project's folder on, with slashes
	Packages    What = "requirements"    // the file that lists the packages
	DotEnv      What = "env.file"        // .env, or an example of one
	Notebook    What = "notebook"        // a file that holds code and cannot be started
)

// Fact is one thing that is known of a project.
type Fact struct {
	What  What   `json:"what"`
	Value any    `json:"value"` // a string, or a []string for a command
	Where string `json:"where"` // its evidence, "file:line", the file from the project's folder on, with slashes
	// Sure: the project can mean nothing else. Of what is not sure there is another reading, and a person is asked.
	Sure bool   `json:"sure"`
	Env  string `json:"env,omitempty"`  // of a topic: the variable that holds its name
	Role Role   `json:"role,omitempty"` // of an address variable
	Dir  string `json:"dir,omitempty"`  // of a command: the folder that it is run in
}

// Role is the part of Kafka's address that a variable holds.
type Role string

// The roles.
const (
	Whole Role = "address" // host:port, or several of them
	Host  Role = "host"
	Port  Role = "port"
)

// Found is what the files of one project show.
type Found struct {
	Root     string // absolute
	Programs []Program
	Address  []Variable // by which the program is told where Kafka is; the sure ones first
	Fixed    []Text     // addresses that the code itself names
	Flags    []Variable // that turn streaming on; best first
	Topics   []Topic
	Env      Environment
	Compose  []Text  // files with a broker; see package compose for what they mean
	Others   []Text  // compose files without one
	Started  []Start // of compose files, as a README or a Makefile says it, each once
	Dotenv   []Text
	Notes    []Text // notebooks

	Kafka    bool // the code talks to Kafka
	Producer bool // it makes something that is called a producer
	Loguru   bool // it logs by loguru
	Dynamic  bool // it names topics in a way that could not be followed
	Partial  bool // there are more files, or there was too little time: what was not found may be there
	Files    int  // of Python that were read

	users    map[string][]use  // of topics
	told     variables         // what compose files tell the services that are built from the project
	written  map[string]string // what READMEs write of variables
	texts    []Text            // literals of the code that could name what the program says
	settings []Text            // texts of settings files
	reads    []Variable
}

// Program is something that can be started.
type Program struct {
	Command []string
	Dir     string // from the root on, with slashes
	HTTP    string // where its web server answers; empty: it has none, or it is not known
	Where   Place
	Sure    bool
	File    string // what is started, from the root on, with slashes; empty: no file of the project's
	Env     []Setting

	open bool // it may well be one of the programs, and a person has to say so
}

// Variable is an environment variable that the code reads.
type Variable struct {
	Name    string
	Role    Role   // of an address
	Default string // as it is written; empty: none
	Where   Place
	Sure    bool
}

// Topic is a topic that the code or the infrastructure names.
type Topic struct {
	Name       string
	Env        string // the variable that holds the name; empty: none
	Partitions int    // 0: not said
	Where      Place
	Sure       bool
}

// Text is a value that stands in a file.
type Text struct {
	Value string
	Where Place
}

// Start is a command that starts compose files together, in their order.
type Start struct {
	Files []string // from the root on, with slashes
	Where Place
}

// Place is where something stands.
type Place struct {
	File string // from the root on, with slashes
	Line int    // from 1
}

func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Bounds of what is read.
const (
	mostFiles = 5000
	mostTime  = 2 * time.Second
	mostBytes = 1 << 20 // of one file
)

// Find reads the files below root, which is absolute. What it could not read in time or may not read it goes without.
func Find(ctx context.Context, root string) *Found {
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	f := &Found{Root: root}
	t := readTree(ctx, root)
	f.Partial = t.partial
	t.saids = saids(t)
	c := newCode(ctx, t)
	f.Files = len(c.sources)
	f.Partial = f.Partial || c.partial
	f.environment(t)
	f.files(t)
	f.writes(t)
	f.kafka(c)
	f.programs(t, c)
	f.unusedTopics(c)
	f.givenTopics(c)
	f.Partial = f.Partial || c.late()
	f.texts, f.settings, f.reads = c.texts(), c.settingTexts(), c.reads()
	return f
}

// All is everything that is known, in a fixed order.
func (f *Found) All() []Fact {
	var all []Fact
	add := func(w What, value any, at Place, sure bool) *Fact {
		all = append(all, Fact{What: w, Value: value, Where: at.String(), Sure: sure})
		return &all[len(all)-1]
	}
	dirs := map[string]bool{}
	for _, p := range f.Programs {
		add(Command, p.Command, p.Where, p.Sure).Dir = p.Dir
		if !dirs[p.Dir] {
			dirs[p.Dir] = true
			add(Dir, p.Dir, p.Where, p.Sure)
		}
		if p.HTTP != "" {
			add(HTTP, p.HTTP, p.Where, p.Sure)
		}
		for _, s := range p.Env {
			add(Environ, s.Name+"="+s.Value, s.Where, p.Sure).Dir = p.Dir
		}
	}
	if e := f.Env; e.Interpreter != "" {
		add(Interpreter, e.Interpreter, e.Where, e.Sure)
	}
	if e := f.Env; e.Manager != "" {
		add(Manager, e.Manager, e.ManagerWhere, true)
	}
	for _, v := range f.Address {
		add(AddressVar, v.Name, v.Where, v.Sure).Role = v.Role
	}
	for _, a := range f.Fixed {
		add(Address, a.Value, a.Where, true)
	}
	for _, v := range f.Flags {
		add(FlagVar, v.Name, v.Where, v.Sure)
	}
	for _, t := range f.Topics {
		add(TopicName, t.Name, t.Where, t.Sure).Env = t.Env
	}
	for _, l := range []struct {
		what What
		from []Text
	}{{ComposeFile, f.Compose}, {Packages, f.Env.Requirements}, {DotEnv, f.Dotenv}, {Notebook, f.Notes}} {
		for _, t := range l.from {
			add(l.what, t.Value, t.Where, true)
		}
	}
	return all
}

// Unknown is what a person has to be asked, in a fixed order: nothing shows it, or several things do.
func (f *Found) Unknown() []What {
	var all []What
	if _, ok := f.Program(); !ok {
		all = append(all, Command)
	}
	if !slices.ContainsFunc(f.Address, func(v Variable) bool { return v.Sure }) {
		all = append(all, AddressVar)
	}
	if f.Kafka && (f.Dynamic || f.Partial || !slices.ContainsFunc(f.Topics, func(t Topic) bool { return t.Sure })) {
		all = append(all, TopicName)
	}
	return all
}

// Program is the one program that the project is started by; false when there is none, or there are or may be several.
func (f *Found) Program() (Program, bool) {
	var one []Program
	for _, p := range f.Programs {
		if p.Sure || p.open {
			one = append(one, p)
		}
	}
	if len(one) != 1 || one[0].open {
		return Program{}, false
	}
	return one[0], true
}

// Flag is the variable that turns streaming on, where exactly that is known.
func (f *Found) Flag() (Variable, bool) {
	for _, v := range f.Flags {
		if v.Sure {
			return v, true
		}
	}
	return Variable{}, false
}

// Says reports whether the code names a text that contains part, and where: a line of the log that the program could write.
func (f *Found) Says(part string) (Place, bool) {
	for _, t := range f.texts {
		if strings.Contains(t.Value, part) {
			return t.Where, true
		}
	}
	return Place{}, false
}

// Reads tells where the code reads an environment variable, or a settings file that it loads refers to it.
func (f *Found) Reads(name string) (Variable, bool) {
	for _, v := range slices.Concat(f.reads, f.Address, f.Flags) {
		if v.Name == name {
			return v, true
		}
	}
	return Variable{}, false
}

// Deciding is the variable that decides where the program looks for Kafka; false when none is known.
func (f *Found) Deciding() (Variable, bool) {
	if len(f.Address) == 0 {
		return Variable{}, false
	}
	return f.Address[0], true
}

// join is dir and a path below it, with slashes; "." for the root.
func join(dir, rel string) string { return path.Join(dir, rel) }

// bySure puts what is sure first, by place.
func bySure(a, b Variable) int {
	if a.Sure != b.Sure {
		return map[bool]int{true: -1, false: 1}[a.Sure]
	}
	return byPlace(a.Where, b.Where)
}

func byPlace(a, b Place) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
}
